"""Checks: what they are about, and results against limits and baselines, where judging is pure, from records to records."""
