"""Ordered maps: the same work in the same order on threads, on copies of this process, or on a Dask cluster."""
