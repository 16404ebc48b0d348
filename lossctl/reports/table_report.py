"""Tables for a terminal. No cell is ever cut or folded: a table wider than the terminal runs over its edge."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from lossctl.reports.cells import human_text
from lossctl.reports.formats import Style
from lossctl.reports.table import Table
from lossctl.reports.tables import glance_tables
from lossctl.results.document import Document

_UNBOUNDED = 10**6


def render(document: Document, style: Style) -> Iterator[str]:
    """Results, samples from both ends, worst rows."""
    return render_tables(glance_tables(document), style)


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str]:
    """Tables one below the other."""
    for place, table in enumerate(tables):
        yield "\n" if place else ""
        yield "" if not place else f"{human_text(table.title, 0)}\n"
        yield _text(_rich(table, style), style)
        yield f"{table.note}\n" if table.note else ""


def _rich(table: Table, style: Style) -> RichTable:
    shown = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for at, name in enumerate(table.columns):
        numeric = all(not isinstance(row[at], str) for row in table.rows)
        shown.add_column(Text(human_text(name, 0)), justify="right" if numeric else "left", no_wrap=True)
    for row in table.rows:
        shown.add_row(*(Text(human_text(cell, style.digits)) for cell in row))
    return shown


def _text(table: RichTable, style: Style) -> str:
    text = io.StringIO()
    console = Console(
        file=text,
        width=_UNBOUNDED,
        force_terminal=style.colour,
        color_system="standard" if style.colour else None,
        no_color=not style.colour,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    console.print(table, crop=False)
    return "".join(line.rstrip() + "\n" for line in text.getvalue().splitlines()).strip("\n") + "\n"
