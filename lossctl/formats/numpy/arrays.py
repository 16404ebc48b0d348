"""Arrays that Python code hands over, as a table like any other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from lossctl.columns.column import Column, Numbers
from lossctl.columns.words import WordList
from lossctl.errors import DataError, LossctlError, quoted, shorten
from lossctl.formats.numpy.npy import read_as
from lossctl.formats.numpy.npy_layout import check_dtype, check_shape, piece_rows
from lossctl.formats.table import Kind, RangeCutter, Reader, Selection, TypedTable, Wanted, element_text
from lossctl.lazy import regex
from lossctl.record import record
from lossctl.text import shown

_NULLABLE = {"boolean", *(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64))}
_NUMBERS = (bool, int, float, np.floating, np.integer, np.bool_)
MISSING_TYPES = ("NAType", "NaTType", "MaskedConstant")  # of pandas and numpy.ma, which need not be imported
_WORDS = "OUTM"  # the kinds of NumPy's dtypes that hold objects, texts or times
_EXACT = 2.0**53
_NO_TIME = regex(r"( 00:00:00)?(\.0+)?$")


@record
class ArrayPiece:
    """Rows of an array from `first` on."""

    name: str
    array: Numbers
    first: int
    rows: int

    def open(self, wanted: Wanted) -> Reader:
        def read(start: int, stop: int) -> dict[Any, Column]:
            rows = self.array[self.first + start : self.first + stop]
            chosen = {name: rows[:, selection.columns] if selection.vector else rows for name, selection in wanted.items()}
            return {name: read_column(selection.kind, np.ascontiguousarray(chosen[name])) for name, selection in wanted.items()}

        return read

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return f"{self.name} row {self.first + row}" + element_text(element, self.array.shape[1:], "column")


def read_column(kind: Kind, raw: Numbers) -> Column:
    """An array as `ArrayTable` has it; objects are read as words alone, and what is missing is the empty one."""
    raw.flags.writeable = False  # it may be the caller's own
    if raw.dtype != object:
        return read_as(kind, raw)
    return WordList([value if isinstance(value, str) else "" if value is None else str(value) for value in raw.tolist()])


class ArrayTable(TypedTable):
    """An array in memory: one column without a name, or the named columns of a frame side by side.

    column: how messages name it behind the row, where it is one of a frame that is called `name`.
    """

    is_array = True

    def __init__(self, name: str, data: Any, column: str = "") -> None:
        self.path = name + column
        self.array = array_of(self.path, data)
        self._place = name, column
        self.rows: int | None = len(self.array)
        names = getattr(data, "column_names", getattr(data, "columns", ()))  # those of Arrow's tables come first
        self.columns: Sequence[str] = tuple(map(str, names)) if len(names) and self.array.ndim == 2 else ("",)

    def shape(self, column: int) -> tuple[int, ...]:
        return self.array.shape[1:] if len(self.columns) == 1 else ()

    def check(self, column: int, kind: Kind, *, ragged: bool = False) -> None:
        if self.array.dtype == object and kind is not Kind.TEXT:
            raise self._refused(kind)
        if self.array.dtype.kind not in "biufO":
            problem = f"the array's dtype is {self.array.dtype}; expected integers, floats or booleans"
            raise DataError(problem, where=self.path)
        check_dtype(self.array.dtype, kind, self.path)

    def _refused(self, kind: Kind) -> DataError:
        """The error of objects that are wanted as numbers: of the first word, else of the first number too large."""
        from lossctl.formats.text.cells import LABEL_WORDS, is_number  # at an error only

        texts = [place for place, value in enumerate(self.array.flat) if isinstance(value, str)]
        words = [place for place in texts if not is_number(self.array.flat[place])]  # NumPy makes texts of numbers beside words
        large = [] if texts else np.flatnonzero(np.abs(self.array.astype(np.float64)) >= _EXACT).tolist()
        place = [*words, *texts, *large][0]
        name, column = self._place
        row, element = divmod(place, math.prod(self.array.shape[1:]))
        where = f"{name} row {row}{column}" + element_text(
            element if self.array.ndim > 1 else None, self.array.shape[1:], "column"
        )
        value = quoted(self.array.flat[place])
        if large:
            return DataError(f"{value} beside missing values is beyond 2**53, where numbers are no longer exact", where=where)
        return DataError(f"{value} is text, not a number", where=where, hint=LABEL_WORDS if kind is Kind.LABEL else None)

    def cut(self, selections: Sequence[Selection]) -> RangeCutter:
        suit = piece_rows(self.array.itemsize * math.prod(self.array.shape[1:]))
        return RangeCutter(len(self.array), suit, lambda first, count: ArrayPiece(self.path, self.array, first, count))


def array_of(name: str, data: Any) -> Numbers:
    """What was handed over as an array (n, ...) of numbers or, where it has words, of objects, None where one is missing."""
    try:
        array = np.asarray(_plain(data))
        if array.dtype.kind in _WORDS:
            array = np.array([_cell(value) for value in array.flat], dtype=object).reshape(array.shape)
            array = _numbers(array)
    except (LossctlError, MemoryError):
        raise
    except Exception as problem:  # whatever an object says that is asked for its values
        raise DataError(f"no array: {shorten(shown(str(problem)))}", where=name) from None
    check_shape(array.shape, name)
    return array[:, 0] if array.shape[1:] == (1,) else array


def _plain(data: Any) -> Any:
    if hasattr(data, "filled"):  # a masked array, whose module takes as long to import as a small array to evaluate
        values = np.asarray(data.data)
        mask = np.asarray(data.mask)
        if mask.any():
            values = values.astype(object)
            values[mask] = None
        return values
    if not hasattr(data, "to_numpy"):
        return data
    if hasattr(data, "null_count") and not hasattr(data, "columns"):
        return _of_arrow(data)
    dtype = str(getattr(data, "dtype", ""))
    if dtype.endswith("[pyarrow]") and data.isna().any():
        return data.to_numpy(dtype=object)
    nullable = dtype in _NULLABLE  # a pandas column whose missing values become NaN
    if not (nullable and data.isna().any()):
        return data.to_numpy()
    values = data.to_numpy(dtype=float, na_value=np.nan)
    return values if np.nanmax(np.abs(values), initial=0) < _EXACT else data.to_numpy(dtype=object)


def _of_arrow(data: Any) -> Any:
    """An array of pyarrow or polars; where values are missing as objects, since as floats large integers would be others."""
    nulls = data.null_count() if callable(data.null_count) else data.null_count
    values = None if nulls else np.asarray(data)
    if values is not None and values.dtype != object:
        return values
    cells = data.to_pylist() if hasattr(data, "to_pylist") else data.to_list()
    return np.array(cells, dtype=object) if nulls else cells


def _numbers(array: Numbers) -> Numbers:
    """Objects as numbers where all are and none is too large to be exact, NaN where one is missing."""
    if not all(value is None or isinstance(value, _NUMBERS) for value in array.flat):
        return array
    values = array.astype(np.float64)
    return values if np.nanmax(np.abs(values), initial=0) < _EXACT else array


def _cell(value: Any) -> Any:
    """A number, a word, or None where it is missing; TypeError for what is none of them."""
    if value is None or type(value).__name__ in MISSING_TYPES or value != value:
        return None
    if isinstance(value, (str, *_NUMBERS)):
        return value
    if isinstance(value, (date, np.datetime64)):
        return _NO_TIME.sub("", str(value).replace("T", " "))  # as pandas writes it
    raise TypeError(f"{type(value).__name__} is neither a number nor a word")
