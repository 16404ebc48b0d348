"""A JSON document that is a table: an array of objects, or what pandas' `to_json` writes as `columns`, `records` or `split`.

The labels of pandas' index are a first column without a name, as in its CSV files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lossctl.errors import DataError, NoRows, listed, plural, quoted
from lossctl.files.lines import lines_of
from lossctl.files.sources import Source
from lossctl.formats.catalogue import Format
from lossctl.formats.jsonl.json_cells import JsonColumns, columns_of, read_rows
from lossctl.formats.jsonl.json_objects import DECODER, UNREADABLE, Members, named, not_json
from lossctl.formats.jsonl.json_table import JsonTable
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import RangeCutter, Reader, Selection, Wanted, slices_of
from lossctl.record import record

LIMIT = 2**30  # bytes of a document, which is held whole
_PIECE_ROWS = 2**16
_FORMS = "an array of objects, or pandas' columns, records or split"
_LINES = "if it has one object a line: --input-format jsonl, or a name ending in .jsonl"


@record
class JsonRows:
    """Rows of a document, from row `first` on."""

    columns: JsonColumns
    objects: list[Members]
    first: int

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.objects)

    def open(self, wanted: Wanted) -> Reader:
        placed = ((f"{self.columns.file} row {row}", members) for row, members in enumerate(self.objects, self.first))
        return slices_of(dict(zip(wanted, read_rows(placed, self.columns, list(wanted.values())), strict=True)))

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return self.columns.locate(f"row {self.first + row}", selection, element)


class JsonDocument(JsonTable):
    """A document, read whole."""

    first = "row 0"

    def __init__(self, source: Source, syntax: TableSyntax) -> None:
        super().__init__(source)
        self.objects = _rows_of(_value(self.stream.name, lines_of(self.stream, syntax.encoding)), self.stream.name)
        if not self.objects:
            raise NoRows("no rows: the document is an empty table", where=self.stream.name)
        self.rows = len(self.objects)
        self.json_columns = columns_of(iter(self.objects), self.stream.name)

    def cut(self, selections: Sequence[Selection]) -> RangeCutter:
        def piece(first: int, count: int) -> JsonRows:
            return JsonRows(self.json_columns, self.objects[first : first + count], first)

        return RangeCutter(len(self.objects), _PIECE_ROWS, piece, self.stream.finish)


def open_table(source: Source, _: Format, syntax: TableSyntax) -> JsonDocument:
    """The table in a JSON document."""
    return JsonDocument(source, syntax)


def _value(name: str, chunks: Iterator[tuple[bytes, int]]) -> Any:
    """The value that a document is."""
    parts: list[bytes] = []
    size = 0
    for data, _ in chunks:
        parts.append(data)
        size += len(data)
        if size > LIMIT:
            raise DataError(f"a document of more than {LIMIT // 2**30} GiB; JSON lines may be of any size", where=name)
    text = b"".join(parts).decode()
    if not text.strip():
        raise NoRows("no rows: the file is empty", where=name)
    try:
        return DECODER.decode(text)
    except UNREADABLE as problem:
        raise not_json(problem, name, _LINES if str(problem).startswith("Extra data") else None, lines=True) from None


def _rows_of(document: Any, name: str) -> list[Members]:
    """The rows of a document, each an object; DataError where it is no table."""
    if isinstance(document, Members):
        parts = dict(document)
        if len(parts) < len(document):
            raise DataError(f"one key is there twice, among {listed(key for key, _ in document)}", where=name)
        if {"columns", "data"} <= parts.keys() <= {"columns", "index", "data"}:
            return _of_split(parts, name)
        if parts and all(isinstance(values, Members) for values in parts.values()):
            return _of_columns(parts, name)
        raise DataError(f"an object that is no table; expected {_FORMS}", where=name, hint=_LINES)
    if not isinstance(document, list):
        raise DataError(f"{named(document)}; expected {_FORMS}", where=name)
    for row, members in enumerate(document):
        if not isinstance(members, Members):
            raise DataError(f"{named(members)} where an object should be; expected {_FORMS}", where=f"{name} row {row}")
    return document


def _of_split(parts: dict[str, Any], name: str) -> list[Members]:
    """The rows of `{"columns": [...], "index": [...], "data": [[...], ...]}`."""
    columns, data = parts["columns"], parts["data"]
    if not _is_list(columns) or not _is_list(data) or not all(isinstance(column, str) for column in columns):
        raise DataError(f"columns and data are no lists of names and rows; expected {_FORMS}", where=name)
    index = parts.get("index", [None] * len(data))
    if not _is_list(index) or len(index) != len(data):
        raise DataError(f"the index is no list of {plural(len(data), 'row')}, as data has", where=name)
    rows = []
    for number, (label, row) in enumerate(zip(index, data, strict=True)):
        if not _is_list(row) or len(row) != len(columns):
            found = plural(len(row), "value") if _is_list(row) else named(row)
            raise DataError(f"{found}, and there are {plural(len(columns), 'column')}", where=f"{name} row {number}")
        rows.append(Members([*([("", label)] if "index" in parts else []), *zip(map(str, columns), row, strict=True)]))
    return rows


def _of_columns(parts: dict[str, Any], name: str) -> list[Members]:
    """The rows of `{"y": {"0": ..., "1": ...}, "p": {"0": ..., "1": ...}}`."""
    first, labels = next((column, [label for label, _ in cells]) for column, cells in parts.items())
    for column, cells in parts.items():
        if [label for label, _ in cells] != labels:
            raise DataError(f"the rows of {quoted(column)} are others than those of {quoted(first)}", where=name)
    if len(set(labels)) < len(labels):
        raise DataError(f"one row is there twice in {quoted(first)}", where=name)
    cells = [[value for _, value in column] for column in parts.values()]
    return [
        Members([("", label), *zip(parts, row, strict=True)]) for label, row in zip(labels, zip(*cells, strict=True), strict=True)
    ]


def _is_list(value: Any) -> bool:
    return type(value) is list
