"""What is kept of scored rows while they stream by: exact sums, moments, quantiles, the costliest rows; paired statistics."""
