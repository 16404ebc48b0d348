"""Losses of predicted distributions, of tokens, and values that are there already."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.definitions.arithmetic import MP, ONE, ZERO, Number, Sum, added, apart, exact, exp, norm
from tests.definitions.classes import BINARY, CLASSES, FINITE_CLASSES, of_true_class
from tests.definitions.definition import Data, define
from tests.definitions.regression import NUMBERS, QUANTILES, USUAL_QUANTILES, pinball

RNG = np.random.default_rng(8)
LEVELS = ("0.1,0.5,0.9", "0.3,0.5,0.7")
MEMBERS = (
    Data({"pred": RNG.normal(size=(20, 5)), "target": RNG.normal(size=20)}),
    Data(
        {
            "pred": [[3.0, 3, 3], [0, 0, 0], [1e-300, 2e-300, 5e-324], [1e150, -1e150, 0], [1, 1 + 2**-52, 1]],
            "target": [3.0, 1, 0, 1e149, 1],
        }
    ),
)


def of_members(pred: Any, target: Any, distance: Any, estimator: str) -> Sum:
    """mean of D(x_i, y) less half the mean of D(x_i, x_j), of all pairs or of those that differ."""
    count = len(pred)
    pairs = count * count if estimator == "nrg" else count * (count - 1)
    near = [distance(one, target) / count for one in pred]
    far = sum(distance(one, other) for one in pred for other in pred) / (2 * pairs)
    return added([*near, -far])


@define(*MEMBERS, options=("", "estimator=fair"))
def crps(pred: Any, target: Number, *, estimator: str, levels: Any) -> Sum:
    return of_members(pred, target, lambda one, other: abs(one - other), estimator)


@define(QUANTILES, USUAL_QUANTILES, options=("levels=0.1,0.5,0.9", "levels=0.7,0.2,0.7"), of="crps")
def of_quantiles(pred: Any, target: Number, *, estimator: str, levels: Any) -> Number:
    return 2 * sum(pinball(one, target, q) for one, q in zip(pred, levels, strict=True)) / len(levels)


W = [0.0, 1e-300, 1e-9, 0.3, -1.0, 3.0, -5.9, 8.0, 38.0, -1e4, 1e300]
NORMAL = Data({"mean": [0.0] * 22 + [1.5, 2], "std": [1.0] * 11 + [0.25] * 11 + [0.0, 0], "target": [*W, *W, 2.0, 2]})


@define(NORMAL, of="crps")
def of_normal(mean: Number, std: Number, target: Number) -> Sum:
    if not std:
        return Sum(abs(target - mean), ZERO)
    w = (target - mean) / std
    density = exp(-(w**2) / 2) / MP.sqrt(2 * MP.pi)
    return added([std * w * MP.erf(w / MP.sqrt(2)), 2 * std * density, -std / MP.sqrt(MP.pi)])


@define(
    Data({"pred": RNG.normal(size=(10, 4, 3)), "target": RNG.normal(size=(10, 3))}),
    Data(
        {"pred": [[[1e154, 0], [0, 1e154]], [[3, 4], [3, 4]], [[1e-200, 0], [0, 1e-200]]], "target": [[0.0, 0], [0, 0], [0, 0]]}
    ),
    options=("", "estimator=fair"),
)
def energy_score(pred: Any, target: Any, *, estimator: str) -> Sum:
    return of_members(pred, target, lambda one, other: norm(apart(one, other)), estimator)


ENDS = np.sort(RNG.choice([*NUMBERS, *RNG.normal(size=30)], (80, 2)), axis=1)
INTERVALS = Data(
    {
        "lower": ENDS[:, 0],
        "upper": ENDS[:, 1],
        "target": [*ENDS[:20, 0], *ENDS[20:40, 1], *RNG.choice(NUMBERS, 20), *RNG.normal(size=20)],
    }
)


@define(INTERVALS, options=("alpha=0.1", "alpha=1e-300", "level=80", "level=99.9"))
def interval_score(lower: Number, upper: Number, target: Number, *, alpha: Any, level: Any) -> Sum:
    share = alpha if alpha is not None else (100 - level) / 100
    return added([upper, -lower, 2 / share * max(ZERO, lower - target), 2 / share * max(ZERO, target - upper)])


@define(INTERVALS, options=("", "closed=false"))
def miss(lower: Number, upper: Number, target: Number, *, closed: bool) -> Number:
    inside = lower <= target <= upper if closed else lower < target < upper
    return ONE * (not inside)


SORTED = Data({"pred": np.sort(QUANTILES.roles["pred"], axis=1), "target": QUANTILES.roles["target"]})


@define(SORTED, USUAL_QUANTILES, options=tuple(f"levels={levels}" for levels in LEVELS))
def wis(pred: Any, target: Number, *, levels: Any) -> Sum:
    alpha = 2 * levels[0]
    interval = added([pred[2], -pred[0], 2 / alpha * max(ZERO, pred[0] - target), 2 / alpha * max(ZERO, target - pred[2])])
    rest = added([abs(target - pred[1]) / 2, alpha / 2 * interval.value])
    return Sum(rest.value / (1 + ONE / 2), max(rest.largest, alpha / 2 * interval.largest))


@define(*BINARY, *CLASSES, options=("", "base=2", "base=10"))
def perplexity(pred: Any, target: Number, *, base: Any) -> Number:
    return of_true_class(pred, target, ZERO)[0] / unit(base)


def unit(base: Any) -> Number:
    return ONE if base == "e" else MP.log(base)


@define(*FINITE_CLASSES, of="perplexity", options=("", "base=2"), headline=True)
def power(pred: Any, target: Any, *, base: Any) -> Number:
    return exp(sum(of_true_class(*pair, ZERO)[0] for pair in zip(pred, target, strict=True)) / len(pred))


LOGPROBS = Data({"logprob": [-0.0, -5e-324, -1e-300, -1.0, -745.2, -1e4, -1e308, -np.inf, *-RNG.exponential(size=10)]})
USUAL = -RNG.exponential(size=(12, 3))


@define(LOGPROBS, of="perplexity", options=("", "base=2", "base=10"))
def surprise(logprob: Number, *, base: Any) -> Number:
    return -logprob / unit(base)


@define(Data({"logprob": USUAL[:, 0]}), of="perplexity", options=("", "base=10"), headline=True)
def power_of_surprise(logprob: Any, *, base: Any) -> Number:
    return exp(-sum(logprob) / len(logprob))


@define(LOGPROBS)
def token_nll(logprob: Number) -> Number:
    return -logprob


@define(Data({"logprob": USUAL, "bytes": np.arange(12) + 1.0}))
def bits_per_byte(logprob: Any, bytes: Any) -> Number:  # noqa: A002  # the role's name
    return -sum(sum(row) for row in logprob) / (MP.log(2) * sum(bytes))


TEXTS = ["é" * (row + 1) + "a" for row in range(12)]


@define(Data({"logprob": USUAL, "text": TEXTS}), of="bits_per_byte")
def of_text(logprob: Any, text: Any) -> Number:
    return bits_per_byte(logprob, [exact(len(one.encode())) for one in text])


@define(Data({"value": NUMBERS}), options=("", "better=high"))
def given(value: Number, *, better: str) -> Number:
    return value
