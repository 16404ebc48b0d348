"""Losses of masks and boxes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from tests.definitions.arithmetic import MP, ONE, ZERO, Number, Sum, added, exact
from tests.definitions.definition import Data, define
from tests.definitions.predictions import Prediction

RNG = np.random.default_rng(5)
ONES = np.array([[1, 0, 1, 1, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0, 1, 0, 0, 0], *RNG.integers(0, 2, (12, 5))])
SHARP = [[1.0, 0, 1, 1, 0], [0] * 5, [1 - 2**-53] * 5, [1e-300, 1 - 1e-16, 1e-300, 0, 0], [5e-324] * 5, [0] * 5]
PROBS = np.array([*SHARP, *RNG.random((10, 5))])
LOGITS = np.array(
    [[745, -745, 1e4, 37, -1e308], *(RNG.normal(size=(13, 5)) * 4).tolist(), [0, 1, 1, 1, 1], [1e-300, -1, 1e4, 0, 2]]
)
MASKS = [Data({"pred": PROBS, "target": ONES}, "probs"), Data({"pred": LOGITS, "target": ONES}, "logits")]


def regions(pred: Sequence[Prediction], target: Sequence[Number]) -> tuple[Number, Number, Number]:
    """What is predicted and true, predicted and not true, and true and not predicted."""
    both = sum((one.p[1] for one, y in zip(pred, target, strict=True) if y == 1), ZERO)
    false = sum((one.p[1] for one, y in zip(pred, target, strict=True) if y == 0), ZERO)
    missed = sum((one.p[0] for one, y in zip(pred, target, strict=True) if y == 1), ZERO)
    return both, false, missed


def of_regions(both: Number, false: Number, missed: Number, alpha: Number, beta: Number, smooth: Number) -> Number:
    """1 - (I + s) / (I + alpha FP + beta FN + s), 0 where that is 0 / 0."""
    lost = alpha * false + beta * missed
    return lost / (both + lost + smooth) if lost else ZERO


@define(*MASKS, options=("", "smooth=1", "smooth=1e-300"))
def dice(pred: Any, target: Any, *, smooth: Number, pool: str) -> Number:
    return of_regions(*regions(pred, target), ONE / 2, ONE / 2, smooth)


@define(*MASKS, options=("", "smooth=1"))
def jaccard(pred: Any, target: Any, *, smooth: Number, pool: str) -> Number:
    return of_regions(*regions(pred, target), ONE, ONE, smooth)


WEIGHTED = ("", "alpha=0.3:beta=0.7", "alpha=0:beta=2:smooth=0.5", "alpha=1e-300:beta=1e300")


@define(*MASKS, options=WEIGHTED)
def tversky(pred: Any, target: Any, *, alpha: Number, beta: Number, smooth: Number, pool: str) -> Number:
    return of_regions(*regions(pred, target), alpha, beta, smooth)


@define(*MASKS, options=(*WEIGHTED, "gamma=2", "gamma=0.1:smooth=1"))
def focal_tversky(pred: Any, target: Any, *, alpha: Number, beta: Number, gamma: Number, smooth: Number, pool: str) -> Number:
    return of_regions(*regions(pred, target), alpha, beta, smooth) ** gamma


def pooled(rows: Any, *, alpha: Number, beta: Number, gamma: Number = ONE, smooth: Number, pool: str) -> Number:
    """The same of the sums of all masks' regions."""
    both, false, missed = (sum(parts) for parts in zip(*(regions(*row) for row in rows), strict=True))
    return of_regions(both, false, missed, alpha, beta, smooth) ** gamma


for loss, options, sides in (
    ("dice", ("pool=dataset", "smooth=3:pool=dataset"), {"alpha": ONE / 2, "beta": ONE / 2}),
    ("jaccard", ("pool=dataset", "smooth=3:pool=dataset"), {"alpha": ONE, "beta": ONE}),
    ("tversky", ("pool=dataset", "alpha=0.3:beta=0.7:smooth=0.1:pool=dataset"), {}),
    ("focal_tversky", ("pool=dataset", "alpha=0.3:beta=0.7:gamma=1.5:pool=dataset"), {}),
):

    @define(*MASKS, of=loss, options=options, headline=True)
    def _(pred: Any, target: Any, *, sides: dict[str, Number] = sides, **parameters: Any) -> Number:
        return pooled(zip(pred, target, strict=True), **{**sides, **parameters})


@define(MASKS[1])
def lovasz(pred: Any, target: Any) -> Sum:
    errors = [(1 - exact(one.raw[0]) * (1 if y == 1 else -1), y) for one, y in zip(pred, target, strict=True)]
    ordered = sorted(errors, key=lambda pair: -pair[0])
    true = sum(target)
    costs = [ZERO]
    for count in range(1, len(ordered) + 1):  # where the first are wrong
        false = sum(1 - y for _, y in ordered[:count])
        missed = sum(y for _, y in ordered[:count])
        costs.append(1 - (true - missed) / (true + false))
    terms = [max(ZERO, e) * (after - before) for (e, _), before, after in zip(ordered, costs[:-1], costs[1:], strict=True)]
    return added(terms)


CORNERS = np.sort(RNG.random((20, 2, 2, 2)), axis=2).reshape(20, 2, 4)
ODD = [
    [[0, 0, 1, 1], [0, 0, 1, 1]],
    [[0, 0, 1, 1], [2, 2, 3, 3]],
    [[0, 0, 0, 0], [0, 0, 0, 0]],
    [[0, 0, 0, 0], [1, 1, 1, 1]],
    [[0, 0, 1, 1], [0, 0, 1, 1 + 2**-52]],
    [[0, 0, 1e150, 1e150], [1e149, 0, 1e150, 1e150]],
    [[-1e308, -1e308, 1e308, 1e308], [0, 0, 1e308, 1e308]],
    [[0, 0, 1e-200, 1e-200], [0, 0, 1e-200, 3e-200]],
    [[0, 0, 1, 0], [0, 0, 1, 0]],
    [[0, 0, 1, 0], [0, 0, 2, 0]],
    [[1e9, 1e9, 1e9 + 1, 1e9 + 1], [1e9, 1e9, 1e9 + 1, 1e9 + 2]],
    [[0, 0, 10, 1], [0, 0, 1, 10]],
    [[0, 0, 1, 1], [0.25, 0.25, 0.75, 0.75]],
]
BOXES = np.array([*ODD, *CORNERS.tolist()])
SIZED = np.array([pair for pair in BOXES.tolist() if abs(pair[0][0]) < 1e9])
BY_CORNERS = Data({"pred": BOXES[:, 0], "target": BOXES[:, 1]})
BY_SIZE = Data({"pred": SIZED[:, 0], "target": SIZED[:, 1]})
boxed = partial(define, BY_CORNERS)
FORMATS = ("format=xywh", "format=cxcywh")


def corners(box: list[Number], form: str) -> list[Number]:
    x, y, width, height = box
    if form == "xyxy":
        return box
    left, top = (x, y) if form == "xywh" else (x - width / 2, y - height / 2)
    return [left, top, left + width, top + height]


def area(box: list[Number]) -> Number:
    return max(box[2] - box[0], ZERO) * max(box[3] - box[1], ZERO)


def together(one: list[Number], other: list[Number], pick: Any, end: Any) -> list[Number]:
    return [pick(one[0], other[0]), pick(one[1], other[1]), end(one[2], other[2]), end(one[3], other[3])]


def iou_of(one: list[Number], other: list[Number]) -> tuple[Number, Number]:
    """1 - IoU, of boxes without area 0 if they are equal, and the area of their union."""
    both = area(together(one, other, max, min))
    union = area(one) + area(other) - both
    return (1 - both / union if union else ONE * (one != other)), union


@boxed()
@define(BY_SIZE, options=FORMATS)
def iou_loss(pred: Any, target: Any, *, format: str) -> Sum:  # noqa: A002  # the parameter's name
    value, _ = iou_of(corners(pred, format), corners(target, format))
    return Sum(value, ONE)


@boxed()
@define(BY_SIZE, options=FORMATS)
def giou(pred: Any, target: Any, *, format: str) -> Sum:  # noqa: A002
    one, other = corners(pred, format), corners(target, format)
    lost, union = iou_of(one, other)
    around = area(together(one, other, min, max))
    return Sum(lost + ((around - union) / around if around else 0), ONE)


def spread(one: list[Number], other: list[Number]) -> Number:
    """d**2 / c**2."""
    around = together(one, other, min, max)
    diagonal = (around[2] - around[0]) ** 2 + (around[3] - around[1]) ** 2
    d = sum(((one[i] + one[i + 2]) / 2 - (other[i] + other[i + 2]) / 2) ** 2 for i in (0, 1))
    return d / diagonal if diagonal else ZERO


@boxed()
@define(BY_SIZE, options=FORMATS)
def diou(pred: Any, target: Any, *, format: str) -> Sum:  # noqa: A002
    one, other = corners(pred, format), corners(target, format)
    return Sum(iou_of(one, other)[0] + spread(one, other), ONE)


@boxed()
@define(BY_SIZE, options=FORMATS)
def ciou(pred: Any, target: Any, *, format: str) -> Sum:  # noqa: A002
    one, other = corners(pred, format), corners(target, format)
    lost, _ = iou_of(one, other)
    angles = [MP.atan2(box[2] - box[0], box[3] - box[1]) for box in (one, other)]
    v = 4 / MP.pi**2 * (angles[0] - angles[1]) ** 2
    return Sum(lost + spread(one, other) + (v * v / (lost + v) if v else 0), ONE)
