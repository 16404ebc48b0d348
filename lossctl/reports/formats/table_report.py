"""Tables for a terminal, or for a pipe, which has no width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lossctl.errors import listed
from lossctl.reports.formats.catalogue import Style
from lossctl.reports.lines.cells import human_text
from lossctl.reports.lines.fitting import Column, Fitted, fit
from lossctl.reports.tables.glance import glance_tables
from lossctl.reports.tables.short_names import MENTION, cell_width, short_names
from lossctl.reports.tables.table import Table, stands_right
from lossctl.results.document import Document

_BOLD, _RED, _GREEN, _YELLOW, _PLAIN = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"
_COLOURS = {"pass": _GREEN, "fail": _RED, "error": _RED, "warn": _YELLOW, "undecided": _YELLOW}


def render(document: Document, style: Style) -> Iterator[str]:
    """Results, samples from both ends, worst rows; histograms where they are asked for."""
    yield from render_tables(glance_tables(document), style)
    if style.hist:
        from lossctl.reports.pictures.terminal import histograms

        yield from histograms(document, style)


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str]:
    """Tables one below the other."""
    for place, table in enumerate(tables):
        yield f"\n{human_text(table.title, 0)}\n" if place else ""
        yield from (_sentence(sentence, table, style.width) for sentence in table.lead)
        yield "\n" if table.lead else ""
        yield from _lines(table, style)


def _lines(table: Table, style: Style) -> Iterator[str]:
    cells = [*zip(*table.lists(), strict=True)] or [()] * len(table.columns)
    columns: Mapping[str, Column] = {
        name: [human_text(name, 0), *(human_text(cell, style.digits) for cell in column)]
        for name, column in zip(table.columns, cells, strict=True)
    }
    right = {name: stands_right(table, name, column) for name, column in zip(table.columns, cells, strict=True)}
    fitted = fit(table, columns, style.width)
    header, *rows = zip(*(_padded(fitted, name, right=right[name]) for name in fitted.columns), strict=True)
    gap = " " * fitted.gap
    line = " " + gap.join(header).rstrip()
    yield f"{_BOLD}{line}{_PLAIN}\n" if style.colour else f"{line}\n"
    yield " " + "─" * (sum(fitted.widths.values()) + fitted.gap * (len(fitted.widths) - 1)) + "\n"
    verdicts = fitted.columns.get(table.verdict or "") if style.colour else None
    for place, row in enumerate(rows, 1):
        line = " " + gap.join(row).rstrip() + "\n"
        yield line if verdicts is None else _coloured(line, verdicts[place])
    if fitted.left_out:
        yield _sentence(f"no room for {listed(fitted.left_out, 20)}; all: -f tsv", table, style.width)
    yield _sentence(table.note, table, style.width) if table.note else ""


def _padded(fitted: Fitted, name: str, *, right: bool) -> Sequence[str]:
    """The cells of a column, all as wide."""
    column, width = fitted.columns[name], fitted.widths[name]
    if "".join(column).isascii():
        return [cell.rjust(width) for cell in column] if right else [cell.ljust(width) for cell in column]
    blanks = [" " * (width - cell_width(cell)) for cell in column]
    return [blank + cell if right else cell + blank for blank, cell in zip(blanks, column, strict=True)]


def _coloured(line: str, verdict: str) -> str:
    """A line whose last word like the verdict has its colour."""
    before, word, after = line.rpartition(verdict)
    return f"{before}{_COLOURS[verdict]}{word}{_PLAIN}{after}" if verdict in _COLOURS else line


def _sentence(text: str, table: Table, width: int | None) -> str:
    """A sentence, on a terminal in lines of its width and with the middle of long names left out."""
    if width is None:
        return human_text(text, 0) + "\n"
    names = [*dict.fromkeys(table.mentions)]
    for name, short in sorted((short_names(names, MENTION) or {}).items(), key=lambda item: -len(item[0])):
        text = text.replace(name, short)
    return textwrap.fill(human_text(text, 0), max(width, 20), break_long_words=False, break_on_hyphens=False) + "\n"
