"""The sections of a page: what it comes to, tables, pictures, lists of sentences, the command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lossctl.errors import LIMIT, shorten
from lossctl.files.output import encoded
from lossctl.reports.formats.catalogue import cannot_draw
from lossctl.reports.lines.cells import human_text, machine_text
from lossctl.reports.page.elements import inert, row_element, table_element
from lossctl.reports.pictures.picture import Picture
from lossctl.reports.tables.headlines import Headline
from lossctl.reports.tables.table import Table, stands_right
from lossctl.results.document import Cell

LINES = 50  # of warnings or errors
COMMAND = 10_000  # characters
VERDICTS = ("pass", "fail", "error", "warn", "undecided")


def head_section(command: str, found: Headline) -> str:
    """The verdict, and why."""
    sentences = "".join(f"<li>{inert(shorten(sentence, LIMIT))}</li>\n" for sentence in found.sentences)
    reasons = f"<ul>\n{sentences}</ul>\n" if sentences else ""
    opening = f'<header class="{found.status}">' if found.status else "<header>"
    return (
        f"{opening}\n<p>{f'lossctl {command}'.rstrip()}</p>\n<h1>{inert(shorten(found.line, LIMIT))}</h1>\n{reasons}</header>\n"
    )


def table_section(table: Table, rows: int, digits: int, room: int, whole: str = "-o x.json") -> str:
    """The first rows of a table, as many as have room in so many bytes. rows: how many it has in all. whole: what has them."""
    right = [stands_right(table, name, [row[at] for row in table.rows]) for at, name in enumerate(table.columns)]
    kinds = ["n" if of_numbers else _kind(table, name) for name, of_numbers in zip(table.columns, right, strict=True)]
    elements = (
        row_element("td", [inert(human_text(cell, digits)) for cell in row], _attributes(table, row, kinds, digits))
        for row in table.rows
    )
    written = [*_first(elements, room)]
    note = table.note
    if len(written) < rows:
        note = f"the first {len(written):,} of {rows:,} rows; all: {whole}" + (f"; {note}" if note else "")
    title = inert(shorten(table.title))
    heading = f"<h2>{title}</h2>\n" if title else ""
    head = row_element("th", map(inert, table.columns), [' scope="col"' + _class(kind) for kind in kinds])
    return (
        f'<section>\n{heading}<div class="wide" tabindex="0" role="region" aria-label="{title or "table"}">\n'
        f"{table_element('<table>', head, written)}</div>\n{f'<p>{inert(note)}</p>' if note else ''}\n</section>\n"
    )


def pictures_section(pictures: Sequence[Picture], room: int) -> str:
    """Pictures with what they say, as many as have room in so many bytes; without their package, how to get them."""
    if not pictures:
        return ""
    if package := cannot_draw("svg"):
        return f"<section>\n<h2>pictures</h2>\n<p>pictures are drawn by {package}: pip install {package}</p>\n</section>\n"
    figures = [*_first((_figure(picture, f"picture{place}") for place, picture in enumerate(pictures)), room)]
    more = f"<p>{len(pictures) - len(figures)} more: -o x.svg</p>\n" if len(figures) < len(pictures) else ""
    return f'<section>\n<h2>pictures</h2>\n<div class="pictures">\n{"".join(figures)}</div>\n{more}</section>\n'


def sentences_section(title: str, sentences: Sequence[str]) -> str:
    """A list, the first ones of many."""
    if not sentences:
        return ""
    items = "".join(f"<li>{inert(shorten(sentence, LIMIT))}</li>\n" for sentence in sentences[:LINES])
    more = f"<p>{len(sentences) - LINES:,} more: -o x.json</p>\n" if len(sentences) > LINES else ""
    return f"<section>\n<h2>{title}</h2>\n<ul>\n{items}</ul>\n{more}</section>\n"


def command_section(command: str, version: str) -> str:
    """What was typed, and by which version it was answered."""
    typed = f"<pre>{inert(shorten(command, COMMAND))}</pre>\n" if command else ""
    return f"<footer>\n<h2>command</h2>\n{typed}<p>lossctl {inert(version)}</p>\n</footer>\n"


def _first(elements: Iterable[str], room: int) -> Iterator[str]:
    """As many as have room in so many bytes."""
    for element in elements:
        room -= len(encoded(element))
        if room < 0:
            return
        yield element


def _figure(picture: Picture, salt: str) -> str:
    from lossctl.reports.pictures.drawing import drawn_panel
    from lossctl.reports.pictures.marks import COLOURS, INK, PALE

    names = {INK: "ink", PALE: "line", **{colour: f"series-{place}" for place, colour in enumerate(COLOURS)}}
    panels = [
        drawn_panel(panel, f"{salt}-{place}", lambda colour: f"var(--{names[colour]})")
        for place, panel in enumerate(picture.panels)
    ]
    titles = [f"<p>{inert(shorten(panel.title))}</p>\n" if panel.title else "" for panel in picture.panels]
    drawn = "".join(f"<div>\n{title}{panel}\n</div>\n" for title, panel in zip(titles, panels, strict=True))
    says = "".join(f"<p>{inert(shorten(sentence, LIMIT))}</p>\n" for sentence in picture.says)
    caption = f"<figcaption>\n<h3>{inert(shorten(picture.title))}</h3>\n{says}</figcaption>\n"
    several = ' class="several"' if len(panels) > 1 else ""
    return f'<figure{several}>\n{caption}<div class="panels">\n{drawn}</div>\n</figure>\n'


def _kind(table: Table, name: str) -> str:
    return "name" if name in table.names else "words" if name in table.sentences else ""


def _attributes(table: Table, row: Sequence[Cell], kinds: Sequence[str], digits: int) -> Iterator[str]:
    """Those of the cells of a row: a class, and the whole number where what is shown is rounded."""
    for name, cell, kind in zip(table.columns, row, kinds, strict=True):
        if name == table.verdict and cell in VERDICTS:
            kind = str(cell)
        whole = machine_text(cell) if isinstance(cell, float) else ""
        rounded = f' title="{whole}"' if whole != human_text(cell, digits) and whole else ""
        yield _class(kind) + rounded


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
