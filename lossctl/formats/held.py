"""Tables that many runs share, as the target of a batch: read once in each process, kept while their files stay as they are."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import numpy as np

from lossctl.columns.column import Column, concat
from lossctl.errors import DataError
from lossctl.files.states import FileState, file_state
from lossctl.formats.catalogue import open_table
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import ColumnsOf, Cutter, Piece, RangeCutter, Reader, Selection, Table, Wanted, slices_of
from lossctl.record import record

LIMIT = 64 * 2**20  # bytes of a file that is kept
_PIECE_ROWS = 2**18


def open_held(path: str, syntax: TableSyntax) -> Table:
    """The table in a file, kept for the runs to come. What is no regular file, or a large one, is opened as ever."""
    state = file_state(path)
    if not state or state[0] > LIMIT:
        return open_table(path, syntax)
    return _held(path, syntax, state)


@functools.lru_cache(maxsize=4)
def _held(path: str, syntax: TableSyntax, state: FileState) -> HeldTable:
    return HeldTable(path, syntax, state)


class HeldTable(ColumnsOf):
    """A table of which the columns that were ever wanted are in memory."""

    def __init__(self, path: str, syntax: TableSyntax, state: FileState) -> None:
        from threading import Lock  # most commands read no file for several runs

        table = open_table(path, syntax)
        super().__init__(table)
        self.path, self.rows, self._asked, self._state = path, table.rows, syntax, state
        self._pieces: tuple[Piece, ...] = ()
        self._read: dict[Selection, Column] = {}
        self._lock = Lock()

    @property
    def is_current(self) -> bool:
        """Whether the file is as it was when it was opened, so that it would be this table again."""
        return file_state(self.path) == self._state

    def cut(self, selections: Sequence[Selection]) -> Cutter:
        try:
            with self._lock:
                lacking = [selection for selection in selections if selection not in self._read]
                if lacking:
                    self._take_in([*dict.fromkeys(lacking)])
        except DataError:  # a fault is found where the run reads it, which may have one before it
            return open_table(self.path, self._asked).cut(selections)
        pieces, columns = self._pieces, self._read
        rows = sum([piece.rows for piece in pieces])
        return RangeCutter(rows, _PIECE_ROWS, lambda first, count: HeldPiece(pieces, columns, first, count))

    def _take_in(self, selections: Sequence[Selection]) -> None:
        cutter = open_table(self.path, self._asked).cut(selections)
        pieces: list[Piece] = []
        parts: list[dict[str, Column]] = []
        wanted = {str(place): selection for place, selection in enumerate(selections)}
        while (piece := cutter.take(None)) is not None:
            parts.append({name: _own(rows) for name, rows in piece.open(wanted)(0, piece.rows).items()})
            pieces.append(piece)
        cutter.finish()
        self._pieces = tuple(pieces)
        self._read |= {selection: concat([part[name] for part in parts]) for name, selection in wanted.items()}


def _own(rows: Column) -> Column:
    """Rows that stay when the reader's buffers are filled again."""
    return np.array(rows) if isinstance(rows, np.ndarray) else rows


@record
class HeldPiece:
    """Rows `first` to `first + rows` of what is in memory; pieces: those of the file, which know where rows stand in it."""

    pieces: tuple[Piece, ...]
    columns: Mapping[Selection, Column]
    first: int
    rows: int

    def open(self, wanted: Wanted) -> Reader:
        rows = slice(self.first, self.first + self.rows)
        return slices_of({name: self.columns[selection][rows] for name, selection in wanted.items()})

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        row += self.first
        for piece in self.pieces:
            if row < piece.rows:
                return piece.locate(row, selection, element)
            row -= piece.rows
        raise IndexError(row)
