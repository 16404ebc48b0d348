"""Bars in a terminal, of blocks where it has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lossctl.errors import shorten
from lossctl.reports.formats.catalogue import Style
from lossctl.reports.pictures.catalogue import pictures_of
from lossctl.reports.pictures.picture import Bars, Panel
from lossctl.results.document import Document
from lossctl.text import shown

LINES = 17  # of a histogram
WIDTH = 72  # where no terminal says its own
EIGHTHS = "▏▎▍▌▋▊▉█"


def histograms(document: Document, style: Style) -> Iterator[str]:
    """Every panel that has bars."""
    for picture in pictures_of(document):
        for panel in picture.panels:
            yield from _panel(f"{picture.title}: {panel.title}", panel, style)


def _panel(title: str, panel: Panel, style: Style) -> Iterator[str]:
    bars = next((mark for mark in panel.marks if isinstance(mark, Bars)), None)
    if bars is None:
        return
    title = shown(title)
    yield f"\n{title if style.width is None else shorten(title, style.width)}\n"
    low, high, height = _merged(bars)
    edges = _told_apart([*low.tolist(), float(high[-1])])
    wide = max(map(len, edges))
    counts = [f"{int(count):,}" for count in height.tolist()]
    room = max((style.width or WIDTH) - 2 * wide - 8 - max(map(len, counts)), 8)
    for place, (count, length) in enumerate(zip(counts, (height / height.max() * room).tolist(), strict=True)):
        yield f" {edges[place]:>{wide}} to {edges[place + 1]:>{wide}}  {_bar(length, blocks=style.blocks)} {count}\n"
    yield f" {shown(panel.says)}\n" if panel.says else ""


def _merged(bars: Bars) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As many of the bars together as leave no more than LINES."""
    starts = np.arange(0, len(bars.low), -(-len(bars.low) // LINES))
    return bars.low[starts], np.append(bars.low[starts[1:]], bars.high[-1]), np.add.reduceat(bars.height, starts)


def _told_apart(edges: Sequence[float]) -> list[str]:
    """Ascending numbers with three digits, or as many more as it takes to tell each from the next."""
    written = ([f"{edge:.{digits}g}" for edge in edges] for digits in range(3, 18))
    return next(texts for texts in written if len({*texts}) == len(texts))


def _bar(length: float, *, blocks: bool) -> str:
    """A bar of some length; what is not empty has a mark."""
    if not blocks:
        return "#" * (round(length) or (length > 0))
    eighths = round(8 * length) or (length > 0)
    return EIGHTHS[-1] * (eighths // 8) + (EIGHTHS[eighths % 8 - 1] if eighths % 8 else "")
