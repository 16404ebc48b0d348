"""Arrow tables that Python code hands over, among them those of polars, and frames of pandas whose cells are lists or objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from lossctl.columns.arrow_words import strings
from lossctl.errors import DataError
from lossctl.formats.arrow.arrow_fields import field_at
from lossctl.formats.arrow.arrow_pieces import ArrowSchema, Batches
from lossctl.formats.numpy.arrays import array_of
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


def arrow_of(frame: Any) -> Any:
    """A frame of polars, pandas or pyarrow as a Table or RecordBatch of pyarrow."""
    if hasattr(frame, "to_arrow"):
        return frame.to_arrow()
    if not hasattr(frame, "iloc"):
        return frame
    columns = [_of_pandas(frame.iloc[:, place]) for place in range(len(frame.columns))]
    return pa.Table.from_arrays(columns, [*map(str, frame.columns)])


def _of_pandas(column: Any) -> Any:
    """A column of pandas: numbers among words are words, and other objects a column that nothing is read of."""
    try:
        return pa.array(column, from_pandas=True)
    except (pa.ArrowException, OverflowError):
        try:
            return strings(["" if cell is None else str(cell) for cell in array_of("", column)])
        except DataError:
            return pa.array([{}] * len(column), pa.struct([]))
