"""What is kept of the costs of rows while they stream by: statistics of a loss, and the costliest rows."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from lossctl.evaluation.exact_sum import ExactSum, product
from lossctl.losses.block import Array

_SQUARE_LEVELS = 30  # 2**(36 * 30) = (2**540)**2
_SCALE = 2.0**540


@dataclass
class Statistics:
    """Sums, extremes and counts of the costs of a loss over some rows. Merges to the same bits in any grouping."""

    spread: bool = True  # whether the standard deviation is wanted
    rows: int = 0
    infinite: int = 0
    undefined: int = 0
    first_infinite: int | None = None
    least: float = math.inf
    most: float = -math.inf
    infinite_counts: bool = False  # an infinite cost has a weight above 0
    weighted: bool = False
    cost: ExactSum = field(default_factory=ExactSum)
    squares: ExactSum = field(default_factory=ExactSum)
    weight: ExactSum = field(default_factory=ExactSum)
    share: ExactSum | None = None

    def add(self, cost: Array, weight: Array | None, share: Array | None, number: Any) -> None:
        """Adds rows: their costs, weights and shares (n,); number: (row of the block) -> row of the run."""
        self.rows += len(cost)
        self.least, self.most = min(self.least, float(cost.min())), max(self.most, float(cost.max()))
        if not (math.isfinite(self.least) and math.isfinite(self.most)):
            cost = self._set_infinite_aside(cost, weight, number)
        for term in [cost] if weight is None else product_scaled(weight, cost):
            overflows = np.isinf(term.max())
            self.infinite_counts |= bool(overflows)
            self.cost.add(np.where(np.isinf(term), 0.0, term) if overflows else term)
        if self.spread:
            self._add_squares(cost, weight)
        if weight is not None:
            self.weighted = True
            self.weight.add(weight)
        if share is not None:
            self.share = self.share or ExactSum()
            for term in [share] if weight is None else product_scaled(weight, share):
                self.share.add(term)

    def merge(self, other: Statistics) -> None:
        """Adds what the statistics of other rows hold."""
        self.rows, self.infinite, self.undefined = (
            self.rows + other.rows,
            self.infinite + other.infinite,
            self.undefined + other.undefined,
        )
        firsts = [row for row in (self.first_infinite, other.first_infinite) if row is not None]
        self.first_infinite = min(firsts, default=None)
        self.least, self.most = min(self.least, other.least), max(self.most, other.most)
        self.infinite_counts |= other.infinite_counts
        self.weighted |= other.weighted
        self.cost.merge(other.cost)
        self.squares.merge(other.squares)
        self.weight.merge(other.weight)
        if other.share is not None:
            self.share = self.share or ExactSum()
            self.share.merge(other.share)

    def _set_infinite_aside(self, cost: Array, weight: Array | None, number: Any) -> Array:
        infinite, undefined = np.isinf(cost), np.isnan(cost)
        if infinite.any():
            self.infinite += int(infinite.sum())
            row = number(int(infinite.argmax()))
            self.first_infinite = row if self.first_infinite is None else min(row, self.first_infinite)
            self.infinite_counts |= weight is None or bool((weight[infinite] > 0).any())
        self.undefined += int(undefined.sum())
        return np.where(infinite | undefined, 0.0, cost)

    def _add_squares(self, cost: Array, weight: Array | None) -> None:
        """Adds w * cost**2; costs whose squares would overflow or vanish are scaled by a power of two."""
        largest = max(float(cost.max()), -float(cost.min()))
        levels_up = 0
        if largest > 2.0**400:
            cost, levels_up = cost / _SCALE, _SQUARE_LEVELS
        elif 0 < largest < 2.0**-400:
            cost, levels_up = cost * _SCALE, -_SQUARE_LEVELS
        square, error = product(cost, cost)
        for term in (square, error) if weight is None else (*product_scaled(weight, square), weight * error):
            self.squares.add(term, levels_up)

    def total_weight(self) -> Fraction:
        """The sum of weights; without weights the number of rows."""
        return self.weight.fraction() if self.weighted else Fraction(self.rows)

    def denominator(self) -> Fraction:
        """What the sum is divided by to give the mean."""
        return self.share.fraction() if self.share is not None else self.total_weight()

    def sum(self) -> float:
        """sum w cost; inf where a counted cost is, or where it overflows."""
        if self.undefined:
            return math.nan
        return math.inf if self.infinite_counts else rounded(self.cost.fraction())

    def mean(self) -> float:
        """sum w cost / sum w share; inf where the sum is."""
        total = self.sum()
        if not math.isfinite(total):
            return total
        denominator = self.denominator()
        return rounded(self.cost.fraction() / denominator) if denominator else math.nan

    def std(self) -> float:
        """The (weighted) population standard deviation of the costs; NaN where one of them is infinite."""
        if self.infinite or self.undefined or not self.spread or not self.total_weight():
            return math.nan
        weight = self.total_weight()
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
                None if ids is None else str(ids[at]),
                {name: plain(values[at]) for name, values in keep.items()},
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


def product_scaled(left: Array, right: Array) -> tuple[Array, Array]:
    """`product` of factors of any size: large ones are taken apart into mantissas and powers of two, which rounds nothing."""
    if max(np.abs(left).max(), np.abs(right).max()) < 2.0**500:
        return product(left, right)
    (left, left_power), (right, right_power) = np.frexp(left), np.frexp(right)
    rounding, error = product(left, right)
    with np.errstate(over="ignore"):
        return np.ldexp(rounding, left_power + right_power), np.ldexp(error, left_power + right_power)


def rounded(value: Fraction) -> float:
    """The nearest double; inf where there is none."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def root(value: Fraction) -> float:
    """The square root of a fraction of any size, rounded once."""
    if not value:
        return 0.0
    shift = (value.numerator.bit_length() - value.denominator.bit_length() - 128) // 2 * 2
    scaled = value / Fraction(2) ** shift
    return math.ldexp(math.isqrt(scaled.numerator // scaled.denominator), shift // 2)
