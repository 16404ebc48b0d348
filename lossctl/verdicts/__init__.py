"""Results against limits and baselines: judging is pure, from records to records."""
