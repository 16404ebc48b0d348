"""The moments of every loss, of all rows and of groups."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Self

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
        groups = self.groups.get(loss)
        return groups.total() if groups else self._total[loss]

    def total_weight(self, loss: Hashable) -> Array:
        """The sums of weights, without weights the numbers of rows: of all rows, then of each group (1 + g,)."""
        return self._weights if len(self.counts) else np.array([rounded(self.total(loss).total_weight())])

    def has_share(self, loss: Hashable) -> bool:
        """Whether a loss gives shares, so that its mean is a ratio."""
        return (self.groups.get(loss) or self._total[loss]).share is not None

    def fields(self, loss: Hashable) -> dict[str, Any]:
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
        return {
            "n": self._rows,
            "weight": self._weights if groups.share is None else np.append(of_all["weight"], groups.denominator()),
            "mean": np.append(mean, groups.mean()),
            "sum": np.append(of_sum, groups.sum()),
            "std": np.append(of_all["std"], groups.std()),
            "min": np.append(total.least, groups.least),
            "max": np.append(total.most, groups.most),
            "infinite": np.append(total.infinite, groups.infinite) if total.infinite else np.broadcast_to(0, len(self._rows)),
        }

    def release(self, loss: Hashable) -> None:
        """Lets go of the moments of the groups of a loss, of which results are made; those of all rows stay."""
        if loss in self.groups:
            self._total[loss] = self.total(loss)
            del self.groups[loss]

    @cached_property
    def _rows(self) -> NDArray[np.int64]:
        """The numbers of rows, which losses share, asked for when all are there: of all, then of each group (1 + g,)."""
        return np.append(self.counts.rows.sum(), self.counts.rows)

    @cached_property
    def _weights(self) -> Array:
        """The sums of weights, without weights the numbers of rows: likewise."""
        weight = self.counts.weight
        return self._rows.astype(float) if weight is None else np.append(rounded(weight.total().fraction()), weight.rounded())

    def merge(self, other: LossMoments, places: NDArray[np.int64], count: int) -> None:
        for loss, total in other._total.items():
            self._total[loss].merge(total)
        if not len(other.counts):
            return
        self.counts.merge(other.counts, places, count)
        for loss, groups in other.groups.items():
            self.groups[loss].merge(groups, places, count)
