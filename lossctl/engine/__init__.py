"""Scores parts of a dataset, in threads or on a cluster, and makes results of what they gave."""
