"""Exact quotients and square roots, rounded once."""

from __future__ import annotations

import math
from fractions import Fraction

from lossctl.losses.roles.block import Array
from lossctl.statistics.exact.exact_sum import ExactSum


def rounded(value: Fraction | int) -> float:
    """The nearest double; inf where there is none."""
    return quotient(value.numerator, value.denominator)


def quotient(above: int, below: int) -> float:
    """The double nearest to the quotient of two integers, the second not 0; inf where there is none."""
    try:
        return above / below
    except OverflowError:
        return math.inf if (above > 0) == (below > 0) else -math.inf


def ratio(above: Fraction, below: Fraction) -> float:
    """above / below rounded to the nearest double; NaN where that is 0."""
    return rounded(above / below) if below else math.nan


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
