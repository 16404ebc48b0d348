"""Results against limits and baselines: pure, from records to records."""
