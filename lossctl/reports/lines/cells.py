"""Cells of tables: those of a long table's column without an object for each, and what one looks like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from lossctl.columns.words import Words
from lossctl.lazy import np
from lossctl.record import record
from lossctl.results.document import Cell
from lossctl.text import as_number, number_text, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Cells(Protocol):
    """A column of a part of a table."""

    def tolist(self) -> list[Cell]:
        """The cells as Python has them."""

    def at(self, rows: NDArray[np.int64]) -> Cells:
        """The cells of some rows."""


@record
class Repeated:
    """One cell for all of n rows."""

    cell: Cell
    rows: int

    def tolist(self) -> list[Cell]:
        return [self.cell] * self.rows

    def at(self, rows: NDArray[np.int64]) -> Cells:
        return Repeated(self.cell, len(rows))


@record
class Coded:
    """Few different cells: codes (n,) are places in them."""

    codes: NDArray[np.int64]
    cells: Sequence[Cell]

    def tolist(self) -> list[Cell]:
        return [self.cells[code] for code in self.codes.tolist()]

    def at(self, rows: NDArray[np.int64]) -> Cells:
        return Coded(self.codes[rows], self.cells)


@record
class Plain:
    """Numbers (n,), or a word for each row. absent: where there is none."""

    values: NDArray[Any] | Words
    absent: NDArray[np.bool_] | None = None

    def tolist(self) -> list[Cell]:
        cells: list[Cell] = [*self.values.tolist()]
        for place in self.lacking.tolist():
            cells[place] = None
        return cells

    def at(self, rows: NDArray[np.int64]) -> Cells:
        return Plain(self.values[rows], None if self.absent is None else self.absent[rows])

    @property
    def lacking(self) -> NDArray[np.int64]:
        """The rows that have none."""
        return np.zeros(0, np.int64) if self.absent is None else np.flatnonzero(self.absent)


@record
class Block:
    """Some rows of a table as columns."""

    columns: Sequence[Cells]
    rows: int

    def lists(self) -> Iterator[tuple[Cell, ...]]:
        """The rows one by one."""
        return zip(*(cells.tolist() for cells in self.columns), strict=True)

    def at(self, rows: NDArray[np.int64]) -> Block:
        """Some of the rows."""
        return Block([cells.at(rows) for cells in self.columns], len(rows))


def machine_text(cell: Cell) -> str:
    """A cell in full precision; text made safe to show."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return shown(cell) if isinstance(cell, str) else number_text(cell) if isinstance(cell, float) else str(cell)


def human_text(cell: Cell, digits: int) -> str:
    """A cell with so many significant digits; text made safe to show."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell + 0.0:.{digits}g}"
    return "" if cell is None else shown(cell) if isinstance(cell, str) else f"{cell:,}"


def is_number(text: str) -> bool:
    """Whether a text is that of a number."""
    return as_number(text) is not None
