"""Sums whose bits depend on the values alone, not on their order, their grouping or who added which of them.

Each value is split, by rounding, into multiples of units that are 48 bits apart, from the level of the largest value down until
at least 72 bits below that value count. The multiples of one level are added as integers, which rounds nothing. A level's share
of a value does not depend on the other values: the levels above that of a value round it to 0; and whether a level counts depends
on the largest value alone. That is what makes sums reproducible: Demmel & Nguyen (2015), IEEE Trans. Comput. 64(7),
doi:10.1109/TC.2014.2345391; the splitting is Rump, Ogita & Oishi's (2008), SIAM J. Sci. Comput. 31(1), doi:10.1137/050645671.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from lossctl.losses.roles.block import Array

if TYPE_CHECKING:
    from numpy.typing import NDArray

EVERY_BIT = math.inf
WIDTH = 48  # bits of a level: the integers of 2**15 shares of up to 2**47 units stay below 2**63
ZERO = -30  # the unit of level 0 is 2**-30, so that for values of about 1e-2 to 1e5 two levels are enough
CHUNK = 2**15  # and small enough for a core's cache
_HIGH, _LOW = 20, -21  # beyond these levels the constants of the splitting would overflow, or the unit
_SHIFT = 4  # levels by which values beyond them are scaled
LARGE, SMALL = 2.0**300, 2.0**-700  # factors and products between which nothing overflows and no bit that counts is lost
_ROUNDED_OFF = 2.0**-52  # of a product, at most, with what is rounded off that by a third factor
NO_POWER = -(2**16)  # of a product that is 0


class ExactSum:
    """A sum of finite float64 values: add arrays, merge with other sums, and take an exact fraction at the end.

    bits: how many count below the largest value.
    """

    __slots__ = ("bits", "exponent", "levels")

    def __init__(self, bits: float = 72) -> None:
        self.bits = bits
        self.exponent: int | None = None  # the largest value is below 2**exponent, and not below half of it
        self.levels: dict[int, Any] = {}  # multiples of the level's unit

    def add(self, values: Array, largest: float | None = None) -> None:
        """Adds values; largest: their largest absolute value, where it is known."""
        self._add(values, 0, largest)

    def add_product(self, *factors: Array) -> None:
        """Adds the products of factors, none of them rounded."""
        for start in range(0, len(factors[0]), CHUNK):
            for term, levels_up, largest in _products(some_of(factors, slice(start, start + CHUNK))):
                self._add(term, levels_up, largest)

    def merge(self, other: ExactSum) -> None:
        """Adds what another sum holds."""
        self.bits = max(self.bits, other.bits)
        if other.exponent is not None:
            self._raise_to(other.exponent)
            for level, multiples in other.levels.items():
                if level >= self._lowest():
                    self._count(level, multiples)

    def fraction(self) -> Fraction:
        """The sum, exactly as held."""
        return Fraction(*self.ratio())

    def ratio(self) -> tuple[int, int]:
        """The same as a quotient of integers, whatever divides both."""
        lowest = min(self.levels, default=0)
        total, power = 0, unit(lowest)
        for level, multiples in self.levels.items():
            total += multiples << (WIDTH * (level - lowest))
        return (total << power, 1) if power >= 0 else (total, 1 << -power)

    def _add(self, values: Array, levels_up: int, largest: float | None = None) -> None:
        """Adds values times 2**(48 levels_up)."""
        largest = (_size(values) if len(values) else 0.0) if largest is None else largest
        if largest == 0:
            return
        exponent = math.frexp(largest)[1]
        self._raise_to(exponent + WIDTH * levels_up)
        level = (exponent - ZERO) // WIDTH  # so that all values are below half of the unit above
        if level > _HIGH:
            if self.bits == EVERY_BIT:  # small values would vanish
                small = np.where(np.abs(values) < LARGE, values, 0.0)
                self._add(small, levels_up)
                values = values - small
            values, level, levels_up = values * 2.0 ** (-WIDTH * _SHIFT), level - _SHIFT, levels_up + _SHIFT
        scratch = np.empty((2, min(len(values), CHUNK)))
        for start in range(0, len(values), CHUNK):
            self._add_chunk(values[start : start + CHUNK], level, levels_up, scratch)

    def _add_chunk(self, rest: Array, level: int, levels_up: int, scratch: Array) -> None:
        """Adds values that are below half of the unit above a level, times 2**(48 levels_up)."""
        share, less = scratch[:, : len(rest)]
        lowest = self._lowest() - levels_up
        while level >= lowest and (self.bits < EVERY_BIT or rest.any()):
            if level < _LOW:
                rest, levels_up = rest * 2.0 ** (WIDTH * _SHIFT), levels_up - _SHIFT
                level, lowest = level + _SHIFT, lowest + _SHIFT
            constant = _constant(level)
            np.add(rest, constant, out=share)
            self._count(level + levels_up, self._total(share, constant, level + levels_up))
            level -= 1
            if level >= lowest:
                share -= constant
                rest = np.subtract(rest, share, out=less)

    def _total(self, shifted: Array, constant: np.float64, _: int) -> Any:
        """The sum of the multiples of a unit that were added to 3 * 2**51 units: as integers doubles are a unit apart there."""
        total = int(np.add.reduce(shifted.view(np.int64))) - len(shifted) * _integer(constant)
        return (total + 2**63) % 2**64 - 2**63  # the integers wrapped around, their sum does not

    def _raise_to(self, exponent: int) -> None:
        if self.exponent is None or exponent > self.exponent:
            self.exponent = exponent
            lowest = self._lowest()
            self.levels = {level: multiples for level, multiples in self.levels.items() if level >= lowest}

    def _lowest(self) -> float:
        """The lowest level that counts: those above it lack some of the bits."""
        assert self.exponent is not None
        return -math.inf if self.bits == EVERY_BIT else (self.exponent - self.bits - ZERO) // WIDTH

    def _count(self, level: int, multiples: Any) -> None:
        self.levels[level] = self.levels.get(level, 0) + multiples


Level = TypeVar("Level", int, "NDArray[np.int64]")


def unit(level: Level) -> Level:
    """The exponent of a level's unit, a power of two."""
    return WIDTH * level + ZERO


@functools.cache
def _constant(level: int) -> np.float64:
    """What is added to values to round them to multiples of a level's unit: 3 * 2**51 of these."""
    return np.float64(1.5 * 2.0 ** (unit(level) + 52))


@functools.cache
def _integer(constant: np.float64) -> int:
    """The bits of a double as an integer."""
    return int(constant.view(np.int64))


def times_power(number: int, power: int) -> Fraction:
    """number * 2**power."""
    return Fraction(number << power) if power >= 0 else Fraction(number, 1 << -power)


def _size(values: Array) -> float:
    """The largest absolute value."""
    return max(float(values.max()), -float(values.min()))


def some_of(factors: Sequence[Array], rows: Any) -> list[Array]:
    """Some rows of factors; those of a factor that stands twice are one array, of which a product takes half the time."""
    found = {id(factor): factor[rows] for factor in factors}
    return [found[id(factor)] for factor in factors]


def _products(factors: Sequence[Array]) -> list[tuple[Array, int, float | None]]:
    """The product of two or three factors as a sum of terms, each to be multiplied by 2**(48 levels), and what bounds them.

    Where products would overflow, or what was rounded off the largest would vanish, powers of two are taken out of the factors
    first, which rounds nothing: each sum of terms is exact, or too small to count beside the largest.
    """
    if max(map(_size, {id(factor): factor for factor in factors}.values())) < LARGE:
        terms = expanded(factors)
        if (largest := _size(terms[0])) > SMALL:
            return [(terms[0], 0, largest), *((error, 0, largest * _ROUNDED_OFF) for error in terms[1:])]
    mantissas, powers = zip(*map(np.frexp, factors), strict=True)
    terms = expanded(mantissas)
    power = np.where(terms[0] == 0, NO_POWER, sum(powers))
    levels = int(power.max()) // WIDTH
    return [(np.ldexp(term, power - WIDTH * levels), levels, None) for term in terms]


def expanded(factors: Sequence[Array]) -> list[Array]:
    """The product of factors as terms whose sum it is exactly; the first is the product rounded."""
    terms = [factors[0]]
    for factor in factors[1:]:
        terms = [part for term in terms for part in product(term, factor)]
    return terms


def product(left: Array, right: Array) -> tuple[Array, Array]:
    """left * right as its rounding and the error of it (Dekker 1971, doi:10.1007/BF01397083)."""
    rounding = left * right
    left_high, left_low = _halves(left)
    right_high, right_low = (left_high, left_low) if right is left else _halves(right)
    part = left_high * right_high
    less = rounding - part  # of which all but the least parts are taken away
    less -= np.multiply(left_low, right_high, out=part)
    less -= part if right is left else np.multiply(left_high, right_low, out=part)
    error = np.multiply(left_low, right_low, out=part)
    error -= less
    return rounding, error


def _halves(values: Array) -> tuple[Array, Array]:
    high = values * 134217729.0  # 2**27 + 1
    low = high - values
    high -= low
    return high, np.subtract(values, high, out=low)
