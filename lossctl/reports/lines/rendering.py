"""Tables as lines of text: short ones row by row, long ones column by column, to the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from lossctl.maps.ordered_map import threaded_map
from lossctl.reports.lines.cells import Block
from lossctl.reports.lines.line_format import LineFormat
from lossctl.reports.tables.table import Table

LONG = 2_000  # rows from which columns, and the import of pyarrow, are quicker than a list for each row


def lines(table: Table, line_format: LineFormat, jobs: int = 1) -> Iterator[str | bytes]:
    """The rows of a table, of which so many threads write a block each."""
    yield from threaded_map(partial(block_lines, line_format=line_format), table.blocks, jobs)
    for row in table.rows:
        yield line_format.line(row)


def tables_lines(tables: Iterable[Table], line_format: Callable[[int], LineFormat], jobs: int = 1) -> Iterator[str | bytes]:
    """Tables one below the other, an empty line between them. line_format: by the number of columns."""
    for place, table in enumerate(tables):
        own = line_format(len(table.columns))
        yield "\n" if place else ""
        yield own.line(table.columns)
        yield from lines(table, own, jobs)


def block_lines(block: Block, line_format: LineFormat) -> str | bytes:
    """The rows of a block."""
    if block.rows < LONG:
        return "".join(map(line_format.line, block.lists()))
    from lossctl.reports.lines.arrow_lines import arrow_lines

    return arrow_lines(block, line_format)
