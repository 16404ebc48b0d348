"""Functions that are small differences of large numbers where they are written down, computed without losing digits."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lossctl.lazy import np
from lossctl.losses.roles.block import Array

TERMS = 20  # of each series, whose terms fall by more than a factor of 8


def expm1_less(x: Array) -> Array:
    """exp(x) - 1 - x, which near 0 is x**2 / 2."""
    small = np.abs(x) < 1
    near = np.clip(x, -1, 1)
    series = near * near * polynomial([1 / math.factorial(power + 2) for power in range(TERMS)], near)
    return np.where(small, series, np.expm1(x) - x)


def log1p_less(x: Array) -> Array:
    """x - log(1 + x), which near 0 is x**2 / 2.

    With r = x / (2 + x), log(1 + x) = 2 atanh(r) and 2 r = x (1 - r), so that it is r (x - 2 r**2 (1/3 + r**2/5 + r**4/7 + ...)).
    """
    small = (x > -0.5) & (x < 1)
    near = np.clip(x, -0.5, 1)
    r = near / (2 + near)
    square = r * r
    series = r * (near - 2 * square * polynomial([1 / (2 * power + 3) for power in range(TERMS)], square))
    return np.where(small, series, x - np.log1p(x))


def product(factor: float, x: Array) -> tuple[Array, Array]:
    """factor x and what its rounding takes off it, by halves whose products are exact (Dekker 1971, doi:10.1007/BF01397083)."""
    own, own_exponent = math.frexp(factor)
    if abs(own) == 0.5:  # a power of two
        return factor * x, np.zeros_like(x)
    whole, exponent = np.frexp(x)
    high, own_high = np.rint(whole * 2**26) / 2**26, round(own * 2**26) / 2**26
    low, own_low = whole - high, own - own_high
    times = whole * own
    rest = ((high * own_high - times) + high * own_low + low * own_high) + low * own_low
    return np.ldexp(times, exponent + own_exponent), np.ldexp(rest, exponent + own_exponent)


def polynomial(coefficients: Sequence[float] | Array, x: Array) -> Array:
    """c_0 + c_1 x + c_2 x**2 + ..."""
    value = np.full(np.shape(x), coefficients[-1], x.dtype)
    for coefficient in coefficients[-2::-1]:
        value *= x
        value += coefficient
    return value


def softplus(x: Array) -> Array:
    """log(1 + exp(x))."""
    values: Array = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    return values


def erf(x: Array) -> Array:
    """The error function, which NumPy lacks."""
    values: Array = np.asarray(np.frompyfunc(math.erf, 1, 1)(x), np.float64)
    return values
