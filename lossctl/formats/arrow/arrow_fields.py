"""Fields within the structs of Arrow data, each a column of its own: `out.logits`, or `probability.values` of Spark's vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from lossctl.columns.arrow_functions import list_flatten, struct_field, take
from lossctl.formats.arrow.arrow_lists import RowProblem, is_list, list_lengths
from lossctl.formats.arrow.arrow_numbers import raw, valid
from lossctl.formats.nested import FIRST, NAMES, SPARK_VALUES, SPARSE

_VECTOR = {"type", "size", "indices", "values"}  # of Spark ML
_DENSE = 1

SPARK = "a vector of Spark's: its values are {0}.values where it is dense; of any, save vector_to_array(col('{0}')) in Spark"


def fields_of(
    kind_of: pa.DataType, path: tuple[str, ...], *, of_all: bool = False
) -> Iterator[tuple[tuple[str, ...], pa.DataType]]:
    """The paths and types of the fields of a column's structs or lists of them, outer ones first; none where it holds none.

    of_all: whether it is what all structs of a list hold, of which no list has a first one.
    """
    if len(path) >= NAMES:
        return
    inner = []
    if pa.types.is_struct(kind_of):
        inner = [((*path, field.name), field.type, of_all) for field in kind_of]
    elif is_list(kind_of) and pa.types.is_struct(kind_of.value_type):
        inner = [] if of_all else [((*path, FIRST), kind_of.value_type, False)]
        inner += [((*path, field.name), pa.large_list(field.type), True) for field in kind_of.value_type]
    yield from ((deeper, type_of) for deeper, type_of, _ in inner)
    for deeper, type_of, in_list in inner:
        yield from fields_of(type_of, deeper, of_all=in_list)


def is_spark_vector(kind_of: pa.DataType) -> bool:
    """Whether a struct is what Spark ML makes of a vector."""
    return bool(pa.types.is_struct(kind_of)) and {field.name for field in kind_of} == _VECTOR


def field_at(table: Any, path: tuple[str, ...], *, measured: bool = False) -> Any:
    """A column of a table or record batch, or a field of it, null where a struct is.

    Raises RowProblem for sparse vectors, unless it is only `measured`.
    """
    column = table.column(path[0])
    if len(path) == 1:
        return column
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    parts, row = [], 0
    for chunk in chunks:
        part = chunk
        for name in path[1:]:
            part = _field(part, name, None if measured else row)
        parts.append(part)
        row += len(chunk)
    return parts[0] if len(parts) == 1 else pa.chunked_array(parts, type=None if parts else pa.null())


def _field(array: Any, name: str, first: int | None) -> Any:
    if not is_list(array.type):
        if first is not None:
            _check_dense(array, name, lambda place: first + place)
        return struct_field(array, name)
    present, structs = valid(array), list_flatten(array)
    lengths = np.where(present, list_lengths(array), 0)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    if name == FIRST:
        return take(structs, pa.array(offsets[:-1], mask=lengths == 0))
    if first is not None:
        _check_dense(structs, name, lambda place: first + int(np.searchsorted(offsets, place, side="right")) - 1)
    return pa.LargeListArray.from_arrays(offsets, struct_field(structs, name), mask=pa.array(~present))


def _check_dense(structs: Any, name: str, row_of: Callable[[int], int]) -> None:
    """RowProblem where the values of a sparse vector of Spark's are asked for."""
    if name == SPARK_VALUES and is_spark_vector(structs.type):
        kinds = struct_field(structs, "type")
        sparse = valid(kinds) & (raw(kinds) != _DENSE)
        if sparse.any():
            raise RowProblem(row_of(int(np.argmax(sparse))), SPARSE)
