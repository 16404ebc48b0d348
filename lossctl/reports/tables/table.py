"""A table: what most formats print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lossctl.record import record
from lossctl.reports.lines.cells import Block, is_number
from lossctl.results.document import Cell


@record
class Table:
    """Named columns of cells. blocks: long parts as columns, which stand before the rows. note: a line below it.

    lead: sentences above it. names: columns of paths and other names, whose middle a narrow terminal may leave out; sentences:
    those of texts whose end it may; spare: those that it may leave out together, the first ones first. verdict: the column whose
    words have colours. mentions: long names in the lead and the note, whose middle may be left out too.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str | None = None
    blocks: Iterable[Block] = ()
    lead: Sequence[str] = ()
    names: Sequence[str] = ()
    sentences: Sequence[str] = ()
    spare: Sequence[tuple[str, ...]] = ()
    verdict: str | None = None
    mentions: Sequence[str] = ()

    def lists(self) -> Iterator[Sequence[Cell]]:
        """Every row."""
        for block in self.blocks:
            yield from block.lists()
        yield from self.rows


def stands_right(table: Table, name: str, column: Sequence[Cell]) -> bool:
    """Whether a column is one of numbers, also of those that came as text: groups, and what is kept along."""
    texts = [cell for cell in column if isinstance(cell, str)]
    return not texts or (name in (*table.names, *table.sentences) and all(map(is_number, filter(None, texts))))
