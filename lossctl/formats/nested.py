"""How deeply columns may hold lists and fields of objects, whatever the format: numbers lie in two lists at most."""

from __future__ import annotations

LISTS = 2  # lists of numbers, and lists of those
NAMES = 4  # from a column to the innermost field of its objects
SPARK_VALUES = "values"  # of Spark's vectors, which a sparse one has where they are not 0
SPARSE = "a sparse vector, whose values stand at places of their own; save vector_to_array(...) in Spark"
