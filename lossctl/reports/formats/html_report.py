"""A page in one file, for people who were sent it: the verdict, the numbers, pictures, the worst rows, where it all is from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import lossctl
from lossctl.files.output import encoded
from lossctl.record import replace
from lossctl.reports.formats.catalogue import Style
from lossctl.reports.page.frame import framed
from lossctl.reports.page.sections import command_section, head_section, pictures_section, sentences_section, table_section
from lossctl.reports.pictures.catalogue import pictures_of
from lossctl.reports.pictures.picture import Picture
from lossctl.reports.tables.first_rows import first_rows, first_tables
from lossctl.reports.tables.headlines import Headline, headline
from lossctl.reports.tables.provenance_tables import runs_table, signatures_table
from lossctl.reports.tables.table import Table
from lossctl.results.document import Document

ROWS, CELL = 1_000, 200  # of a table, and characters of a cell
SIZE = 900_000  # bytes of all sections
TABLES, PICTURES, SOURCES = 100, SIZE // 2, SIZE // 20  # tables at most; bytes of all pictures, and of a table of sources


def render(document: Document, style: Style) -> Iterator[str]:
    """The page of a document."""
    if len(document.checks) > ROWS:  # those that failed are among the rows that are shown
        document = replace(document, checks=tuple(sorted(document.checks, key=lambda check: check.status == "pass")))
    found = headline(document, style.digits)
    head = head_section(document.command, found)
    pictures = pictures_section(pictures_of(document), PICTURES)
    sources = [
        table_section(first_rows(table, ROWS, 10 * CELL), len(table.rows), style.digits, SOURCES)
        for table in (runs_table(document), signatures_table(document))
        if table.rows
    ]
    behind = [
        *sources,
        sentences_section("errors", document.errors),
        sentences_section("warnings", document.warnings),
        command_section(style.command, document.version),
    ]
    room = SIZE - sum(len(encoded(section)) for section in (head, pictures, *behind))
    numbers, *rows = _sections(first_tables(document, ROWS, CELL), style, room)
    yield from framed(f"lossctl {document.command}: {found.line}", [head, numbers, pictures, *rows, *behind])


def render_tables(tables: Iterable[Table], style: Style) -> Iterator[str]:
    """The page of tables that are no document."""
    first, *others = tables
    head = head_section("", Headline(first.title))
    shown = [(first_rows(table, ROWS, 10 * CELL), len(table.rows)) for table in (replace(first, title=""), *others)]
    sections = [head, *_sections(shown, style, SIZE), command_section(style.command, lossctl.__version__)]
    yield from framed(f"lossctl: {first.title}", sections)


def render_pictures(pictures: Sequence[Picture], style: Style) -> Iterator[str]:
    """The page of pictures that are of no document."""
    title = ", ".join(picture.title for picture in pictures)
    yield from framed(title, [pictures_section(pictures, PICTURES), command_section(style.command, lossctl.__version__)])


def _sections(tables: Iterable[tuple[Table, int]], style: Style, room: int) -> Iterator[str]:
    """Tables, each in half of the room that those before it have left."""
    for place, (table, rows) in enumerate(tables):
        if place == TABLES:
            yield "<p>more tables: -o x.json</p>\n"
            return
        whole = "-o x.json" if place else "-o x.csv"  # which has no worst rows of a comparison
        section = table_section(replace(table, lead=()), rows, style.digits, room // 2, whole)
        room -= len(encoded(section))
        yield section
