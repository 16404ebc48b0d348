"""The formats of reports, a file each, and their table."""
