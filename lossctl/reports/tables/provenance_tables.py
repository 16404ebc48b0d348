"""Where the numbers of a document come from: the rows and sources of its runs, and what its losses mean exactly."""

from __future__ import annotations

from lossctl.errors import listed
from lossctl.reports.tables.full_tables import beside
from lossctl.reports.tables.table import Table
from lossctl.results.document import Cell, Document

CLASSES = 20


def runs_table(document: Document) -> Table:
    """One row a run: its rows, those used and dropped, its sources and classes; once where several checks are about it."""
    runs = [run for run in document.runs if run.error is None]
    roles = list(dict.fromkeys(role for run in runs for role in run.sources))
    dropped = ["dropped"] if any(run.dropped for run in runs) else []
    classes = ["classes"] if any(run.classes for run in runs) else []
    first = ["run", "rows", "used", *dropped]
    columns = [*first, *beside([*first, *classes], roles, "role"), *classes]
    rows: list[list[Cell]] = [
        [
            run.run,
            run.rows,
            run.used,
            *(", ".join(f"{count:,} {reason}" for reason, count in run.dropped.items()) for _ in dropped),
            *map(run.sources.get, roles),
            *(listed(run.classes or (), CLASSES) for _ in classes),
        ]
        for run in runs
    ]
    rows = [[*row] for row in dict.fromkeys(map(tuple, rows))]
    return Table("where it is from", columns, rows, names=columns[:1], sentences=columns[3:])


def signatures_table(document: Document) -> Table:
    """One row a loss and signature; the number of runs where a loss has several."""
    counts: dict[tuple[str, str], int] = {}
    for run in document.runs:
        for key in dict.fromkeys((result.loss, result.signature) for result in run.totals):
            counts[key] = counts.get(key, 0) + 1
    losses = [loss for loss, _ in counts]
    several = len({*losses}) < len(losses)
    rows: list[list[Cell]] = [[*key, *([count] if several else [])] for key, count in counts.items()]
    return Table("signatures", ["loss", "signature", *(["runs"] if several else [])], rows, sentences=["signature"])
