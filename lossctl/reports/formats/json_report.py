"""The document as one JSON object; what JSON has no number for is null beside its name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from lossctl.reports.formats.catalogue import Style
from lossctl.reports.tables.table import Table
from lossctl.results.document import Document
from lossctl.results.plain import LongList, finite, outline


def render(document: Document, style: Style) -> Iterator[str]:
    """One object and a line end."""
    yield from _pieces(outline(document))
    yield "\n"


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str]:
    """One object: for each table's title its rows as objects."""
    plain = {table.title: [dict(zip(table.columns, map(finite, row), strict=True)) for row in table.lists()] for table in tables}
    yield json.dumps(plain, allow_nan=False) + "\n"


def _pieces(value: Any) -> Iterator[str]:
    """A value as text, in one piece unless it holds long lists."""
    try:
        text = json.dumps(value, allow_nan=False)
    except TypeError:
        yield from _long(value)
    else:
        yield text


def _long(value: Any) -> Iterator[str]:
    if isinstance(value, LongList):
        yield "["
        for place, some in enumerate(value.pieces()):
            yield (", " if place else "") + json.dumps(some, allow_nan=False)[1:-1]
        yield "]"
    elif isinstance(value, dict):
        for place, (name, item) in enumerate(value.items()):
            yield f"{', ' if place else '{'}{json.dumps(name)}: "
            yield from _pieces(item)
        yield "}"
    else:
        for place, item in enumerate(value):
            yield ", " if place else "["
            yield from _pieces(item)
        yield "]"
