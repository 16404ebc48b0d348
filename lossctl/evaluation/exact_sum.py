"""Sums whose bits depend on the values alone, not on their order, their grouping or who added which of them.

Each value is split, by rounding, into multiples of 2**(36 k) for the three levels k from that of the largest value down, so
that at least 73 bits below the largest value count. The multiples of one level within a block of 2**16 values are added without
rounding by NumPy, the blocks as Python's integers. A level's share of a value does not depend on the other values, which is
what makes sums reproducible: Demmel & Nguyen (2015), IEEE Trans. Comput. 64(7), doi:10.1109/TC.2014.2345391; the splitting is
Rump, Ogita & Oishi's (2008), SIAM J. Sci. Comput. 31(1), doi:10.1137/050645671.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from lossctl.losses.block import Array

_WIDTH = 36  # bits of a level: 2**16 multiples of 36 bits fill the 52 bits that add without rounding
_LEVELS = 3
_BLOCK = 2**16
_HIGH = 25  # from this level on (values above 2**900) the splitting constants would overflow
_LOW = -29  # below it every double is a multiple of the level's unit
_SHIFT = 4  # levels by which values above _HIGH are scaled down


class ExactSum:
    """A sum of finite float64 values; `+=` of arrays, merging with other sums, and an exact fraction at the end."""

    __slots__ = ("levels", "top")

    def __init__(self) -> None:
        self.top: int | None = None  # the level of the largest value
        self.levels: dict[int, int] = {}  # multiples of 2**(_WIDTH * level)

    def add(self, values: Array, levels_up: int = 0) -> None:
        """Adds values times 2**(36 levels_up)."""
        for start in range(0, len(values), _BLOCK):
            self._add_block(values[start : start + _BLOCK], levels_up)

    def merge(self, other: ExactSum) -> None:
        """Adds what another sum holds."""
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

    def _add_block(self, values: Array, levels_up: int) -> None:
        largest = max(float(values.max()), -float(values.min()))
        if largest == 0:
            return
        level = max((math.frexp(largest)[1] - 1) // _WIDTH, _LOW - 1)
        down = 0
        if level >= _HIGH:
            values, level, down = values * 2.0 ** (-_WIDTH * _SHIFT), level - _SHIFT, _SHIFT
        self._raise_to(level + down + levels_up)
        for _ in range(_LEVELS):
            if level < _LOW:
                self._count(level + down + levels_up, _multiples(values, level))
                return
            constant = 1.5 * 2.0 ** (_WIDTH * level + 52)
            share = values + constant
            share -= constant
            self._count(level + down + levels_up, _multiples(share, level))
            values = values - share
            level -= 1

    def _raise_to(self, level: int) -> None:
        if self.top is None or level > self.top:
            self.top = level
            self.levels = {known: multiples for known, multiples in self.levels.items() if known > level - _LEVELS}

    def _count(self, level: int, multiples: int) -> None:
        assert self.top is not None
        if level > self.top - _LEVELS:
            self.levels[level] = self.levels.get(level, 0) + multiples


def _multiples(share: Array, level: int) -> int:
    """The sum of values that are multiples of 2**(36 level), counted in those."""
    return int(math.ldexp(float(np.add.reduce(share)), -_WIDTH * level))


def product(left: Array, right: Array) -> tuple[Array, Array]:
    """left * right as an unevaluated sum of its rounding and the error of it (Dekker 1971, doi:10.1007/BF01397083).

    The factors must not exceed 2**500, so that nothing overflows.
    """
    rounded = left * right
    left_high, left_low = _halves(left)
    right_high, right_low = (left_high, left_low) if right is left else _halves(right)
    error = left_low * right_low - (((rounded - left_high * right_high) - left_low * right_high) - left_high * right_low)
    return rounded, error


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
