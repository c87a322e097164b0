"""One file a command: what it is called, what may be said with it, what it shows."""
