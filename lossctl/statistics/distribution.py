"""How many rows cost how much: exact counts between edges that are doubles, in bounded memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.statistic import Asked, Scored, Statistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

BINS = 2**13  # of numbers of one sign
GROUPS = 12  # that are counted apart, and have a picture each


@record
class Counted:
    """How many rows have a number from low to high (k,), in ascending order; no two bins overlap.

    A number at an edge is of the bin that is farther from 0. rows: (k,), none of which is 0. weight: the sum of their weights
    (k,), in doubles; how many they are where none has one.
    """

    low: Array
    high: Array
    rows: Integers
    weight: Array

    def at(self, bins: NDArray[Any]) -> Counted:
        """Some of the bins."""
        return Counted(self.low[bins], self.high[bins], self.rows[bins], self.weight[bins])


class Magnitudes:
    """Positive doubles counted by their leading bits, exponent and first digits, as many of them as leave at most BINS bins.

    Read as integers, positive doubles have their own order; equal widths there are edges that double with the numbers. How many
    bits count follows from the least and the greatest number alone, and bins of fewer bits are unions of those of more: so parts
    give the same counts wherever they are cut.
    """

    def __init__(self) -> None:
        self.least = self.most = 0  # as integers; 0 where there is none
        self.shift = 0  # how many bits do not count
        self.rows = np.zeros((1, 0), np.int64)  # of all, then of each group, by bin from that of the least on
        self.weight: Array | None = None

    def add(self, values: Array, codes: Integers | None, weight: Array | None, places: int) -> None:
        """Adds numbers (n,), with their groups and weights; places: how many rows of counts there are, that of all included."""
        if not len(values):
            return
        keys = np.ascontiguousarray(values).view(np.int64)
        self._widen(int(keys.min()), int(keys.max()), places, weighted=weight is not None)
        keys = (keys >> self.shift) - (self.least >> self.shift)
        bins = self.rows.shape[1]
        for places_of in [np.zeros(len(keys), np.int64), *([] if codes is None else [codes + 1])]:
            at = keys + places_of * bins
            self.rows += np.bincount(at, minlength=self.rows.size).reshape(self.rows.shape)
            if weight is not None and self.weight is not None:
                self.weight += np.bincount(at, weight, self.rows.size).reshape(self.rows.shape)

    def merge(self, other: Magnitudes, whose: Sequence[int], places: int) -> None:
        """Adds what others counted; whose: the row of counts here of each of theirs, of `places` rows."""
        if not other.most:
            return
        self._widen(other.least, other.most, places, weighted=other.weight is not None)
        at = self._bins_of(other)
        for row, place in enumerate(whose[: len(other.rows)]):
            np.add.at(self.rows[place], at, other.rows[row])
            if self.weight is not None and other.weight is not None:
                np.add.at(self.weight[place], at, other.weight[row])

    def counted(self, place: int) -> Counted:
        """The bins of a row of counts that are not empty."""
        if place >= len(self.rows):
            return Counted(np.zeros(0), np.zeros(0), np.zeros(0, np.int64), np.zeros(0))
        rows = self.rows[place]
        at = np.flatnonzero(rows)
        first = ((self.least >> self.shift) + at) << self.shift
        low, high = np.maximum(first, self.least), np.minimum(first + (1 << self.shift), self.most)
        weight = rows if self.weight is None else self.weight[place]
        return Counted(low.view(np.float64), high.view(np.float64), rows[at], weight[at].astype(np.float64))

    def _widen(self, least: int, most: int, places: int, *, weighted: bool) -> None:
        """Makes room for numbers from one to another."""
        before = (self.least, self.shift, self.rows, self.weight)
        self.least, self.most = (min(self.least, least) if self.most else least), max(self.most, most)
        self.shift = max(self.shift, (self.most - self.least).bit_length() - BINS.bit_length())
        while (self.most >> self.shift) - (self.least >> self.shift) >= BINS:
            self.shift += 1
        shape = (max(places, len(self.rows)), (self.most >> self.shift) - (self.least >> self.shift) + 1)
        if shape == self.rows.shape and self.least >> self.shift == before[0] >> before[1]:
            return
        old = Magnitudes()
        old.least, old.shift, old.rows, old.weight = before
        self.rows = np.zeros(shape, np.int64)
        self.weight = np.zeros(shape) if weighted or old.weight is not None else None
        at = self._bins_of(old)
        np.add.at(self.rows[: len(old.rows)].T, at, old.rows.T)
        if self.weight is not None and old.weight is not None:
            np.add.at(self.weight[: len(old.rows)].T, at, old.weight.T)

    def _bins_of(self, other: Magnitudes) -> Integers:
        """The bin here of each of theirs, which are no coarser."""
        theirs = np.arange(other.rows.shape[1]) + (other.least >> other.shift)
        at: Integers = (theirs >> (self.shift - other.shift)) - (self.least >> self.shift)
        return at


class Counts:
    """Numbers by their signs: those below 0 as their magnitudes, and those that are 0 as ones. Infinite ones are in none."""

    def __init__(self) -> None:
        self.below, self.zero, self.above = Magnitudes(), Magnitudes(), Magnitudes()

    def add(self, cost: Array, codes: Integers | None, weight: Array | None, places: int) -> None:
        """Adds costs (n,), as magnitudes are added."""
        if cost.min() > 0 and cost.max() < np.inf:
            self.above.add(cost, codes, weight, places)
            return
        finite = np.isfinite(cost)
        for part, sign in ((self.below, -1), (self.zero, 0), (self.above, 1)):
            rows = np.flatnonzero(finite & (np.sign(cost) == sign))
            values = np.abs(cost[rows]) if sign else np.ones(len(rows))
            part.add(values, None if codes is None else codes[rows], None if weight is None else weight[rows], places)

    def merge(self, other: Counts, whose: Sequence[int], places: int) -> None:
        """Adds what others counted, as magnitudes do."""
        for part, others in ((self.below, other.below), (self.zero, other.zero), (self.above, other.above)):
            part.merge(others, whose, places)

    def counted(self, place: int) -> Counted:
        """The bins of all rows, at place 0, or of those of a group."""
        below, zero, above = (part.counted(place) for part in (self.below, self.zero, self.above))
        below = below.at(np.arange(len(below.rows))[::-1])
        return Counted(
            np.concatenate([-below.high, 0 * zero.low, above.low]),
            np.concatenate([-below.low, 0 * zero.high, above.high]),
            np.concatenate([part.rows for part in (below, zero, above)]),
            np.concatenate([part.weight for part in (below, zero, above)]),
        )


class Distribution(Statistic):
    """The costs of each loss, counted by their size: of all rows, and of each group unless there are more than GROUPS."""

    def __init__(self) -> None:
        self.groups = 0
        self._of: dict[Hashable, Counts] = defaultdict(Counts)

    @classmethod
    def asked(cls, asked: Asked) -> Self | None:
        return cls() if asked.pictured else None

    def add(self, scored: Scored) -> None:
        grouping = scored.grouping
        self.groups = max(self.groups, 0 if grouping is None else grouping.count)
        codes = None if grouping is None or self.groups > GROUPS else grouping.codes
        for loss, cost in scored.costs.items():
            self._of[loss].add(cost, codes, scored.weight, self._places)

    def merge(self, other: Distribution, places: Integers, count: int) -> None:
        self.groups = max(self.groups, other.groups, count)
        whose = [0, *(places + 1).tolist()] if self.groups <= GROUPS else [0]
        for loss, counts in other._of.items():
            self._of[loss].merge(counts, whose, self._places)

    def of_all(self, loss: Hashable) -> Counted:
        """The costs of all rows."""
        return self._of[loss].counted(0)

    def of_groups(self, loss: Hashable) -> list[Counted]:
        """The costs of each group in order; none where there are more than GROUPS."""
        return [self._of[loss].counted(place + 1) for place in range(self.groups)] if self.groups <= GROUPS else []

    @property
    def _places(self) -> int:
        return 1 + (self.groups if self.groups <= GROUPS else 0)
