"""Losses of class predictions that are functions of the probability of the true class, and of distributions of classes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.definitions.arithmetic import INF, MP, ONE, ZERO, Number, Sum, added, exact, exp, log, log_sum_exp, times
from tests.definitions.definition import IN_ULP, Data, define
from tests.definitions.predictions import Prediction

RNG = np.random.default_rng(3)
NEAR_0 = (0.0, 5e-324, 1e-300, 1e-16, 1e-8, 0.1, 0.4999)
NEAR_1 = (0.5, 0.5 + 2**-53, 0.7, 1 - 1e-8, 1 - 2**-53, 1.0)
BIG = (37.0, 708.0, 745.2, 1e4, 1e308, math.inf)
PLAIN: dict[str, Any] = {
    "probs": [*NEAR_0, *NEAR_1, *RNG.random(8), *10.0 ** RNG.uniform(-300, 0, 4)],
    "logits": [sign * z for z in (*NEAR_0, 0.7, *BIG, *RNG.normal(size=3) * 5) for sign in (1, -1)],
    "logprobs": [-one for one in (*NEAR_0, *NEAR_1, *BIG, math.log(2), *RNG.exponential(size=20))],
}
HALF = ONE / 2
SOFT = [1e-300, 1e-17, 0.3, 1 - 2**-53]


def rows(scale: str) -> Any:
    """Rows of 3 classes: usual, nearly certain, saturated, masked, and as far apart as doubles get."""
    usual = RNG.normal(size=(6, 3)) * np.array([[0.1], [1], [1], [5], [30], [300]])
    if scale == "logits":
        far = [[1e308, -1e308, 0], [-1e308] * 3, [1e308, 1e308, -math.inf], [math.inf, 1, 2], [745, 0, -745], [1e4, -1e4, 0]]
        return [*usual.tolist(), *far, [0, 1e-300, 5e-324], [37, 0, 0], [1e16, 1e16 + 2, 0], [0, -math.inf, 3.0]]
    powers = np.exp(usual - usual.max(axis=1, keepdims=True))
    sharp = [[1.0, 0, 0], [1 - 2**-53, 1e-16, 0], [5e-324, 1, 0], [1e-310, 1 - 1e-10, 1e-10], [0.25, 0.5, 0.25], [0.5, 0.5, 0]]
    probs = np.array([*powers / powers.sum(axis=1, keepdims=True), *sharp])
    if scale == "probs":
        return probs.tolist()
    with np.errstate(divide="ignore"):
        return [*np.log(probs).tolist(), [-1e-16, -36.8, -1000], [-1e-300, -1e308, -math.inf]]


def labelled(preds: Sequence[Any], labels: Sequence[Any], scale: str) -> Data:
    """Each prediction with each label."""
    pairs = [*itertools.product(preds, labels)]
    return Data({"pred": np.array([pred for pred, _ in pairs]), "target": np.array([label for _, label in pairs])}, scale)


BINARY = [labelled(values, (0.0, 1.0), scale) for scale, values in PLAIN.items()]
SOFT_BINARY = [labelled(values, (0.0, 1.0, *SOFT), scale) for scale, values in PLAIN.items()]
CLASSES = [labelled(rows(scale), range(3), scale) for scale in PLAIN]
SOFT_CLASSES = [labelled(rows(scale), [[0, 1, 0], [0.5, 0.5, 0], *RNG.dirichlet([1, 1, 1], 2)], scale) for scale in PLAIN]
FINITE_CLASSES = [Data({"pred": [[0.0, 1, -2], [3, 0, 1], [2, 2, 2]], "target": [1, 2, 0]}, "logits")]
SMOOTHED = ("", "label_smoothing=0.1", "label_smoothing=0.999", "class_weight={}", "label_smoothing=0.3:class_weight={}")


def shares(target: Any, classes: int) -> list[Number]:
    """A label as the share of each class."""
    if isinstance(target, list):
        return target
    return [ONE - target, target] if classes == 2 else [ONE * (target == one) for one in range(classes)]


def with_weights(weights: str, *texts: str) -> tuple[str, ...]:
    return tuple(text.format(weights) for text in texts)


@define(*BINARY, *SOFT_BINARY, options=with_weights("0.3,7", *SMOOTHED), bound=IN_ULP)
@define(*BINARY, options=("clip=1e-7", "base=2", "base=10:class_weight=0,1"))
@define(*CLASSES, *SOFT_CLASSES, options=with_weights("1,0.001,7", *SMOOTHED, "clip=1e-7", "base=2:label_smoothing=0.1"))
def ce(
    pred: Prediction, target: Any, *, label_smoothing: Number, class_weight: Any, weighted_mean: bool, clip: Number, base: Any
) -> Number:
    count = len(pred.p)
    smooth = [(ONE - label_smoothing) * share + label_smoothing / count for share in shares(target, count)]
    weights = class_weight or [ONE] * count
    cost = sum(times(w * y, one) for w, y, one in zip(weights, smooth, pred.clipped(clip).cost, strict=True))
    return cost if base is None else cost / log(base)


@define(*FINITE_CLASSES, of="ce", options=("class_weight=1,2,0.5:weighted_mean=true",), headline=True)
def weighted_ce(pred: Any, target: Any, *, class_weight: Any, weighted_mean: bool, **others: Any) -> Number:
    costs = [ce(*pair, class_weight=class_weight, weighted_mean=True, **others) for pair in zip(pred, target, strict=True)]
    return sum(costs) / sum(class_weight[int(label)] for label in target)


def of_true_class(pred: Prediction, target: Any, clip: Number) -> tuple[Number, Number]:
    """-log p_t and 1 - p_t."""
    seen = pred.clipped(clip)
    return seen.cost[int(target)], seen.rest[int(target)]


def weight_of(alpha: Any, pred: Prediction, target: Any) -> Number:
    """alpha_t, of one number alpha for class 1 and 1 - alpha for class 0."""
    if alpha is None:
        return ONE
    return ([ONE - alpha[0], alpha[0]] if len(alpha) == 1 else alpha)[int(target)]


@define(*BINARY, options=("alpha=0.25", "alpha=0.3,0.1", "alpha=1:clip=0.01"))
@define(*CLASSES, options=("alpha=0.3,0,2", "alpha=0.3,0.1,0.4:clip=1e-7"))
def balanced_ce(pred: Prediction, target: Any, *, alpha: Any, clip: Number) -> Number:
    return times(weight_of(alpha, pred, target), of_true_class(pred, target, clip)[0])


GAMMAS = ("", "gamma=0", "gamma=0.5", "gamma=5", "gamma=100", "gamma=1e4", "gamma=1e12", "clip=1e-7")


@define(*BINARY, options=(*GAMMAS, "alpha=0.25", "gamma=1.5:alpha=0.3,0.1"))
@define(*CLASSES, options=(*GAMMAS, "alpha=0.3,0,2"))
def focal(pred: Prediction, target: Any, *, gamma: Number, alpha: Any, clip: Number) -> Number:
    cost, rest = of_true_class(pred, target, clip)
    return times(weight_of(alpha, pred, target) * rest**gamma, cost)


EPSILONS = ("", "epsilon=-1", "epsilon=-0.9999", "epsilon=5,-0.5", "epsilon=-1,-0.5,-0.25", "epsilon=-1,3,-0.33")


@define(*BINARY, *CLASSES, options=(*EPSILONS, "epsilon=-1:clip=0.001"))
def poly(pred: Prediction, target: Any, *, epsilon: list[Number], clip: Number) -> Sum:
    cost, rest = of_true_class(pred, target, clip)
    return added([cost, *(one * rest**power for power, one in enumerate(epsilon, 1))])


@define(*BINARY, options=("", "epsilon=-1", "epsilon=2,-0.25:gamma=0.5:alpha=0.3", "clip=0.25:alpha=0.3,0.1"))
@define(*CLASSES, options=("", "epsilon=-1:gamma=0", "epsilon=2,-0.25:gamma=0.5:alpha=0.3,0.1,0.4", "clip=0.25"))
def poly_focal(pred: Prediction, target: Any, *, epsilon: list[Number], gamma: Number, alpha: Any, clip: Number) -> Sum:
    front = weight_of(alpha, pred, target) * of_true_class(pred, target, clip)[1] ** gamma
    return Sum(*(times(front, one) for one in poly(pred, target, epsilon=epsilon, clip=clip)))


@define(*BINARY, *SOFT_BINARY)
@define(*CLASSES, *SOFT_CLASSES, options=("", "half=true"))
def brier(pred: Prediction, target: Any, *, half: bool) -> Sum:
    sides = [*zip(pred.p, pred.rest, shares(target, len(pred.p)), strict=True)][1 if pred.binary else 0 :]
    # of a soft label p**2 - 2 p y + y**2, where p and y are near each other
    sums = [Sum(rest**2, rest**2) if y == 1 else Sum((p - y) ** 2, p**2) for p, rest, y in sides]
    front = HALF if half else ONE
    return Sum(front * sum(one.value for one in sums), front * max(one.largest for one in sums))


@define(*CLASSES, *BINARY, options=("", "normalize=true"))
def rps(pred: Prediction, target: Any, *, normalize: bool) -> Sum:
    below = [sum(pred.p[: k + 1]) - (target <= k) for k in range(len(pred.p) - 1)]
    return added(one**2 / (len(below) if normalize else 1) for one in below)


@define(*CLASSES, *SOFT_CLASSES, *SOFT_BINARY, options=("", "base=2"))
def kl(pred: Prediction, target: Any, *, base: Any) -> Sum:
    pairs = [*zip(shares(target, len(pred.p)), pred.cost, strict=True)]
    terms = [term for share, cost in pairs if share for term in (share * log(share), share * cost)]
    return added(one / (log(base) if base else 1) for one in terms)


@define(*CLASSES, *SOFT_CLASSES, *SOFT_BINARY, options=("", "base=2"))
def js(pred: Prediction, target: Any, *, base: Any) -> Sum:
    pairs = [
        pair for one, share in zip(pred.p, shares(target, len(pred.p)), strict=True) for pair in ((one, share), (share, one))
    ]
    return added(one * log(2 * one / (one + other)) / 2 / (log(base) if base else 1) for one, other in pairs if one)


@define(*BINARY, *CLASSES, options=("", "q=1e-3", "q=1", "q=1e-300"))
def gce(pred: Prediction, target: Any, *, q: Number) -> Number:
    cost, _ = of_true_class(pred, target, ZERO)
    return (ONE if cost == INF else -MP.expm1(-q * cost)) / q


@define(*BINARY, *CLASSES, options=("", "alpha=0", "alpha=2:beta=0.3:log_zero=-7", "beta=0:clip=1e-7"))
def symmetric_ce(pred: Prediction, target: Any, *, alpha: Number, beta: Number, log_zero: Number, clip: Number) -> Number:
    cost, rest = of_true_class(pred, target, clip)
    return times(alpha, cost) - beta * log_zero * rest


def tempered(z: Sequence[Number], t: Number) -> list[Number]:
    """exp_t of activations less what makes them sum to 1."""
    if t == 1:
        return [exp(one - log_sum_exp(z)) for one in z]
    k, highest, b = 1 / (t - 1), max(z), ONE
    for _ in range(300):
        p = [((t - 1) * (highest - one) + b) ** -k for one in z]
        step = (sum(p) - 1) / (k * sum(one / ((t - 1) * (highest - other) + b) for one, other in zip(p, z, strict=True)))
        b += step
        if abs(step) < MP.mpf(10) ** -60:
            break
    return [((t - 1) * (highest - one) + b) ** -k for one in z]


ACTIVATIONS = [[0.0, 0, 0], [745, 0, -745], [1e-300, -1e-300, 0], [40, 0, -1], [-37, 0, 1], [1e4, -1e4, 0], [1.3, -0.2, 0.4]]
TEMPERED = labelled(ACTIVATIONS, range(3), "logits")
TEMPERED_BINARY = labelled([0.0, 1.5, -745, 37], (0, 1), "logits")


@define(TEMPERED, TEMPERED_BINARY, options=("", "t1=0:t2=2", "t1=0.5:t2=1.00001", "t1=1:t2=4", "t1=0.3:t2=1", "t1=1:t2=1"))
def bi_tempered(pred: Prediction, target: Any, *, t1: Number, t2: Number) -> Sum:
    true = int(target)
    p = tempered([exact(one) for one in (pred.raw if not pred.binary else (0.0, *pred.raw))], t2)
    gain = -log(p[true]) if t1 == 1 else (1 - p[true] ** (1 - t1)) / (1 - t1)
    return added([gain, -(1 - sum(one ** (2 - t1) for one in p)) / (2 - t1)])


IMBALANCED = [data for data in CLASSES if data.scale == "logits"]


def leading(costs: Sequence[Number], true: int, largest: Number) -> Sum:
    """The cross entropy of logits that are minus these costs. largest: a term of which they are made."""
    z = [-one for one in costs]
    value = log_sum_exp(z) - z[true]
    return Sum(value, max(abs(value), largest))


@define(*CLASSES, options=("counts=100,20,5", "counts=1,1,1000000:max_margin=2:scale=1", "counts=3,4,5:max_margin=0"))
def ldam(pred: Prediction, target: Any, *, counts: list[Number], max_margin: Number, scale: Number) -> Sum:
    true = int(target)
    margin = max_margin * (min(counts) / counts[true]) ** exact(0.25)
    costs = [scale * (one + (margin if j == true else 0)) for j, one in enumerate(pred.cost)]
    finite = [one for one in costs if one < INF]
    return leading(costs, true, max(finite)) if costs[true] < INF else Sum(INF, INF)


@define(*CLASSES, options=("counts=100,20,5", "counts=1,1,1000000:tau=0.3", "counts=3,4,5:tau=0"))
def logit_adjusted(pred: Prediction, target: Any, *, counts: list[Number], tau: Number) -> Sum:
    costs = [one - tau * log(count / sum(counts)) for one, count in zip(pred.cost, counts, strict=True)]
    finite = [one for one in costs if one < INF]
    return leading(costs, int(target), max(finite)) if costs[int(target)] < INF else Sum(INF, INF)
