"""Exact quotients and square roots rounded once: of one fraction, and of many sums at a time.

Many are computed in pairs of doubles whose error is bounded (Joldes, Muller & Popescu 2017, ACM Trans. Math. Softw. 44(2),
doi:10.1145/3121432). A result is sure where all numbers within the bound round to it; the few others are left to fractions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.exact_sum import ExactSum, product

if TYPE_CHECKING:
    from numpy.typing import NDArray

_QUOTIENT = 2.0**-97  # relative errors: of a quotient of two pairs within 2**-100,
_ROOT = 2.0**-62  # and of a root whose square has 2**-64, cut off by `root` after 64 bits
_CANCELLED = 2.0**-36  # of a difference within 2**-101 of its larger term that keeps 2**-64
_NORMAL = 1000  # exponents between which results are neither subnormal nor near overflow


def rounded(value: Fraction | int) -> float:
    """The nearest double; inf where there is none."""
    return quotient(value.numerator, value.denominator)


def quotient(above: int, below: int) -> float:
    """The double nearest to the quotient of two integers, the second not 0; inf where there is none."""
    try:
        return above / below
    except OverflowError:
        return math.inf if (above > 0) == (below > 0) else -math.inf


def summed(values: Array) -> float:
    """The sum of finite values, rounded once."""
    total = ExactSum()
    total.add(values)
    return rounded(total.fraction())


def root(value: Fraction) -> float:
    """The square root of a fraction of any size, rounded once."""
    if not value:
        return 0.0
    shift = (value.numerator.bit_length() - value.denominator.bit_length() - 128) // 2 * 2
    above, below = value.numerator << max(-shift, 0), value.denominator << max(shift, 0)
    return math.ldexp(math.isqrt(above // below), shift // 2)


@record(frozen=False)
class Pairs:
    """Numbers (high + low) * 2**power (n,), |low| at most half an ulp of high; off by less than 2**-100 if not exact."""

    high: Array
    low: Array
    exact: NDArray[np.bool_]
    power: NDArray[np.int64]

    @staticmethod
    def of_terms(terms: Sequence[Array], power: NDArray[np.int64]) -> Pairs:
        """The sums of terms, each at most about half the last bit of a non-zero one before it."""
        high, errors = _sum_upwards(terms)
        low, lost = _sum_upwards(errors)
        exact = ~np.any([error != 0 for error in lost], axis=0) if lost else np.ones(len(high), bool)
        return Pairs(*_fast_two_sum(high, low), exact, power)

    @staticmethod
    def of_integers(values: NDArray[np.int64]) -> Pairs:
        """Integers below 2**53."""
        return Pairs(values.astype(float), np.zeros(len(values)), np.ones(len(values), bool), np.zeros(len(values), np.int64))


def quotients(above: Pairs, below: Pairs) -> tuple[Array, NDArray[np.bool_]]:
    """above / below rounded to the nearest double (n,), and where that is sure."""
    first = above.high / below.high
    rounding, error = product(first, below.high)
    # what a rounded quotient leaves is a double, so that the first two differences round nothing
    remainder, lost = _two_sum((above.high - rounding) - error, above.low)
    second = (remainder - first * below.low) / below.high
    again, error = product(second, below.high)
    exact = above.exact & below.exact & (below.low == 0) & (lost == 0) & (again == remainder) & (error == 0)
    high, low = _fast_two_sum(first, second)
    return _scaled(high, exact | _is_clear(high, low, _QUOTIENT), above.power - below.power)


def deviations(squares: Pairs, total: Pairs, weight: Pairs) -> tuple[Array, NDArray[np.bool_]]:
    """sqrt(squares / weight - (total / weight)**2) as `root` rounds it (n,), and where that is sure."""
    large, large_low = _multiply(squares, weight)
    mean, mean_low = _multiply(total, total)
    power = squares.power + weight.power
    shift = np.clip(2 * total.power - power, -_NORMAL, _NORMAL).astype(np.int32)
    mean, mean_low = np.ldexp(mean, shift), np.ldexp(mean_low, shift)
    difference, error = _two_sum(large, -mean)
    high, low = _fast_two_sum(difference, error + (large_low - mean_low))
    kept = high > _CANCELLED * large
    odd = power & 1
    high, low = np.ldexp(np.where(kept, high, 1.0), odd.astype(np.int32)), np.ldexp(low, odd.astype(np.int32))
    first = np.sqrt(high)
    square, error = product(first, first)
    second = (((high - square) - error) + low) / (2 * first)
    above = Pairs(*_fast_two_sum(first, second), kept, (power - odd) // 2)
    quotient = above.high / weight.high
    rounding, error = product(quotient, weight.high)
    remainder = ((above.high - rounding) - error + above.low) - quotient * weight.low
    high, low = _fast_two_sum(quotient, remainder / weight.high)
    return _scaled(high, kept & _is_clear(high, low, _ROOT), above.power - weight.power)


def filled(
    many: Callable[..., tuple[Array, NDArray[np.bool_]]],
    sums: Sequence[Pairs],
    wanted: NDArray[np.bool_],
    exact: Callable[[NDArray[np.int64]], list[float]],
) -> Array:
    """What `many` gives of sums (n,), and `exact` at the places where that is not sure; NaN where it is not wanted."""
    with np.errstate(all="ignore"):
        values, sure = many(*sums)
    values[~wanted] = np.nan
    unsure = np.flatnonzero(wanted & ~sure)
    values[unsure] = exact(unsure)
    return values


def _scaled(high: Array, sure: NDArray[np.bool_], power: NDArray[np.int64]) -> tuple[Array, NDArray[np.bool_]]:
    """high * 2**power, not sure where that is no normal number."""
    exponent = np.frexp(high)[1] + power
    normal = np.isfinite(high) & ((high == 0) | (np.abs(exponent) < _NORMAL))
    return np.ldexp(np.where(normal, high, 0.0), np.clip(power, -(2**15), 2**15).astype(np.int32)) + 0.0, sure & normal


def _is_clear(high: Array, low: Array, bound: float) -> NDArray[np.bool_]:
    """Whether everything within `bound` of high + low, relatively, rounds to high."""
    half = np.abs(np.nextafter(high, np.copysign(np.inf, low)) - high) / 2
    return np.abs(np.abs(low) - half) > bound * np.abs(high)


def _sum_upwards(terms: Sequence[Array]) -> tuple[Array, list[Array]]:
    """The sum of terms from the last to the first, and what each addition rounded off."""
    total, errors = terms[-1], []
    for term in terms[-2::-1]:
        total, error = _two_sum(term, total)
        errors.append(error)
    return total, errors[::-1] or [np.zeros_like(total)]


def _two_sum(first: Array, second: Array) -> tuple[Array, Array]:
    """first + second as its rounding and the error of it (Knuth)."""
    total = first + second
    virtual = total - first
    return total, (first - (total - virtual)) + (second - virtual)


def _fast_two_sum(large: Array, small: Array) -> tuple[Array, Array]:
    """The same where large is 0 or not below small in size (Dekker)."""
    total = large + small
    return total, small - (total - large)


def _multiply(first: Pairs, second: Pairs) -> tuple[Array, Array]:
    """The product of two pairs but for their powers, off by at most 2**-102 of it."""
    rounding, error = product(first.high, second.high)
    return _fast_two_sum(rounding, error + (first.high * second.low + first.low * second.high))
