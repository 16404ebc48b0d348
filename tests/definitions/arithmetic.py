"""Arithmetic of 380 digits, and how far a double is from what that gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import mpmath

MP = mpmath.MPContext()
MP.dps = 380  # 1 - 5e-324 has 324 digits, and 17 more tell a double
ZERO, ONE, INF = MP.mpf(0), MP.mpf(1), MP.inf
BEYOND = MP.mpf(2) ** 1024  # what overflows
Number: TypeAlias = Any  # an mpf


class Sum(NamedTuple):
    """A value that is a sum, and the largest of its terms."""

    value: Number
    largest: Number


def exact(value: float) -> Number:
    """A double as it stands."""
    return MP.mpf(float(value))


def added(terms: Iterable[Number]) -> Sum:
    """A sum of terms."""
    terms = list(terms)
    return Sum(sum(terms, ZERO), max(map(abs, terms), default=ZERO))


def at_least_0(terms: Iterable[Number]) -> Sum:
    """A sum of terms where it is above 0."""
    value, largest = added(terms)
    return Sum(max(value, ZERO), largest)


def mean_of(sums: Sequence[Sum]) -> Sum:
    """The mean of values."""
    return Sum(sum((one.value for one in sums), ZERO) / len(sums), max(one.largest for one in sums) / len(sums))


def times(weight: Number, value: Number) -> Number:
    """A product in which 0 times infinity is 0."""
    return ZERO if weight == 0 else weight * value


def exp(value: Number) -> Number:
    """Of what no double tells from 0 it is 0."""
    return MP.exp(value) if value > -100_000 else ZERO


def log(value: Number) -> Number:
    return MP.log(value) if value > 0 else -INF


def softplus(value: Number) -> Number:
    """log(1 + exp(x))."""
    return max(value, ZERO) + MP.log1p(exp(-abs(value)))


def log_sum_exp(values: Sequence[Number]) -> Number:
    highest = max(values)
    return highest if abs(highest) == INF else highest + log(sum((exp(value - highest) for value in values), ZERO))


def norm(vector: Sequence[Number], p: Number = 2) -> Number:
    """(sum abs(x)**p)**(1/p)."""
    sizes = [abs(one) for one in vector]
    largest = max(sizes)
    if p == INF or largest == 0:
        return largest
    return largest * sum((size / largest) ** p for size in sizes) ** (ONE / p)


def apart(left: Sequence[Number], right: Sequence[Number]) -> list[Number]:
    """The differences of coordinates."""
    return [one - other for one, other in zip(left, right, strict=True)]


def cosine_of(left: Sequence[Number], right: Sequence[Number]) -> Number:
    dot = sum(one * other for one, other in zip(left, right, strict=True))
    return dot / MP.sqrt(sum(one * one for one in left) * sum(one * one for one in right))


def ulps(got: float, right: Sum) -> float:
    """How many units in the last place of the largest term a result is off; overflow counts as 2**1024."""
    if math.isnan(got):
        return math.inf
    term = max(abs(right.value), right.largest)
    unit = math.ulp(float(term)) if term < BEYOND / 2 else 2.0**971
    return float(_difference(got, right.value) / exact(unit))


def off(got: float, right: Sum) -> float:
    """How far a result is off, as a share of the largest term; what subnormal results lose is granted."""
    if math.isnan(got):
        return math.inf
    beyond = max(_difference(got, right.value) - exact(2e-323), ZERO)
    term = min(max(right.largest, abs(right.value)), BEYOND)
    return float(beyond / term) if beyond and term else math.inf if beyond else 0.0


def worst(measure: Callable[[float, Sum], float], got: Iterable[Any], right: Sequence[Sum]) -> tuple[float, int]:
    """The largest error and its place."""
    errors = [measure(float(one), other) for one, other in zip(got, right, strict=True)]
    place = max(range(len(errors)), key=errors.__getitem__)
    return errors[place], place


def _difference(got: float, right: Number) -> Number:
    got_exactly = math.copysign(1, got) * BEYOND if math.isinf(got) else exact(got)
    return abs(got_exactly - max(-BEYOND, min(BEYOND, right)))
