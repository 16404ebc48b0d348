"""What two models cost on the same rows: their difference, by rows and by units of rows, to first order, and scaled."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.record import record, replace
from lossctl.statistics.exact.exact_sum import ExactSum
from lossctl.statistics.intervals.interval import slope_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FAR = 400  # exponents of costs and of weights between which nothing overflows


@record
class Pair:
    """Costs of two models on the same rows (n,), weights, and where the loss has them shares of the denominator.

    finish: what makes the headline value of a mean. unit: by number that of each row (n,), where the rows of one
    hang together; by default each row is its own.
    best, sides: where values are compared by how far they are from a best one, that, and on which side of it those of base
    and candidate lie, 1 above and -1 below.
    """

    base: Array
    candidate: Array
    weight: Array | None = None
    base_share: Array | None = None
    candidate_share: Array | None = None
    finish: Callable[[float], float] | None = None
    unit: NDArray[np.int64] | None = None
    best: float = 0.0
    sides: tuple[float, float] = (1.0, 1.0)

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.base) if self.unit is None else len(np.unique(self.unit))

    def by_unit(self, column: Array) -> Array:
        """The sums of a column (n,) over the rows of each unit."""
        return column if self.unit is None else np.bincount(self.unit, column).astype(np.float64)

    def rises(self) -> Array:
        """How much more each row costs the candidate, or how much farther from the best value it lies on its side (n,)."""
        of_base, of_candidate = self.sides
        if of_base == of_candidate:
            return of_base * (self.candidate - self.base)
        return of_candidate * (self.candidate - self.best) - of_base * (self.base - self.best)

    def rise(self, base_value: float, value: float) -> float:
        """The same of two values."""
        of_base, of_candidate = self.sides
        if of_base == of_candidate:
            return of_base * (value - base_value)
        return of_candidate * (value - self.best) - of_base * (base_value - self.best)

    def weighing(self) -> Pair:
        """The rows that weigh something: the others tell nothing, and make no units."""
        return self if self.weight is None or self.weight.all() else self.at(self.weight > 0)

    def at(self, rows: Any) -> Pair:
        """Some of the rows."""
        columns = ("base", "candidate", "weight", "base_share", "candidate_share", "unit")
        some = {name: column[rows] for name in columns if (column := getattr(self, name)) is not None}
        if self.unit is not None:
            some["unit"] = np.unique(some["unit"], return_inverse=True)[1]
        return replace(self, **some)

    def scaled(self) -> tuple[Pair, int]:
        """The pair with costs and weights near 1, and the power of two by which its differences are to be multiplied.

        That rounds nothing that would count, and no product or sum overflows or vanishes. What costs that are far from 1 in size
        have in common is their power of two; of a function of a mean the function takes it in.
        """
        power, of_weights = _power(self.base, self.candidate), 0 if self.weight is None else _power(self.weight)
        if not power and not of_weights:
            return self, 0
        base, candidate = (np.ldexp(cost, -power) for cost in (self.base, self.candidate))
        weight = None if self.weight is None else np.ldexp(self.weight, -of_weights)
        pair = replace(self, base=base, candidate=candidate, weight=weight)
        if self.finish is None:
            return replace(pair, best=times_power(self.best, -power)), power
        return replace(pair, finish=partial(_of_scaled, self.finish, power)), 0

    def linearised(self) -> Array:
        """What each row adds to the difference of the values, to first order (n,): the rows add up to 0.

        Of a value f(m), m = sum w cost / sum w share, it is f'(m) w (cost - m share) / sum w share.
        """
        weight = np.ones(len(self.base)) if self.weight is None else self.weight
        if self.is_plain_mean:
            apart = self.rises()
            total = exact(weight)
            return weight * (apart - exact(weight * apart) / total) / total
        models = ((self.candidate, self.candidate_share), (self.base, self.base_share))
        candidate, base = (self._influence(weight, cost, share) for cost, share in models)
        return self.sides[1] * candidate - self.sides[0] * base

    def _influence(self, weight: Array, cost: Array, share: Array | None) -> Array:
        share = np.ones(len(cost)) if share is None else share
        below = exact(weight * share)
        mean = exact(weight * cost) / below
        apart: Array = weight * (cost - mean * share) / below
        if self.finish is None or not apart.any():  # of equal rows no slope is needed, which a root has none of at 0
            return apart
        return slope_at(self.finish, mean) * apart

    @property
    def is_plain_mean(self) -> bool:
        """Whether the difference of the values is the mean of the differences."""
        return self.base_share is None and self.finish is None


def _power(*columns: Array) -> int:
    """The exponent of the largest of some values, 0 where all sums and products of them are normal doubles anyway."""
    power = math.frexp(max(float(np.abs(column).max()) for column in columns))[1]
    return power if abs(power) > _FAR else 0


def times_power(value: float, power: int) -> float:
    """value * 2**power; inf where that overflows."""
    try:
        return math.ldexp(value, power)
    except OverflowError:
        return math.copysign(math.inf, value)


def _of_scaled(finish: Callable[[float], float], power: int, mean: float) -> float:
    return finish(times_power(mean, power))


def exact(values: Array) -> float:
    """The sum of values, rounded once."""
    total = ExactSum()
    total.add(values)
    return float(total.fraction())
