"""Comma-separated tables, an empty line between them; text that a spreadsheet would run as a formula is quoted with `'`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from lossctl.reports.formats import Style
from lossctl.reports.table import Table
from lossctl.reports.tables import full_tables, machine_text
from lossctl.results.document import Cell, Document


def render(document: Document, style: Style) -> Iterator[str]:
    """Results, samples."""
    return render_tables(full_tables(document), style)


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str]:
    """Tables one below the other."""
    for place, table in enumerate(tables):
        yield "\n" if place else ""
        for row in [table.columns, *table.rows]:
            yield csv_line(row)


def csv_line(row: Sequence[Cell]) -> str:
    """One line of cells."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([_harmless(cell) for cell in row])
    return line.getvalue()


def _harmless(cell: Cell) -> str:
    text = machine_text(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(("=", "+", "-", "@")) else text
