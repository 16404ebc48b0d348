"""JSON lines: one object a line, cut at line ends into pieces that others parse.

As with other texts, Arrow's reader gives clean columns or None for "look closer", and both readers give the same values.
Format: https://jsonlines.org
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from lossctl.columns.column import Column
from lossctl.errors import DataError, quoted
from lossctl.files.compression import open_plain
from lossctl.files.lines import cut_lines, lines_of
from lossctl.formats.catalogue import Format
from lossctl.formats.jsonl.json_cells import JsonColumns, read_object, read_objects
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Kind, Reader, Selection
from lossctl.formats.text.text_piece import SMALL
from lossctl.record import record


@record
class JsonPiece:
    """`rows` lines, the first of them line `first_line` of the file."""

    columns: JsonColumns
    data: bytes
    rows: int
    first_line: int

    @contextmanager
    def open(self, wanted: Mapping[str, Selection]) -> Iterator[Reader]:
        columns = dict(zip(wanted, self._read(list(wanted.values())), strict=True))
        yield lambda start, stop: {name: values[start:stop] for name, values in columns.items()}

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        column = selection.column(element)
        where = f"{self.columns.file} line {self.first_line + row}"
        where += "" if column is None else f", column {quoted(self.columns.names[column])}"
        return where + ("" if element is None or selection.vector else f", element {element}")

    def _read(self, wanted: Sequence[Selection]) -> list[Column]:
        if len(self.data) >= SMALL or "pyarrow" in sys.modules:
            columns = read_fast(self, wanted)
            if columns is not None:
                return columns
        return read_objects(self.data.decode().split("\n")[:-1], self.columns, self.first_line, wanted)


def read_fast(piece: JsonPiece, wanted: Sequence[Selection]) -> list[Column] | None:
    """The wanted columns by Arrow's reader, or None where a line or value is not plainly what it should be."""
    import pyarrow as pa
    import pyarrow.json as pajson

    from lossctl.formats.arrow.arrow_columns import RowProblem, rows_of

    kinds = {(column, selection.kind) for selection in wanted for column in selection.columns}
    if len({column for column, _ in kinds}) < len(kinds) or not _one_object_a_line(piece):
        return None
    names, lengths = piece.columns.names, piece.columns.lengths
    schema = pa.schema([(names[column], _type_of(piece.columns, column, kind)) for column, kind in kinds])
    try:
        table = pajson.read_json(
            pa.BufferReader(piece.data),
            read_options=pajson.ReadOptions(use_threads=False, block_size=len(piece.data) + 1),
            parse_options=pajson.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
        if table.num_rows != piece.rows:
            return None
        columns = [
            [rows_of(table.column(names[column]), selection.kind, lengths.get(column)) for column in selection.columns]
            for selection in wanted
        ]
    except (pa.ArrowInvalid, RowProblem):
        return None
    for selection, parts in zip(wanted, columns, strict=True):
        if selection.kind is not Kind.TEXT and any(map(_infinite, parts)):
            return None  # some spellings of infinity are not JSON's, even as Python reads it
    return [_side_by_side(parts) if one.vector else parts[0] for one, parts in zip(wanted, columns, strict=True)]


def _side_by_side(parts: list[Any]) -> Any:
    return np.column_stack(parts)


def _type_of(columns: JsonColumns, column: int, kind: Kind) -> Any:
    """The Arrow type that a column's values should have."""
    import pyarrow as pa

    if kind is Kind.TEXT:
        return pa.string()
    if column in columns.lengths:
        return pa.list_(pa.float64())
    return pa.bool_() if column in columns.booleans and kind is Kind.LABEL else pa.float64()


def _infinite(values: Any) -> bool:
    return not np.isfinite(np.add.reduce(values, axis=None)) and bool(np.isinf(values).any())


def _one_object_a_line(piece: JsonPiece) -> bool:
    """Whether each line begins and ends as an object does, without which Arrow would also read objects spread over lines."""
    data = piece.data
    begun = data.count(b"\n{") + data.startswith(b"{")
    ended = data.count(b"}\n") + data.count(b"}\r\n")
    return begun == ended == piece.rows and b"\0" not in data


class JsonTable:
    """A file of JSON lines: its first object is read, whose keys are the columns."""

    is_array = False
    header = False
    rows = None

    def __init__(self, path: str, syntax: TableSyntax) -> None:
        self.path = path
        self.stream = open_plain(path)
        self.chunks = lines_of(self.stream, syntax.encoding)
        self.start = next(self.chunks, b"")
        if not self.start:
            raise DataError("no rows: the file is empty", where=self.stream.name)
        members = read_object(self.start[: self.start.index(b"\n")].decode(), f"{self.stream.name} line 1")
        self.columns = tuple(key for key, _ in members)
        self._columns = JsonColumns(
            self.stream.name,
            self.columns,
            {place: len(value) for place, (_, value) in enumerate(members) if type(value) is list},
            frozenset(place for place, (_, value) in enumerate(members) if isinstance(value, bool)),
        )

    def width(self, column: int) -> int | None:
        length = self._columns.lengths.get(column)
        if length == 0:
            raise DataError("the list is empty", where=f"{self.stream.name} line 1, column {quoted(self.columns[column])}")
        return None if length == 1 else length

    def check(self, column: int, kind: Kind) -> None:
        """Cells are checked as they are read."""

    def cut(self, selections: Sequence[Selection]) -> JsonCutter:
        return JsonCutter(self, self._columns)


class JsonCutter:
    """Cuts a file at line ends."""

    def __init__(self, table: JsonTable, columns: JsonColumns) -> None:
        self.table, self.columns = table, columns
        self.buffer, self.line = table.start, 1

    def take(self, rows: int | None) -> JsonPiece | None:
        self.buffer = self.buffer or next(self.table.chunks, b"")
        if not self.buffer:
            return None
        end, count = cut_lines(self.buffer, rows)
        piece = JsonPiece(self.columns, self.buffer[:end], count, self.line)
        self.buffer = self.buffer[end:]
        self.line += count
        return piece

    def finish(self) -> None:
        self.table.stream.finish()


def open_table(path: str, _: Format, syntax: TableSyntax) -> JsonTable:
    """The table in a file of JSON lines."""
    return JsonTable(path, syntax)
