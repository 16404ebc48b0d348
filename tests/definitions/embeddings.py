"""Losses of distances between embeddings: of rows, and of batches whose rows are compared with each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.definitions.arithmetic import (
    ONE,
    ZERO,
    Number,
    Sum,
    apart,
    at_least_0,
    cosine_of,
    log_sum_exp,
    norm,
    softplus,
)
from tests.definitions.definition import Data, define

RNG = np.random.default_rng(6)
SCALES = [5e-324, 1e-310, 1e-160, 1, 1e100, 1e154, 1e308]
NEAR = RNG.normal(size=(8, 3, 1)) + 1e-9 * RNG.normal(size=(8, 3, 3))
VECTORS = np.array([*RNG.normal(size=(8, 3, 3)), *NEAR, *RNG.uniform(-1, 1, (21, 3, 3)) * np.repeat(SCALES, 3)[:, None, None]])
SOME = VECTORS[(VECTORS != 0).any(axis=2).all(axis=1)]  # none is 0
TRIPLETS = Data({"anchor": VECTORS[:, 0], "positive": VECTORS[:, 1], "negative": VECTORS[:, 2]})
DIRECTED = Data({"anchor": SOME[:, 0], "positive": SOME[:, 1], "negative": SOME[:, 2]})
PAIRS = Data({"left": VECTORS[:, 0], "right": VECTORS[:, 1], "target": np.arange(len(VECTORS)) % 2})
SIDES = Data({"left": SOME[:, 0], "right": SOME[:, 1], "target": np.arange(len(SOME)) % 2 * 2 - 1})
DIRECTED_PAIRS = Data({**SIDES.roles, "target": np.arange(len(SOME)) % 2})
EXPONENTS = ("p=1", "p=1.5", "p=3", "p=1100", "p=inf")


def distance(left: Any, right: Any, metric: str, p: Number, eps: Number = ZERO) -> Number:
    return ONE - cosine_of(left, right) if metric == "cosine" else norm([one + eps for one in apart(left, right)], p)


@define(
    TRIPLETS, options=("", *EXPONENTS, "swap=true", "squared=true", "eps=1e-6", "margin=1e-300", "p=3:swap=true:squared=true")
)
@define(DIRECTED, options=("metric=cosine", "metric=cosine:swap=true:margin=0.1"))
def triplet(
    anchor: Any, positive: Any, negative: Any, *, margin: Number, p: Number, squared: bool, swap: bool, metric: str, eps: Number
) -> Sum:
    power = 2 if squared else 1
    near, far, other = (
        distance(*pair, metric, p, eps) ** power for pair in ((anchor, positive), (anchor, negative), (positive, negative))
    )
    found = at_least_0([near, -(min(far, other) if swap else far), margin])
    return Sum(found.value, max(found.largest, ONE if metric == "cosine" else ZERO))


def of_distance(apart: Number, target: Number, margin: Number, similar: Number, half: bool, largest: Number = ZERO) -> Sum:
    """What a pair costs. largest: a term of the distance."""
    lack = max(ZERO, margin - apart)
    root, term = (apart, largest) if target == similar else (lack, max(margin, apart, largest) if lack else ZERO)
    front = ONE / 2 if half else ONE
    return Sum(front * root**2, front * root * max(root, term))


@define(PAIRS, options=("", *EXPONENTS, "margin=1e308", "similar=0:half=false", "margin=1e-300:p=3"))
@define(DIRECTED_PAIRS, options=("metric=cosine", "metric=cosine:margin=0.5:similar=0"))
def contrastive(
    left: Any, right: Any, target: Number, *, margin: Number, similar: Number, half: bool, metric: str, p: Number
) -> Sum:
    return of_distance(distance(left, right, metric, p), target, margin, similar, half, ONE if metric == "cosine" else ZERO)


LENGTHS = np.repeat([0.0, 5e-324, 1e-162, 0.3, 1 - 2**-53, 1.0, 2.5, 1e154, 1e308], 2)


@define(
    Data({"distance": LENGTHS, "target": np.arange(len(LENGTHS)) % 2}),
    options=("", "margin=2.5:similar=0", "half=false", "margin=1e308"),
    of="contrastive",
)
def of_distances(distance: Number, target: Number, *, margin: Number, similar: Number, half: bool) -> Sum:
    return of_distance(distance, target, margin, similar, half)


SCORES = RNG.choice([0.0, 5e-324, 0.3, 1.0, 1e16, 1e308, -0.3, -1e308, -1.0], (40, 2))


@define(
    Data({"left": SCORES[:, 0], "right": SCORES[:, 1], "target": np.arange(40) % 2 * 2 - 1}),
    options=("", "margin=0.5", "margin=1e300"),
)
def margin_ranking(left: Number, right: Number, target: Number, *, margin: Number) -> Sum:
    return at_least_0([margin, -target * left, target * right])


@define(SIDES, options=("", "margin=0.5", "margin=-1", "margin=1"))
def cosine_embedding(left: Any, right: Any, target: Number, *, margin: Number) -> Sum:
    found = cosine_of(left, right)
    return Sum(ONE - found if target == 1 else max(ZERO, found - margin), ONE)


@define(Data({"pred": SOME[:, 0], "target": SOME[:, 1]}), Data({"pred": SOME[:, 0], "target": SOME[:, 0]}))
def cosine(pred: Any, target: Any) -> Sum:
    return Sum(ONE - cosine_of(pred, target), ONE)


LABELS = ["a", "b", "a", "c", "b", "a", "d", "c"]
BATCH = Data({"pred": RNG.normal(size=(8, 3)), "target": LABELS})
TIGHT = Data({"pred": np.eye(4)[[0, 1, 0, 2, 1, 0, 3, 2]] + 1e-3 * RNG.normal(size=(8, 4)), "target": LABELS})
ALIKE = Data({"pred": BATCH.roles["pred"][[0, 1, 2, 3, 4, 0, 3, 7]] + 1e-9 * np.eye(8, 3), "target": LABELS})  # two are equal
BATCHES = (BATCH, TIGHT, ALIKE, Data({"pred": 1e200 * BATCH.roles["pred"], "target": LABELS}))


def cosines(vectors: Any) -> list[list[Number]]:
    return [[cosine_of(one, other) for other in vectors] for one in vectors]


def alike(target: Sequence[str], i: int) -> list[int]:
    return [j for j, label in enumerate(target) if label == target[i] and j != i]


def others(target: Sequence[str], i: int) -> list[int]:
    return [j for j, label in enumerate(target) if label != target[i]]


def mean(values: Sequence[Number], largest: Number) -> Sum:
    found = sum(values, ZERO) / len(values)
    return Sum(found, max(abs(found), largest))


@define(*BATCHES, options=("", "temperature=0.5", "temperature=0.01"))
def info_nce(pred: Any, target: Any, *, temperature: Number) -> Sum:
    s = [[one / temperature for one in row] for row in cosines(pred)]
    rows = range(len(s))
    costs = [log_sum_exp([s[i][j], *(s[i][k] for k in others(target, i))]) - s[i][j] for i in rows for j in alike(target, i)]
    return mean(costs, 1 / temperature)


@define(*BATCHES, options=("", "temperature=0.5", "temperature=0.01"))
def sup_con(pred: Any, target: Any, *, temperature: Number) -> Sum:
    s = [[one / temperature for one in row] for row in cosines(pred)]
    costs = []
    for i, row in enumerate(s):
        every = log_sum_exp([one for k, one in enumerate(row) if k != i])
        if alike(target, i):
            costs.append(sum(every - row[j] for j in alike(target, i)) / len(alike(target, i)))
    return mean(costs, 1 / temperature)


LEFT = RNG.normal(size=(7, 3))
TWO_SIDES = (
    Data({"left": LEFT, "right": RNG.normal(size=(7, 3))}),
    Data({"left": LEFT, "right": LEFT * RNG.uniform(0.5, 2, (7, 1)) + 1e-4}),
)


@define(*TWO_SIDES, options=("", "temperature=1", "temperature=0.005"))
def clip(left: Any, right: Any, *, temperature: Number) -> Sum:
    s = [[cosine_of(one, other) / temperature for other in right] for one in left]
    costs = [log_sum_exp(row) - row[i] for table in (s, [*zip(*s, strict=True)]) for i, row in enumerate(table)]
    return mean(costs, 1 / temperature)


@define(*TWO_SIDES, options=("", "temperature=1:bias=0", "temperature=0.005:bias=-3"))
def siglip(left: Any, right: Any, *, temperature: Number, bias: Number) -> Sum:
    s = [[cosine_of(one, other) / temperature + bias for other in right] for one in left]
    costs = [softplus(-one if i == j else one) for i, row in enumerate(s) for j, one in enumerate(row)]
    return Sum(sum(costs) / len(s), 1 / temperature + abs(bias))


@define(*BATCHES, options=("", "m=0.4:gamma=80", "m=0:gamma=1"))
def circle(pred: Any, target: Any, *, m: Number, gamma: Number) -> Sum:
    costs = []
    for i, row in enumerate(cosines(pred)):
        near = [-gamma * max(ZERO, 1 + m - row[j]) * (row[j] - 1 + m) for j in alike(target, i)]
        far = [gamma * max(ZERO, row[k] + m) * (row[k] - m) for k in others(target, i)]
        if near and far:
            costs.append(softplus(log_sum_exp(near) + log_sum_exp(far)))
    return mean(costs, gamma)


GRID = Data({"pred": [[0, 0], [3, 4], [0, 0], [6, 8], [3, 0], [0, 4], [1, 1], [6, 8]], "target": LABELS})
SPREAD = (
    BATCH,
    TIGHT,
    GRID,
    *(Data({"pred": scale * BATCH.roles["pred"], "target": LABELS}) for scale in (1e-200, 1e154, 1e307)),
)
MARGINS = ("", "margin=0.2", "margin=1e-300")


def distances(vectors: Any) -> list[list[Number]]:
    return [[norm(apart(one, other)) for other in vectors] for one in vectors]


@define(*SPREAD, options=MARGINS)
def batch_hard_triplet(pred: Any, target: Any, *, margin: Number) -> Sum:
    costs, d = [], distances(pred)
    for i, row in enumerate(d):
        if alike(target, i) and others(target, i):
            costs.append(max(ZERO, max(row[j] for j in alike(target, i)) - min(row[k] for k in others(target, i)) + margin))
    return mean(costs, max(max(row) for row in d))


@define(*SPREAD, options=MARGINS)
def batch_semihard_triplet(pred: Any, target: Any, *, margin: Number) -> Sum:
    costs, d = [], distances(pred)
    for i, row in enumerate(d):
        for j in alike(target, i):
            far = [row[k] for k in others(target, i)]
            farther = [one for one in far if one > row[j]]
            costs.append(max(ZERO, row[j] - (min(farther) if farther else max(far)) + margin))
    return mean(costs, max(max(row) for row in d))


@define(*SPREAD, options=MARGINS)
def batch_all_triplet(pred: Any, target: Any, *, margin: Number) -> Sum:
    d = distances(pred)
    every = [row[j] - row[k] + margin for i, row in enumerate(d) for j in alike(target, i) for k in others(target, i)]
    costs = [one for one in every if one > 0]
    return mean(costs, max(max(row) for row in d)) if costs else Sum(ZERO, ZERO)
