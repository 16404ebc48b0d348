"""Scores rows: blocks of them go through kernels, and what they cost into statistics."""
