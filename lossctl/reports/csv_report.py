"""Comma-separated tables, an empty line between them; text that a spreadsheet would run as a formula is quoted with `'`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from lossctl.reports.cells import is_number, machine_text
from lossctl.reports.formats import Style
from lossctl.reports.full_tables import full_tables
from lossctl.reports.lines import Dialect, tables_lines
from lossctl.reports.table import Table
from lossctl.results.document import Cell, Document

FORMULA = "=+-@"  # what a formula begins with


def render(document: Document, style: Style) -> Iterator[str | bytes]:
    """Results, samples."""
    return render_tables(full_tables(document), style)


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str | bytes]:
    """Tables one below the other."""
    return tables_lines(tables, dialect, style.jobs)


def dialect(columns: int) -> Dialect:
    """How rows of so many cells become lines."""
    return Dialect(csv_line, _cell, ["", *[","] * (columns - 1), "\n"], special=',"', first=FORMULA)


def csv_line(row: Sequence[Cell]) -> str:
    """One line of cells."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([_harmless(cell) for cell in row])
    return line.getvalue()


def _cell(cell: Cell) -> str:
    """One of several cells of a line."""
    text = _harmless(cell)
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def _harmless(cell: Cell) -> str:
    text = machine_text(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(tuple(FORMULA)) and not is_number(text) else text
