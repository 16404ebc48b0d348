"""Sums whose bits depend on the values alone, not on their order, their grouping or who added which of them.

Each value is split, by rounding, into multiples of 2**(36 k) for three levels k (or more) from that of the largest value down,
so that at least 72 bits below the largest value count. The multiples of one level within a block of up to 2**16 values are added
without rounding by NumPy, the blocks as Python's integers. A level's share of a value does not depend on the other values: the
levels above that of a value round it to 0. That is what makes sums reproducible: Demmel & Nguyen (2015), IEEE Trans. Comput.
64(7), doi:10.1109/TC.2014.2345391; the splitting is Rump, Ogita & Oishi's (2008), SIAM J. Sci. Comput. 31(1),
doi:10.1137/050645671.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from lossctl.losses.block import Array

EXACT = 60  # levels that hold every bit of any doubles
_WIDTH = 36  # bits of a level: 2**16 multiples of up to 2**35 units stay within the 52 bits that add without rounding
_BLOCK = 2**16
_HIGH = 25  # from this level on (values above 2**900) the splitting constants would overflow
_LOW = -29  # below it every double is a multiple of the level's unit
_SHIFT = 4  # levels by which values above _HIGH are scaled down
_LARGE, _SMALL = 2.0**300, 2.0**-700  # factors and products between which nothing overflows and no bit that counts is lost
_NO_POWER = -(2**16)  # of a product that is 0


class ExactSum:
    """A sum of finite float64 values: add arrays, merge with other sums, and take an exact fraction at the end."""

    __slots__ = ("depth", "levels", "top")

    def __init__(self, depth: int = 3) -> None:
        self.depth = depth  # how many levels count
        self.top: int | None = None  # the level of the largest value
        self.levels: dict[int, int] = {}  # multiples of 2**(_WIDTH * level)

    def add(self, values: Array, largest: float | None = None) -> None:
        """Adds values; largest: their largest absolute value, where it is known."""
        if largest is not None and len(values) <= _BLOCK:
            self._add_block(values, 0, largest)
            return
        for start in range(0, len(values), _BLOCK):
            self._add_block(values[start : start + _BLOCK], 0)

    def add_product(self, *factors: Array) -> None:
        """Adds the products of factors, none of them rounded."""
        for start in range(0, len(factors[0]), _BLOCK):
            for term, levels_up in _products([factor[start : start + _BLOCK] for factor in factors]):
                self._add_block(term, levels_up)

    def merge(self, other: ExactSum) -> None:
        """Adds what another sum holds."""
        self.depth = max(self.depth, other.depth)
        if other.top is not None:
            self._raise_to(other.top)
            for level, multiples in other.levels.items():
                self._count(level, multiples)

    def fraction(self) -> Fraction:
        """The sum, exactly as held."""
        if self.top is None:
            return Fraction(0)
        lowest = min(self.levels, default=0)
        total = sum(multiples << (_WIDTH * (level - lowest)) for level, multiples in self.levels.items())
        exponent = _WIDTH * lowest
        return Fraction(total << exponent) if exponent >= 0 else Fraction(total, 1 << -exponent)

    def _add_block(self, values: Array, levels_up: int, largest: float | None = None) -> None:
        """Adds values times 2**(36 levels_up)."""
        largest = _size(values) if largest is None else largest
        if largest == 0:
            return
        level = max(math.frexp(largest)[1] // _WIDTH, _LOW - 1)  # so that it is at most half of the unit above
        down = 0
        if level >= _HIGH:
            if self.depth == EXACT:  # small values would vanish
                small = np.where(np.abs(values) < _LARGE, values, 0.0)
                self._add_block(small, levels_up)
                values = values - small
            values, level, down = values * 2.0 ** (-_WIDTH * _SHIFT), level - _SHIFT, _SHIFT
        self._raise_to(level + down + levels_up)
        share, rest = np.empty_like(values), values
        for step in range(self.depth):
            if step:
                rest = np.subtract(rest, share, out=None if rest is values else rest)
                if self.depth == EXACT and not rest.any():
                    return
            if level < _LOW:
                self._count(level + down + levels_up, _multiples(rest, level))
                return
            constant = 1.5 * 2.0 ** (_WIDTH * level + 52)
            np.add(rest, constant, out=share)
            share -= constant
            self._count(level + down + levels_up, _multiples(share, level))
            level -= 1

    def _raise_to(self, level: int) -> None:
        if self.top is None or level > self.top:
            self.top = level
            self.levels = {known: multiples for known, multiples in self.levels.items() if known > level - self.depth}

    def _count(self, level: int, multiples: int) -> None:
        assert self.top is not None
        if level > self.top - self.depth:
            self.levels[level] = self.levels.get(level, 0) + multiples


def _size(values: Array) -> float:
    """The largest absolute value."""
    return max(float(values.max()), -float(values.min()))


def _multiples(share: Array, level: int) -> int:
    """The sum of values that are multiples of 2**(36 level), counted in those."""
    return int(math.ldexp(float(np.add.reduce(share)), -_WIDTH * level))


def _products(factors: Sequence[Array]) -> list[tuple[Array, int]]:
    """The product of two or three factors as a sum of terms, each to be multiplied by 2**(36 levels).

    Where products would overflow, or what was rounded off the largest would vanish, powers of two are taken out of the factors
    first, which rounds nothing: each sum of terms is exact, or too small to count beside the largest.
    """
    if max(map(_size, factors)) < _LARGE:
        terms = _expanded(factors)
        if _size(terms[0]) > _SMALL:
            return [(term, 0) for term in terms]
    mantissas, powers = zip(*map(np.frexp, factors), strict=True)
    terms = _expanded(mantissas)
    power = np.where(terms[0] == 0, _NO_POWER, sum(powers))
    levels = int(power.max()) // _WIDTH
    return [(np.ldexp(term, power - _WIDTH * levels), levels) for term in terms]


def _expanded(factors: Sequence[Array]) -> list[Array]:
    """The product of factors as terms whose sum it is exactly; the first is the product rounded."""
    terms = [factors[0]]
    for factor in factors[1:]:
        terms = [part for term in terms for part in _product(term, factor)]
    return terms


def _product(left: Array, right: Array) -> tuple[Array, Array]:
    """left * right as its rounding and the error of it (Dekker 1971, doi:10.1007/BF01397083)."""
    rounding = left * right
    left_high, left_low = _halves(left)
    right_high, right_low = (left_high, left_low) if right is left else _halves(right)
    error = left_low * right_low - (((rounding - left_high * right_high) - left_low * right_high) - left_high * right_low)
    return rounding, error


def _halves(values: Array) -> tuple[Array, Array]:
    scaled = values * 134217729.0  # 2**27 + 1
    high = scaled - (scaled - values)
    return high, values - high


def row_means(values: Array) -> Array:
    """The mean of each row (n, d) -> (n,), rounded about once: the rows' leading bits are added without rounding."""
    count = values.shape[1]
    largest = np.abs(values).max(axis=1)
    exponent = np.frexp(largest)[1]
    scaled = np.ldexp(values, -exponent[:, np.newaxis])  # below 1 in size: no sum overflows
    constant = 1.5 * 2.0 ** (math.ceil(math.log2(count)) + 1)
    with np.errstate(invalid="ignore"):
        leading = (scaled + constant) - constant
        total = leading.sum(axis=1) + (scaled - leading).sum(axis=1)
    return np.where(np.isinf(largest), np.inf, np.ldexp(total / count, exponent))
