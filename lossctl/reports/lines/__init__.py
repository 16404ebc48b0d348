"""Rows of tables as lines of text, a block of them at a time."""
