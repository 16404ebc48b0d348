"""What is kept of the costs of rows while they stream by: statistics of a loss, and the costliest rows."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.statistics.exact_sum import ExactSum
from lossctl.statistics.rounding import root as root
from lossctl.statistics.rounding import rounded as rounded

_DEEP = 108  # bits: what squares, and the sums that are squared, need where costs differ by little


@dataclass
class Statistics:
    """Sums, extremes and counts of the costs of a loss over some rows. Merges to the same bits in any grouping."""

    spread: bool = True  # whether the standard deviation is wanted
    rows: int = 0
    infinite: int = 0
    first_infinite: int | None = None
    least: float = math.inf
    most: float = -math.inf
    beyond: float = 0.0  # the sum of the costs that are no finite number and whose weight is above 0
    weighted: bool = False
    cost: ExactSum = field(default_factory=ExactSum)
    squares: ExactSum = field(default_factory=lambda: ExactSum(_DEEP))
    weight: ExactSum = field(default_factory=lambda: ExactSum(_DEEP))
    share: ExactSum | None = None

    def add(self, cost: Array, weight: Array | None, share: Array | None, number: Any) -> None:
        """Adds rows: their costs, weights and shares (n,); number: (row of the block) -> row of the run."""
        least, most = float(cost.min()), float(cost.max())
        largest: float | None = max(most, -least)
        if not (math.isfinite(least) and math.isfinite(most)):
            cost, largest = self._set_aside(cost, weight, number), None
        self.rows += len(cost)
        self._widen(least, most)
        if weight is None:
            self.cost.add(cost, largest)
        else:
            self.weighted, self.cost.bits = True, _DEEP
            self.cost.add_product(weight, cost)
            self.weight.add(weight)
        if share is not None:
            self.share = self.share or ExactSum()
            self.share.add_product(np.ones_like(share) if weight is None else weight, share)
        if self.spread:
            self.squares.add_product(*([cost, cost] if weight is None else [weight, cost, cost]))

    def merge(self, other: Statistics) -> None:
        """Adds what the statistics of other rows hold."""
        self.rows, self.infinite = self.rows + other.rows, self.infinite + other.infinite
        firsts = [row for row in (self.first_infinite, other.first_infinite) if row is not None]
        self.first_infinite = min(firsts, default=None)
        self._widen(other.least, other.most)
        self.beyond += other.beyond
        self.weighted |= other.weighted
        self.cost.merge(other.cost)
        self.squares.merge(other.squares)
        self.weight.merge(other.weight)
        if other.share is not None:
            self.share = self.share or ExactSum()
            self.share.merge(other.share)

    def _widen(self, least: float, most: float) -> None:
        """Takes extremes in; NaN stays."""
        self.least, self.most = float(np.minimum(self.least, least)), float(np.maximum(self.most, most))

    def _set_aside(self, cost: Array, weight: Array | None, number: Any) -> Array:
        """The costs with 0 for those that are no finite number, which are counted and summed apart."""
        infinite = np.isinf(cost)
        if infinite.any():
            self.infinite += int(infinite.sum())
            row = number(int(infinite.argmax()))
            self.first_infinite = row if self.first_infinite is None else min(row, self.first_infinite)
        aside = infinite | np.isnan(cost)
        self.beyond += sum(set(cost[aside if weight is None else aside & (weight > 0)].tolist()))
        return np.where(aside, 0.0, cost)

    def total_weight(self) -> Fraction:
        """The sum of weights; without weights the number of rows."""
        return self.weight.fraction() if self.weighted else Fraction(self.rows)

    def denominator(self) -> Fraction:
        """What the sum is divided by to give the mean."""
        return self.share.fraction() if self.share is not None else self.total_weight()

    def sum(self) -> float:
        """sum w cost; inf where a counted cost is, or where it overflows."""
        return self.beyond or rounded(self.cost.fraction())

    def mean(self) -> float:
        """sum w cost / sum w share; inf where the sum is."""
        total = self.sum()
        if not math.isfinite(total):
            return total
        denominator = self.denominator()
        return rounded(self.cost.fraction() / denominator) if denominator else math.nan

    def std(self) -> float:
        """The (weighted) population standard deviation of the costs; NaN where a counted one is infinite."""
        weight = self.total_weight()
        if self.beyond or not self.spread or not weight:
            return math.nan
        if self.least == self.most:
            return 0.0
        variance = self.squares.fraction() / weight - (self.cost.fraction() / weight) ** 2
        return root(max(variance, Fraction(0)))


class WorstRow(NamedTuple):
    """A costly row, with its key and the columns kept along."""

    cost: float
    row: int
    id: str | None
    keep: dict[str, str | float]


@dataclass
class Worst:
    """The `count` costliest rows seen; of equal costs the earlier rows."""

    count: int
    rows: list[WorstRow] = field(default_factory=list)

    def add(self, cost: Array, numbers: Any, ids: Any | None, keep: dict[str, Any]) -> None:
        """Adds rows by cost, number in the run, key where there is one, and columns kept along (n,)."""
        places = np.lexsort((numbers, -cost))[: self.count]
        self._keep(
            WorstRow(
                float(cost[at]),
                int(numbers[at]),
                None if ids is None else ids.at(int(at)),
                {name: values.at(int(at)) for name, values in keep.items()},
            )
            for at in places
        )

    def merge(self, other: Worst) -> None:
        """Adds what another holds."""
        self._keep(other.rows)

    def _keep(self, rows: Iterable[WorstRow]) -> None:
        self.rows = heapq.nsmallest(self.count, [*self.rows, *rows], key=lambda row: (-row.cost, row.row))


def plain(value: Any) -> str | float:
    """A cell as Python's own str, int or float."""
    plain_value: str | float = value if isinstance(value, str) else value.item()
    return plain_value
