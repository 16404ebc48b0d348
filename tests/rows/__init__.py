"""Which rows are read, which belong together, and which are used."""
