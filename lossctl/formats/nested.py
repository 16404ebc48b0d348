"""How deeply columns may hold lists and fields of objects, whatever the format: numbers lie in two lists at most.

The fields of a list of objects, `logprobs.content.logprob`, are lists; those of its first object are behind `0`, as in
`choices.0.text`.
"""

from __future__ import annotations

LISTS = 2  # lists of numbers, and lists of those
NAMES = 6  # from a column to the innermost field of its objects
FIRST = "0"  # in the place of a name: the first object of a list
SPARK_VALUES = "values"  # of Spark's vectors, which a sparse one has where they are not 0
SPARSE = "a sparse vector, whose values stand at places of their own; save vector_to_array(...) in Spark"
