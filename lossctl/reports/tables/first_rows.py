"""The tables that people want to see of a document, however long it is: their first rows, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lossctl.errors import shorten
from lossctl.record import replace
from lossctl.reports.tables.glance import glance_tables
from lossctl.reports.tables.table import Table
from lossctl.results.document import Document, Run
from lossctl.text import shown


def first_tables(document: Document, most: int, cell: int) -> Iterator[tuple[Table, int]]:
    """Each table with at most `most` rows and `cell` characters in a text, and the number of all its rows."""
    least = replace(document, runs=_first_runs(document, most), checks=document.checks[:most])
    for place, table in enumerate(glance_tables(least)):
        yield first_rows(table, most, cell), len(table.rows) if place else _rows(document)


def first_rows(table: Table, most: int, cell: int) -> Table:
    """The first rows of a table, long texts shortened."""

    def short(names: Sequence[str]) -> list[str]:
        return [shorten(shown(name), cell) for name in names]

    rows = [[shorten(shown(value), cell) if isinstance(value, str) else value for value in row] for row in table.rows[:most]]
    return replace(table, columns=short(table.columns), rows=rows, names=short(table.names), sentences=short(table.sentences))


def _first_runs(document: Document, most: int) -> tuple[Run, ...]:
    """The runs that the first rows are about, but two where there are several, with the results that are in these rows."""
    if document.board is not None and not document.board.long:
        return document.runs[: max(most, 2)]
    runs: list[Run] = []
    room = most
    for run in document.runs:
        if room <= 0 and len(runs) > 1:
            break
        runs.append(replace(run, results=run.results[: max(room, 0)]))
        room -= max(1, len(run.results))
    return tuple(runs)


def _rows(document: Document) -> int:
    """The number of rows of the first table."""
    if verdicts := document.checks or document.comparisons:
        return len(verdicts)
    if document.board is not None and not document.board.long:
        return len(document.runs)
    return sum(len(run.results) + (run.error is not None) for run in document.runs)
