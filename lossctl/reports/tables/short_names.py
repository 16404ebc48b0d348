"""Names in few cells of a terminal: what is left out of them is what tells them apart least."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from lossctl.text import common_beginning

MARK = "…"
LEAST = 10  # cells, below which a name says nothing
MENTION = 40  # cells of a name in a sentence


def first_of(names: Sequence[str], most: int) -> str:
    """The first of some names or sentences, and how many there are beyond."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def cell_width(text: str) -> int:
    """How many cells of a terminal a text takes: East Asian characters two, combining ones none."""
    if text.isascii():
        return len(text)
    seen = (character for character in text if not unicodedata.combining(character))
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in seen)


def short_names(names: Sequence[str], width: int) -> dict[str, str] | None:
    """Different names in at most `width` cells each, as different; None where they cannot be.

    Their middle is left out; where that would make two alike, what all begin with, then also what all end with.
    """
    for texts in ({name: name for name in names}, *_without_shared(names, width)):
        short = {name: _without_middle(text, width) for name, text in texts.items()}
        if len({*short.values()}) == len(short):
            return short
    return None


def _without_shared(names: Sequence[str], width: int) -> Iterator[dict[str, str]]:
    """The names without what all begin with, then also without most of what all end with."""
    begin, end = _shared(names)
    own = {name: MARK * (begin > 1) + name[begin if begin > 1 else 0 : len(name) - end] for name in names}
    yield {name: own[name] + name[len(name) - end :] for name in names}
    room = min(width - 1 - max(map(cell_width, own.values()), default=0), end - 1)
    yield {name: own[name] + (MARK + _first(name[::-1], room)[::-1] if room > 0 else "") for name in names}


def short_sentence(text: str, width: int) -> str:
    """A text in at most `width` cells, its end left out."""
    return text if cell_width(text) <= width else _first(text, width - 1).rstrip() + MARK


def _shared(names: Sequence[str]) -> tuple[int, int]:
    """How many characters all names begin with, up to a whole folder, and end with."""
    if len(names) < 2:
        return 0, 0
    begin = common_beginning(names)
    rest = [name[len(begin) :][::-1] for name in names]
    return begin.rfind("/") + 1, len(common_beginning(rest))


def _without_middle(text: str, width: int) -> str:
    if cell_width(text) <= width:
        return text
    head = _first(text, (width - 1) // 3)
    tail = _first(text[::-1], width - 1 - cell_width(head))[::-1]
    return head + MARK + tail


def _first(text: str, width: int) -> str:
    """As much of the beginning as fits."""
    while cell_width(text) > width:
        text = text[: -max(1, (cell_width(text) - width) // 2)]
    return text
