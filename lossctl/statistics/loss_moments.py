"""The moments of every loss, of all rows and of groups."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.statistics.group_moments import GroupCounts, GroupMoments
from lossctl.statistics.moments import Moments
from lossctl.statistics.rounding import rounded
from lossctl.statistics.statistic import Asked, Scored

if TYPE_CHECKING:
    from numpy.typing import NDArray


class LossMoments:
    """What `Moments` and `GroupMoments` hold for each loss. All rows have groups or none has.

    counts: of the rows of groups, which the losses share.
    """

    def __init__(self, losses: int, spread: bool) -> None:
        self._total, self._spread = [Moments(spread) for _ in range(losses)], spread
        self.counts = GroupCounts()

    @cached_property
    def groups(self) -> list[GroupMoments]:
        """Those of a loss each, of the groups of the run."""
        return [GroupMoments(self.counts, self._spread) for _ in self._total]

    @classmethod
    def asked(cls, asked: Asked) -> Self:
        return cls(asked.losses, asked.spread)

    def add(self, scored: Scored) -> None:
        if scored.grouping is None:
            for total, cost, share in zip(self._total, scored.costs, scored.shares, strict=True):
                total.add(cost, scored.weight, share, scored.numbers)
            return
        self.counts.add(scored.weight, scored.grouping)
        for groups, cost, share in zip(self.groups, scored.costs, scored.shares, strict=True):
            groups.add(cost, scored.weight, share, scored.numbers(), scored.grouping)

    def total(self) -> list[Moments]:
        """The moments of all rows, a loss each."""
        return [groups.total() for groups in self.groups] if len(self.counts) else self._total

    def total_weight(self) -> Array:
        """The sums of weights, without weights the numbers of rows: of all rows, then of each group (1 + g,)."""
        of_all = [rounded(self.total()[0].total_weight())]
        return np.concatenate([of_all, self.counts.total_weight()]) if len(self.counts) else np.array(of_all)

    def has_share(self, loss: int) -> bool:
        """Whether a loss gives shares, so that its mean is a ratio."""
        return (self.groups[loss] if len(self.counts) else self._total[loss]).share is not None

    def fields(self, loss: int) -> dict[str, Array]:
        total = self.total()[loss]
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
        for total, others in zip(self._total, other._total, strict=True):
            total.merge(others)
        if not len(other.counts):
            return
        self.counts.merge(other.counts, places, count)
        for groups, of_groups in zip(self.groups, other.groups, strict=True):
            groups.merge(of_groups, places, count)
