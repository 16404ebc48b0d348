"""Comma-separated tables, an empty line between them; text that a spreadsheet would run as a formula is quoted with `'`."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence

from lossctl.reports.formats.catalogue import Style
from lossctl.reports.lines.cells import is_number, machine_text
from lossctl.reports.lines.line_format import LineFormat
from lossctl.reports.lines.rendering import tables_lines
from lossctl.reports.tables.full_tables import full_tables
from lossctl.reports.tables.table import Table
from lossctl.results.document import Cell, Document

FORMULA = "=+-@"  # what a formula begins with


def render(document: Document, style: Style) -> Iterator[str | bytes]:
    """Results, samples."""
    return render_tables(full_tables(document), style)


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str | bytes]:
    """Tables one below the other."""
    return tables_lines(tables, line_format, style.jobs)


def line_format(columns: int) -> LineFormat:
    """How rows of so many cells become lines that a spreadsheet may open."""
    return _line_format(columns, _harmless, FORMULA)


def line_format_as_read(columns: int) -> LineFormat:
    """How rows of so many cells become lines that a program reads: text stays as it is."""
    return _line_format(columns, lambda cell: cell if isinstance(cell, str) else machine_text(cell), "")


def _line_format(columns: int, text: Callable[[Cell], str], first: str) -> LineFormat:
    special = {*',"\r\n'}

    def line(row: Sequence[Cell]) -> str:
        written = io.StringIO()
        csv.writer(written).writerow([text(cell) for cell in row])  # whose own line end has it quote each character of one
        return written.getvalue().removesuffix("\r\n") + "\n"

    def quoted(cell: Cell) -> str:
        words = text(cell)
        return '"' + words.replace('"', '""') + '"' if special.intersection(words) else words

    return LineFormat(line, quoted, ["", *[","] * (columns - 1), "\n"], special=',"', first=first)


def _harmless(cell: Cell) -> str:
    text = machine_text(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(tuple(FORMULA)) and not is_number(text) else text
