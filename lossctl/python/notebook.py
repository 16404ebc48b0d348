"""How results look in a notebook and at a prompt: tables of at most a screen, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, repeat

from lossctl.errors import shorten
from lossctl.record import replace
from lossctl.reports.delivery import first_lines, said
from lossctl.reports.formats.catalogue import Style, render_tables
from lossctl.reports.lines.cells import human_text
from lossctl.reports.page.elements import inert, row_element, table_element
from lossctl.reports.tables.first_rows import first_tables
from lossctl.reports.tables.table import Table
from lossctl.results.document import Cell, Document
from lossctl.text import shown

ROWS, TABLES, LINES = 20, 3, 3  # rows of a table, tables, and lines of each kind beside them
CELL, WIDTH = 40, 200  # characters of a cell, and of a line
DIGITS = Style().digits
ALL = "all: .to_frame()"


def as_text(document: Document, headline: str | None = None) -> str:
    """The document as lines of text, at most a screen."""
    tables = "".join(map(str, render_tables(_tables(document), "table", Style(DIGITS))))
    return "\n".join(shorten(line, WIDTH) for line in [*_lines(document, headline), *tables.splitlines()])


def as_html(document: Document, headline: str | None = None) -> str:
    """The document as HTML, every text in it escaped."""
    lines = "".join(f"<div>{inert(shorten(line, WIDTH))}</div>\n" for line in _lines(document, headline))
    return f"<div>\n{lines}{''.join(map(_html, _tables(document)))}</div>"


def _lines(document: Document, headline: str | None) -> Iterator[str]:
    """What was judged, what went wrong, and what probably is."""
    if headline is not None:
        yield headline
    yield from first_lines([said(run) for run in document.runs if run.error is None], LINES, "runs")
    yield from first_lines([f"error: {shown(error)}" for error in document.errors], LINES, "errors")
    yield from first_lines([f"warning: {shown(warning)}" for warning in document.warnings], LINES, "warnings")


def _tables(document: Document) -> list[Table]:
    """The first tables that people want to see, each with its first rows."""
    without = replace(document, runs=tuple(replace(run, samples=None) for run in document.runs))
    count = len([*islice(first_tables(without, 1, CELL), TABLES + 1)])
    most = ROWS if count < TABLES else ROWS // count
    return [
        table if rows <= most else replace(table, note=f"the first {most} of {rows:,} rows; {ALL}")
        for table, rows in islice(first_tables(without, most, CELL), TABLES + 1)
    ]


def _html(table: Table) -> str:
    caption = f'<table class="dataframe">\n<caption>{inert(shorten(shown(table.title), WIDTH))}</caption>'
    head = row_element("th", map(inert, table.columns), repeat(""))
    note = f"<div>{inert(table.note)}</div>\n" if table.note else ""
    lead = "".join(f"<div>{inert(shorten(human_text(sentence, DIGITS), WIDTH))}</div>\n" for sentence in table.lead)
    return lead + table_element(caption, head, map(_row, table.rows)) + note


def _row(row: Sequence[Cell]) -> str:
    sides = (f' style="text-align: {"left" if isinstance(cell, str) else "right"}"' for cell in row)
    return row_element("td", [inert(human_text(cell, DIGITS)) for cell in row], sides)
