"""Arrays that Python code hands over, as a table like any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from lossctl.columns.column import Column, Numbers
from lossctl.errors import DataError
from lossctl.formats.numpy.npy import read_as
from lossctl.formats.numpy.npy_layout import check_dtype, check_shape, piece_rows
from lossctl.formats.table import Kind, Reader, Selection, Wanted, element_text
from lossctl.record import record

_NULLABLE = {"boolean", *(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64))}
_NUMBERS = (bool, int, float, np.number, np.bool_)


@record
class ArrayPiece:
    """Rows of an array from `first` on."""

    name: str
    array: Numbers
    first: int
    rows: int

    @contextmanager
    def open(self, wanted: Wanted) -> Iterator[Reader]:
        def read(start: int, stop: int) -> dict[Any, Column]:
            rows = self.array[self.first + start : self.first + stop]
            chosen = {name: rows[:, one.columns] if one.vector else rows for name, one in wanted.items()}
            return {name: read_as(one.kind, np.array(chosen[name], order="C")) for name, one in wanted.items()}

        yield read

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return f"{self.name} row {self.first + row}" + element_text(element, self.array.shape[1:], "column")


class ArrayTable:
    """An array in memory: one column without a name, or the named columns of a pandas table side by side."""

    is_array = True
    header = False

    def __init__(self, name: str, data: Any) -> None:
        self.path = name
        self.array = _array(name, data)
        self.rows: int | None = len(self.array)
        named = hasattr(data, "columns") and self.array.ndim == 2
        self.columns: Sequence[str] = tuple(map(str, data.columns)) if named else ("",)

    def shape(self, column: int) -> tuple[int, ...]:
        return self.array.shape[1:] if len(self.columns) == 1 else ()

    def lists(self, column: int) -> bool:
        return False

    def check(self, column: int, kind: Kind, *, ragged: bool = False) -> None:
        if kind is not Kind.TEXT:
            check_dtype(self.array.dtype, kind, self.path)
            if self.array.dtype.kind not in "biuf":
                raise DataError(
                    f"the array's dtype is {self.array.dtype}; expected integers, floats or booleans", where=self.path
                )

    def cut(self, selections: Sequence[Selection]) -> ArrayCutter:
        return ArrayCutter(self.path, self.array)


class ArrayCutter:
    """Cuts an array into ranges of rows."""

    def __init__(self, name: str, array: Numbers) -> None:
        self.name, self.array, self.first = name, array, 0

    def take(self, rows: int | None) -> ArrayPiece | None:
        left = len(self.array) - self.first
        count = min(left, rows or piece_rows(self.array[:1].nbytes))
        if not count:
            return None
        self.first += count
        return ArrayPiece(self.name, self.array, self.first - count, count)

    def finish(self) -> None:
        """An array does not change."""


def _array(name: str, data: Any) -> Numbers:
    if hasattr(data, "to_numpy"):  # a pandas column or table; pandas' own missing values become NaN
        nullable = str(getattr(data, "dtype", "")) in _NULLABLE
        data = data.to_numpy(dtype=float, na_value=np.nan) if nullable and data.isna().any() else data.to_numpy()
    try:
        array = np.ma.filled(data.astype(float), np.nan) if isinstance(data, np.ma.MaskedArray) else np.asarray(data)
    except ValueError:
        raise DataError("rows of different lengths are no array", where=name) from None
    if array.dtype == object and all(isinstance(value, _NUMBERS) or value is None for value in array.flat):
        array = array.astype(np.float64)
    check_shape(array.shape, name)
    return array[:, 0] if array.shape[1:] == (1,) else array
