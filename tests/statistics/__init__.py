"""Sums, moments, quantiles and intervals."""
