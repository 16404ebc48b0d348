"""Columns of rows: arrays of numbers, lists of numbers of unequal length, and words. Each is indexed by rows like an array."""
