"""JSON lines: one object a line, cut at line ends into pieces that others parse.

As with other texts, Arrow's reader gives clean columns or None for "look closer", and both readers give the same values.
Format: https://jsonlines.org
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from typing import Any

import numpy as np

from lossctl.columns.column import Column, Numbers
from lossctl.columns.ragged import Ragged
from lossctl.errors import DataError, NoRows
from lossctl.files.lines import cut_lines, lines_of
from lossctl.files.sources import Source
from lossctl.formats.catalogue import Format
from lossctl.formats.jsonl.json_cells import JsonColumns, columns_of, read_objects
from lossctl.formats.jsonl.json_objects import Members, Path, read_object
from lossctl.formats.jsonl.json_table import JsonTable
from lossctl.formats.nested import FIRST, SPARK_VALUES
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Kind, Reader, Selection, Wanted, slices_of
from lossctl.formats.text.text_piece import FEW, has_arrow
from lossctl.record import record, replace

_CHUNK = 2**18  # bytes that are looked at while they are in a core's cache


@record
class JsonPiece:
    """`rows` lines, the first of them line `first_line` of the file."""

    columns: JsonColumns
    data: bytes
    rows: int
    first_line: int

    def open(self, wanted: Wanted) -> Reader:
        return slices_of(dict(zip(wanted, self._read(list(wanted.values())), strict=True)))

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return self.columns.locate(f"line {self.first_line + row}", selection, element)

    def emptied(self) -> JsonPiece:
        return replace(self, data=b"")

    def _read(self, wanted: Sequence[Selection]) -> list[Column]:
        if len(self.data) >= FEW or has_arrow():
            columns = read_fast(self, wanted)
            if columns is not None:
                return columns
        return read_objects(self.data.decode().split("\n")[:-1], self.columns, self.first_line, wanted)


def read_fast(piece: JsonPiece, wanted: Sequence[Selection]) -> list[Column] | None:
    """The wanted columns by Arrow's reader, or None where a line or value is not plainly what it should be."""
    import pyarrow as pa
    import pyarrow.json as pajson

    from lossctl.formats.arrow.arrow_columns import rows_of
    from lossctl.formats.arrow.arrow_fields import field_at
    from lossctl.formats.arrow.arrow_lists import RowProblem

    kinds = {(column, selection.kind) for selection in wanted for column in selection.columns}
    paths, axes, own = piece.columns.paths, piece.columns.axes, piece.columns.own_axes()
    if any(kind is Kind.TEXT and column in axes for column, kind in kinds):
        return None  # a list, not text
    if len({column for column, _ in kinds}) < len(kinds) or not _one_object_a_line(piece):
        return None
    types = {_written(paths[column]): _type_of(piece.columns, column, kind, own[paths[column]]) for column, kind in kinds}
    if any(path[:end] in types or path[-1] == SPARK_VALUES for path in types for end in range(1, len(path))):
        return None
    schema = pa.schema(_fields(types, {_written(path) for path, lists in own.items() if lists}))
    try:
        table = pajson.read_json(
            pa.BufferReader(piece.data),
            read_options=pajson.ReadOptions(use_threads=False, block_size=len(piece.data) + 1),
            parse_options=pajson.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
        if table.num_rows != piece.rows:
            return None
        columns = [
            [
                rows_of(field_at(table, paths[at]), selection.kind, axes.get(at, ()), ragged=selection.ragged)
                for at in selection.columns
            ]
            for selection in wanted
        ]
    except (pa.ArrowInvalid, RowProblem):
        return None
    for selection, parts in zip(wanted, columns, strict=True):
        if selection.kind is not Kind.TEXT and any(map(_infinite, parts)):
            return None  # some spellings of infinity are not JSON's, even as Python reads it
    return [selection.joined(parts) for selection, parts in zip(wanted, columns, strict=True)]


def _written(path: Path) -> Path:
    """The keys on the way to a column: of a list of objects the first one has those that all of them have."""
    return tuple(key for end, key in enumerate(path) if not end or key != FIRST)


def _fields(types: Mapping[Path, Any], lists: Set[Path], outer: Path = ()) -> list[tuple[str, Any]]:
    """The fields of a schema that has columns of some types at some keys. lists: the keys to lists."""
    import pyarrow as pa

    inner: dict[Path, dict[Path, Any]] = {}
    for path, kind_of in types.items():
        inner.setdefault((*outer, path[0]), {})[path[1:]] = kind_of
    fields = []
    for path, below in inner.items():
        kind_of = below[()] if () in below else pa.struct(_fields(below, lists, path))
        fields.append((path[-1], pa.list_(kind_of) if path in lists and () not in below else kind_of))
    return fields


def _type_of(columns: JsonColumns, column: int, kind: Kind, axes: tuple[int, ...]) -> Any:
    """The Arrow type that a column's values should have. axes: of its own lists."""
    import pyarrow as pa

    if kind is Kind.TEXT:
        return pa.string()
    if column in columns.axes:
        return functools.reduce(lambda inner, _: pa.list_(inner), axes, pa.float64())
    return pa.bool_() if column in columns.booleans and kind is Kind.LABEL else pa.float64()


def _infinite(values: Any) -> bool:
    values = values.values if isinstance(values, Ragged) else values
    return not np.isfinite(np.add.reduce(values, axis=None)) and bool(np.isinf(values).any())


def _one_object_a_line(piece: JsonPiece) -> bool:
    """Whether each line begins and ends as an object does, without which Arrow would also read objects spread over lines."""
    values = np.frombuffer(piece.data, np.uint8)
    if values[0] != ord("{") or b"\0" in piece.data:
        return False
    if all(_ends_between_braces(values[start : start + _CHUNK + 1]) for start in range(0, len(values), _CHUNK)):
        return True
    ends = np.flatnonzero(values == ord("\n"))
    last = ends - 1 - (values[ends - 1] == ord("\r"))
    return bool((values[ends[:-1] + 1] == ord("{")).all() and (values[last] == ord("}")).all())


def _ends_between_braces(values: Numbers) -> bool:
    """Whether `}` stands before each line end and `{` behind, where something does."""
    end = values == ord("\n")
    alone = (end[:-1] > (values[1:] == ord("{"))) | (end[1:] > (values[:-1] == ord("}")))  # of truth values > is "and not"
    return not alone.any()


class JsonLines(JsonTable):
    """A file of JSON lines: its first object is read, whose keys are the columns."""

    first = "line 1"

    def __init__(self, source: Source, syntax: TableSyntax) -> None:
        super().__init__(source)
        self.chunks = lines_of(self.stream, syntax.encoding)
        self.start, self.lines = next(self.chunks, (b"", 0))
        if not self.start:
            raise NoRows("no rows: the file is empty", where=self.stream.name)
        self.json_columns = columns_of(_objects(_lines(self.start), self.stream.name), self.stream.name)

    def cut(self, selections: Sequence[Selection]) -> JsonCutter:
        return JsonCutter(self, self.json_columns)


def _objects(lines: Iterator[str], file: str) -> Iterator[Members]:
    """The objects of lines as far as they are; the first must be one, others are said where they are read."""
    yield read_object(next(lines), f"{file} line 1")
    with suppress(DataError):
        yield from (read_object(line, "") for line in lines)


def _lines(data: bytes) -> Iterator[str]:
    """Complete lines, one by one."""
    start = 0
    while end := data.find(b"\n", start) + 1:
        yield data[start : end - 1].decode()
        start = end


class JsonCutter:
    """Cuts a file at line ends."""

    def __init__(self, table: JsonLines, columns: JsonColumns) -> None:
        self.table, self.columns = table, columns
        self.buffer, self.left, self.line = table.start, table.lines, 1

    def take(self, rows: int | None) -> JsonPiece | None:
        if not self.left:
            self.buffer, self.left = next(self.table.chunks, (b"", 0))
        if not self.left:
            return None
        end, count = cut_lines(self.buffer, self.left, rows)
        piece = JsonPiece(self.columns, self.buffer[:end], count, self.line)
        self.buffer = self.buffer[end:]
        self.left -= count
        self.line += count
        return piece

    def finish(self) -> None:
        self.table.stream.finish()


def open_table(source: Source, _: Format, syntax: TableSyntax) -> JsonLines:
    """The table in a file of JSON lines."""
    return JsonLines(source, syntax)
