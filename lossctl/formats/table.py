"""What every format's reader offers: a table of named columns, cut from front to back into pieces that are read elsewhere.

A table is opened and cut in the parent; a piece is read by whichever thread or process scores it. The rows of a piece depend
on the file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol, TypeAlias, runtime_checkable

from lossctl.columns.column import Column
from lossctl.errors import quoted
from lossctl.formats.syntax import TableSyntax
from lossctl.lazy import np
from lossctl.record import record

ROW_NAMES = "row names"  # the column of R's tables that has no name

# (start, stop) -> columns by what they are wanted for; arrays may be overwritten when it is called again.
Reader: TypeAlias = Callable[[int, int], dict[Any, Column]]


class Kind(StrEnum):
    """How the cells of a column are read; a text, since each other enumeration is hashed by code in Python."""

    NUMBER = "number"  # float64; NaN where missing
    LABEL = "label"  # the same, and True and False are 1 and 0
    TEXT = "text"  # words


@record
class Selection:
    """Columns of a table that make up one role: one column, or several side by side as a vector per row.

    ragged: rows are lists whose lengths may differ, read as `Ragged`; otherwise all are as long as the first. repeats: of words,
    whether rows may be expected to share them, so that those of a piece are better looked at once. hints: for each column, how to
    go on where a cell of it cannot be read so. unequal: the same where a list is not as long as the first. deferred: whether what
    cannot be read so in a text is no error at once, but makes the column `PartlyRead`.
    """

    columns: tuple[int, ...]
    kind: Kind
    vector: bool
    ragged: bool = False
    repeats: bool = False
    hints: tuple[str, ...] = ()
    unequal: str | None = None
    deferred: bool = False

    def hint(self, place: int) -> str | None:
        """How to go on where a cell of one of the columns cannot be read."""
        return self.hints[place] if self.hints else None

    def joined(self, columns: Sequence[Any]) -> Any:
        """The values of its columns (n,) side by side (n, columns) where it is a vector, else those of the one that it has.

        In memory those of a column stay together, which takes a third of the time.
        """
        return np.stack(columns).T if self.vector else columns[0]

    def column(self, element: int | None) -> int | None:
        """The column of an element, or of all where there is one."""
        return self.columns[0] if len(self.columns) == 1 else None if element is None else self.columns[element]


Wanted: TypeAlias = Mapping[Any, Selection]  # by what a reader of the table wants them for, which is its own affair


class Piece(Protocol):
    """A run of rows of a table, cut but not yet read. Pickles."""

    @property
    def rows(self) -> int:
        """How many."""

    def open(self, wanted: Wanted) -> Reader:
        """A function of (start, stop) that gives those rows of the piece: for each wanted name (n, *shape), or lists.

        What it holds is let go, and a file closed, when nobody needs it any more.
        """

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        """Where a row of the piece stands in the file, and its column: that of the one element meant, if one is.

        element: its place in the row, counted in C order.
        """


@runtime_checkable
class HoldingPiece(Piece, Protocol):
    """A piece that holds what it is read from."""

    def emptied(self) -> Piece:
        """The same to locate its rows, without what it is read from."""


def emptied(piece: Piece) -> Piece:
    """A piece that has been read, and whose rows can still be located."""
    return piece.emptied() if isinstance(piece, HoldingPiece) else piece


class Cutter(Protocol):
    """Cuts a table into pieces, in order."""

    def take(self, rows: int | None) -> Piece | None:
        """The next piece of at least one and at most `rows` rows (None: as many as suit), or None at the end."""

    def finish(self) -> None:
        """Called when all is cut; DataError where the file changed while it was read."""


def unchanged() -> None:
    """What is held in memory does not change."""


@record(frozen=False)
class RangeCutter:
    """Cuts rows of which the number is known, as many at once as suit.

    piece: makes the piece of so many rows from a first one on, called in order. finish: as that of `Cutter`.
    """

    rows: int
    suit: int
    piece: Callable[[int, int], Piece]
    finish: Callable[[], None] = unchanged
    first: int = 0

    def take(self, rows: int | None) -> Piece | None:
        count = min(self.rows - self.first, rows or self.suit)
        if count == 0:
            return None
        self.first += count
        return self.piece(self.first - count, count)


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

    @property
    def syntax(self) -> TableSyntax | None:
        """How its cells are written, the delimiter too; None where it is no table of text."""

    @property
    def layout(self) -> object:
        """What is equal in arrays that differ in their numbers alone; None for other tables."""

    def shape(self, column: int) -> tuple[int, ...]:
        """The axes of one row of a column, of lists those of the first: () is one number, as is a vector of one."""

    def lists(self, column: int) -> bool:
        """Whether the rows of a column are lists, which may differ in length."""

    def check(self, column: int, kind: Kind, *, ragged: bool = False) -> None:
        """DataError where a column cannot be read so, as an array of text, or lists that are empty unless they may differ."""

    def begins_with_word(self, column: int) -> bool:
        """Whether the first cell of a column that is not missing is a word, where cells are checked as they are read."""

    def cut(self, selections: Sequence[Selection]) -> Cutter:
        """A cutter from the first row on, for pieces of which those columns will be read."""


class TypedTable:
    """A table whose columns have types of their own: it is no text, of which the cells would say what they are."""

    is_array = False
    header = False
    syntax = None
    layout: object = None

    def lists(self, column: int) -> bool:
        return False

    def begins_with_word(self, column: int) -> bool:
        return False


class ColumnsOf:
    """What a table answers about its columns where they are those of another. again: opens that one whenever it is asked."""

    layout: object = None

    def __init__(self, table: Table, again: Callable[[], Table] | None = None) -> None:
        self._table = again or (lambda: table)
        self.path, self.columns, self.syntax = table.path, table.columns, table.syntax
        self.is_array, self.header = table.is_array, table.header

    def shape(self, column: int) -> tuple[int, ...]:
        return self._table().shape(column)

    def lists(self, column: int) -> bool:
        return self._table().lists(column)

    def check(self, column: int, kind: Kind, *, ragged: bool = False) -> None:
        self._table().check(column, kind, ragged=ragged)

    def begins_with_word(self, column: int) -> bool:
        return self._table().begins_with_word(column)


def slices_of(columns: Mapping[Any, Column]) -> Reader:
    """The reader of columns that are held in memory."""
    return lambda start, stop: {name: values[start:stop] for name, values in columns.items()}


def squeezed(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of one row as `Table.shape` tells them: a vector of one number is that number."""
    return () if axes == (1,) else axes


def cell_text(
    row: str, selection: Selection, element: int | None, name: Callable[[int], str], axes: Callable[[int], Sequence[int]]
) -> str:
    """How a message names a cell: its row, its column where it is of one, and within a list the element.

    name, axes: those of a column by its place; the axes are of one row.
    """
    column = selection.column(element)
    if column is None:
        return row
    cell = f"{row}, column {quoted(name(column))}"
    return cell if selection.vector else cell + element_text(element, axes(column), "element")


def element_text(element: int | None, axes: Sequence[int], name: str) -> str:
    """How a message names an element of a row: `, column 5`, or where rows have several axes `, element (2, 5)`."""
    if element is None:
        return ""
    if len(axes) < 2:
        return f", {name} {element}"
    places: list[int] = []
    for axis in reversed(axes[1:]):
        element, place = divmod(element, axis)
        places.append(place)
    return f", element ({', '.join(map(str, [element, *reversed(places)]))})"
