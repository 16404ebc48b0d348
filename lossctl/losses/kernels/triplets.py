"""Losses of triplets that are chosen within a batch of embeddings: an anchor, a row of its label, and one of another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.declaration import WHOLE, Param, loss
from lossctl.losses.domain import POSITIVE
from lossctl.losses.kernels.batches import COMPARED, alike_by_anchors, at_least_one
from lossctl.losses.roles.block import Array, row_sums
from lossctl.losses.roles.identities import Codes, Identities
from lossctl.losses.roles.roles import Vectors

Margin: TypeAlias = Annotated[float, Param("how much farther the negative should be", POSITIVE)]
_LEAST_EXPONENT = -400  # below it a margin might overflow, beside which such distances are nothing
_NO_TRIPLET = "no row has both rows of its label and of others, so that there is no triplet"


@loss(
    unit=WHOLE,
    reference="Hermans, Beyer & Leibe (2017), In defense of the triplet loss, arXiv:1703.07737, eq. 5",
    calls=(
        "pytorch_metric_learning.losses.TripletMarginLoss(margin, distance=D, reducer=MeanReducer())"
        "(pred, target, BatchHardMiner(distance=D)(pred, target)); D = LpDistance(normalize_embeddings=False)",
    ),
    known_as={"BatchHardTripletLoss BatchHardMiner": "batch_hard_triplet"},
)
def batch_hard_triplet(pred: Vectors, target: Identities, *, margin: Margin = 1.0) -> float:
    """Triplet loss of each row with the farthest row of its label and the nearest of another.

    mean over i of max(0, max_{j alike} D_ij - min_{k of others} D_ik + margin)
    """

    def judge(near: Array, far: Array, margin: float) -> tuple[float, int]:
        return max(0.0, float(near.max() - far.min()) + margin), 1

    return _of_anchors(pred, target, margin, judge)


@loss(
    unit=WHOLE,
    reference="Schroff et al. (2015), FaceNet, arXiv:1503.03832, section 3.2",
    calls=(
        "sentence_transformers.losses.BatchSemiHardTripletLoss(None, eucledian_distance, margin)"
        ".batch_semi_hard_triplet_loss(target, pred)",
    ),
    known_as={"BatchSemiHardTripletLoss TripletSemiHardLoss": "batch_semihard_triplet"},
)
def batch_semihard_triplet(pred: Vectors, target: Identities, *, margin: Margin = 1.0) -> float:
    """Triplet loss of each pair of one label with the nearest row of another that is farther, else with the farthest.

    mean over pairs (i, j) of one label of max(0, D_ij - D_ik + margin)
    """

    def judge(near: Array, far: Array, margin: float) -> tuple[float, int]:
        far = np.sort(far)
        chosen = far[np.minimum(np.searchsorted(far, near, side="right"), len(far) - 1)]
        return float(np.maximum(near - chosen + margin, 0).sum()), len(near)

    return _of_anchors(pred, target, margin, judge)


@loss(
    unit=WHOLE,
    reference="Hermans, Beyer & Leibe (2017), In defense of the triplet loss, arXiv:1703.07737, eq. 6",
    calls=(
        "pytorch_metric_learning.losses.TripletMarginLoss(margin, distance=D)(pred, target); "
        "D = LpDistance(normalize_embeddings=False)",
    ),
    known_as={"BatchAllTripletLoss": "batch_all_triplet"},
)
def batch_all_triplet(pred: Vectors, target: Identities, *, margin: Margin = 1.0) -> float:
    """Triplet loss of all triplets, the mean over those that cost something, 0 where none does.

    mean over i, j alike, k of others, where it is above 0, of max(0, D_ij - D_ik + margin)
    """

    def judge(near: Array, far: Array, margin: float) -> tuple[float, int]:
        far = np.sort(far)
        sums = np.concatenate([[0], np.cumsum(far, dtype=np.longdouble)])
        reach = near + margin
        costly = np.searchsorted(far, reach, side="left")  # those before it are nearer
        return float((costly * reach.astype(np.longdouble) - sums[costly]).sum()), int(costly.sum())

    return _of_anchors(pred, target, margin, judge)


def _of_anchors(pred: Array, target: Codes, margin: float, judge: Callable[[Array, Array, float], tuple[float, int]]) -> float:
    """The mean of what anchors cost that have rows of their label and of others; NothingToJudge where none has.

    judge: what the distances of an anchor to rows of its label, and to others, cost together, and how many triplets that is, 0
    where none costs anything. All is divided by a power of two near the largest coordinate, so that only the loss overflows.
    """
    exponent = max(int(np.frexp(np.abs(pred).max())[1]), _LEAST_EXPONENT)
    total, count, anchored = 0.0, 0, 0
    for distances, alike, same in _distances(np.ldexp(pred, -exponent), target):
        for distance, near, own in zip(distances, alike, same, strict=True):
            if near.any() and not own.all():
                cost, number = judge(distance[near], distance[~own], float(np.ldexp(margin, -exponent)))
                total, count, anchored = total + cost, count + number, anchored + 1
    at_least_one(anchored, _NO_TRIPLET, len(pred))
    return float(np.ldexp(total / count, exponent)) if count else 0.0


def _distances(vectors: Array, target: Codes) -> Iterator[tuple[Array, np.ndarray, np.ndarray]]:
    """Distances (b, n) of a few anchors at a time to all rows, which rows are alike to each, and which have its label.

    By D**2 = a**2 + b**2 - 2 a b, where that loses no more than two digits; nearer rows are compared coordinate by coordinate.
    """
    squares = row_sums(vectors * vectors)
    for anchors, alike, same in alike_by_anchors(target):
        sums = squares[anchors, np.newaxis] + squares
        squared = sums - 2 * (vectors[anchors] @ vectors.T)
        anchor, other = np.nonzero(squared < 0.01 * sums)
        step = max(1, COMPARED // vectors.shape[1])
        for start in range(0, len(anchor), step):
            some = slice(start, start + step)
            apart = vectors[anchors.start + anchor[some]] - vectors[other[some]]
            squared[anchor[some], other[some]] = row_sums(apart * apart)
        yield np.sqrt(squared), alike, same
