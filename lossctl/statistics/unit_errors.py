"""Standard errors where the rows of one unit, as a patient or a document, hang together."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Self

import numpy as np

from lossctl.columns.words import WordList
from lossctl.losses.roles.block import Array
from lossctl.statistics.group_sums import GroupSums
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.groups import Groups
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.standard_errors import Errors, StandardErrors, errors_of, errors_of_units
from lossctl.statistics.statistic import Asked, Scored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


class UnitErrors(StandardErrors):
    """The sums of each unit, of all rows and of the rows of each group: a unit may have rows in several groups.

    units: their words. all, grouped: the sums by unit, and by pair of group and unit.
    """

    def __init__(self, asked: Asked) -> None:
        self.units = Groups((WordList([]),))
        self.all, self.grouped = PairSums(asked.losses), PairSums(asked.losses)

    def add(self, scored: Scored) -> None:
        assert scored.unit is not None
        codes, words = scored.unit.encoded()
        self.units, places = self.units.merge(Groups((words,)))
        units = places[codes]
        self.all.add(np.zeros(len(units), np.int64), units, scored)
        if scored.grouping is not None:
            self.grouped.add(scored.grouping.codes, units, scored)

    def merge(self, other: Self, places: Integers, count: int) -> None:
        self.units, units = self.units.merge(other.units)
        self.all.merge(other.all, np.zeros(1, np.int64), units)
        self.grouped.merge(other.grouped, places, units)

    def errors(self, loss: int, moments: LossMoments) -> Errors:
        counts = [self.all.errors(loss, 1), self.grouped.errors(loss, len(moments.counts))]
        units, error = (np.concatenate(columns) for columns in zip(*counts, strict=True))
        return errors_of(units, error, loss, moments)


class PairSums:
    """For each pair of a group and a unit that has rows the sums of w cost and of w share, for each loss."""

    def __init__(self, losses: int) -> None:
        self.groups, self.units = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self._above = [GroupSums() for _ in range(losses)]
        self._below: dict[int, GroupSums] = defaultdict(GroupSums)  # of losses with shares
        self._weights = GroupSums()

    def add(self, groups: Integers, units: Integers, scored: Scored) -> None:
        """Adds rows of some groups and units (n,)."""
        some = PairSums(len(self._above))
        pairs, codes = np.unique(_keys(groups, units), return_inverse=True)
        some.groups, some.units = pairs >> 32, pairs & (2**32 - 1)
        grouping = Grouping(codes, len(pairs))
        weight = () if scored.weight is None else (scored.weight,)
        ones = np.ones(len(units))
        some._weights.add(grouping, *(weight or (ones,)))
        for loss, (cost, share) in enumerate(zip(scored.costs, scored.shares, strict=True)):
            finite = np.where(np.isfinite(cost), cost, 0.0)
            some._above[loss].add(grouping, *weight, finite)
            if share is not None:
                some._below[loss].add(grouping, *weight, share)
        self._take(some, some.groups, some.units)

    def merge(self, other: PairSums, groups: Integers, units: Integers) -> None:
        """Adds those of other rows; groups, units: the places here of theirs."""
        if len(other.units):
            self._take(other, groups[other.groups], units[other.units])

    def errors(self, loss: int, count: int) -> tuple[Integers, Array]:
        """The numbers of units of `count` groups, and the errors of their means."""
        weights = self._weights.rounded()
        below = self._below[loss].rounded() if loss in self._below else weights
        return errors_of_units(self.groups, self._above[loss].rounded(), below, count, weights > 0)

    def _take(self, other: PairSums, groups: Integers, units: Integers) -> None:
        """Adds the sums of pairs, which stand here behind those that are known, where they are new."""
        known, new = _keys(self.groups, self.units), _keys(groups, units)
        order = np.argsort(known)
        found = np.searchsorted(known[order], new)
        there = np.zeros(len(new), bool)
        there[found < len(known)] = known[order][found[found < len(known)]] == new[found < len(known)]
        places = np.empty(len(new), np.int64)
        places[there] = order[found[there]]
        places[~there] = len(known) + np.arange(int((~there).sum()))
        self.groups = np.concatenate([self.groups, groups[~there]])
        self.units = np.concatenate([self.units, units[~there]])
        count = len(self.units)
        self._weights.merge(other._weights, places, count)
        for loss, sums in enumerate(other._above):
            self._above[loss].merge(sums, places, count)
        for loss, sums in other._below.items():
            self._below[loss].merge(sums, places, count)


def _keys(groups: Integers, units: Integers) -> Integers:
    """A number for each pair, in their order: numbers sort much faster than pairs."""
    return groups.astype(np.int64) << 32 | units
