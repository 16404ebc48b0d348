"""Sums, extremes and counts of the costs of a loss over the rows of each group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.statistics.exact.double_double import Held, Whole, deviations, filled, quotients
from lossctl.statistics.exact.exact_sum import ExactSum
from lossctl.statistics.exact.group_sums import GroupSums, grown
from lossctl.statistics.exact.rounding import ratio
from lossctl.statistics.moments import DEEP, Moments, deviation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lossctl.statistics.grouping import Grouping

    Integers = NDArray[np.int64]

NEVER = np.iinfo(np.int64).max  # the first infinite row of a group that has none


class GroupCounts:
    """Numbers and weights of the rows of G groups, which the moments of all losses share.

    rows: (G,). weight: the sums of weights where there are any.
    """

    def __init__(self) -> None:
        self.rows = np.zeros(0, np.int64)
        self.weight: GroupSums | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, weight: Array | None, grouping: Grouping) -> None:
        """Adds rows: their weights (n,) and their groups here."""
        self._count(grouping.sizes, grouping.groups, grouping.count)
        if weight is not None:
            self.weight = self.weight or GroupSums(DEEP)
            self.weight.add(grouping, weight)

    def merge(self, other: GroupCounts, places: Integers, count: int) -> None:
        """Adds what was counted of other rows; places: the group here of each of theirs, of `count` groups."""
        self._count(other.rows, places, count)
        if other.weight is not None:
            self.weight = self.weight or GroupSums(DEEP)
            self.weight.merge(other.weight, places, count)

    def total_weight(self) -> Array:
        """The sums of weights; without weights the numbers of rows."""
        return self.rows.astype(float) if self.weight is None else self.weight.rounded()

    @property
    def held(self) -> Held:
        """The same, as they are held."""
        return Whole(self.rows) if self.weight is None else self.weight

    def _count(self, rows: Integers, places: Integers, count: int) -> None:
        self.rows = grown(self.rows, max(count, len(self)))
        self.rows[places] += rows


class GroupMoments:
    """What `Moments` holds of all rows, of G groups: to the bit what `Moments` of each group's rows would give.

    counts: of the same rows, added and merged by whoever made them.
    infinite, first_infinite (NEVER where there is none), least, most, beyond: (G,), as the fields of `Moments`.
    """

    def __init__(self, counts: GroupCounts, spread: bool = True) -> None:
        self.counts, self.spread = counts, spread
        self.least, self.most = np.zeros(0), np.zeros(0)
        self.cost, self.squares = GroupSums(), GroupSums(DEEP)
        self.share: GroupSums | None = None
        self._apart: _Apart | None = None  # until a cost is no finite number, no group has a place for it

    def __len__(self) -> int:
        return len(self.least)

    def add(self, cost: Array, weight: Array | None, share: Array | None, number: NDArray[np.int64], grouping: Grouping) -> None:
        """Adds rows: their costs, weights, shares and numbers in the run (n,), and their groups here."""
        self._grow(grouping.count)
        with np.errstate(invalid="ignore"):  # NaN stays
            np.minimum.at(self.least, grouping.codes, cost)
            np.maximum.at(self.most, grouping.codes, cost)
        if not (np.isfinite(cost.min()) and np.isfinite(cost.max())):
            self._apart = self._apart or _Apart(len(self))
            self._apart.add(cost, weight, number, grouping)
            cost = np.where(np.isfinite(cost), cost, 0.0)
        weights = () if weight is None else (weight,)
        self.cost.bits = DEEP if weights else self.cost.bits
        self.cost.add(grouping, *weights, cost)
        if share is not None:
            self.share = self.share or GroupSums()
            self.share.add(grouping, *weights, share)
        if self.spread:
            self.squares.add(grouping, *weights, cost, cost)

    def merge(self, other: GroupMoments, places: Integers, count: int) -> None:
        """Adds what the moments of other rows hold; places: the group here of each of theirs, of `count` groups."""
        self._grow(count)
        self.least[places] = np.minimum(self.least[places], other.least)
        self.most[places] = np.maximum(self.most[places], other.most)
        if other._apart is not None:
            self._apart = self._apart or _Apart(len(self))
            self._apart.merge(other._apart, places, len(self))
        self.cost.bits = max(self.cost.bits, other.cost.bits)
        self.cost.merge(other.cost, places, count)
        if self.spread:
            self.squares.merge(other.squares, places, count)
        if other.share is not None:
            self.share = self.share or GroupSums()
            self.share.merge(other.share, places, count)

    def total(self) -> Moments:
        """The moments of all groups' rows."""
        counts, first = self.counts, int(self.first_infinite.min(initial=NEVER))
        return Moments(
            self.spread,
            int(counts.rows.sum()),
            int(self.infinite.sum()),
            None if first == NEVER else first,
            float(self.least.min(initial=np.inf)),
            float(self.most.max(initial=-np.inf)),
            sum(set(self.beyond.tolist())),
            counts.weight is not None,
            self.cost.total(),
            self.squares.total(),
            ExactSum(DEEP) if counts.weight is None else counts.weight.total(),
            None if self.share is None else self.share.total(),
        )

    @property
    def infinite(self) -> Integers:
        return self._told_apart().infinite

    @property
    def first_infinite(self) -> Integers:
        return self._told_apart().first

    @property
    def beyond(self) -> Array:
        return self._told_apart().beyond.astype(float)

    @property
    def below(self) -> Held:
        """What the sums are divided by to give the means: sum w share."""
        return self.counts.held if self.share is None else self.share

    def denominator(self) -> Array:
        """The same, rounded."""
        return self.counts.total_weight() if self.share is None else self.share.rounded()

    def sum(self) -> Array:
        """sum w cost; inf where a counted cost is, or where it overflows."""
        return np.where(self.beyond == 0, self.cost.rounded(), self.beyond)

    def mean(self) -> Array:
        """sum w cost / sum w share; inf where the sum is, NaN where the denominator is 0."""
        total = self.sum()
        means = filled(quotients, ratio, [self.cost, self.below], np.isfinite(total))
        return np.where(np.isfinite(total), means, total)

    def std(self) -> Array:
        """The (weighted) population standard deviations of the costs; NaN where a counted one is infinite."""
        if not self.spread:
            return np.full(len(self), np.nan)
        wanted = (self.beyond == 0) & (self.counts.total_weight() != 0)
        differ = self.least != self.most
        spread = filled(deviations, deviation, [self.squares, self.cost, self.counts.held], wanted & differ)
        return np.where(wanted & ~differ, 0.0, spread)

    def _grow(self, count: int) -> None:
        count = max(count, len(self))
        self.least, self.most = grown(self.least, count, np.inf), grown(self.most, count, -np.inf)

    def _told_apart(self) -> _Apart:
        apart = self._apart or _Apart(0)
        apart.grow(len(self))
        return apart


class _Apart:
    """The costs that are no finite number, by group."""

    def __init__(self, count: int) -> None:
        self.infinite = np.zeros(count, np.int64)
        self.first = np.full(count, NEVER)
        self.beyond = np.zeros(count, np.float32)  # 0, inf, -inf or NaN

    def add(self, cost: Array, weight: Array | None, number: Integers, grouping: Grouping) -> None:
        self.grow(grouping.count)
        infinite = np.flatnonzero(np.isinf(cost))
        np.add.at(self.infinite, grouping.codes[infinite], 1)
        np.minimum.at(self.first, grouping.codes[infinite], number[infinite])
        counted = np.flatnonzero(~np.isfinite(cost) & (True if weight is None else weight > 0))
        with np.errstate(invalid="ignore"):
            np.add.at(self.beyond, grouping.codes[counted], cost[counted])

    def merge(self, other: _Apart, places: Integers, count: int) -> None:
        self.grow(count)
        other.grow(len(places))
        self.infinite[places] += other.infinite
        self.first[places] = np.minimum(self.first[places], other.first)
        with np.errstate(invalid="ignore"):
            self.beyond[places] += other.beyond

    def grow(self, count: int) -> None:
        count = max(count, len(self.first))
        self.infinite, self.first, self.beyond = (
            grown(self.infinite, count), grown(self.first, count, NEVER), grown(self.beyond, count)
        )  # fmt: skip
