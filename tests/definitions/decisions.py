"""Losses of the class that is decided for, of labels of their own, and of scores and margins."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.definitions.arithmetic import ONE, ZERO, Number, Sum, at_least_0, exact, log, softplus, times
from tests.definitions.classes import BINARY, PLAIN, labelled, of_true_class, shares, weight_of
from tests.definitions.definition import IN_ULP, Data, define
from tests.definitions.predictions import Prediction
from tests.definitions.regression import NUMBERS

RNG = np.random.default_rng(4)
TIED = [
    [0.4, 0.4, 0.2],
    [0.2, 0.4, 0.4],
    [0.1, 0.2, 0.7],
    [1.0, 0, 0],
    [0.25, 0.5, 0.25],
    [0.5, 0.25, 0.25],
    *RNG.dirichlet([1, 1, 1], 9),
]
OF_THREE = [
    labelled(TIED, range(3), "probs"),
    labelled([[1e308, 1e308, -1e308], [745, 0, -745], [2, 2, 2], *RNG.normal(size=(5, 3)).tolist()], range(3), "logits"),
]
CERTAIN = [
    labelled([0.0, 0.5, 0.5 + 2**-53, 0.5 - 2**-54, 0.3, 1e-300], (0, 1), "probs"),
    labelled([0.0, 5e-324, -5e-324, 1e4], (0, 1), "logits"),
]


def not_among(pred: Prediction, target: Number, k: int, ties: str) -> Number:
    """Whether the true class is not among the k predicted most. A tie with another class is lost, or won by the lower one."""
    true, own = int(target), pred.raw[0]
    if pred.binary:
        return ONE * (k == 1 and pred.decided != true)
    own = pred.raw[true]
    ahead = [one > own or (one == own and j != true and (ties == "wrong" or j < true)) for j, one in enumerate(pred.raw)]
    return ONE * (sum(ahead) >= k)


@define(*OF_THREE, *CERTAIN, options=("", "ties=first"))
def zero_one(pred: Prediction, target: Number, *, ties: str) -> Number:
    return not_among(pred, target, 1, ties)


WORDS = ["cat", "Cat", "dog", " dog", "cat", "élk"]


@define(Data({"pred": WORDS, "target": ["cat", "cat", "dog", "dog", "dog", "élk"]}), of="zero_one", form=1)
def words(pred: str, target: str, *, ties: str) -> Number:
    return ONE * (pred != target)


@define(*OF_THREE, options=("k=1", "k=2", "k=2:ties=first"))
def top_k(pred: Prediction, target: Number, *, k: Number, ties: str) -> Number:
    return not_among(pred, target, int(k), ties)


@define(*OF_THREE, options=("matrix=0,1,7,2,0.5,1,30,1,0", "matrix=0,1,7,2,0.5,1,30,1,0:decide=bayes"))
@define(*CERTAIN, options=("matrix=0,1,7,0.3", "matrix=0,1,7,0.3:decide=bayes"))
def expected_cost(pred: Prediction, target: Number, *, matrix: list[Number], decide: str) -> Number:
    count = len(pred.p)
    costs = [matrix[row * count : (row + 1) * count] for row in range(count)]
    action = pred.decided
    if decide == "bayes":
        expected = [sum(p * of_class[a] for p, of_class in zip(pred.p, costs, strict=True)) for a in range(count)]
        action = expected.index(min(expected))
    return costs[int(target)][action]


SOFT_BINARY = [labelled(values, (0.0, 1.0, 0.25, 1e-17), scale) for scale, values in PLAIN.items()]


@define(*BINARY, *SOFT_BINARY, options=("", "clip=1e-7"))
def multilabel_ce(pred: Prediction, target: Number, *, clip: Number) -> Number:
    return sum(times(share, cost) for share, cost in zip(shares(target, 2), pred.clipped(clip).cost, strict=True))


@define(*BINARY, options=("", "gamma=0.5:alpha=0.25", "gamma=0:alpha=0.3,0.1:clip=1e-7"))
def multilabel_focal(pred: Prediction, target: Number, *, gamma: Number, alpha: Any, clip: Number) -> Number:
    cost, rest = of_true_class(pred, target, clip)
    return times(weight_of(alpha, pred, target) * rest**gamma, cost)


@define(*BINARY, options=("", "gamma_pos=0:gamma_neg=0:shift=0", "gamma_pos=2:gamma_neg=1:shift=0.4", "shift=0.9"))
def asl(pred: Prediction, target: Number, *, gamma_neg: Number, gamma_pos: Number, shift: Number) -> Number:
    if target == 1:
        return times(pred.rest[1] ** gamma_pos, pred.cost[1])
    less = max(pred.p[1] - shift, ZERO)
    return times(less**gamma_neg, (-log(pred.p[0] + shift) if shift else pred.cost[0]) if less else ZERO)


@define(*BINARY, options=("", "threshold=0.1", "threshold=0.9"))
def hamming(pred: Prediction, target: Number, *, threshold: Number) -> Number:
    above = exact(pred.raw[0]) > exact(log(threshold)) if pred.scale == "logprobs" else pred.p[1] > threshold
    return ONE * (above != (target == 1))


SCORES = [*NUMBERS, 0.1, 1 - 2**-53, 745.2, -745.2, 709.8, 1e4, -1e4, 37.0, -37.0, *RNG.normal(size=10)]
SIDES = Data({"pred": np.repeat(SCORES, 2), "target": np.tile([-1, 1], len(SCORES))})
ZEROS = Data({"pred": SIDES.roles["pred"], "target": np.tile([0, 1], len(SCORES))})
MARGINS = ("", "margin=5e-324", "margin=0.1", "margin=1e150", "margin=1e308")


def side(target: Number) -> int:
    return 1 if target == 1 else -1


@define(SIDES, ZEROS, options=MARGINS, bound=IN_ULP)
def hinge(pred: Number, target: Number, *, margin: Number) -> Number:
    return max(ZERO, margin - side(target) * pred)


@define(SIDES, ZEROS, options=MARGINS)
def squared_hinge(pred: Number, target: Number, *, margin: Number) -> Number:
    return hinge(pred, target, margin=margin) ** 2


@define(SIDES, ZEROS)
def soft_margin(pred: Number, target: Number) -> Number:
    return softplus(-side(target) * pred)


FAR = [
    [1e308, -1e308, 0],
    [1.7e308, 1.7e308, -1.7e308],
    [745, 0, -745],
    [1e4, -1e4, 0],
    [1e16, 1e16 + 2, 0],
    [1e-300, -1e-300, 5e-324],
]
OF_CLASSES = labelled([*FAR, [1.0, 1.0, 1.0], *RNG.normal(size=(10, 3)).tolist()], range(3), "")
LEADS = Data(OF_CLASSES.roles)


def lacks(pred: list[Number], target: Number, margin: Number) -> list[Sum]:
    """What the true class's lead over each of the others lacks of the margin."""
    true = int(target)
    return [at_least_0([margin, one, -pred[true]]) for j, one in enumerate(pred) if j != true]


@define(LEADS, options=MARGINS)
def multiclass_hinge(pred: list[Number], target: Number, *, margin: Number) -> Sum:
    found = lacks(pred, target, margin)
    return Sum(max(one.value for one in found), max(one.largest for one in found))


@define(LEADS, options=("", "margin=0.3:p=2", "margin=1e150", "margin=1e-300:p=2"))
def multi_margin(pred: list[Number], target: Number, *, margin: Number, p: Number) -> Sum:
    found = lacks(pred, target, margin)
    power = int(p)
    value = sum(one.value**power for one in found) / len(pred)
    return Sum(value, max(one.value ** (power - 1) * one.largest for one in found))
