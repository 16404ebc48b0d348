"""CSV, TSV and white-space tables."""
