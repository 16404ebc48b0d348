"""The difference of two models on the same rows."""
