"""Tab-separated tables, an empty line between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lossctl.reports.cells import machine_text
from lossctl.reports.dialect import Dialect
from lossctl.reports.formats import Style
from lossctl.reports.full_tables import full_tables
from lossctl.reports.lines import tables_lines
from lossctl.reports.table import Table
from lossctl.results.document import Cell, Document


def render(document: Document, style: Style) -> Iterator[str | bytes]:
    """Results, samples."""
    return render_tables(full_tables(document), style)


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str | bytes]:
    """Tables one below the other."""
    return tables_lines(tables, dialect, style.jobs)


def dialect(columns: int) -> Dialect:
    """How rows of so many cells become lines."""
    return Dialect(_line, machine_text, ["", *["\t"] * (columns - 1), "\n"])


def _line(row: Sequence[Cell]) -> str:
    return "\t".join(map(machine_text, row)) + "\n"
