"""The formulas of the losses as printed, in arithmetic of 700 digits, and how far a double is from them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np

MP = mpmath.MPContext()
MP.dps = 700  # 1 - 5e-324 has 324 digits, and the sum of the exponentials of 1e308 and 0 twice as many
ZERO, ONE, INF = MP.mpf(0), MP.mpf(1), MP.inf
BEYOND = MP.mpf(2) ** 1024  # what overflows
Number = Any  # an mpf


def exact(value: float) -> Number:
    """A double in 700 digits."""
    return MP.mpf(float(value))


def _difference(got: float, right: Number) -> Number:
    got_exactly = math.copysign(1, got) * BEYOND if math.isinf(got) else exact(got)
    return abs(got_exactly - max(-BEYOND, min(BEYOND, right)))


def ulps(got: float, right: Number) -> float:
    """How many units in the last place of the right value a result is off; overflow counts as 2**1024."""
    if math.isnan(got):
        return math.inf
    unit = math.ulp(float(right)) if abs(right) < BEYOND / 2 else 2.0**971
    return float(_difference(got, right) / exact(unit))


def off(got: float, right: Number, largest: Number) -> float:
    """How far a result is off, as a share of the largest term; what subnormal results lose is granted."""
    beyond = max(_difference(got, right) - exact(2e-323), ZERO)
    term = max(largest, abs(right))
    return math.inf if math.isnan(got) else float(beyond / (BEYOND if term == INF else term)) if beyond else 0.0


def times(weight: Number, value: Number) -> Number:
    """A product in which 0 times infinity is 0."""
    return ZERO if weight == 0 else weight * value


def log(value: Number) -> Number:
    return MP.log(value) if value > 0 else -INF


def plain(row: Any) -> tuple[float, ...]:
    """A row of class predictions, or the one number of a binary prediction."""
    return tuple(map(float, row)) if hasattr(row, "__len__") else (float(row),)


@functools.cache
def probabilities(scale: str, row: tuple[float, ...]) -> list[Number]:
    """The probability of each class, from a number for class 1 of two, or one for each class."""
    values = list(map(exact, row))
    if scale == "logits":
        return softmax(values if len(values) > 1 else [ZERO, values[0]])
    own = values if scale == "probs" else [MP.exp(value) if value > -INF else ZERO for value in values]
    return own if len(own) > 1 else [ONE - own[0], own[0]]


def softmax(logits: Sequence[Number]) -> list[Number]:
    if INF in logits:
        return [ONE if logit == INF else ZERO for logit in logits]
    highest = max(logits)
    powers = [MP.exp(logit - highest) if logit > -INF else ZERO for logit in logits]
    return [power / sum(powers) for power in powers]


@functools.cache
def costs(scale: str, row: tuple[float, ...]) -> list[Number]:
    """-log p of each class; as differences of logits where exponentials of 700 digits are too short."""
    p = probabilities(scale, row)
    if scale == "logits" and math.inf not in row:
        values = list(map(exact, row if len(row) > 1 else (0.0, row[0])))
        highest = max(values)
        return [highest - value - log(p[values.index(highest)]) for value in values]
    if scale == "logprobs":
        return [-exact(value) for value in row] if len(row) > 1 else [-log(p[0]), -exact(row[0])]
    return [-log(one) for one in p]


def true_class(scale: str, row: Any, label: int, clip: float = 0.0) -> tuple[Number, Number]:
    """-log p_t and 1 - p_t: probabilities clipped as doubles, others in log p_t."""
    row = plain(np.clip(row, clip, 1 - clip) if scale == "probs" else row)
    p = probabilities(scale, row)
    one, left = costs(scale, row)[label], sum(p) - p[label] if scale == "logits" else ONE - p[label]
    if clip and scale != "probs":
        least, most = exact(clip), ONE - exact(clip)
        return min(max(one, -log(most)), -log(least)), min(max(left, least), most)
    return one, left


def of_true_class(loss: str, label: int, one: Number, left: Number) -> tuple[Number, Number]:
    """The value of a loss of the true class, from -log p_t and 1 - p_t, and its largest term."""
    name, *given = loss.split(":")
    options = {key: list(map(float, value.split(","))) for key, value in (option.split("=") for option in given)}
    gamma = exact(options.get("gamma", [2.0])[0]) if "focal" in name else ZERO
    epsilon = options.get("epsilon", [1.0]) if "poly" in name else []
    weight = exact(options.get("alpha", options.get("class_weight", [1.0] * 4))[label])
    terms = [one, *(exact(value) * left**power for power, value in enumerate(epsilon, 1))]
    front = weight * left**gamma
    return times(front, sum(terms)), times(front, max(map(abs, terms)))


def distance(left: Any, right: Any, p: float, eps: float = 0.0) -> Number:
    """(sum abs(x)**p)**(1/p)."""
    sizes = [abs(exact(one) - exact(other) + exact(eps)) for one, other in zip(left, right, strict=True)]
    if p == math.inf or max(sizes) == 0:
        return max(sizes)
    return max(sizes) * sum((size / max(sizes)) ** exact(p) for size in sizes) ** (ONE / exact(p))


def cosine(left: Any, right: Any) -> Number:
    """1 - cos."""
    a, b = [exact(value) for value in left], [exact(value) for value in right]
    dot = sum(one * other for one, other in zip(a, b, strict=True))
    return ONE - dot / MP.sqrt(sum(one * one for one in a) * sum(one * one for one in b))


def worst(measure: Callable[..., float], got: Any, *right: Sequence[Number]) -> tuple[float, int]:
    """The largest error and its row."""
    errors = [measure(float(one), *others) for one, *others in zip(got, *right, strict=True)]
    row = max(range(len(errors)), key=errors.__getitem__)
    return errors[row], row
