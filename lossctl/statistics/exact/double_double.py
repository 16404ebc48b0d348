"""Numbers of many groups in pairs of doubles whose error is bounded, rounded once at the end.

The algorithms are those of Joldes, Muller & Popescu (2017), ACM Trans. Math. Softw. 44(2), doi:10.1145/3121432. A result is sure
where all numbers within the bound round to it; the few others are left to fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.record import record, replace
from lossctl.statistics.exact.exact_sum import product

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

Rounded: TypeAlias = "tuple[Array, Flags]"  # doubles, and which are sure to be the nearest ones

PIECE = 2**13  # groups that are worked on at a time, with all that is computed of them in a core's cache
CANCELLED = 2.0**-32  # of sums of three terms, each within 2**-100 of it, that keep 2**-66 of their largest
_QUOTIENT = 2.0**-97  # relative errors: of a quotient of two pairs within 2**-100,
_ROOT = 2.0**-62  # and of a root whose square has 2**-64, cut off by `root` after 64 bits
_NORMAL = 1000  # exponents between which results are neither subnormal nor near overflow


@record(frozen=False)
class Pairs:
    """Numbers (high + low) * 2**power (n,), |low| at most half an ulp of high; off by less than 2**-100 if not exact."""

    high: Array
    low: Array
    exact: Flags
    power: Integers

    @staticmethod
    def of_terms(terms: Sequence[Array], power: Integers) -> Pairs:
        """The sums of terms, each at most about half the last bit of a non-zero one before it."""
        high, errors = _sum_upwards(terms)
        low, lost = _sum_upwards(errors)
        exact = ~np.any([error != 0 for error in lost], axis=0) if lost else np.ones(len(high), bool)
        return Pairs(*_fast_two_sum(high, low), exact, power)

    @staticmethod
    def of_integers(values: Integers) -> Pairs:
        """Integers below 2**53."""
        return Pairs(values.astype(float), np.zeros(len(values)), np.ones(len(values), bool), np.zeros(len(values), np.int64))

    def __mul__(self, other: Pairs) -> Pairs:
        """Off by at most 2**-101 more than both factors together."""
        rounding, error = product(self.high, other.high)
        high, low = _fast_two_sum(rounding, error + (self.high * other.low + self.low * other.high))
        return Pairs(high, low, self.exact & other.exact & (self.low == 0) & (other.low == 0), self.power + other.power)

    def times(self, factor: float) -> Pairs:
        """The same times a small whole number, off by at most 2**-104 more."""
        rounding, error = product(self.high, np.full(len(self.high), factor))
        return Pairs(*_fast_two_sum(rounding, error + self.low * factor), np.zeros(len(self.high), bool), self.power)

    def less_one(self) -> Pairs:
        """Whole numbers less 1."""
        return replace(self, high=self.high - 1)


class Held(Protocol):
    """A number of each group, as it is held."""

    def pairs(self, groups: slice) -> Pairs:
        """Those of some groups that stand together."""

    def fractions(self, groups: Integers) -> list[Fraction]:
        """Those of any groups, exactly."""


class Whole(Held):
    """A whole number of each group (g,)."""

    def __init__(self, numbers: Integers) -> None:
        self._numbers = numbers

    def pairs(self, groups: slice) -> Pairs:
        return Pairs.of_integers(self._numbers[groups])

    def fractions(self, groups: Integers) -> list[Fraction]:
        return [*map(Fraction, self._numbers[groups].tolist())]


def filled(many: Callable[..., Rounded], exact: Callable[..., float], held: Sequence[Held], wanted: Flags) -> Array:
    """What `many` gives of numbers of groups (g,), and `exact` of those where that is not sure; NaN where it is not wanted."""
    values = np.full(len(wanted), np.nan)
    for start in range(0, len(wanted), PIECE):
        piece = slice(start, min(start + PIECE, len(wanted)))
        with np.errstate(all="ignore"):
            found, sure = many(*(numbers.pairs(piece) for numbers in held))
        np.copyto(values[piece], found, where=wanted[piece])
        unsure = start + np.flatnonzero(wanted[piece] & ~sure)
        if len(unsure):
            of_groups = zip(*(numbers.fractions(unsure) for numbers in held), strict=True)
            values[unsure] = [exact(*numbers) for numbers in of_groups]
    return values


def nearest(numbers: Pairs) -> Rounded:
    """Numbers rounded to the nearest double."""
    return _scaled(numbers.high, numbers.exact | _is_clear(numbers.high, numbers.low, _QUOTIENT), numbers.power)


def quotients(above: Pairs, below: Pairs) -> Rounded:
    """above / below rounded to the nearest double."""
    first = above.high / below.high
    rounding, error = product(first, below.high)
    # what a rounded quotient leaves is a double, so that the first two differences round nothing
    remainder, lost = _two_sum((above.high - rounding) - error, above.low)
    second = (remainder - first * below.low) / below.high
    again, error = product(second, below.high)
    exact = above.exact & below.exact & (below.low == 0) & (lost == 0) & (again == remainder) & (error == 0)
    high, low = _fast_two_sum(first, second)
    return _scaled(high, exact | _is_clear(high, low, _QUOTIENT), above.power - below.power)


def deviations(squares: Pairs, total: Pairs, weight: Pairs) -> Rounded:
    """sqrt(squares / weight - (total / weight)**2) as `root` rounds it."""
    return roots(*added(squares * weight, (total * total).times(-1)), weight)


def added(*terms: Pairs) -> tuple[Pairs, Flags]:
    """The sums of terms, and which keep 2**-66: where terms do not cancel each other out, or all are 0."""
    there = [np.where(term.high == 0, -(2**40), term.power) for term in terms]
    power = np.maximum.reduce(there)
    nothing = power == -(2**40)
    power[nothing] = 0
    high, low, largest = np.zeros((3, len(power)))
    for term in terms:
        shift = np.clip(term.power - power, -2 * _NORMAL, 0).astype(np.int32)  # of a term that is 0 any will do
        own, rest = np.ldexp(term.high, shift), np.ldexp(term.low, shift)
        high, error = _two_sum(high, own)
        low += error + rest
        np.maximum(largest, np.abs(own), out=largest)
    high, low = _fast_two_sum(high, low)
    return Pairs(high, low, nothing, power), nothing | (np.abs(high) > CANCELLED * largest)


def roots(squares: Pairs, kept: Flags, below: Pairs) -> Rounded:
    """sqrt(squares) / below as `root` rounds it. kept: which squares have 2**-64."""
    values, sure = cut_off(rooted(squares), below, kept & (squares.high > 0))
    nothing = squares.exact & (squares.high == 0)
    values[nothing] = 0.0
    return values, sure | nothing


def rooted(numbers: Pairs) -> Pairs:
    """The square roots of numbers above 0, off by 2**-102 and half of what these are; any number where one is not."""
    odd = numbers.power & 1
    high = np.ldexp(np.where(numbers.high > 0, numbers.high, 1.0), odd.astype(np.int32))
    low = np.ldexp(numbers.low, odd.astype(np.int32))
    first = np.sqrt(high)
    square, error = product(first, first)
    second = (((high - square) - error) + low) / (2 * first)
    return Pairs(*_fast_two_sum(first, second), np.zeros(len(high), bool), (numbers.power - odd) // 2)


def cut_off(above: Pairs, below: Pairs, kept: Flags) -> Rounded:
    """above / below, of which 2**-63 is known where it is kept, as `root` rounds it, which cuts off after 64 bits."""
    quotient = above.high / below.high
    rounding, error = product(quotient, below.high)
    remainder = ((above.high - rounding) - error + above.low) - quotient * below.low
    high, low = _fast_two_sum(quotient, remainder / below.high)
    return _scaled(high, kept & _is_clear(high, low, _ROOT), above.power - below.power)


def _scaled(high: Array, sure: Flags, power: Integers) -> Rounded:
    """high * 2**power, not sure where that is no normal number."""
    exponent = np.frexp(high)[1] + power
    normal = np.isfinite(high) & ((high == 0) | (np.abs(exponent) < _NORMAL))
    return np.ldexp(np.where(normal, high, 0.0), np.clip(power, -(2**15), 2**15).astype(np.int32)) + 0.0, sure & normal


def _is_clear(high: Array, low: Array, bound: float) -> Flags:
    """Whether everything within `bound` of high + low, relatively, rounds to high."""
    half = np.abs(np.nextafter(high, np.copysign(np.inf, low)) - high) / 2
    clear: Flags = np.abs(np.abs(low) - half) > bound * np.abs(high)
    return clear


def _sum_upwards(terms: Sequence[Array]) -> tuple[Array, list[Array]]:
    """The sum of terms from the last to the first, and what each addition rounded off."""
    total, errors = terms[-1], []
    for term in terms[-2::-1]:
        total, error = _two_sum(term, total)
        errors.append(error)
    return total, errors[::-1] or [np.zeros_like(total)]


def _two_sum(one: Array, other: Array) -> tuple[Array, Array]:
    """one + other as its rounding and the error of it (Knuth)."""
    total = one + other
    virtual = total - one
    return total, (one - (total - virtual)) + (other - virtual)


def _fast_two_sum(large: Array, small: Array) -> tuple[Array, Array]:
    """The same where large is 0 or not below small in size (Dekker)."""
    total = large + small
    return total, small - (total - large)
