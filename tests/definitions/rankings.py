"""Losses of ranked rows, of survival, and of what no row has by itself: calibration, and the order of positives and negatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.definitions.arithmetic import MP, ONE, ZERO, Number, Sum, added, exact, exp, log, log_sum_exp, softplus
from tests.definitions.definition import Data, define
from tests.definitions.predictions import Prediction

RNG = np.random.default_rng(7)
QUERIES = ["u", "v", "u", "w", "v", "u", "w", "v", "u", "w", "v", "x"]


def ranked(scores: Any, relevances: Any) -> Data:
    return Data({"pred": scores, "target": relevances, "group": QUERIES})


GRADES = [3, 0, 1, 2, 0, 3, 1, 2, 0, 0, 1, 1]
RANKED = (
    ranked(RNG.normal(size=12), GRADES),
    ranked([1.0, 2, 1, 0, 2, 1, 0, 2, 0, 0, 2, 5], GRADES),  # ties
    ranked(
        [1e306, -1e306, 0, 745, -745, 1e4, 1e-300, -1e-300, -1e4, 37, -37, 0], [0, 0.5, 30, 1e-9, 1, 600, 0.3, 2, 1100, 7, 0, 1]
    ),
)


@define(*RANKED, options=("", "k=2", "gain=linear", "k=1:gain=linear"))
@define(ranked(RNG.normal(size=12), [0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]), options=("empty=0", "empty=1:k=3"))
def ndcg_loss(pred: Sequence[Number], target: Sequence[Number], *, k: Number | None, gain: str, empty: Any) -> Sum:
    worth = [one if gain == "linear" else MP.mpf(2) ** one - 1 for one in target]
    counted = len(pred) if k is None else int(k)
    discounts = [1 / (MP.log(rank + 1) / MP.log(2)) if rank <= counted else ZERO for rank in range(1, len(pred) + 1)]
    shared = [
        sum(w for w, s in zip(worth, pred, strict=True) if s == score) / pred.count(score) for score in sorted(pred, reverse=True)
    ]
    most = sum(d * w for d, w in zip(discounts, sorted(worth, reverse=True), strict=True))
    if not most:
        return Sum(exact(empty), ONE)
    return Sum(1 - sum(d * w for d, w in zip(discounts, shared, strict=True)) / most, ONE)


TEMPERATURES = ("", "temperature=0.1", "temperature=1e3")
APART = ranked(np.tile([1.7e308, -1.7e308, 0], 4), GRADES)


@define(APART, options=("temperature=1e3",))
@define(*RANKED, options=TEMPERATURES)
def listnet(pred: Sequence[Number], target: Sequence[Number], *, temperature: Number) -> Sum:
    s = [one / temperature for one in pred]
    total, of_target = log_sum_exp(s), log_sum_exp(target)
    return added(exp(y - of_target) * (total - one) for one, y in zip(s, target, strict=True))


@define(APART, options=("", "temperature=1e3"))
@define(*RANKED, options=TEMPERATURES)
def listmle(pred: Sequence[Number], target: Sequence[Number], *, temperature: Number) -> Sum:
    s = [one / temperature for one in pred]
    found = added(log_sum_exp([one for one, y in zip(s, target, strict=True) if y <= own]) - s[i] for i, own in enumerate(target))
    return Sum(found.value, max(s) - min(s))


@define(APART, options=("", "temperature=1e3"))
@define(*RANKED, options=TEMPERATURES)
def ranknet(pred: Sequence[Number], target: Sequence[Number], *, temperature: Number) -> Number:
    rows = [*zip(pred, target, strict=True)]
    costs = [softplus(-(s - other) / temperature) for s, y in rows for other, below in rows if y > below]
    return sum(costs) / len(costs) if costs else ZERO


LEADS = [0.0, 5e-324, 1e-300, 1.0, 37.0, 745.2, 1e308, -1e308]


@define(Data({"positive": np.repeat(LEADS, 8), "negative": np.tile(LEADS, 8)}))
def bpr(positive: Number, negative: Number) -> Number:
    return softplus(-(positive - negative))


TIMES = [1.0, 2, 2, 3, 3, 3, 4, 5, 5, 6]
EVENTS = [1, 1, 0, 1, 1, 1, 0, 1, 1, 0]
SURVIVED = (
    Data({"pred": RNG.normal(size=10), "time": TIMES, "event": EVENTS}),
    Data({"pred": RNG.normal(size=10), "time": TIMES, "event": EVENTS, "weight": [1, 2, 0.5, 3, 1, 0, 1, 0.25, 1, 1]}),
    Data({"pred": [1e4, -1e4, 745, 1e307, 0, 1e-300, 3, -745, 37, 0], "time": TIMES, "event": EVENTS}),
)


@define(*SURVIVED, options=("", "ties=efron"))
def cox(pred: Any, time: Any, event: Any, weight: Any, *, ties: str) -> Sum:
    rows = [row for row in zip(pred, time, event, weight, strict=True) if row[3]]
    terms = []
    for at in sorted({t for _, t, happened, _ in rows if happened}):
        dead = [(s, w) for s, t, happened, w in rows if happened and t == at]
        risk = log_sum_exp([s + (log(w) if w != 1 else 0) for s, t, _, w in rows if t >= at])
        tied = log_sum_exp([s + (log(w) if w != 1 else 0) for s, w in dead])
        for k, (s, w) in enumerate(dead):
            left_out = exact(k) / len(dead) * exp(tied - risk) if ties == "efron" else ZERO
            mean_weight = sum(one for _, one in dead) / len(dead)
            terms += [mean_weight * (risk + MP.log1p(-left_out)), -w * s]
    events = sum(w for _, _, happened, w in rows if happened)
    return Sum(sum(terms) / events, max(map(abs, terms)) / events)


PROBS = [*RNG.random(20), 0.0, 1.0, 0.5, 0.5, 0.5, 1e-300]
CALIBRATED = (
    Data({"pred": PROBS, "target": RNG.integers(0, 2, 26)}, "probs"),
    Data({"pred": RNG.dirichlet([1, 1, 1], 20), "target": RNG.integers(0, 3, 20), "weight": RNG.random(20)}, "probs"),
    Data({"pred": [*RNG.normal(size=20) * 3, 745, -745, 0], "target": RNG.integers(0, 2, 23)}, "logits"),
)


@define(*CALIBRATED, options=("", "bins=4", "norm=2", "norm=inf:bins=7", "equal=mass:bins=5", "equal=mass:bins=5:norm=2"))
def ece(pred: Sequence[Prediction], target: Any, weight: Any, *, bins: Number, equal: str, norm: Number) -> Sum:
    sure = [one.p[1] if one.binary else max(one.p) for one in pred]
    right = [int(label) if one.binary else one.decided == label for one, label in zip(pred, target, strict=True)]
    total = sum(weight)
    below = [sum(w for other, w in zip(sure, weight, strict=True) if other < one) for one in sure]
    place = [one * bins if equal == "width" else before * bins / total for one, before in zip(sure, below, strict=True)]
    of_bin = [min(int(MP.floor(one)), int(bins) - 1) for one in place]
    gaps = []
    for name in set(of_bin):
        rows = [row for row, own in enumerate(of_bin) if own == name]
        share = sum(weight[row] for row in rows)
        gaps.append((share / total, abs(sum(weight[row] * (right[row] - sure[row]) for row in rows)) / share))
    if norm == MP.inf:
        return Sum(max(gap for _, gap in gaps), ONE)
    value = sum(share * gap ** int(norm) for share, gap in gaps)
    return Sum(MP.sqrt(value) if norm == 2 else value, ONE)


SCORED = (
    Data({"pred": RNG.integers(0, 5, 30) / 7, "target": RNG.integers(0, 2, 30)}),
    Data({"pred": RNG.integers(0, 5, 30) / 7, "target": RNG.integers(0, 2, 30), "weight": RNG.random(30)}),
    Data({"pred": [1e308, -1e308, 5e-324, 0, -5e-324, 1, 1 + 2**-52], "target": [1, 0, 0, 1, 1, 0, 0]}),
)


@define(*SCORED)
@define(Data({"pred": [1.0, 2.0], "target": [1, 1]}), options=("empty=0", "empty=1"))
def auc_loss(pred: Any, target: Any, weight: Any, *, empty: Any) -> Number:
    ones, zeros = ([(s, w) for s, y, w in zip(pred, target, weight, strict=True) if y == label] for label in (1, 0))
    pairs = sum(w * v for _, w in ones for _, v in zeros)
    if not pairs:
        return exact(empty)
    return sum(w * v * (ONE if s < t else ONE / 2) for s, w in ones for t, v in zeros if s <= t) / pairs
