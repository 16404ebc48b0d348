"""Columns of numbers and of words."""
