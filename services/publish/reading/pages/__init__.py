"""The plain pages for people: Chinese first, English beside it, without any script."""
