"""What every service stands on; it imports no service."""
