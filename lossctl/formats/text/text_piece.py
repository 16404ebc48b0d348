"""A piece of a text table: complete records, parsed by whoever scores them.

The fast reader gives clean columns or None for "look closer"; only then the careful one goes over the piece, to read what the
fast one does not know or to say which line is wrong. Both give the same values.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from lossctl.columns.column import Column
from lossctl.errors import DataError, quoted
from lossctl.formats.table import Reader, Selection
from lossctl.formats.text.cells import Dialect, read_carefully, records
from lossctl.record import record

SMALL = 256 * 2**10  # below it importing pyarrow costs more than reading carefully


@record
class TextPiece:
    """`rows` records in UTF-8. first_line: the physical line of the first, from 1. quotes: whether any cell is quoted.

    place: the file and the byte where `data` stand just so; another process gets that in their stead.
    """

    dialect: Dialect
    data: bytes
    rows: int
    first_line: int
    quotes: bool
    place: tuple[str, int] | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        told = (self.dialect, self.data, self.rows, self.first_line, self.quotes)
        return (TextPiece, told) if self.place is None else (_read_again, (self.place, len(self.data), *told[:1], *told[2:]))

    @contextmanager
    def open(self, wanted: Mapping[str, Selection]) -> Iterator[Reader]:
        columns = dict(zip(wanted, self._read(list(wanted.values())), strict=True))
        yield lambda start, stop: {name: values[start:stop] for name, values in columns.items()}

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        line = self.first_line + row
        if self.quotes:
            found = records(self.data.decode(), self.dialect.delimiter, self.dialect.name, self.first_line)
            line = next(itertools.islice(found, row, None)).line
        column = selection.column(element)
        return f"{self.dialect.name} line {line}" + ("" if column is None else f", column {quoted(self.dialect.columns[column])}")

    def _read(self, wanted: Sequence[Selection]) -> list[Column]:
        if len(self.data) >= SMALL or "pyarrow" in sys.modules:
            from lossctl.formats.text.text_fast import read_fast

            columns = read_fast(self.data, self.rows, self.dialect, wanted, quotes=self.quotes)
            if columns is not None:
                return columns
        return read_carefully(self.data.decode(), self.dialect, self.first_line, wanted)


def _read_again(place: tuple[str, int], size: int, dialect: Dialect, rows: int, first_line: int, quotes: bool) -> TextPiece:
    path, offset = place
    with open(path, "rb") as file:
        file.seek(offset)
        data = file.read(size)
    if len(data) == size - 1:  # the last line of the file may lack its end
        data += b"\n"
    if len(data) != size:
        raise DataError("the file changed while it was read; run again when it is complete", where=dialect.name)
    return TextPiece(dialect, data, rows, first_line, quotes, place)
