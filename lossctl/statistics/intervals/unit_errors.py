"""Standard errors where the rows of one unit, as a patient or a document, hang together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from typing import TYPE_CHECKING, Self

import numpy as np

from lossctl.columns.integer_words import IntegerWords
from lossctl.losses.roles.block import Array
from lossctl.statistics.exact.group_sums import GroupSums, grown
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.groups import Groups, KnownGroups, grouping_of
from lossctl.statistics.intervals.standard_errors import Errors, StandardErrors, errors_of, errors_of_units
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.statistic import Scored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


class UnitErrors(StandardErrors):
    """The sums of each unit, of all rows and of the rows of each group: a unit may have rows in several groups.

    units: their words; pairs: those of group and unit that have rows, as numbers. all, grouped: the sums by unit, and by pair.
    """

    def __init__(self) -> None:
        self.units, self.pairs = KnownGroups(), KnownGroups()
        self.all, self.grouped = UnitSums(), UnitSums()

    def add(self, scored: Scored) -> None:
        assert scored.unit is not None
        units = self.units.place(*grouping_of([scored.unit]))
        self.all.add(units, scored)
        if scored.grouping is not None:
            self.grouped.add(self.pairs.place(*grouping_of([_pairs(scored.grouping.codes, units.codes)])), scored)

    def merge(self, other: Self, places: Integers, count: int) -> None:
        units = np.zeros(0, np.int64) if other.units.groups is None else self.units.merge(other.units.groups)
        self.all.merge(other.all, units, len(self.units))
        if len(other.pairs):
            of_group, of_unit = _parted(other.pairs)
            pairs = self.pairs.merge(Groups((_pairs(places[of_group], units[of_unit]),)))
            self.grouped.merge(other.grouped, pairs, len(self.pairs))

    def errors(self, loss: Hashable, moments: LossMoments) -> Errors:
        of_group, _ = _parted(self.pairs)
        counts = [
            self.all.errors(loss, np.zeros(len(self.units), np.int64), 1),
            self.grouped.errors(loss, of_group, len(moments.counts)),
        ]
        units, error = (np.concatenate(columns) for columns in zip(*counts, strict=True))
        return errors_of(units, error, loss, moments)


class UnitSums:
    """For each of some units the number of its rows, and for each loss the sums of w cost and of w share."""

    def __init__(self) -> None:
        self.rows = np.zeros(0, np.int64)
        self._above: dict[Hashable, GroupSums] = defaultdict(GroupSums)
        self._below: dict[Hashable, GroupSums] = defaultdict(GroupSums)  # of losses with shares
        self._weights: GroupSums | None = None

    def add(self, units: Grouping, scored: Scored) -> None:
        """Adds rows by their units."""
        self._count(units.sizes, units.groups, units.count)
        weight = () if scored.weight is None else (scored.weight,)
        if weight:
            self._weights = self._weights or GroupSums()
            self._weights.add(units, *weight)
        for loss, cost in scored.costs.items():
            self._above[loss].add(units, *weight, np.where(np.isfinite(cost), cost, 0.0))
        for loss, share in scored.shares.items():
            self._below[loss].add(units, *weight, share)

    def merge(self, other: UnitSums, places: Integers, count: int) -> None:
        """Adds those of other rows; places: the unit here of each of theirs, of `count` units."""
        self._count(other.rows, places, count)
        if other._weights is not None:
            self._weights = self._weights or GroupSums()
            self._weights.merge(other._weights, places, count)
        for loss, sums in other._above.items():
            self._above[loss].merge(sums, places, count)
        for loss, sums in other._below.items():
            self._below[loss].merge(sums, places, count)

    def errors(self, loss: Hashable, groups: Integers, count: int) -> tuple[Integers, Array]:
        """The numbers of units of `count` groups, and the errors of their means. groups: that of each unit (k,)."""
        weights = self.rows.astype(float) if self._weights is None else self._weights.rounded()
        below = self._below[loss].rounded() if loss in self._below else weights
        return errors_of_units(groups, self._above[loss].rounded(), below, count, weights > 0)

    def _count(self, rows: Integers, places: Integers, count: int) -> None:
        self.rows = grown(self.rows, max(count, len(self.rows)))
        self.rows[places] += rows


def _pairs(groups: Integers, units: Integers) -> IntegerWords:
    """A number for each pair."""
    return IntegerWords(groups.astype(np.int64) << 32 | units)


def _parted(pairs: KnownGroups) -> tuple[Integers, Integers]:
    """The group and the unit of each pair."""
    (numbers,) = (_pairs(*np.zeros((2, 0), np.int64)),) if pairs.groups is None else pairs.groups.columns
    assert isinstance(numbers, IntegerWords)
    return numbers.values >> 32, numbers.values & (2**32 - 1)
