"""Runs: one from its files to its results, many to their ends, and which losses fit a file."""
