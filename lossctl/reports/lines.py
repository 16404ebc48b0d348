"""Tables as lines of text: short ones row by row, long ones column by column, to the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lossctl.engine.ordered_map import threaded_map
from lossctl.reports.cells import Block
from lossctl.reports.dialect import Dialect
from lossctl.reports.table import Table

LONG = 2_000  # rows from which columns, and the import of pyarrow, are quicker than a list for each row


def lines(table: Table, dialect: Dialect, jobs: int = 1) -> Iterator[str | bytes]:
    """The rows of a table, of which so many threads write a block each."""
    yield from threaded_map(partial(block_lines, dialect=dialect), table.blocks, jobs)
    for row in table.rows:
        yield dialect.line(row)


def tables_lines(tables: Iterable[Table], dialect: Callable[[int], Dialect], jobs: int = 1) -> Iterator[str | bytes]:
    """Tables one below the other, an empty line between them. dialect: by the number of columns."""
    for place, table in enumerate(tables):
        own = dialect(len(table.columns))
        yield "\n" if place else ""
        yield own.line(table.columns)
        yield from lines(table, own, jobs)


def block_lines(block: Block, dialect: Dialect) -> str | bytes:
    """The rows of a block."""
    if block.rows < LONG:
        return "".join(map(dialect.line, block.lists()))
    from lossctl.reports.arrow_lines import arrow_lines

    return arrow_lines(block, dialect)
