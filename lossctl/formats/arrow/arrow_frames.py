"""Arrow tables that Python code hands over, among them those of polars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lossctl.formats.arrow.arrow_fields import field_at
from lossctl.formats.arrow.arrow_pieces import ArrowSchema, Batches
from lossctl.formats.table import Selection, unchanged


class ArrowFrame(ArrowSchema):
    """A pyarrow Table or RecordBatch in memory."""

    def __init__(self, name: str, table: Any) -> None:
        super().__init__(name, "Arrow", table.schema)
        self.path, self.table = name, table
        self.rows: int | None = table.num_rows

    def arrays_of(self, column: int) -> Iterator[Any]:
        array = field_at(self.table, self.paths[column], measured=True)
        yield from array.chunks if hasattr(array, "chunks") else [array]

    def cut(self, selections: Sequence[Selection]) -> Batches:
        columns = self.wanted(selections)
        chosen = self.table.select(sorted(columns.names))
        return Batches(columns, iter(chosen.to_batches() if hasattr(chosen, "to_batches") else [chosen]), unchanged)
