"""Performance programmes: each measures its own limit in the same run and prints the ratio to it."""
