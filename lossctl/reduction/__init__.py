"""From what rows gave to results: losses of rows, of groups and of the whole dataset, their intervals and warnings."""
