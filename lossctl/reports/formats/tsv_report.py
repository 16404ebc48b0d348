"""Tab-separated tables, an empty line between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lossctl.reports.formats.catalogue import Style
from lossctl.reports.lines.cells import machine_text
from lossctl.reports.lines.line_format import LineFormat
from lossctl.reports.lines.rendering import tables_lines
from lossctl.reports.tables.full_tables import full_tables
from lossctl.reports.tables.table import Table
from lossctl.results.document import Cell, Document


def render(document: Document, style: Style) -> Iterator[str | bytes]:
    """Results, samples."""
    return render_tables(full_tables(document), style)


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str | bytes]:
    """Tables one below the other."""
    return tables_lines(tables, line_format, style.jobs)


def line_format(columns: int) -> LineFormat:
    """How rows of so many cells become lines."""
    return LineFormat(_line, machine_text, ["", *["\t"] * (columns - 1), "\n"])


def _line(row: Sequence[Cell]) -> str:
    return "\t".join(map(machine_text, row)) + "\n"
