"""Standard errors where rows are independent of each other, and the skewness by which the ends of intervals are moved."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Self

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.statistics.exact.double_double import Held, Pairs, Rounded, Whole, added, cut_off, filled, quotients, rooted, roots
from lossctl.statistics.exact.exact_sum import ExactSum
from lossctl.statistics.exact.group_sums import GroupSums, grown
from lossctl.statistics.exact.rounding import ratio, root
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.intervals.standard_errors import Errors, StandardErrors, where_finite
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.moments import DEEP
from lossctl.statistics.statistic import Scored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

_CUBED = 10**200  # costs whose squares add up to less have cubes that are doubles; so have those of a variance above its inverse
_SMALL = 1e90  # costs of which fewer than 10**20 have squares that add up to less
_NEAR = 2.0**-30  # a limit, relatively, where doubles may be mistaken about the side


class Sums:
    """Exact sums of products of columns, over all rows, or by group where rows have groups."""

    def __init__(self, bits: int) -> None:
        self.all, self.groups = ExactSum(bits), GroupSums(bits)

    def add(self, scored: Scored, *factors: Array) -> None:
        """Adds the products of finite factors (n,), none of them rounded."""
        if scored.grouping is None:
            self.all.add_product(*factors)
        else:
            self.groups.add(scored.grouping, *factors)

    def merge(self, other: Sums, places: Integers, count: int) -> None:
        """Adds those of other rows, whose groups have the places here."""
        self.all.merge(other.all)
        if len(other.groups):  # else what these are the sums of has no place in the other rows
            self.groups.merge(other.groups, places, count)

    def total(self) -> Fraction:
        """The sum of all rows."""
        return (self.groups.total() if len(self.groups) else self.all).fraction()


class RowErrors(StandardErrors):
    """Each row that weighs something is a unit. Rows that count alike have sums of squares, and of cubes for the skewness."""

    def __init__(self) -> None:
        self._cubes: dict[Hashable, Sums] = defaultdict(partial(Sums, 72))
        self._products: dict[Hashable, list[Sums]] = defaultdict(_three_sums)  # of losses with weights or shares
        self._weights = Sums(72)
        self._weighted = False
        self._idle = np.zeros(0, np.int64)  # the numbers of rows of each group that weigh nothing; of all rows without groups

    def add(self, scored: Scored) -> None:
        weight = scored.weight
        if weight is not None:
            self._weighted = True
            self._weights.add(scored, weight, weight)
            self._leave_out(scored.grouping, weight == 0)
        for loss, cost in scored.costs.items():
            share = scored.shares.get(loss)
            cost = np.where(np.isfinite(cost), cost, 0.0)  # a mean of others has no interval
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
        self._weights.merge(other._weights, places, count)
        for loss, cubes in other._cubes.items():
            self._cubes[loss].merge(cubes, places, count)
        for loss, products in other._products.items():
            for sums, others in zip(self._products[loss], products, strict=True):
                sums.merge(others, places, count)

    def errors(self, loss: Hashable, moments: LossMoments) -> Errors:
        total, of_groups = moments.total(loss), moments.groups[loss]
        counts = moments.counts
        units = self._units(total.rows, counts.rows)
        every = np.ones(len(counts), bool)
        unknown = np.broadcast_to(np.nan, len(units))
        effective = unknown
        if self._weighted:
            above, below = [Fraction(total.total_weight()), self._weights.total()], [counts.held, self._weights.groups]
            effective = _each(_effective, _many_effective, above, below, every)
        cost, divisor = total.cost.fraction(), Fraction(total.denominator())
        if loss in self._products:
            products = self._products[loss]
            of_all = [*(sums.total() for sums in products), cost, divisor, Fraction(int(units[0]))]
            held = [*(sums.groups for sums in products), of_groups.cost, of_groups.below, Whole(units[1:])]
            error = where_finite(_each(_error, _many_errors, of_all, held, every), loss, moments)
            return Errors(units, error, unknown, effective, np.zeros(len(units), bool))
        squares, n = total.squares.fraction(), Whole(counts.rows)
        # sums of equal costs are exact, and they cancel each other out
        equal = (of_groups.least == of_groups.most) & (np.abs(of_groups.most) < _SMALL)
        held = [of_groups.squares, of_groups.cost, n, of_groups.cost, n, n]
        error = _each(_error, _many_errors, [squares, cost, divisor, cost, divisor, divisor], held, ~equal)
        error[1:][equal & (counts.rows > 1)] = 0.0
        held = [n, of_groups.cost, of_groups.squares, self._cubes[loss].groups]
        skewness = _each(_skewness, _many_skewnesses, [divisor, cost, squares, self._cubes[loss].total()], held, ~equal)
        skewness[1:][equal] = 0.0
        shares = np.concatenate([[total.least >= 0 and total.most <= 1], (of_groups.least >= 0) & (of_groups.most <= 1)])
        same = _each(_same, _many_same, [cost, squares], [of_groups.cost, of_groups.squares], shares[1:])
        return Errors(units, where_finite(error, loss, moments), skewness, effective, shares & (same == 1))

    def release(self, loss: Hashable) -> None:
        self._cubes.pop(loss, None)
        self._products.pop(loss, None)

    def _units(self, rows: int, of_groups: Integers) -> Integers:
        """How many rows weigh something, of all and of each group."""
        units = np.concatenate([[rows], of_groups])
        if self._weighted:
            units -= np.concatenate([[self._idle.sum()], grown(self._idle, len(of_groups))]) if len(of_groups) else self._idle
        return units


def _three_sums() -> list[Sums]:
    """Those of u**2, u v and v**2."""
    return [Sums(DEEP) for _ in range(3)]


def _each(
    exact: Callable[..., float],
    many: Callable[..., Rounded],
    of_all: Sequence[Fraction],
    held: Sequence[Held],
    wanted: NDArray[np.bool_],
) -> Array:
    """A number of all rows, then that of each group (1 + g,)."""
    return np.concatenate([[exact(*of_all)], filled(many, exact, held, wanted)])


def _error(above: Fraction, both: Fraction, below: Fraction, cost: Fraction, divisor: Fraction, units: Fraction) -> float:
    """That of cost / divisor by the sums of u**2, u v and v**2 over the units."""
    if units < 2 or not divisor:
        return math.nan
    mean = cost / divisor
    spread = above - 2 * mean * both + mean * mean * below
    return root(max(spread, Fraction(0)) * units / (units - 1) / (divisor * divisor))


def _many_errors(above: Pairs, both: Pairs, below: Pairs, cost: Pairs, divisor: Pairs, units: Pairs) -> Rounded:
    square, others = divisor * divisor, units.less_one()
    spread, kept = added(above * square, (both * (cost * divisor)).times(-2), below * (cost * cost))
    values, sure = roots(spread * (units * others), kept, square * others)
    lacking = (units.high < 2) | (divisor.high == 0)
    values[lacking] = np.nan
    return values, sure | lacking


def _skewness(n: Fraction, total: Fraction, squares: Fraction, cubes: Fraction) -> float:
    """The third central moment by the standard deviation cubed, both of the rows at hand; 0 where all cost the same.

    NaN where the cubes of the costs, which are rounded, may be too large or too small for doubles.
    """
    if not n or squares > _CUBED:
        return math.nan
    mean = total / n
    variance = squares / n - mean * mean
    if variance * _CUBED < 1:
        return math.nan if variance else 0.0
    third = cubes / n - 3 * mean * squares / n + 2 * mean**3
    return math.copysign(root(third * third / variance**3), third)


def _many_skewnesses(n: Pairs, total: Pairs, squares: Pairs, cubes: Pairs) -> Rounded:
    spread, kept = added(n * squares, (total * total).times(-1))
    third, known = added(n * n * cubes, (n * total * squares).times(-3), (total * total * total).times(2))
    values, sure = cut_off(third, spread * rooted(spread), kept & known & (spread.high > 0))
    large = np.ldexp(squares.high, squares.power) / _CUBED
    small = np.ldexp(spread.high, spread.power) / (n.high * n.high) * _CUBED
    outside = (large > 1) | (kept & (small < 1) & (spread.high != 0))
    near = (np.abs(large - 1) < _NEAR) | (np.abs(small - 1) < _NEAR)
    return np.where(outside, np.nan, values), (sure | outside) & ~near


def _effective(weight: Fraction, squares: Fraction) -> float:
    return ratio(weight * weight, squares)


def _many_effective(weight: Pairs, squares: Pairs) -> Rounded:
    return quotients(weight * weight, squares)


def _same(cost: Fraction, squares: Fraction) -> float:
    """Whether costs are their squares in sum, as between 0 and 1 only those of 0 and 1 are."""
    return float(cost == squares)


def _many_same(cost: Pairs, squares: Pairs) -> Rounded:
    _, differ = added(cost, squares.times(-1))
    same = (cost.high == squares.high) & (cost.low == squares.low) & (cost.power == squares.power)
    return same.astype(float), np.where(same, cost.exact & squares.exact, differ)
