"""Tables as lines of text: short ones row by row, long ones column by column, to the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from lossctl.engine.ordered_map import threaded_map
from lossctl.record import record
from lossctl.reports.cells import Block
from lossctl.reports.table import Table
from lossctl.results.document import Cell

LONG = 2_000  # rows from which columns, and the import of pyarrow, are quicker than a list for each row


@record
class Dialect:
    """How rows become lines.

    line: one row. cell: one cell, as it stands there. around: what stands before each of the cells, and after the last.
    special: the characters for which a text looks otherwise in its line, beside control characters and those above 126.
    first: those for which it does if it begins with one. quote: what stands around every other text.
    json: whether numbers are those of JSON: `1.0`; a line with a number that JSON has not looks otherwise.
    """

    line: Callable[[Sequence[Cell]], str]
    cell: Callable[[Cell], str]
    around: Sequence[str]
    special: str = ""
    first: str = ""
    quote: str = ""
    json: bool = False


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
