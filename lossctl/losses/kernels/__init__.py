"""The losses, a file a family."""
