"""Pandas tables that Python code hands over: columns with names, of which only those are converted that are used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lossctl.columns.column import Column
from lossctl.errors import quoted
from lossctl.formats.numpy.arrays import MISSING_TYPES, ArrayTable, read_column
from lossctl.formats.numpy.npy_layout import piece_rows
from lossctl.formats.table import Kind, RangeCutter, Reader, Selection, TypedTable, Wanted, cell_text
from lossctl.record import record

_LISTS = ("list<", "large_list<", "struct<")  # how pandas' dtypes of Arrow's begin


def holds_lists(frame: Any) -> bool:
    """Whether a column of a pandas DataFrame holds lists, arrays or objects with fields, by its first cell that is there."""
    columns = [frame.iloc[:, place] for place in range(len(frame.columns))]
    return any(_holds_lists(column) if column.dtype == object else str(column.dtype).startswith(_LISTS) for column in columns)


def _holds_lists(cells: Any) -> bool:
    first = next((cell for cell in cells if type(cell).__name__ not in ("NoneType", "float", *MISSING_TYPES)), None)
    return isinstance(first, (list, tuple, dict, np.ndarray))


class FrameTable(TypedTable):
    """A pandas DataFrame. Its index is no column."""

    def __init__(self, name: str, frame: Any) -> None:
        self.path = name
        self.frame = frame
        self.rows: int | None = len(frame)
        self.columns: Sequence[str] = tuple(map(str, frame.columns))
        self._columns: dict[int, ArrayTable] = {}

    def shape(self, column: int) -> tuple[int, ...]:
        return self.column(column).shape(0)

    def check(self, column: int, kind: Kind, *, ragged: bool = False) -> None:
        self.column(column).check(0, kind, ragged=ragged)

    def column(self, place: int) -> ArrayTable:
        """A column by its place, which names it even where two have one name."""
        if place not in self._columns:
            self._columns[place] = ArrayTable(self.path, self.frame.iloc[:, place], f", column {quoted(self.columns[place])}")
        return self._columns[place]

    def cut(self, selections: Sequence[Selection]) -> RangeCutter:
        places = dict.fromkeys(place for selection in selections for place in selection.columns)
        columns = FrameColumns(self.path, self.columns, {place: self.column(place).array for place in places})
        suit = piece_rows(8 * len(places))
        return RangeCutter(len(self.frame), suit, lambda first, count: FramePiece(columns, first, count))


@record
class FrameColumns:
    """The columns that are read, as arrays (n,) by their places. names: of all columns."""

    frame: str
    names: Sequence[str]
    arrays: dict[int, Any]


@record
class FramePiece:
    """Rows of a frame from `first` on."""

    columns: FrameColumns
    first: int
    rows: int

    def open(self, wanted: Wanted) -> Reader:
        def read(start: int, stop: int) -> dict[Any, Column]:
            rows = slice(self.first + start, self.first + stop)
            return {name: self._read(selection, rows) for name, selection in wanted.items()}

        return read

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        columns, where = self.columns, f"{self.columns.frame} row {self.first + row}"
        return cell_text(where, selection, element, columns.names.__getitem__, lambda place: columns.arrays[place].shape[1:])

    def _read(self, selection: Selection, rows: slice) -> Any:
        return selection.joined([read_column(selection.kind, self.columns.arrays[place][rows]) for place in selection.columns])
