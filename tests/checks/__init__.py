"""Limits, baselines and verdicts."""
