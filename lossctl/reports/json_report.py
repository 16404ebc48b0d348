"""The document as one JSON object; what JSON has no number for is null beside its name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from lossctl.reports.formats import Style
from lossctl.reports.table import Table
from lossctl.results.document import Document
from lossctl.results.plain import as_dict, finite


def render(document: Document, style: Style) -> Iterator[str]:
    """One object and a line end."""
    yield json.dumps(as_dict(document), allow_nan=False) + "\n"


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str]:
    """One object: for each table's title its rows as objects."""
    plain = {table.title: [dict(zip(table.columns, map(finite, row), strict=True)) for row in table.rows] for table in tables}
    yield json.dumps(plain, allow_nan=False) + "\n"
