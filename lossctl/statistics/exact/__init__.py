"""Sums that round once, however rows are cut and ordered."""
