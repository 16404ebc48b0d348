"""Numbers of Arrow data as NumPy has them.

Values are taken from Arrow's buffers, never by its to_numpy(), which imports pandas. Decimals go by way of Python, since Arrow's
own cast does not round them correctly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from lossctl.columns.arrow_functions import decoded
from lossctl.columns.column import Numbers

_FLOATS = {"halffloat": "f2", "float": "f4", "double": "f8"}


def numbers(array: Any) -> Numbers:
    """An array of numbers or booleans as float64 (n,), NaN where it is null."""
    kind_of = array.type
    if pa.types.is_dictionary(kind_of):
        return numbers(decoded(array))
    if pa.types.is_null(kind_of) or not len(array):
        return np.full(len(array), np.nan)
    if pa.types.is_decimal(kind_of):
        return np.array([np.nan if value is None else float(value) for value in array.to_pylist()], dtype=np.float64)
    values = raw(array).astype(np.float64, copy=array.null_count > 0)
    if array.null_count:
        values[~valid(array)] = np.nan
    return values


def valid(array: Any) -> Numbers:
    """Which values of an array are not null (n,)."""
    if not array.null_count:
        return np.ones(len(array), dtype=bool)
    if pa.types.is_null(array.type):
        return np.zeros(len(array), dtype=bool)
    return _bits(array.buffers()[0], array.offset, len(array))


def raw(array: Any) -> Numbers:
    """The values in an array's buffer, whatever stands in its nulls."""
    buffer = array.buffers()[1]
    if pa.types.is_boolean(array.type):
        return _bits(buffer, array.offset, len(array))
    dtype = np.dtype(_FLOATS.get(str(array.type), str(array.type)))
    return np.frombuffer(buffer, dtype, len(array), array.offset * dtype.itemsize)


def _bits(buffer: Any, start: int, count: int) -> Numbers:
    bits = np.unpackbits(np.frombuffer(buffer, np.uint8), bitorder="little", count=start + count)
    return bits[start:].astype(bool)


def is_number(kind_of: pa.DataType) -> bool:
    """Whether values of a type are numbers, or missing all."""
    types = pa.types
    return bool(types.is_integer(kind_of) or types.is_floating(kind_of) or types.is_decimal(kind_of) or types.is_null(kind_of))
