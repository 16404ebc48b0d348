"""What some rows gave. Tallies of consecutive parts merge into that of all their rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from lossctl.columns.column import Numbers
from lossctl.columns.keys import Key
from lossctl.losses.roles.block import Array, Facts
from lossctl.rows.rows import Rows
from lossctl.statistics.statistic import Scored
from lossctl.statistics.table import Statistics


@dataclass
class Samples:
    """The costs of used rows: for each loss of rows a cost and where it has one a share (n,), and the rows that they are of.

    counts: how many elements each row has (n,), None where all have the same number by their shape.
    """

    rows: Rows
    costs: list[Array]
    shares: list[Array | None]
    counts: Numbers | None = None


@dataclass
class JudgedKeys:
    """The keys of rows that are judged, used or not, and their numbers in the run (n,)."""

    key: Key
    numbers: Numbers


@dataclass
class Tally:
    """What some rows gave.

    rows: read; used: of these. statistics: of the losses of rows; by_elements: the same with each row counted as often as it has
    elements, None where rows have the same number by their shape. least, most: how many elements a row has. held: rows that
    losses of groups or of the whole dataset wait for. keys: those of all rows that are judged at all. samples: kept only until
    they are given out.
    """

    statistics: Statistics
    by_elements: Statistics | None = None
    rows: int = 0
    used: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    least: int | None = None
    most: int | None = None
    held: list[Rows] = field(default_factory=list)
    keys: list[JudgedKeys] = field(default_factory=list)
    samples: list[Samples] = field(default_factory=list)

    @property
    def settled(self) -> Statistics:
        """The statistics that hold: rows count by their elements only where they differ in these."""
        return self.statistics if self.by_elements is None or self.least == self.most else self.by_elements

    def add(self, scored: Scored, counts: Numbers | None) -> None:
        """Adds used rows; counts: how many elements each has (n,), None where all have the same number."""
        self.statistics.add(scored)
        if self.by_elements is None:
            return
        counts = np.ones(len(scored.number), np.int64) if counts is None else counts
        self._widen(int(counts.min()), int(counts.max()))
        self.by_elements.add(replace(scored, weight=by_elements(scored.weight, counts)))

    def merge(self, other: Tally) -> None:
        """Adds what the rows after these gave, samples left out."""
        self.rows, self.used = self.rows + other.rows, self.used + other.used
        self.drop(other.dropped)
        self.facts.merge(other.facts)
        self.statistics.merge(other.statistics)
        if self.by_elements is not None and other.by_elements is not None:
            self.by_elements.merge(other.by_elements)
            self._widen(other.least, other.most)
        self.held += other.held
        self.keys += other.keys

    def drop(self, dropped: Mapping[str, int]) -> None:
        """Counts rows that were left out."""
        for reason, count in dropped.items():
            self.dropped[reason] = self.dropped.get(reason, 0) + count

    def _widen(self, least: int | None, most: int | None) -> None:
        if least is not None and most is not None:
            self.least = least if self.least is None else min(self.least, least)
            self.most = most if self.most is None else max(self.most, most)


def by_elements(weight: Array | None, counts: Numbers) -> Array:
    """The weights of rows that count as often as they have elements (n,)."""
    return counts.astype(np.float64) if weight is None else weight * counts
