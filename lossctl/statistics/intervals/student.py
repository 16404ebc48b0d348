"""Student's t distribution, by the continued fraction of the incomplete beta function (Abramowitz & Stegun 26.5.8, 26.7.1).

Where the fraction would converge slowly, for many degrees of freedom, by Hill's expansion (Algorithm 395, CACM 13, 1970).
"""

from __future__ import annotations

import functools
import math

_ACCURACY = 1e-16
_MANY = 1e4  # degrees of freedom from which on Hill's expansion is as good as the logarithm in it


def two_sided_p(t: float, freedom: float) -> float:
    """The probability of a value farther from 0 than t."""
    if math.isinf(t):
        return 0.0
    if freedom >= _MANY:
        return math.erfc(_normal(abs(t), freedom) / math.sqrt(2))
    square = t * t / freedom
    return regularised_beta(freedom / 2, 0.5, 1 / (1 + square), square / (1 + square))


@functools.lru_cache(maxsize=4096)  # groups of one size have the same, which takes some milliseconds
def quantile(confidence: float, freedom: float) -> float:
    """The t > 0 that a share `confidence` of values does not exceed in size."""
    low, high = 0.0, 1.0
    while two_sided_p(high, freedom) > 1 - confidence:
        low, high = high, 2 * high
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        low, high = (middle, high) if two_sided_p(middle, freedom) > 1 - confidence else (low, middle)


def _normal(t: float, freedom: float) -> float:
    """The value of a normal variable beyond which the same share lies."""
    a = freedom - 0.5
    b = 48 * a * a
    z = math.sqrt(a * math.log1p(t * t / freedom))
    second = (((4 * z * z + 33) * z * z + 240) * z * z + 855) * z / (10 * b * (b + 0.8 * z**4 + 100))
    return z + (z * z + 3) * z / b - second


def regularised_beta(a: float, b: float, x: float, rest: float) -> float:
    """The regularised incomplete beta function I_x(a, b). rest: 1 - x, which x near 1 does not tell."""
    if 0.0 in (x, rest):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - regularised_beta(b, a, rest, x)
    front = math.exp(a * _log(x, rest) + b * _log(rest, x) - _log_beta(a, b)) / a
    return front * _fraction(a, b, x)


def _log_beta(a: float, b: float) -> float:
    """log(gamma(a) gamma(b) / gamma(a + b)), with few digits lost where one of them is 1/2."""
    if 0.5 in (a, b):
        return math.lgamma(0.5) - _log_gamma_ratio(max(a, b))
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log(x: float, rest: float) -> float:
    return math.log1p(-rest) if rest < 0.5 else math.log(x)


def _log_gamma_ratio(a: float) -> float:
    """log(gamma(a + 1/2) / gamma(a)), for large a by its asymptotic series, since the two logarithms share most digits."""
    if a < 16:
        return math.lgamma(a + 0.5) - math.lgamma(a)
    terms = (-1 / 8, 1 / 192, -1 / 640, 17 / 14336, -31 / 18432, 691 / 180224)
    return math.log(a) / 2 + sum(term / a ** (2 * place + 1) for place, term in enumerate(terms))


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of I_x(a, b), by Lentz's method."""
    numerator, denominator = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    value = denominator
    for step in range(1, 10_000):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        for term in (even, odd):
            denominator = 1 / _not_zero(1 + term * denominator)
            numerator = _not_zero(1 + term / numerator)
            change = numerator * denominator
            value *= change
        if abs(change - 1) < _ACCURACY:
            break
    return value


def _not_zero(value: float) -> float:
    return value or 1e-300
