"""Comma-separated tables, an empty line between them; text that a spreadsheet would run as a formula is quoted with `'`."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence

from lossctl.reports.cells import is_number, machine_text
from lossctl.reports.dialect import Dialect
from lossctl.reports.formats import Style
from lossctl.reports.full_tables import full_tables
from lossctl.reports.lines import tables_lines
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
    """How rows of so many cells become lines that a spreadsheet may open."""
    return _dialect(columns, _harmless, FORMULA)


def dialect_as_read(columns: int) -> Dialect:
    """How rows of so many cells become lines that a program reads: text stays as it is."""
    return _dialect(columns, machine_text, "")


def _dialect(columns: int, text: Callable[[Cell], str], first: str) -> Dialect:
    def line(row: Sequence[Cell]) -> str:
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerow([text(cell) for cell in row])
        return written.getvalue()

    def quoted(cell: Cell) -> str:
        words = text(cell)
        return '"' + words.replace('"', '""') + '"' if "," in words or '"' in words else words

    return Dialect(line, quoted, ["", *[","] * (columns - 1), "\n"], special=',"', first=first)


def _harmless(cell: Cell) -> str:
    text = machine_text(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(tuple(FORMULA)) and not is_number(text) else text
