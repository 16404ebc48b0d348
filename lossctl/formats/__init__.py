"""One reader for each format, and the table of them."""
