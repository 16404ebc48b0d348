"""CSV, TSV and white-space tables: opened, and cut at the ends of records into pieces that others parse.

A stretch without quotes is cut at any line end. Where there are quotes their number tells the records apart, since a quoted cell
may hold line ends; the csv module does, where quotes stand in odd places.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from itertools import chain

from lossctl.errors import DataError, NoRows, quoted
from lossctl.files.compression import open_plain
from lossctl.files.lines import cut_lines, lines_of
from lossctl.files.sources import Source
from lossctl.files.streams import Stream
from lossctl.formats.catalogue import Format
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import ROW_NAMES, Kind, Selection
from lossctl.formats.text.cells import CellError, Dialect, Record, UnclosedQuote, label, records
from lossctl.formats.text.quotes import cut_records
from lossctl.formats.text.text_lines import Stretch, table_lines
from lossctl.formats.text.text_piece import TextPiece
from lossctl.record import replace
from lossctl.text import MISSING

_SEPARATOR = re.compile(rb'"?sep=([!-~\t ])"?\r?\n', re.IGNORECASE)
RECORD_LIMIT = 16 * 2**20  # bytes of a record with quotes, each of which is four in the csv module


class TextTable:
    """An opened table: its first record is read, its rows are not."""

    is_array = False
    rows = None
    layout = None

    def __init__(self, source: Source, form: Format, syntax: TableSyntax) -> None:
        delimiter = syntax.delimiter or form.delimiter
        self.multiline = form.multiline and syntax.comment is None  # a comment is a line whatever stands around it
        self.path = source.path
        self.stream = open_plain(source)
        self.taken = 0
        self.name = self.stream.name
        self.header = syntax.header
        self.chunks = table_lines(lines_of(self.stream, syntax.encoding, squeeze=delimiter is None), syntax)
        start = next(self.chunks, Stretch(b"", 0, 1))
        said = None if delimiter is None else _SEPARATOR.match(start.data)
        if said is not None:
            delimiter = self._said(said[1].decode(), syntax)
            start = Stretch(start.data[said.end() :], start.lines - 1, start.first + 1)
        self.syntax = replace(syntax, delimiter=delimiter or " ")
        first, self.rest, self.lines = self._first_record(start)
        whole = said is None and syntax.comment is None and not syntax.skip
        own_bytes = delimiter is not None and codecs.lookup(syntax.encoding).name == "utf-8"
        self.offset = self._offset_of_rest() if whole and own_bytes else None
        if syntax.header and first.cells == [""]:
            self._refuse_empty_header(first.line)
        names = first.cells if syntax.header else [str(place) for place in range(1, len(first.cells) + 1)]
        self.first_line = first.end if syntax.header else first.line  # of the rest
        has_row_names = syntax.header and self._has_row_names(first, start.data)
        self.columns = (ROW_NAMES, *names) if has_row_names else tuple(names)
        counted = f"line {self.first_line}" if has_row_names else "header" if syntax.header else f"line {first.line}"
        self.dialect = Dialect(self.name, self.columns, self.syntax, counted)

    def shape(self, column: int) -> tuple[int, ...]:
        return ()

    def lists(self, column: int) -> bool:
        return False

    def check(self, column: int, kind: Kind, *, ragged: bool = False) -> None:
        """Cells are checked as they are read."""

    def begins_with_word(self, column: int) -> bool:
        """Whether the first cell of a column that is not missing, among the rows read so far, is a word."""
        self._look_ahead()
        try:
            for found in records(self.rest.decode(), self.syntax, self.name, 1):
                cell = found.cells[column] if column < len(found.cells) else ""
                if cell.strip().lower() not in MISSING and cell.strip() not in self.syntax.missing:
                    return not _is_number(cell, self.syntax)
        except (DataError, UnclosedQuote):  # it is said where the rows are read
            pass
        return False

    def cut(self, selections: Sequence[Selection]) -> TextCutter:
        return TextCutter(self)

    def _look_ahead(self) -> None:
        """Reads on where nothing is left of what was read."""
        if not self.rest:
            self.rest, self.lines, self.first_line = next(self.chunks, Stretch(b"", 0, self.first_line))

    def _said(self, delimiter: str, syntax: TableSyntax) -> str:
        """The delimiter that a first line `sep=;` says, as Excel reads it; DataError where an option says another."""
        if syntax.delimiter not in (None, delimiter):
            problem = f"the line says sep={delimiter}, and an option says the delimiter is {quoted(syntax.delimiter)}"
            raise DataError(problem, where=f"{self.name} line 1")
        return delimiter

    def _first_record(self, start: Stretch) -> tuple[Record, bytes, int]:
        """The first record, and the bytes that follow it (of a table without header: all) with the number of their lines."""
        data, count, line = b"", 0, start.first
        for chunk, more, _ in chain([start] if start.data else [], self.chunks):
            data, count = data + chunk, count + more
            self.taken = len(data)
            try:
                first = next(records(data.decode(), self.syntax, self.name, line))
            except UnclosedQuote:
                self.check_quote(line)
                _check_limit(data, self.name, line)
                continue
            if first.end - first.line > 1:
                self.check_quote(line)
            if not self.header:
                return first, data, count
            return first, data.split(b"\n", first.end - line)[-1], count - (first.end - line)
        if data:
            raise DataError("a quote is opened and never closed", where=f"{self.name} line {line}")
        raise NoRows("no rows: the file is empty", where=self.name)

    def _has_row_names(self, header: Record, start: bytes) -> bool:
        """Whether the table is as R's write.table makes it, whose header has no name for the column of row names.

        That a row has one cell more than the header tells it where R writes blanks or tabs, or the names are quoted; elsewhere it
        is a fault, and so is an empty cell too many.
        """
        if not ((self.syntax.delimiter or " ") in " \t" or start.startswith(b'"')):
            return False
        self._look_ahead()
        try:
            second = next(records(self.rest[: self.rest.find(b"\n") + 1].decode(), self.syntax, self.name, header.end), None)
        except (UnclosedQuote, DataError):
            return False
        return second is not None and len(second.cells) == len(header.cells) + 1 and second.cells[-1] != ""

    def check_quote(self, line: int) -> None:
        """DataError where a quoted cell may not run over the end of a line, as that which opens in this one does.

        In formats other than CSV it hardly ever does, and lines between two stray quotes would be lost.
        """
        if not self.multiline:
            problem = f"a quote opens in line {line} and does not close there; expected a cell on one line"
            plain = self.syntax.typed("quote=none")
            hint = f"if quotes are signs as any: {plain}; where cells hold line ends, save it as .csv"
            raise DataError(problem, where=f"{self.name} line {line}", hint=hint)

    def _refuse_empty_header(self, line: int) -> None:
        """DataError where the first line is empty, and the lines behind it have several cells."""
        self._look_ahead()
        try:
            found = next(
                (record for record in records(self.rest.decode(), self.syntax, self.name, line + 1) if record.cells != [""]), None
            )
        except (UnclosedQuote, DataError):
            return
        if found is not None and len(found.cells) > 1:
            hint = f"if line {found.line} is the header: {self.syntax.typed(f'skip={found.line - 1}')}"
            raise DataError("an empty line where a header should be", where=f"{self.name} line {line}", hint=hint)

    def _offset_of_rest(self) -> int | None:
        """Where in a regular file what follows the first record begins; None where its bytes are not those of the file."""
        if not (isinstance(self.stream, Stream) and self.stream.seekable):
            return None
        with open(self.path, "rb") as file:
            mark = file.read(3)
        return self.taken - len(self.rest) + (len(mark) if mark == codecs.BOM_UTF8 else 0)


class TextCutter:
    """Cuts a table's bytes into pieces of complete records."""

    def __init__(self, table: TextTable) -> None:
        self.table = table
        self.buffer, self.left = table.rest, table.lines
        self.line = table.first_line
        self.offset = table.offset
        self.rows = 0

    def take(self, rows: int | None) -> TextPiece | None:
        if not self.buffer and not self._more():
            if self.rows == 0:
                raise NoRows("no rows after the header", where=self.table.name)
            return None
        piece = self._quoted(rows) if self.table.syntax.quotes and b'"' in self.buffer else self._plain(rows)
        self.rows += piece.rows
        return piece

    def finish(self) -> None:
        self.table.stream.finish()

    def _more(self) -> bool:
        chunk, count, first = next(self.table.chunks, Stretch(b"", 0, 1))
        if not self.buffer:
            self.line = first
        self.buffer = self.buffer + chunk if self.buffer else chunk
        self.left += count
        return bool(chunk)

    def _plain(self, rows: int | None) -> TextPiece:
        end, found = cut_lines(self.buffer, self.left, rows)
        return self._cut(end, found, found, quotes=False)

    def _quoted(self, rows: int | None) -> TextPiece:
        while True:
            found = cut_records(self.buffer, self.table.dialect.delimiter, rows)
            if found and (self.table.multiline or found.lines == found.records):
                return self._cut(*found, quotes=True)
            count, lines = 0, 0
            try:
                for record in records(self.buffer.decode(), self.table.syntax, self.table.name, self.line):
                    count, lines = count + 1, record.end - self.line
                    if record.end - record.line > 1:
                        self.table.check_quote(record.line)
                    if count == rows:
                        break
            except UnclosedQuote as unclosed:
                self.table.check_quote(unclosed.line)
                if not count:
                    _check_limit(self.buffer, self.table.name, unclosed.line)
                    held = len(self.buffer)
                    while len(self.buffer) < min(2 * held, RECORD_LIMIT + 1) and self._more():
                        pass  # twice as much, so that a long record is not parsed time and again
                    if len(self.buffer) == held:
                        raise DataError(
                            "a quote is opened and never closed", where=f"{self.table.name} line {unclosed.line}"
                        ) from None
                    continue
            end = len(self.buffer) - len(self.buffer.split(b"\n", lines)[-1])
            return self._cut(end, count, lines, quotes=True)

    def _cut(self, end: int, rows: int, lines: int, *, quotes: bool) -> TextPiece:
        place = None if self.offset is None else (self.table.path, self.offset)
        piece = TextPiece(self.table.dialect, self.buffer[:end], rows, lines, self.line, quotes, place)
        self.buffer = self.buffer[end:]
        self.offset = None if self.offset is None else self.offset + end
        self.left -= lines
        self.line += lines
        return piece


def open_table(source: Source, form: Format, syntax: TableSyntax) -> TextTable:
    """The table in a text file."""
    return TextTable(source, form, syntax)


def _is_number(cell: str, syntax: TableSyntax) -> bool:
    try:
        label(cell, syntax)
    except CellError:
        return False
    return True


def _check_limit(data: bytes, name: str, line: int) -> None:
    if len(data) > RECORD_LIMIT:
        raise DataError(f"a quote is opened and not closed within {RECORD_LIMIT // 2**20} MiB", where=f"{name} line {line}")
