"""A table: what most formats print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lossctl.record import record
from lossctl.reports.cells import Block
from lossctl.results.document import Cell


@record
class Table:
    """Named columns of cells. blocks: long parts as columns, which stand before the rows. note: a line below it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str | None = None
    blocks: Iterable[Block] = ()

    def lists(self) -> Iterator[Sequence[Cell]]:
        """Every row."""
        for block in self.blocks:
            yield from block.lists()
        yield from self.rows
