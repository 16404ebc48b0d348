"""Sums, extremes and counts of the costs of a loss over all rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.exact.exact_sum import ExactSum
from lossctl.statistics.exact.rounding import quotient, root

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = Callable[[], NDArray[np.int64]]

DEEP = 108  # bits: what squares, and the sums that are squared, need where costs differ by little


@record(frozen=False)
class Moments:
    """Sums, extremes and counts of the costs of a loss over some rows. Merges to the same bits in any grouping."""

    spread: bool = True  # whether the standard deviation is wanted
    rows: int = 0
    infinite: int = 0  # rows that cost inf or -inf
    first_infinite: int | None = None  # the first of them in the run
    least: float = math.inf  # NaN where a cost is
    most: float = -math.inf
    beyond: float = 0.0  # the sum of the costs that are no finite number and whose weight is above 0
    weighted: bool = False
    cost: ExactSum = field(default_factory=ExactSum)
    squares: ExactSum = field(default_factory=lambda: ExactSum(DEEP))
    weight: ExactSum = field(default_factory=lambda: ExactSum(DEEP))
    share: ExactSum | None = None

    def add(self, cost: Array, weight: Array | None, share: Array | None, numbers: Numbers) -> None:
        """Adds rows: their costs, weights and shares (n,), and what gives their numbers in the run (n,); n is not 0."""
        least, most = float(np.minimum.reduce(cost)), float(np.maximum.reduce(cost))
        largest: float | None = max(most, -least)
        if not (math.isfinite(least) and math.isfinite(most)):
            cost, largest = self._set_aside(cost, weight, numbers), None
        self.rows += len(cost)
        self._widen(least, most)
        if weight is None:
            self.cost.add(cost, largest)
        else:
            self.weighted, self.cost.bits = True, DEEP
            self.cost.add_product(weight, cost)
            self.weight.add(weight)
        if share is not None:
            self.share = self.share or ExactSum()
            self.share.add_product(np.ones_like(share) if weight is None else weight, share)
        if self.spread:
            self.squares.add_product(*([cost, cost] if weight is None else [weight, cost, cost]))

    def merge(self, other: Moments) -> None:
        """Adds what the moments of other rows hold."""
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

    def total_weight(self) -> Fraction | int:
        """The sum of weights; without weights the number of rows."""
        return self.weight.fraction() if self.weighted else self.rows

    def denominator(self) -> Fraction | int:
        """What the sum is divided by to give the mean: sum w share."""
        return self.share.fraction() if self.share is not None else self.total_weight()

    def sum(self) -> float:
        """sum w cost; inf where a counted cost is, or where it overflows."""
        return self.sum_and_mean()[0]

    def mean(self) -> float:
        """sum w cost / sum w share; inf where the sum is, NaN where the denominator is 0."""
        return self.sum_and_mean()[1]

    def sum_and_mean(self) -> tuple[float, float]:
        """Both, by one exact sum."""
        above, below = self.cost.ratio()
        total = self.beyond or quotient(above, below)
        if not math.isfinite(total):
            return total, total
        denominator = self.denominator()
        return total, quotient(above * denominator.denominator, below * denominator.numerator) if denominator else math.nan

    def std(self) -> float:
        """The (weighted) population standard deviation of the costs; NaN where a counted one is infinite."""
        if self.beyond or not self.spread or not (weight := self.total_weight()):
            return math.nan
        if self.least == self.most:
            return 0.0
        return deviation(self.squares.fraction(), self.cost.fraction(), weight)

    def _widen(self, least: float, most: float) -> None:
        """Takes extremes in; NaN stays."""
        self.least = least if least < self.least or math.isnan(least) else self.least
        self.most = most if most > self.most or math.isnan(most) else self.most

    def _set_aside(self, cost: Array, weight: Array | None, numbers: Numbers) -> Array:
        """The costs with 0 for those that are no finite number, which are counted and summed apart."""
        infinite = np.isinf(cost)
        if infinite.any():
            self.infinite += int(infinite.sum())
            row = int(numbers()[infinite].min())
            self.first_infinite = row if self.first_infinite is None else min(row, self.first_infinite)
        aside = infinite | np.isnan(cost)
        self.beyond += sum(set(cost[aside if weight is None else aside & (weight > 0)].tolist()))
        return np.where(aside, 0.0, cost)


def deviation(squares: Fraction, total: Fraction, weight: Fraction | int) -> float:
    """The standard deviation by sum w cost**2, sum w cost and sum w, rounded once."""
    return root(max((squares * weight - total * total) / (weight * weight), Fraction(0)))
