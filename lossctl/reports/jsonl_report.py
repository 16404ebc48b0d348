"""One flat JSON object a line: every result, then every sample, with the columns of the full tables as keys."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lossctl.reports.formats import Style
from lossctl.reports.table import Table
from lossctl.reports.tables import full_tables, group_columns
from lossctl.results.document import Document, nonfinite
from lossctl.results.plain import finite


def render(document: Document, style: Style) -> Iterator[str]:
    """Results, then samples."""
    results, *others = full_tables(document)
    more = [one for run in document.runs for one in run.results]
    groups = group_columns(document)
    for row, one in zip(results.rows, more, strict=False):  # runs with errors come after those with results
        flat: dict[str, Any] = dict(zip(results.columns, map(finite, row), strict=True))
        extra = {"reduction": one.reduction, "nonfinite": one.nonfinite, "infinite": one.infinite, "signature": one.signature}
        yield _line({"type": "result", **flat, **{name: value for name, value in extra.items() if name not in groups}})
    for run in document.runs:
        if run.error is not None:
            yield _line({"type": "error", "run": run.run, "error": run.error})
    for table in others:
        for row in table.rows:
            yield sample_line(table.columns, row, type=table.title.removesuffix("s"))


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str]:
    """One row of a table a line."""
    for table in tables:
        for row in table.rows:
            yield _line(dict(zip(table.columns, map(finite, row), strict=True)))


def sample_line(columns: Sequence[str], row: Sequence[Any], **first: str) -> str:
    """One sample; costs that are not finite are null, and named under `nonfinite`."""
    names = {
        name: nonfinite(cell) for name, cell in zip(columns, row, strict=True) if isinstance(cell, float) and nonfinite(cell)
    }
    return _line({**first, **dict(zip(columns, map(finite, row), strict=True)), **({"nonfinite": names} if names else {})})


def _line(flat: dict[str, Any]) -> str:
    return json.dumps(flat, allow_nan=False) + "\n"
