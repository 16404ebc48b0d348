"""Losses of predictions of classes that no row has by itself: calibration, and the order of positives and negatives."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.declaration import WHOLE, Param, loss
from lossctl.losses.domain import Choice, Interval, Whole
from lossctl.losses.roles.block import Array, NothingToJudge
from lossctl.losses.roles.roles import ClassLabels, ClassPredictions, PairLabels, Score

PLACED_AT_ONCE = 2**15  # values whose places among others stand in memory at once
MANY = 100  # values; to find places among fewer, comparing with each takes less time than searching

Empty: TypeAlias = Annotated[
    float | str,
    Param("what is done where there is nothing to order: error, its cost 0 or 1, or drop", Choice("error", "drop", 0.0, 1.0)),
]


def _of_bins(gaps: Array, shares: Array, *, norm: float, **_: object) -> float:
    """The value of the sums of the bins, NaN where all weights are 0."""
    pairs: zip[tuple[float, float]] = zip(gaps.tolist(), shares.tolist(), strict=True)
    some = [(abs(gap), share) for gap, share in pairs if share]
    total = math.fsum(share for _, share in some) or math.nan
    if norm == math.inf:
        return max((gap / share for gap, share in some), default=math.nan)
    if norm == 2:
        return math.sqrt(math.fsum(gap / share * gap for gap, share in some) / total)
    return math.fsum(gap for gap, _ in some) / total


@loss(
    sets=("binary", "multiclass"),
    unit=WHOLE,
    pooled=_of_bins,
    streams={"equal": "width"},
    range=Interval(0, 1),
    proper=False,
    reference="Naeini, Cooper & Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning, AAAI 29",
    calls=("torchmetrics.functional.classification.multiclass_calibration_error(pred, target, c, bins, 'l1')",),
    known_as={"calibration_error expected_calibration_error": "ece"},
)
def ece(
    pred: ClassPredictions,
    target: ClassLabels,
    weight: Array | None,
    *,
    bins: Annotated[
        float, Param("how many bins of confidence there are", Whole(), known_as={"n_bins num_bins nbins": "bins={}"})
    ] = 15.0,
    equal: Annotated[str, Param("whether bins are of one width, or of one number of rows", Choice("width", "mass"))] = "width",
    norm: Annotated[float, Param("1: mean gap, 2: root of the mean squared gap, inf: largest", Choice(1.0, 2.0, math.inf))] = 1.0,
) -> tuple[Array, Array]:
    """Expected calibration error: how far confidence is from accuracy. Not a proper score: the base rate costs nothing.

    sum over bins of share * abs(accuracy - confidence); confidence is the largest probability, in bin floor(confidence * bins);
    of a probability of 1, it is compared with the share of rows that are 1
    """
    confidence, right = pred.confidence(target)
    if equal == "width":
        place = np.minimum((confidence * bins).astype(np.intp), int(bins) - 1)
    else:
        place = _places(confidence, _last_of_bins(confidence, weight, int(bins)))
    return right - confidence, place


@loss(
    sets=("binary",),
    unit=WHOLE,
    range=Interval(0, 1),
    proper=False,
    reference="Hanley & McNeil (1982), The meaning and use of the area under a ROC curve, doi:10.1148/radiology.143.1.7063747",
    calls=("1 - sklearn.metrics.roc_auc_score(target, pred, sample_weight=weight)",),
    known_as={"BinaryAUROC": "auc_loss"},
)
def auc_loss(pred: Score, target: PairLabels, weight: Array | None, *, empty: Empty = "error") -> float:
    """Share of the pairs of a positive and a negative that are in the wrong order: 1 - AUC.

    (number of pairs with s_positive < s_negative + 1/2 number of pairs with equal scores) / number of pairs
    """
    wrong, pairs = _counted_pairs(pred, target == 1) if weight is None else _weighed_pairs(pred, target == 1, weight)
    if not pairs:
        return without_order(empty, "there is no pair of a positive and a negative to order", len(pred))
    return float(wrong / pairs)


def _counted_pairs(scores: Array, positive: np.ndarray) -> tuple[np.longdouble, np.longdouble]:
    """Twice the number of pairs in the wrong order, a tie as half of one, and twice that of all pairs."""
    ones, zeros = scores[positive], scores[~positive]
    ones.sort()
    zeros.sort()
    below = 0  # negatives below each positive, and those not above it
    for start in range(0, len(ones), PLACED_AT_ONCE):
        some = ones[start : start + PLACED_AT_ONCE]
        below += sum(int(np.searchsorted(zeros, some, side).sum()) for side in ("left", "right"))
    pairs = 2 * len(ones) * len(zeros)
    return np.longdouble(pairs - below), np.longdouble(pairs)


def _weighed_pairs(scores: Array, positive: np.ndarray, weight: Array) -> tuple[np.longdouble, np.longdouble]:
    """The weight of the pairs in the wrong order, a tie as half of one, and that of all pairs."""
    (ones, own), (zeros, others) = (_by_score(scores[some], weight[some]) for some in (positive, ~positive))
    before = np.zeros(len(others) + 1, np.longdouble)  # the weight of the negatives before each in order
    np.cumsum(others, out=before[1:])
    wrong = np.longdouble(0)
    for start in range(0, len(ones), PLACED_AT_ONCE):
        some = ones[start : start + PLACED_AT_ONCE]
        below, not_above = (before[np.searchsorted(zeros, some, side)] for side in ("left", "right"))
        wrong += (own[start : start + PLACED_AT_ONCE] * (before[-1] - (below + not_above) / 2)).sum()
    return wrong, own.sum(dtype=np.longdouble) * before[-1]


def _by_score(scores: Array, weight: Array) -> tuple[Array, Array]:
    """Scores in order, and their weights."""
    order = np.argsort(scores)
    return scores[order], weight[order]


def without_order(empty: float | str, problem: str, rows: int) -> float:
    """The cost of rows in which there is nothing to order, NaN where they are dropped; NothingToJudge where that is an error."""
    if empty == "error":
        expected = "expected one, or what such rows cost: empty=0, 1 or drop"
        raise NothingToJudge(np.ones(rows, dtype=bool), f"{problem}; {expected}", role="target")
    return math.nan if empty == "drop" else float(empty)


def _places(values: Array, ends: Array) -> np.ndarray:
    """How many of some values in order lie below each value (n,)."""
    if len(ends) > MANY:
        return np.searchsorted(ends, values)
    place = np.zeros(len(values), np.uint8)
    for start in range(0, len(values), PLACED_AT_ONCE):
        some, below = values[start : start + PLACED_AT_ONCE], place[start : start + PLACED_AT_ONCE]
        for end in ends:
            below += some > end
    return place


def _last_of_bins(values: Array, weight: Array | None, bins: int) -> Array:
    """The largest value in each of some bins of equal weight but the last: that with which the bins up to it are full."""
    filled = np.arange(1, bins)
    if weight is None:
        return np.sort(values)[-(-filled * len(values) // bins) - 1]
    order = np.argsort(values)
    mass = weight[order]
    np.cumsum(mass, out=mass)
    last: Array = values[order[np.searchsorted(mass, filled * mass[-1] / bins)]]
    return last
