"""A piece of a text table: complete records, parsed by whoever scores them.

The fast readers give clean columns or None for "look closer"; only then the careful one goes over the piece, to read what they
do not know or to say which line is wrong. All give the same values.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lossctl.columns.column import Column
from lossctl.errors import quoted
from lossctl.files.streams import changed
from lossctl.formats.table import Reader, Selection, Wanted, slices_of
from lossctl.formats.text.cells import Dialect, read_carefully, records
from lossctl.formats.text.quotes import cut_records
from lossctl.formats.text.text_numpy import read_numbers
from lossctl.lazy import np
from lossctl.record import record, replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALL = 3 * 2**20  # bytes below which importing pyarrow costs more than NumPy's reader
FEW = 256 * 2**10  # the same for the careful reader


@record
class TextPiece:
    """`rows` records in UTF-8 that stand on `lines` lines, the first of which is `first_line` of the file, from 1.

    quotes: whether any cell is quoted. place: the file and the byte where `data` stand just so; another process gets that in
    their stead. within: of a piece without them the record of each line end that stands in a cell, in order.
    """

    dialect: Dialect
    data: bytes
    rows: int
    lines: int
    first_line: int
    quotes: bool
    place: tuple[str, int] | None = None
    within: NDArray[np.int64] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        if self.place is None:
            return TextPiece, (self.dialect, self.data, self.rows, self.lines, self.first_line, self.quotes, None, self.within)
        return _read_again, (replace(self, data=b"", place=None), self.place, len(self.data))

    def open(self, wanted: Wanted) -> Reader:
        return slices_of(dict(zip(wanted, self._read(list(wanted.values())), strict=True)))

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        line = self.first_line + row
        if self.within is not None:
            line += int(np.searchsorted(self.within, row))
        elif self.lines > self.rows:
            found = records(self.data.decode(), self.dialect.syntax, self.dialect.name, self.first_line)
            line = next(itertools.islice(found, row, None)).line
        column = selection.column(element)
        return f"{self.dialect.name} line {line}" + ("" if column is None else f", column {quoted(self.dialect.columns[column])}")

    def emptied(self) -> TextPiece:
        if self.lines == self.rows:
            return replace(self, data=b"", place=None)
        if cut_records(self.data, self.dialect.delimiter, None) is None:
            return self  # quotes mean other things, and the csv module has to tell
        return replace(self, data=b"", place=None, within=_line_ends_within(self.data))

    def _read(self, wanted: Sequence[Selection]) -> list[Column]:
        imported = has_arrow()
        if len(self.data) < SMALL and not imported and not self.quotes:
            columns = read_numbers(self.data, self.rows, self.dialect, wanted)
            if columns is not None:
                return columns
        if len(self.data) >= FEW or imported:
            from lossctl.formats.text.text_fast import read_fast

            columns = read_fast(self.data, self.rows, self.dialect, wanted, quotes=self.quotes)
            if columns is not None:
                return columns
        return read_carefully(self.data.decode(), self.dialect, self.first_line, wanted)


def _line_ends_within(data: bytes) -> NDArray[np.int64]:
    """The record of each line end that stands in a cell: before which there is an odd number of quotes."""
    values = np.frombuffer(data, np.uint8)
    quotes, ends = (np.flatnonzero(values == ord(sign)) for sign in '"\n')
    within = np.searchsorted(quotes, ends) % 2 == 1
    records: NDArray[np.int64] = np.cumsum(~within)[within]
    return records


def has_arrow() -> bool:
    """Whether Arrow's readers cost no import."""
    return "pyarrow" in sys.modules


def _read_again(piece: TextPiece, place: tuple[str, int], size: int) -> TextPiece:
    path, offset = place
    with open(path, "rb") as file:
        file.seek(offset)
        data = file.read(size)
    if len(data) == size - 1:  # the last line of the file may lack its end
        data += b"\n"
    if len(data) != size:
        raise changed(piece.dialect.name)
    return replace(piece, data=data, place=place)
