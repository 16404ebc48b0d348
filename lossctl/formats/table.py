"""What every format's reader offers: a table of named columns, cut from front to back into pieces that are read elsewhere.

A table is opened and cut in the parent; a piece is read by whichever thread or process scores it. The rows of a piece depend
on the file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from typing import Protocol, TypeAlias

from lossctl.columns.column import Column
from lossctl.record import record

# (start, stop) -> columns by name; arrays may be overwritten when it is called again.
Reader: TypeAlias = Callable[[int, int], dict[str, Column]]


class Kind(Enum):
    """How the cells of a column are read."""

    NUMBER = "number"  # float64; NaN where missing
    LABEL = "label"  # the same, and True and False are 1 and 0
    TEXT = "text"  # words


@record
class Selection:
    """Columns of a table that make up one role: one column, or several side by side as a vector per row."""

    columns: tuple[int, ...]
    kind: Kind
    vector: bool

    def column(self, element: int | None) -> int | None:
        """The column of an element, or of all where there is one."""
        return self.columns[0] if len(self.columns) == 1 else None if element is None else self.columns[element]


class Piece(Protocol):
    """A run of rows of a table, cut but not yet read. Pickles."""

    @property
    def rows(self) -> int:
        """How many."""

    def open(self, wanted: Mapping[str, Selection]) -> AbstractContextManager[Reader]:
        """A function of (start, stop) that gives those rows of the piece: for each wanted name (n,) or (n, width)."""

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        """Where a row of the piece stands in the file, and its column: that of the one element meant, if one is."""


class Cutter(Protocol):
    """Cuts a table into pieces, in order."""

    def take(self, rows: int | None) -> Piece | None:
        """The next piece of at least one and at most `rows` rows (None: as many as suit), or None at the end."""

    def finish(self) -> None:
        """Called when all is cut; DataError where the file changed while it was read."""


class Table(Protocol):
    """An opened file."""

    @property
    def path(self) -> str:
        """The file as it was named."""

    @property
    def columns(self) -> Sequence[str]:
        """The names of columns in file order; one empty name for a bare array."""

    @property
    def rows(self) -> int | None:
        """The number of rows where it is known before reading."""

    @property
    def is_array(self) -> bool:
        """Whether it is one array without a name."""

    @property
    def header(self) -> bool:
        """Whether the names of columns stand in the file as a line of text."""

    def width(self, column: int) -> int | None:
        """The length of the vector in each row of a column, or None for one number a row."""

    def check(self, column: int, kind: Kind) -> None:
        """DataError where a column cannot be read so, as an array of text cannot."""

    def cut(self, selections: Sequence[Selection]) -> Cutter:
        """A cutter from the first row on, for pieces of which those columns will be read."""
