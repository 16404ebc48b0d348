"""What the tables of JSON lines and of JSON documents have in common: columns that their objects show."""

from __future__ import annotations

from typing import ClassVar

from lossctl.files.compression import open_plain
from lossctl.files.sources import Source
from lossctl.formats.jsonl.json_cells import JsonColumns
from lossctl.formats.table import Kind, TypedTable, squeezed


class JsonTable(TypedTable):
    """A file of objects, whose keys are the columns. first: where the first object stands, as messages say it."""

    first: ClassVar[str]
    rows: int | None = None
    json_columns: JsonColumns

    def __init__(self, source: Source) -> None:
        self.path = source.path
        self.stream = open_plain(source)

    @property
    def columns(self) -> tuple[str, ...]:
        return self.json_columns.names

    def shape(self, column: int) -> tuple[int, ...]:
        return squeezed(self.json_columns.axes.get(column, ()))

    def lists(self, column: int) -> bool:
        return column in self.json_columns.axes

    def check(self, column: int, kind: Kind, *, ragged: bool = False) -> None:
        self.json_columns.check(self.first, column, kind, ragged=ragged)

    def begins_with_word(self, column: int) -> bool:
        return column in self.json_columns.words
