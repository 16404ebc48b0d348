"""The moments of every loss, of all rows and of groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from functools import partial
from typing import TYPE_CHECKING, Self

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.statistics.exact.rounding import rounded
from lossctl.statistics.group_moments import GroupCounts, GroupMoments
from lossctl.statistics.moments import Moments
from lossctl.statistics.statistic import Asked, Scored

if TYPE_CHECKING:
    from numpy.typing import NDArray


class LossMoments:
    """What `Moments` and `GroupMoments` hold for each loss. All rows have groups or none has.

    counts: of the rows of groups, which the losses share. groups: the moments of each loss, of the groups of the run.
    """

    def __init__(self, spread: bool) -> None:
        self.counts = GroupCounts()
        self.groups: dict[Hashable, GroupMoments] = defaultdict(partial(GroupMoments, self.counts, spread))
        self._total: dict[Hashable, Moments] = defaultdict(partial(Moments, spread))

    @classmethod
    def asked(cls, asked: Asked) -> Self:
        return cls(asked.spread)

    def add(self, scored: Scored) -> None:
        if scored.grouping is None:
            for loss, cost in scored.costs.items():
                self._total[loss].add(cost, scored.weight, scored.shares.get(loss), scored.numbers)
            return
        self.counts.add(scored.weight, scored.grouping)
        for loss, cost in scored.costs.items():
            self.groups[loss].add(cost, scored.weight, scored.shares.get(loss), scored.numbers(), scored.grouping)

    def total(self, loss: Hashable) -> Moments:
        """The moments of all rows."""
        return self.groups[loss].total() if len(self.counts) else self._total[loss]

    def total_weight(self, loss: Hashable) -> Array:
        """The sums of weights, without weights the numbers of rows: of all rows, then of each group (1 + g,)."""
        of_all = [rounded(self.total(loss).total_weight())]
        return np.concatenate([of_all, self.counts.total_weight()]) if len(self.counts) else np.array(of_all)

    def has_share(self, loss: Hashable) -> bool:
        """Whether a loss gives shares, so that its mean is a ratio."""
        return (self.groups[loss] if len(self.counts) else self._total[loss]).share is not None

    def fields(self, loss: Hashable) -> dict[str, Array]:
        total = self.total(loss)
        of_sum, mean = total.sum_and_mean()
        of_all = {
            "n": total.rows,
            "weight": rounded(total.denominator()),
            "mean": mean,
            "sum": of_sum,
            "std": total.std(),
            "min": total.least,
            "max": total.most,
            "infinite": total.infinite,
        }
        if not len(self.counts):  # the columns of groups cost time to compute though there be none
            return {name: np.array([value]) for name, value in of_all.items()}
        groups = self.groups[loss]
        of_groups: dict[str, Callable[[], Array | NDArray[np.int64]]] = {
            "n": lambda: self.counts.rows,
            "weight": groups.denominator,
            "mean": groups.mean,
            "sum": groups.sum,
            "std": groups.std,
            "min": lambda: groups.least,
            "max": lambda: groups.most,
            "infinite": lambda: groups.infinite,
        }
        return {name: np.concatenate([[value], of_groups[name]()]) for name, value in of_all.items()}

    def merge(self, other: LossMoments, places: NDArray[np.int64], count: int) -> None:
        for loss, total in other._total.items():
            self._total[loss].merge(total)
        if not len(other.counts):
            return
        self.counts.merge(other.counts, places, count)
        for loss, groups in other.groups.items():
            self.groups[loss].merge(groups, places, count)
