"""CSV, TSV and white-space tables: opened, and cut at the ends of records into pieces that others parse.

A stretch without quotes is cut at any line end. Where there are quotes the csv module tells the records apart, since a quoted
cell may hold line ends.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

import numpy as np

from lossctl.errors import DataError, quoted
from lossctl.sources.cells import Dialect, Record, UnclosedQuote, records
from lossctl.sources.formats import Format
from lossctl.sources.streams import Stream
from lossctl.sources.syntax import TableSyntax
from lossctl.sources.table import Kind, Selection
from lossctl.sources.text_piece import TextPiece

_READ = 4 * 2**20
_LIMIT = 64 * 2**20  # bytes of one line, or of one record
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class TextTable:
    """An opened table: its first record is read, its rows are not."""

    is_array = False
    rows = None

    def __init__(self, path: str, syntax: TableSyntax, delimiter: str | None) -> None:
        self.path = path
        self.stream = Stream(path)
        self.name = self.stream.name
        self.header = syntax.header
        self.delimiter = delimiter or " "
        self.chunks = _lines(self.stream, syntax.encoding, squeeze=delimiter is None)
        first, self.rest = self._first_record()
        names = first.cells if syntax.header else [str(place) for place in range(1, len(first.cells) + 1)]
        self.columns = tuple(names)
        self.first_line = first.end if syntax.header else 1
        self.dialect = Dialect(self.name, self.columns, self.delimiter, syntax.decimal, syntax.header)

    def width(self, column: int) -> None:
        return None

    def check(self, column: int, kind: Kind) -> None:
        if self.columns.count(self.columns[column]) > 1:
            raise DataError(f"column {quoted(self.columns[column])} is there more than once", where=f"{self.name} line 1")

    def cut(self, selections: Sequence[Selection]) -> TextCutter:
        return TextCutter(self)

    def _first_record(self) -> tuple[Record, bytes]:
        """The first record, and the bytes that follow it (of a table without header: all bytes)."""
        data = b""
        for chunk in self.chunks:
            data += chunk
            try:
                first = next(records(data.decode(), self.delimiter, self.name, 1))
            except UnclosedQuote:
                _check_limit(data, self.name, 1)
                continue
            lines = data.split(b"\n", first.end - 1)
            return first, lines[-1] if self.header else data
        if data:
            raise DataError("a quote is opened and never closed", where=f"{self.name} line 1")
        raise DataError("no rows: the file is empty", where=self.name)


class TextCutter:
    """Cuts a table's bytes into pieces of complete records."""

    def __init__(self, table: TextTable) -> None:
        self.table = table
        self.buffer = table.rest
        self.line = table.first_line
        self.rows = 0

    def take(self, rows: int | None) -> TextPiece | None:
        if not self.buffer and not self._more():
            if self.rows == 0:
                raise DataError("no rows after the header", where=self.table.name)
            return None
        piece = self._quoted(rows) if b'"' in self.buffer else self._plain(rows)
        self.rows += piece.rows
        return piece

    def finish(self) -> None:
        self.table.stream.finish()

    def _more(self) -> bool:
        chunk = next(self.table.chunks, b"")
        self.buffer += chunk
        return bool(chunk)

    def _plain(self, rows: int | None) -> TextPiece:
        found = self.buffer.count(b"\n")
        end = len(self.buffer)
        if rows is not None and found > rows:
            end = int(np.flatnonzero(np.frombuffer(self.buffer, np.uint8) == 10)[rows - 1]) + 1
            found = rows
        return self._cut(end, found, found, quotes=False)

    def _quoted(self, rows: int | None) -> TextPiece:
        while True:
            count, lines = 0, 0
            try:
                for record in records(self.buffer.decode(), self.table.delimiter, self.table.name, self.line):
                    count, lines = count + 1, record.end - self.line
                    if count == rows:
                        break
            except UnclosedQuote as unclosed:
                if not count:
                    _check_limit(self.buffer, self.table.name, unclosed.line)
                    if not self._more():
                        raise DataError(
                            "a quote is opened and never closed", where=f"{self.table.name} line {unclosed.line}"
                        ) from None
                    continue
            end = len(self.buffer) - len(self.buffer.split(b"\n", lines)[-1])
            return self._cut(end, count, lines, quotes=True)

    def _cut(self, end: int, rows: int, lines: int, *, quotes: bool) -> TextPiece:
        piece = TextPiece(self.table.dialect, self.buffer[:end], rows, self.line, quotes)
        self.buffer = self.buffer[end:]
        self.line += lines
        return piece


def open_table(path: str, one: Format, syntax: TableSyntax) -> TextTable:
    """The table in a text file."""
    return TextTable(path, syntax, syntax.delimiter or one.delimiter)


def _lines(stream: Stream, encoding: str, *, squeeze: bool) -> Iterator[bytes]:
    """Chunks of complete lines as UTF-8, the last with a line end even if the file lacks it, without the empty lines at the end.

    squeeze: runs of blanks become one blank, those at the ends of lines none.
    """
    rest = blank = b""
    for data in _utf8(stream, encoding):
        data = rest + data
        end = data.rfind(b"\n") + 1
        lines, rest = _squeezed(data[:end]) if squeeze else data[:end], data[end:]
        if len(rest) > _LIMIT:
            raise DataError(f"a line is longer than {_LIMIT // 2**20} MiB", where=stream.name)
        filled = len(lines.rstrip(b"\r\n"))
        if not filled:
            blank += lines
            continue
        end = lines.find(b"\n", filled) + 1
        yield blank + lines[:end]
        blank = lines[end:]
    rest = _squeezed(rest + b"\n") if squeeze else rest + b"\n"
    if rest.strip(b"\r\n"):
        yield blank + rest


def _squeezed(lines: bytes) -> bytes:
    return re.sub(rb"(?m)^ +| +(?=\r?$)", b"", re.sub(rb"[ \t]+", b" ", lines))


def _utf8(stream: Stream, encoding: str) -> Iterator[bytes]:
    """The bytes of a stream, checked to be UTF-8 or made so, without a byte-order mark."""
    name = codecs.lookup(encoding).name
    decoder = codecs.getincrementaldecoder(name)()
    offset = 0
    while data := stream.read(_READ):
        if offset == 0 and name == "utf-8":
            for mark, other in _MARKS.items():
                if data.startswith(mark):
                    raise DataError("not UTF-8 at byte 0", where=stream.name, hint=f"read it with --encoding {other}")
            data = data.removeprefix(codecs.BOM_UTF8)
        yield _decoded(decoder, data, offset, stream.name, name)
        offset += len(data)
    yield _decoded(decoder, b"", offset, stream.name, name)


def _decoded(decoder: codecs.IncrementalDecoder, data: bytes, offset: int, where: str, encoding: str) -> bytes:
    if encoding == "utf-8" and data.isascii() and decoder.getstate()[0] == b"":
        return data
    held = len(decoder.getstate()[0])
    try:
        return decoder.decode(data, final=not data).encode()
    except UnicodeDecodeError as problem:
        hint = "name its encoding: --encoding latin-1" if encoding == "utf-8" else None
        raise DataError(f"not {encoding.upper()} at byte {offset - held + problem.start}", where=where, hint=hint) from None


def _check_limit(data: bytes, name: str, line: int) -> None:
    if len(data) > _LIMIT:
        raise DataError(f"a quote is opened and not closed within {_LIMIT // 2**20} MiB", where=f"{name} line {line}")
