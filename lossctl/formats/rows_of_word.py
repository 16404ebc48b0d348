"""The rows of a table that have a word in a column, as a table of their own: those of one model among several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lossctl.columns.words import Words
from lossctl.errors import DataError
from lossctl.formats.table import ColumnsOf, Cutter, Piece, Reader, Selection, Table, Wanted, emptied
from lossctl.lazy import np
from lossctl.record import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD = "word"


def words_of(table: Table, selection: Selection) -> Iterator[tuple[Piece, Words]]:
    """The pieces of a table with a column of text of each; DataError at the first row that has none."""
    cutter = table.cut([selection])
    while (piece := cutter.take(None)) is not None:
        yield piece, _words(piece, selection)
    cutter.finish()


class RowsOfWord(ColumnsOf):
    """The rows of `table` whose cell in a column of text, `selection`, is `word`, letter for letter."""

    def __init__(self, table: Table, selection: Selection, word: str) -> None:
        super().__init__(table)
        self.table, self.selection, self.word = table, selection, word
        self.rows = None  # known when they have been read

    def cut(self, selections: Sequence[Selection]) -> Cutter:
        return _Cutter(self, self.table.cut([*selections, self.selection]))


class _Cutter:
    def __init__(self, table: RowsOfWord, cutter: Cutter) -> None:
        self.table, self.cutter = table, cutter

    def take(self, rows: int | None) -> Piece | None:
        while (piece := self.cutter.take(rows)) is not None:
            codes, words = _words(piece, self.table.selection).encoded()
            (code,) = [at for at, word in enumerate(words.tolist()) if word == self.table.word] or [-1]
            if len(places := np.flatnonzero(codes == code)):
                return _Piece(piece, places)
        return None

    def finish(self) -> None:
        self.cutter.finish()


@record
class _Piece:
    """Some rows of a piece, by their places in it (n,), in order."""

    piece: Piece
    places: NDArray[np.int64]

    @property
    def rows(self) -> int:
        return len(self.places)

    def open(self, wanted: Wanted) -> Reader:
        read = self.piece.open(wanted)

        def chosen(start: int, stop: int) -> dict[Any, Any]:
            places = self.places[start:stop]
            columns: dict[Any, Any] = read(int(places[0]), int(places[-1]) + 1)
            return {name: column[places - places[0]] for name, column in columns.items()}

        return chosen

    def emptied(self) -> _Piece:
        return _Piece(emptied(self.piece), self.places)

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return self.piece.locate(int(self.places[row]), selection, element)


def _words(piece: Piece, selection: Selection) -> Words:
    words = piece.open({_WORD: selection})(0, piece.rows)[_WORD]
    assert isinstance(words, Words)
    blank = words.blank()
    if blank.any():
        where = piece.locate(int(blank.argmax()), selection, None)
        raise DataError("the cell is empty, so the row belongs to no model", where=where)
    return words
