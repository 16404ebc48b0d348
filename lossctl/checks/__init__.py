"""Suites of checks: runs are scored, and judged beside what baselines have for them."""
