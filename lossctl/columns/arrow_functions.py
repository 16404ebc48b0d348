"""Functions of arrays that Arrow computes, by the names that `pyarrow.compute` gives them.

That module describes every function as it is imported, which takes as long as importing the rest of Arrow; methods of arrays
import it too.
"""

from __future__ import annotations

from typing import Any

from pyarrow import _compute
from pyarrow._compute import call_function


def array_sort_indices(array: Any) -> Any:
    """The places of values in their order, equal ones in the order of their places."""
    return call_function("array_sort_indices", [array], _compute.ArraySortOptions("ascending", null_placement="at_end"))


def binary_join_element_wise(*arrays: Any) -> Any:
    """The texts of each place joined, the last being what stands between the others."""
    return call_function("binary_join_element_wise", arrays, _compute.JoinOptions())


def cast(array: Any, kind: Any) -> Any:
    """The values as another type; ArrowInvalid where one would change."""
    return array if array.type == kind else call_function("cast", [array], _compute.CastOptions.safe(kind))


def decoded(array: Any) -> Any:
    """The words that the codes of a dictionary stand for."""
    return take(array.dictionary, array.indices)


def dictionary_encode(array: Any) -> Any:
    """The different values, by first places, and the code of each value."""
    return call_function("dictionary_encode", [array], _compute.DictionaryEncodeOptions("mask"))


def equal(array: Any, value: Any) -> Any:
    """Which values are the same as another."""
    return call_function("equal", [array, value])


def fill_null(array: Any, value: Any) -> Any:
    """The values with another, of their type, where there is none."""
    return call_function("coalesce", [array, value]) if array.null_count else array


def index_in(array: Any, value_set: Any) -> Any:
    """The first place of each value in another array, null where it is not there."""
    return call_function("index_in", [array], _compute.SetLookupOptions(value_set=value_set, skip_nulls=False))


def list_flatten(array: Any) -> Any:
    """What all lists hold, one after the other."""
    return call_function("list_flatten", [array])


def replace_substring_regex(array: Any, pattern: str, replacement: str) -> Any:
    """Texts in which each place that a pattern matches is replaced."""
    return call_function(
        "replace_substring_regex", [array], _compute.ReplaceSubstringOptions(pattern=pattern, replacement=replacement)
    )


def replace_with_mask(array: Any, mask: Any, values: Any) -> Any:
    """Values with others, in their order, where the mask is true."""
    return call_function("replace_with_mask", [array, mask, values])


def struct_field(array: Any, name: str) -> Any:
    """A field of structs, null where there is no struct."""
    return call_function("struct_field", [array], _compute.StructFieldOptions(name))


def take(array: Any, places: Any) -> Any:
    """The values at some places."""
    return call_function("take", [array, places], _compute.TakeOptions(boundscheck=True))


def utf8_trim_whitespace(array: Any) -> Any:
    """Texts without the white space around them."""
    return call_function("utf8_trim_whitespace", [array])
