"""Whether a value keeps a limit, in exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

from lossctl.question.checks.limits import Limit


def keeps(limit: Limit, value: float, baseline: float | None) -> bool:
    """Whether a value keeps a limit. Exactly on the limit it does; a NaN never does, and a fall from infinity is no rise.

    Numbers are compared as their shortest decimal texts, exactly: 0.8 is a rise of 0.1 from 0.7.
    """
    if math.isnan(value):
        return False
    if not limit.relative:
        least = limit.kind == "min"
        if math.isinf(value):
            return (value > 0) == least
        return exact(value) >= limit.value if least else exact(value) <= limit.value
    assert baseline is not None
    of_base = baseline
    if limit.kind == "max_rise" and limit.loss is not None:
        value, of_base = limit.loss.badness(value), limit.loss.badness(baseline)
    if not (math.isfinite(value) and math.isfinite(baseline)):
        return limit.kind == "max_rise" and value < of_base
    change = exact(value) - exact(of_base)
    if limit.kind == "max_change":
        change = abs(change)
    return change <= _allowed(limit, baseline)


def keeps_gap(limit: Limit, least: float, most: float) -> bool:
    """Whether the largest of some values is no farther from the smallest than a limit; infinite values and NaN never are."""
    if not (math.isfinite(least) and math.isfinite(most)):
        return False
    return exact(most) - exact(least) <= _allowed(limit, least)


def _allowed(limit: Limit, base: float) -> Fraction:
    return limit.value / 100 * abs(exact(base)) if limit.percent else limit.value


def exact(value: float) -> Fraction:
    """The shortest decimal that reads as the value."""
    return Fraction(repr(float(value)))
