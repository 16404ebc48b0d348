"""What of a table a terminal has room for. No number and no loss is ever cut: a table that needs more runs over the edge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from lossctl.record import record
from lossctl.reports.tables.short_names import LEAST, cell_width, short_names, short_sentence
from lossctl.reports.tables.table import Table

GAPS = (3, 2, 1)  # blanks between columns, fewer where they do not fit
_SENTENCE = 12  # the least cells of a column of sentences
_STEPS = (LEAST, 16, 24, 32, 48, 64)  # the least cells of a column of names, of which the first that tells them apart is taken

Column: TypeAlias = "list[str]"  # its header, then its cells, as texts


@record
class Fitted:
    """The columns that are shown, by name, how wide each is, the blanks between them, and the names of those left out."""

    columns: Mapping[str, Column]
    widths: Mapping[str, int]
    gap: int
    left_out: Sequence[str] = ()


def fit(table: Table, columns: Mapping[str, Column], width: int | None) -> Fitted:
    """The columns of a table, of texts that are safe to show, in a width; None where there is none."""
    widths = {name: max(map(cell_width, cells)) for name, cells in columns.items()}
    gap = GAPS[0]
    if width is None or _total(widths, gap) <= width:
        return Fitted(columns, widths, gap)
    gap = GAPS[1]
    least = {name: min(widths[name], _least(name, table, cells)) for name, cells in columns.items()}
    roomy = {name: min(widths[name], max(least[name], _STEPS[1])) for name in columns}
    shown, spare = dict.fromkeys(columns), [*table.spare]
    while _total({name: roomy[name] for name in shown}, gap) > width and spare:
        for name in spare.pop(0):
            shown.pop(name, None)
    floor = roomy if _total({name: roomy[name] for name in shown}, gap) <= width else least
    if _total({name: floor[name] for name in shown}, gap) > width:
        gap = GAPS[2]
    fitted = _narrowed({name: widths[name] for name in shown}, floor, width, gap)
    cells = {name: _cells(name, table, columns[name], fitted[name]) for name in shown}
    left_out = [name for name, (_, *texts) in columns.items() if name not in shown and any(texts)]
    return Fitted(cells, {name: max(map(cell_width, cells[name])) for name in shown}, gap, left_out)


def _total(widths: Mapping[str, int], gap: int) -> int:
    return 1 + sum(widths.values()) + gap * max(0, len(widths) - 1)


def _least(name: str, table: Table, column: Column) -> int:
    """How narrow a column can be."""
    header, *cells = column
    if name in table.sentences:
        return max(cell_width(header), _SENTENCE)
    if name in table.names:
        different = [*dict.fromkeys(cells)]
        enough = (step for step in _STEPS if short_names(different, step) is not None)
        return max(cell_width(header), next(enough, max(map(cell_width, column))))
    return max(map(cell_width, column))


def _narrowed(widths: Mapping[str, int], least: Mapping[str, int], width: int, gap: int) -> Mapping[str, int]:
    """The widest columns as narrow as they must be, and may be, for all to have room."""
    widths = dict(widths)
    while _total(widths, gap) > width:
        name = max(widths, key=lambda name: widths[name] if widths[name] > least[name] else 0)
        if widths[name] <= least[name]:
            break
        widths[name] -= 1
    return widths


def _cells(name: str, table: Table, column: Column, width: int) -> Column:
    header, *cells = column
    if name in table.sentences:
        return [header, *(short_sentence(cell, width) for cell in cells)]
    if name in table.names and max(map(cell_width, cells), default=0) > width:
        short = short_names([*dict.fromkeys(cells)], width) or {}
        return [header, *(short.get(cell, cell) for cell in cells)]
    return column
