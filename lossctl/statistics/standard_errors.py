"""Standard errors of means and ratios, where rows, units of rows or blocks of rows are independent of each other.

The mean is m = sum u / sum v over k units, u = sum w cost and v = sum w share of the rows of one. Linearised, its variance is
k / (k - 1) sum (u - m v)**2 / (sum v)**2: that of a ratio of sums (Cochran 1977, Sampling Techniques, 6.4), which is the
cluster-robust one with its small-sample factor. Where each row is a unit of its own and counts the same, that is s**2 / n.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Self

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.exact_sum import NO_POWER, ExactSum
from lossctl.statistics.group_sums import GroupSums, grown
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.moments import DEEP
from lossctl.statistics.rounding import root, rounded
from lossctl.statistics.statistic import Asked, Scored, Statistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


_CUBED = 10**200  # costs whose squares add up to less have cubes that are doubles; so have those of a variance above its inverse


@record
class Errors:
    """Of all rows first, then of each group (1 + g,): the numbers of units, and the standard errors of the means.

    An error is NaN where there is one unit, or a cost is infinite. skewness: of the costs of rows that count the same, else NaN.
    idempotent: whether these are their squares in sum, as between 0 and 1 only costs of 0 and 1 are.
    effective: how many rows of equal weight would tell as much, (sum w)**2 / sum w**2 (Kish 1965); NaN without weights.
    """

    units: Integers
    error: Array
    skewness: Array
    effective: Array
    idempotent: NDArray[np.bool_]


class StandardErrors(Statistic):
    """What standard errors are made of, as a statistic."""

    @classmethod
    def asked(cls, asked: Asked) -> StandardErrors | None:
        from lossctl.statistics.block_errors import BlockErrors
        from lossctl.statistics.unit_errors import UnitErrors

        kinds: dict[str, Callable[[Asked], StandardErrors]] = {"row": RowErrors, "unit": UnitErrors, "block": BlockErrors}
        return None if asked.unit is None else kinds[asked.unit](asked)

    @abstractmethod
    def add(self, scored: Scored) -> None: ...

    @abstractmethod
    def merge(self, other: Self, places: Integers, count: int) -> None: ...

    @abstractmethod
    def errors(self, loss: int, moments: LossMoments) -> Errors:
        """The errors of the means of a loss, of whose rows the moments are."""


class Sums:
    """Exact sums of products of columns, over all rows, or by group where rows have groups."""

    def __init__(self, bits: int) -> None:
        self._all, self._groups = ExactSum(bits), GroupSums(bits)

    def add(self, scored: Scored, *factors: Array) -> None:
        """Adds the products of finite factors (n,), none of them rounded."""
        if scored.grouping is None:
            self._all.add_product(*factors)
        else:
            self._groups.add(scored.grouping, *factors)

    def merge(self, other: Sums, places: Integers, count: int) -> None:
        """Adds those of other rows, whose groups have the places here."""
        self._all.merge(other._all)
        if len(other._groups):  # else what these are the sums of has no place in the other rows
            self._groups.merge(other._groups, places, count)

    def fractions(self, groups: int) -> list[Fraction]:
        """The sum of all rows, then that of each group."""
        if not groups:
            return [self._all.fraction()]
        return [self._groups.total().fraction(), *self._groups.fractions(np.arange(groups))]


class RowErrors(StandardErrors):
    """Each row that weighs something is a unit. Rows that count alike have sums of squares, and of cubes for the skewness."""

    def __init__(self, asked: Asked) -> None:
        self._cubes = [Sums(72) for _ in range(asked.losses)]
        self._products = [[Sums(DEEP) for _ in range(3)] for _ in range(asked.losses)]
        self._weights = Sums(72)
        self._weighted = False
        self._idle = np.zeros(0, np.int64)  # the numbers of rows of each group that weigh nothing; of all rows without groups
        self._shared = [False] * asked.losses

    def add(self, scored: Scored) -> None:
        weight = scored.weight
        if weight is not None:
            self._weighted = True
            self._weights.add(scored, weight, weight)
            self._leave_out(scored.grouping, weight == 0)
        for loss, (cost, share) in enumerate(zip(scored.costs, scored.shares, strict=True)):
            cost = np.where(np.isfinite(cost), cost, 0.0)  # a mean of others has no interval
            self._shared[loss] |= share is not None
            if weight is None and share is None:
                with np.errstate(over="ignore"):
                    cube = cost * cost * cost  # of each row, so that no sum of them depends on where blocks begin
                self._cubes[loss].add(scored, np.where(np.isfinite(cube), cube, 0.0))
                continue
            ones = np.ones(len(cost))
            above = cost if weight is None else weight * cost
            below = (ones if share is None else share) * (1.0 if weight is None else weight)
            for sums, factors in zip(self._products[loss], ((above, above), (above, below), (below, below)), strict=True):
                sums.add(scored, *factors)

    def _leave_out(self, grouping: Grouping | None, idle: NDArray[np.bool_]) -> None:
        codes, count = (np.zeros(len(idle), np.int64), 1) if grouping is None else (grouping.codes, grouping.count)
        self._idle = grown(self._idle, max(count, len(self._idle)))
        self._idle[:count] += np.bincount(codes[idle], minlength=count)

    def merge(self, other: Self, places: Integers, count: int) -> None:
        if len(other._idle):
            self._idle = grown(self._idle, max(count, 1, len(self._idle)))
            self._idle[places if count else slice(1)] += grown(other._idle, max(len(places), 1))
        self._weighted |= other._weighted
        self._shared = [own or others for own, others in zip(self._shared, other._shared, strict=True)]
        mine = [self._weights, *self._cubes, *(sums for three in self._products for sums in three)]
        theirs = [other._weights, *other._cubes, *(sums for three in other._products for sums in three)]
        for own, others in zip(mine, theirs, strict=True):
            own.merge(others, places, count)

    def errors(self, loss: int, moments: LossMoments) -> Errors:
        groups = len(moments.counts)
        total, of_groups = moments.total()[loss], moments.groups[loss]
        every = np.arange(groups)
        rows = np.concatenate([[total.rows], moments.counts.rows])
        if self._weighted:
            rows = rows - np.concatenate([[self._idle.sum()], grown(self._idle, groups)] if groups else [self._idle])
        costs = [total.cost.fraction(), *of_groups.cost.fractions(every)]
        below = [
            Fraction(total.denominator()),
            *(moments.counts if of_groups.share is None else of_groups.share).fractions(every),
        ]
        effective = np.full(len(rows), np.nan)
        skewness = np.full(len(rows), np.nan)
        idempotent = np.zeros(len(rows), bool)
        if self._weighted:
            totals = [Fraction(total.total_weight()), *moments.counts.fractions(every)]
            squares = self._weights.fractions(groups)
            effective[:] = [rounded(w * w / w_2) if w_2 else np.nan for w, w_2 in zip(totals, squares, strict=True)]
        if self._weighted or self._shared[loss]:
            products = zip(*(sums.fractions(groups) for sums in self._products[loss]), strict=True)
            spreads = [_around(*three, *mean) for three, *mean in zip(products, costs, below, strict=True)]
        else:
            squares = [total.squares.fraction(), *of_groups.squares.fractions(every)]
            spreads = [square - cost * cost / n for square, cost, n in zip(squares, costs, below, strict=True)]
            cubes = self._cubes[loss].fractions(groups)
            skewness[:] = [_skewness(*four) for four in zip(below, costs, squares, cubes, strict=True)]
            idempotent[:] = [bool(n) and cost == square for n, cost, square in zip(below, costs, squares, strict=True)]
        error = [_error(*three) for three in zip(spreads, rows.tolist(), below, strict=True)]
        return Errors(rows, _where_finite(np.array(error), loss, moments), skewness, effective, idempotent)


def _around(above: Fraction, both: Fraction, below: Fraction, cost: Fraction, denominator: Fraction) -> Fraction:
    """sum (u - m v)**2 by the sums of u**2, u v and v**2."""
    mean = cost / denominator if denominator else Fraction(0)
    return above - 2 * mean * both + mean * mean * below


def _error(spread: Fraction, units: int, denominator: Fraction) -> float:
    if units < 2 or not denominator:
        return float("nan")
    return root(max(spread, Fraction(0)) * units / (units - 1) / (denominator * denominator))


def _skewness(n: Fraction, total: Fraction, squares: Fraction, cubes: Fraction) -> float:
    """The third central moment by the standard deviation cubed, both of the rows at hand; 0 where all cost the same.

    NaN where the cubes of the costs, which are rounded, may be too large or too small for doubles.
    """
    if not n or squares > _CUBED:
        return float("nan")
    mean = total / n
    variance = squares / n - mean * mean
    if variance * _CUBED < 1:
        return float("nan") if variance else 0.0
    third = cubes / n - 3 * mean * squares / n + 2 * mean**3
    return math.copysign(root(third * third / variance**3), third)


def errors_of(units: Integers, error: Array, loss: int, moments: LossMoments) -> Errors:
    """Errors of which nothing else is known, of the means of a loss, of whose rows the moments are."""
    unknown = np.full(len(units), np.nan)
    return Errors(units, _where_finite(error, loss, moments), unknown, unknown, np.zeros(len(units), bool))


def _where_finite(error: Array, loss: int, moments: LossMoments) -> Array:
    """The errors, NaN where a cost is infinite."""
    total, of_groups = moments.total()[loss], moments.groups[loss]
    beyond = np.concatenate([[total.beyond], of_groups.beyond]) if len(error) > 1 else np.array([total.beyond])
    return np.where(beyond == 0, error, np.nan)


def errors_of_units(
    groups: Integers, above: Array, below: Array, count: int, weighs: NDArray[np.bool_] | None = None
) -> tuple[Integers, Array]:
    """The numbers of units of `count` groups, and the standard errors of their ratios sum above / sum below.

    groups: the group of each unit (k,); above, below: what its rows add to the sums (k,); weighs: whether they weigh anything,
    without which they tell nothing. Sums do not depend on the units' order.
    """
    if weighs is not None and not weighs.all():
        groups, above, below = groups[weighs], above[weighs], below[weighs]
    units = np.bincount(groups, minlength=count)
    error = np.full(count, np.nan)
    if not len(groups):
        return units, error
    grouping = Grouping(groups, count)
    (above, of_above), (below, of_below) = (_near_one(terms, groups, count) for terms in (above, below))
    with np.errstate(all="ignore"):
        total_above, total_below = (_sums_of(grouping, terms) for terms in (above, below))
        mean = total_above / total_below
        apart = above - mean[groups] * below
        spread = _sums_of(grouping, apart, apart)
        error = np.ldexp(np.sqrt(spread * units / (units - 1)) / np.abs(total_below), of_above - of_below)
    beyond = np.bincount(groups, ~(np.isfinite(above) & np.isfinite(below)), count) > 0
    error[(units < 2) | (total_below == 0) | beyond] = np.nan
    return units, error


def _near_one(values: Array, groups: Integers, count: int) -> tuple[Array, Integers]:
    """Values (k,) divided by a power of two of their group, whose largest is then near 1, and the exponents of these."""
    power = np.full(count, NO_POWER)
    np.maximum.at(power, groups, np.where(values == 0, NO_POWER, np.frexp(values)[1]))
    power[power == NO_POWER] = 0
    return np.ldexp(values, -power[groups]), power


def _sums_of(grouping: Grouping, *factors: Array) -> Array:
    sums = GroupSums()
    sums.add(grouping, *(np.where(np.isfinite(factor), factor, 0.0) for factor in factors))
    return sums.rounded()
