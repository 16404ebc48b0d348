"""Tab-separated tables, an empty line between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lossctl.reports.formats import Style
from lossctl.reports.table import Table
from lossctl.reports.tables import full_tables, machine_text
from lossctl.results.document import Document


def render(document: Document, style: Style) -> Iterator[str]:
    """Results, samples."""
    return render_tables(full_tables(document), style)


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str]:
    """Tables one below the other."""
    for place, table in enumerate(tables):
        yield "\n" if place else ""
        for row in [table.columns, *table.rows]:
            yield "\t".join(map(machine_text, row)) + "\n"
