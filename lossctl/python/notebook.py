"""How results look in a notebook and at a prompt: tables of at most a screen, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape

from lossctl.errors import shorten
from lossctl.reports.cells import human_text
from lossctl.reports.delivery import said
from lossctl.reports.formats import Style, render_tables
from lossctl.reports.table import Table
from lossctl.reports.tables import glance_tables
from lossctl.results.document import Cell, Document
from lossctl.text import shown

ROWS, TABLES, LINES = 20, 3, 3  # rows of a table, tables, and lines of each kind beside them
CELL, WIDTH = 40, 200  # characters of a cell, and of a line
DIGITS = 6
ALL = "all: .to_frame()"


def as_text(document: Document, headline: str | None = None) -> str:
    """The document as lines of text, at most a screen."""
    tables = "".join(map(str, render_tables(_tables(document), "table", Style(DIGITS))))
    return "\n".join(shorten(line, WIDTH) for line in [*_lines(document, headline), *tables.splitlines()])


def as_html(document: Document, headline: str | None = None) -> str:
    """The document as HTML, every text in it escaped."""
    lines = "".join(f"<div>{escape(shorten(line, WIDTH))}</div>\n" for line in _lines(document, headline))
    return f"<div>\n{lines}{''.join(map(_html, _tables(document)))}</div>"


def _lines(document: Document, headline: str | None) -> Iterator[str]:
    """What was judged, what went wrong, and what probably is."""
    if headline is not None:
        yield headline
    yield from _some([said(run) for run in document.runs if run.error is None], "runs")
    yield from _some([f"error: {shown(error)}" for error in document.errors], "errors")
    yield from _some([f"warning: {shown(warning)}" for warning in document.warnings], "warnings")


def _some(lines: list[str], what: str) -> Iterator[str]:
    yield from lines[:LINES]
    if len(lines) > LINES:
        yield f"{len(lines) - LINES:,} more {what}"


def _tables(document: Document) -> list[Table]:
    """The first tables that people want to see, each with its first rows."""
    least = replace(
        document,
        runs=tuple(replace(run, samples=None, results=run.results[: ROWS + 1]) for run in document.runs[: ROWS + 1]),
        checks=document.checks[: ROWS + 1],
        comparisons=document.comparisons[: ROWS + 1],
    )
    rows = len(document.checks) or len(document.comparisons) or sum(len(run.results) for run in document.runs)
    first, *others = list(glance_tables(least))[:TABLES]
    return [_cut(first, rows), *(_cut(table, len(table.rows)) for table in others)]


def _cut(table: Table, rows: int) -> Table:
    """The first of so many rows, long cells shortened."""
    cells = [[shorten(shown(cell), CELL) if isinstance(cell, str) else cell for cell in row] for row in table.rows[:ROWS]]
    note = f"the first {ROWS} of {rows:,} rows; {ALL}" if rows > ROWS else table.note
    return replace(table, columns=[shorten(shown(name), CELL) for name in table.columns], rows=cells, note=note)


def _html(table: Table) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in table.columns)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in table.rows)
    note = f"<div>{escape(table.note)}</div>\n" if table.note else ""
    title = escape(shorten(shown(table.title), WIDTH))
    rows = f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>"
    return f'<table class="dataframe">\n<caption>{title}</caption>\n{rows}\n</table>\n{note}'


def _cell(cell: Cell) -> str:
    align = "left" if isinstance(cell, str) else "right"
    return f'<td style="text-align: {align}">{escape(human_text(cell, DIGITS))}</td>'
