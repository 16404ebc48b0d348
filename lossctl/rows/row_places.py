"""Where the rows of a run stand, also when they were read and put together in another order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from lossctl.binding.use import Use
from lossctl.rows.parts import Part


class RowPlaces:
    """The parts that the rows of a run were read from, without what these hold."""

    def __init__(self) -> None:
        self._parts: list[Part] = []

    def noted(self, parts: Iterable[Part]) -> Iterator[Part]:
        """Parts as they come, in order."""
        for part in parts:
            self._parts.append(part.emptied())
            yield part

    def locate(self, use: Use, row: int, element: int | None = None) -> str:
        """Where a value of a row of the run stands: file, line or row, and column. element: its place in the row."""
        part = self._parts[bisect_right(self._parts, row, key=lambda part: part.first) - 1]
        return part.locate(use, row - part.first, element)
