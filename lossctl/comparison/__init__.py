"""Several models on the same rows: paired, compared, and ranked."""
