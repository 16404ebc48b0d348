"""The lines of a text table: those before it and comments left out, the others with the numbers that an editor gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from lossctl.files.lines import count_lines, cut_lines
from lossctl.formats.syntax import TableSyntax


class Stretch(NamedTuple):
    """Complete lines that stand one below the other: their bytes, how many they are, and the number of the first, from 1."""

    data: bytes
    lines: int
    first: int


def table_lines(chunks: Iterable[tuple[bytes, int]], syntax: TableSyntax) -> Iterator[Stretch]:
    """The lines of a table in chunks; of empty ones before comments at the end none."""
    numbered = _numbered(chunks)
    if syntax.skip:
        numbered = _without_first(numbered, syntax.skip)
    return numbered if syntax.comment is None else _without_comments(numbered, syntax.comment.encode())


def _numbered(chunks: Iterable[tuple[bytes, int]]) -> Iterator[Stretch]:
    first = 1
    for data, count in chunks:
        yield Stretch(data, count, first)
        first += count


def _without_first(chunks: Iterable[Stretch], skip: int) -> Iterator[Stretch]:
    for stretch in chunks:
        left = stretch.first - 1 - skip
        if left >= 0:
            yield stretch
        elif stretch.lines > -left:
            end, count = cut_lines(stretch.data, stretch.lines, -left)
            yield Stretch(stretch.data[end:], stretch.lines - count, stretch.first + count)


def _without_comments(chunks: Iterable[Stretch], mark: bytes) -> Iterator[Stretch]:
    held: list[Stretch] = []  # empty lines, which are rows only where others follow
    for stretch in chunks:
        for run in _runs(stretch, mark):
            filled = run.data.find(b"\n", len(run.data.rstrip(b"\r\n"))) + 1 if run.data.strip(b"\r\n") else 0
            full = Stretch(run.data[:filled], count_lines(run.data[:filled]), run.first)
            if full.lines:
                yield from held
                yield full
                held = []
            if run.lines > full.lines:
                held.append(Stretch(run.data[filled:], run.lines - full.lines, run.first + full.lines))


def _runs(stretch: Stretch, mark: bytes) -> Iterator[Stretch]:
    """The lines between comments. One look where there are none."""
    if not stretch.data.startswith(mark) and b"\n" + mark not in stretch.data:
        yield stretch
        return
    ends = np.flatnonzero(np.frombuffer(stretch.data, np.uint8) == ord("\n")) + 1
    starts = np.concatenate([[0], ends[:-1]])
    comments = [place for place, start in enumerate(starts.tolist()) if stretch.data.startswith(mark, start)]
    begin = 0
    for place in [*comments, len(starts)]:
        if place > begin:
            data = stretch.data[starts[begin] : ends[place - 1]]
            yield Stretch(data, count_lines(data), stretch.first + begin)
        begin = place + 1
