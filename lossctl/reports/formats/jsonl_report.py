"""One flat JSON object a line: every result, then every sample, with the columns of the full tables as keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lossctl.reports.formats.catalogue import Style
from lossctl.reports.lines.line_format import LineFormat
from lossctl.reports.lines.rendering import lines
from lossctl.reports.tables.full_tables import full_tables, results_table
from lossctl.reports.tables.table import Table
from lossctl.results.document import Cell, Document, nonfinite
from lossctl.results.plain import finite


def render(document: Document, style: Style) -> Iterator[str | bytes]:
    """Results, then samples."""
    results = results_table(document, "line")
    yield from lines(results, line_format(results.columns, type="result"))
    for run in document.runs:
        if run.error is not None:
            yield _line({"type": "error", "run": run.run, "error": run.error})
    _, *others = full_tables(document)
    for table in others:
        yield from lines(table, line_format(table.columns, named=True, type=table.title.removesuffix("s")), style.jobs)


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str | bytes]:
    """One row of a table a line."""
    for table in tables:
        yield from lines(table, line_format(table.columns))


def line_format(columns: Sequence[str], *, named: bool = False, **first: str) -> LineFormat:
    """How rows with these keys become objects, after `first`. named: what is no finite number stands under `nonfinite`."""

    def line(row: Sequence[Cell]) -> str:
        cells = dict(zip(columns, row, strict=True))
        lost = {name: word for name, cell in cells.items() if isinstance(cell, float) and (word := nonfinite(cell))}
        cells = {name: finite(cell) for name, cell in cells.items()}
        return _line({**first, **cells, **({"nonfinite": lost} if lost and named else {})})

    keys = [f"{json.dumps(name)}: " for name in columns]
    before = "".join(f"{json.dumps(name)}: {json.dumps(text)}, " for name, text in first.items())
    around = ["{" + before + keys[0], *(f", {key}" for key in keys[1:]), "}\n"]
    return LineFormat(line, _cell, around, special='"\\', quote='"', json=True)


def _cell(cell: Cell) -> str:
    return json.dumps(finite(cell), allow_nan=False)


def _line(flat: dict[str, Any]) -> str:
    return json.dumps(flat, allow_nan=False) + "\n"
