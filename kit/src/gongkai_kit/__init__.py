"""What departments install to receive publication events."""
