"""Paired statistics: pure functions of arrays."""
