"""The formats of reports: one row and one module each, imported when it is used.

A module's `render(document, style)` yields the report in pieces of text (or bytes), `render_tables(tables, style)` tables alone.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Sequence
from types import ModuleType
from typing import TYPE_CHECKING

from lossctl.errors import EnvironmentFailure
from lossctl.record import record, replace
from lossctl.reports.tables.table import Table
from lossctl.results.document import Document

if TYPE_CHECKING:
    from lossctl.reports.pictures.picture import Picture


@record
class Style:
    """How people see numbers and colours. width: of the terminal, None in pipes and files. command: what was typed.

    hist: whether histograms stand below tables; blocks: whether the terminal has characters to draw them with. jobs: the threads
    of long tables. format: the name of what is written, for modules that write several.
    """

    digits: int = 6
    colour: bool = False
    width: int | None = None
    command: str = ""
    hist: bool = False
    blocks: bool = True
    jobs: int = 1
    format: str = ""


@record
class ReportFormat:
    """endings: the extensions of files that hold it. stdout: whether it may go there. verdicts: `check` alone writes it.

    pictures: whether it has pictures; needs: the package without which it cannot be written, of a picture alone.
    module: what writes it, where several formats share one.
    """

    endings: tuple[str, ...]
    stdout: bool = True
    verdicts: bool = False
    pictures: bool = False
    needs: str | None = None
    module: str = ""


FORMATS = {
    "table": ReportFormat((".txt",)),
    "tsv": ReportFormat((".tsv",)),
    "csv": ReportFormat((".csv",)),
    "json": ReportFormat((".json",)),
    "jsonl": ReportFormat((".jsonl", ".ndjson")),
    "md": ReportFormat((".md",)),
    "parquet": ReportFormat((".parquet",), stdout=False),
    "html": ReportFormat((".html", ".htm"), pictures=True),
    "svg": ReportFormat((".svg",), pictures=True, needs="matplotlib", module="picture_report"),
    "png": ReportFormat((".png",), stdout=False, pictures=True, needs="matplotlib", module="picture_report"),
    "pdf": ReportFormat((".pdf",), stdout=False, pictures=True, needs="matplotlib", module="picture_report"),
    "junit": ReportFormat((".xml",), verdicts=True),
    "github": ReportFormat((), verdicts=True),
    "openmetrics": ReportFormat((".prom",), verdicts=True),
    "flat": ReportFormat((), verdicts=True),
}


def render(document: Document, name: str, style: Style) -> Iterator[str | bytes]:
    """The document in a format."""
    pieces: Iterator[str | bytes] = _module(name).render(document, replace(style, format=name))
    return pieces


def render_tables(tables: Iterable[Table], name: str, style: Style) -> Iterator[str | bytes]:
    """Tables that are no document, as a listing is, in a format."""
    pieces: Iterator[str | bytes] = _module(name).render_tables(tables, replace(style, format=name))
    return pieces


def lacks(name: str) -> str | None:
    """The package that a format needs and that is not installed."""
    package = FORMATS[name].needs
    if package is None:
        return None
    from importlib.util import find_spec  # most formats need no package

    return None if find_spec(package) is not None else package


def cannot_draw(name: str) -> str | None:
    """The package that a format needs and that is not installed, or cannot be imported: that takes longer to find out."""
    try:
        _module(name)
    except EnvironmentFailure:
        return FORMATS[name].needs
    return lacks(name)


def render_pictures(pictures: Sequence[Picture], name: str, style: Style) -> Iterator[str | bytes]:
    """Pictures that are of no document, as the curves of a loss are, in a format that has pictures."""
    pieces: Iterator[str | bytes] = _module(name).render_pictures(pictures, replace(style, format=name))
    return pieces


def _module(name: str) -> ModuleType:
    package = FORMATS[name].needs
    try:
        return importlib.import_module(f"lossctl.reports.formats.{FORMATS[name].module or f'{name}_report'}")
    except ImportError as problem:
        if package is None:
            raise
        what = f"{name} is drawn by {package}, which cannot be imported: {problem}"
        raise EnvironmentFailure(what, hint=f"pip install {package}") from problem
