"""Markdown tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lossctl.reports.formats.catalogue import Style
from lossctl.reports.lines.cells import human_text
from lossctl.reports.tables.glance import glance_tables
from lossctl.reports.tables.table import Table
from lossctl.results.document import Document


def render(document: Document, style: Style) -> Iterator[str]:
    """Results, samples from both ends, worst rows; of checks also what could not be judged, which no column says."""
    yield from render_tables(glance_tables(document), style)
    errors = document.errors if document.checks else document.errors_beside
    yield from (f"\n{_escaped(f'error: {error}')}\n" for error in errors)


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str]:
    """Tables one below the other."""
    for place, table in enumerate(tables):
        yield f"\n**{_escaped(table.title)}**\n\n" if place else ""
        yield from (f"{_escaped(sentence)}.\n\n" for sentence in table.lead)
        yield _line([_escaped(name) for name in table.columns])
        numeric = [all(not isinstance(row[at], str) for row in table.rows) for at in range(len(table.columns))]
        yield _line(["---:" if right else "---" for right in numeric])
        for row in table.rows:
            yield _line([_escaped(cell) if isinstance(cell, str) else human_text(cell, style.digits) for cell in row])
        yield f"\n{table.note}\n" if table.note else ""


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _escaped(text: str) -> str:
    """Text whose punctuation Markdown and HTML leave alone."""
    text = human_text(text, 0).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]()#+!|~@])", r"\\\1", text)
