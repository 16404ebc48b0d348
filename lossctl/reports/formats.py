"""The formats of reports: one row and one module each, imported when it is used.

A module's `render(document, style)` yields the report in pieces of text (or bytes), `render_tables(tables, style)` tables alone.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from types import ModuleType

from lossctl.record import record
from lossctl.reports.table import Table
from lossctl.results.document import Document


@record
class Style:
    """How people see numbers and colours. width: of the terminal, None in pipes and files."""

    digits: int = 6
    colour: bool = False
    width: int | None = None


@record
class ReportFormat:
    """endings: the extensions of files that hold it. stdout: whether it may go there. verdicts: `check` alone writes it."""

    endings: tuple[str, ...]
    stdout: bool = True
    verdicts: bool = False


FORMATS = {
    "table": ReportFormat((".txt",)),
    "tsv": ReportFormat((".tsv",)),
    "csv": ReportFormat((".csv",)),
    "json": ReportFormat((".json",)),
    "jsonl": ReportFormat((".jsonl", ".ndjson")),
    "md": ReportFormat((".md",)),
    "parquet": ReportFormat((".parquet",), stdout=False),
    "junit": ReportFormat((".xml",), verdicts=True),
    "github": ReportFormat((), verdicts=True),
    "openmetrics": ReportFormat((".prom",), verdicts=True),
    "flat": ReportFormat((), verdicts=True),
}
SAMPLE_ENDINGS = (".npy", ".csv", ".parquet", ".jsonl")


def render(document: Document, name: str, style: Style) -> Iterator[str | bytes]:
    """The document in a format."""
    pieces: Iterator[str | bytes] = _module(name).render(document, style)
    return pieces


def render_tables(tables: Iterable[Table], name: str, style: Style) -> Iterator[str | bytes]:
    """Tables that are no document, as a listing is, in a format."""
    pieces: Iterator[str | bytes] = _module(name).render_tables(tables, style)
    return pieces


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"lossctl.reports.{name}_report")
