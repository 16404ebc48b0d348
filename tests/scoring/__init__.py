"""Rows that are judged: elements, axes, groups and whole datasets."""
