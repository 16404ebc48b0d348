"""Documents in each format, and pictures."""
