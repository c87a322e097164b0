"""The services, each in its own folder; none imports another."""
