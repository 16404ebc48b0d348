"""Names in few cells of a terminal: what is left out of them is what tells them apart least."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from lossctl.text import common_beginning

MARK = "…"
LEAST = 10  # cells, below which a name says nothing


def cell_width(text: str) -> int:
    """How many cells of a terminal a text takes: East Asian characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF") for one in text)


def short_names(names: Sequence[str], width: int) -> dict[str, str] | None:
    """Different names in at most `width` cells each, as different; None where they cannot be.

    Their middle is left out; where that would make two alike, what all begin with, then also what all end with.
    """
    begin, end = _shared(names)
    for start, stop in ((0, 0), (begin, 0), (begin, end)):
        cut = [MARK * (start > 1) + name[start if start > 1 else 0 : len(name) - stop] + MARK * (stop > 1) for name in names]
        short = dict(zip(names, (_without_middle(name, width) for name in cut), strict=True))
        if len(set(short.values())) == len(names):
            return short
    return None


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
