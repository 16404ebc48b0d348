"""Losses of predictions of classes that no row has by itself: calibration, and the order of positives and negatives."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.declaration import WHOLE, Param, loss
from lossctl.losses.domain import Choice, Interval, Whole
from lossctl.losses.roles.block import Array, NothingToJudge
from lossctl.losses.roles.roles import ClassLabels, ClassPredictions, PairLabels, Score

PLACED_AT_ONCE = 2**18  # positives whose places among the negatives stand in memory at once

Empty: TypeAlias = Annotated[
    float | str,
    Param("what is done where there is nothing to order: error, its cost 0 or 1, or drop", Choice("error", "drop", 0.0, 1.0)),
]


def _of_bins(gaps: Array, shares: Array, *, norm: float, **_: object) -> float:
    """The value of the sums of the bins."""
    pairs: zip[tuple[float, float]] = zip(gaps.tolist(), shares.tolist(), strict=True)
    some = [(abs(gap), share) for gap, share in pairs if share]
    total = math.fsum(share for _, share in some)
    if norm == math.inf:
        return max(gap / share for gap, share in some)
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
    bins: Annotated[float, Param("how many bins of confidence there are", Whole())] = 15.0,
    equal: Annotated[str, Param("whether bins are of one width, or of one number of rows", Choice("width", "mass"))] = "width",
    norm: Annotated[float, Param("1: mean gap, 2: root of the mean squared gap, inf: largest", Choice(1.0, 2.0, math.inf))] = 1.0,
) -> tuple[Array, Array]:
    """Expected calibration error: how far confidence is from accuracy. Not a proper score: the base rate costs nothing.

    sum over bins of share * abs(accuracy - confidence); confidence is the largest probability, in bin floor(confidence * bins);
    of a probability of 1, it is compared with the share of rows that are 1
    """
    confidence, right = pred.confidence(target)
    place = confidence * bins if equal == "width" else _rank(confidence, weight, bins)
    return right - confidence, np.minimum(place.astype(np.intp), int(bins) - 1)


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
    _, place = np.unique(scores, return_inverse=True)
    ones, zeros = (np.bincount(place, weights=weight * some).astype(np.longdouble) for some in (positive, ~positive))
    above = zeros.sum() - np.cumsum(zeros)
    return (ones * (above + zeros / 2)).sum(), ones.sum() * zeros.sum()


def without_order(empty: float | str, problem: str, rows: int) -> float:
    """The cost of rows in which there is nothing to order, NaN where they are dropped; NothingToJudge where that is an error."""
    if empty == "error":
        raise NothingToJudge(np.ones(rows, dtype=bool), f"{problem}; expected one, or what such rows cost: empty=0, 1 or drop")
    return math.nan if empty == "drop" else float(empty)


def _rank(values: Array, weight: Array | None, bins: float) -> Array:
    """How many of some bins of equal weight smaller values fill (n,)."""
    _, place = np.unique(values, return_inverse=True)
    mass = np.bincount(place, weights=weight)
    before: Array = (np.cumsum(mass) - mass)[place] * bins / mass.sum()
    return before
