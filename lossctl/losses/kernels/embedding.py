"""Losses of distances between embeddings."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.distances import cosine_distance, lp_norm
from lossctl.losses.domain import FINITE, NON_NEGATIVE, POSITIVE, Choice, Flag, Interval
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import Distance, MarginLabels, PairLabels, Score, Vectors

Exponent: TypeAlias = Annotated[float, Param("exponent of the distance: 1, 2, ..., inf", Interval(1), only=(("metric", "lp"),))]
Metric: TypeAlias = Annotated[str, Param("lp, or cosine = 1 - cos", Choice("lp", "cosine"))]


@loss(
    reference="Schroff et al. (2015), FaceNet, arXiv:1503.03832; swap: Balntas et al. (2016), doi:10.5244/C.30.119",
    calls=("torch.nn.functional.triplet_margin_loss(anchor, positive, negative, margin, p, eps, swap)",),
    known_as={"TripletMarginLoss": "triplet:eps=1e-6", "TripletMarginWithDistanceLoss": "triplet"},
)
def triplet(
    anchor: Vectors,
    positive: Vectors,
    negative: Vectors,
    *,
    margin: Annotated[float, Param("how much farther the negative should be", POSITIVE, shown=(0.2, 0.5, 1))] = 1.0,
    p: Exponent = 2.0,
    squared: Annotated[bool, Param("distances are squared", Flag(), only=(("metric", "lp"),))] = False,
    swap: Annotated[bool, Param("the negative's distance is the smaller of those to anchor and positive", Flag())] = False,
    metric: Metric = "lp",
    eps: Annotated[float, Param("added to each coordinate difference; 1e-6 in PyTorch", FINITE, only=(("metric", "lp"),))] = 0.0,
) -> Array:
    """How far the positive is from being nearer to the anchor than the negative, by a margin.

    max(0, D(anchor, positive) - D(anchor, negative) + margin)
    """

    def distance(left: Array, right: Array) -> Array:
        apart = cosine_distance(left, right) if metric == "cosine" else lp_norm(left - right + eps, p)
        return apart * apart if squared else apart

    nearest = distance(anchor, negative)
    if swap:
        nearest = np.minimum(nearest, distance(positive, negative))
    cost: Array = np.maximum(distance(anchor, positive) - nearest + margin, 0)
    return cost


Margin: TypeAlias = Annotated[float, Param("distance beyond which unlike pairs cost nothing", POSITIVE, shown=(0.5, 1, 2))]
Similar: TypeAlias = Annotated[float, Param("the label that means alike; 0 in the paper", Choice(1.0, 0.0))]
Half: TypeAlias = Annotated[bool, Param("with the paper's factor 1/2", Flag())]


@loss(
    reference="Hadsell, Chopra & LeCun (2006), Dimensionality reduction, doi:10.1109/CVPR.2006.100, eq. 4",
    calls=(
        "torch.nn.functional.hinge_embedding_loss(torch.cdist(left[:, None], right[:, None], p)[:, 0, 0], y, margin, "
        "reduction='none')**2 / 2",
    ),
    known_as={"ContrastiveLoss": "contrastive"},
)
def contrastive(
    left: Vectors,
    right: Vectors,
    target: PairLabels,
    *,
    margin: Margin = 1.0,
    similar: Similar = 1.0,
    half: Half = True,
    metric: Metric = "lp",
    p: Exponent = 2.0,
) -> Array:
    """Squared distance of like pairs; squared lack of distance of unlike pairs.

    (y D**2 + (1 - y) max(0, margin - D)**2) / 2,  y = 1 for alike
    """
    apart = cosine_distance(left, right) if metric == "cosine" else lp_norm(left - right, p)
    return _contrastive(apart, target, margin, similar, half)


@contrastive.form
def _(distance: Distance, target: PairLabels, *, margin: Margin = 1.0, similar: Similar = 1.0, half: Half = True) -> Array:
    return _contrastive(distance, target, margin, similar, half)


@loss(
    reference="Herbrich, Graepel & Obermayer (2000), Large margin rank boundaries for ordinal regression, MIT Press",
    calls=("torch.nn.functional.margin_ranking_loss(left, right, y, margin, reduction='none')",),
    known_as={"MarginRankingLoss": "margin_ranking"},
)
def margin_ranking(
    left: Score,
    right: Score,
    target: MarginLabels,
    *,
    margin: Annotated[float, Param("lead that costs nothing", NON_NEGATIVE, shown=(0, 0.5, 1))] = 0.0,
) -> Array:
    """How far the score that should be higher is from leading the other by a margin.

    max(0, margin - y (left - right)),  y = 1 if left should be higher, else -1
    """
    return np.maximum(margin - target * (left - right), 0)


@loss(
    range=Interval(0, 2),
    reference="Chopra, Hadsell & LeCun (2005), Learning a similarity metric discriminatively, doi:10.1109/CVPR.2005.202",
    calls=("torch.nn.functional.cosine_embedding_loss(left, right, y, margin, reduction='none')",),
    known_as={"CosineEmbeddingLoss": "cosine_embedding"},
)
def cosine_embedding(
    left: Vectors,
    right: Vectors,
    target: MarginLabels,
    *,
    margin: Annotated[float, Param("cosine up to which unlike pairs cost nothing", Interval(-1, 1), shown=(-0.5, 0, 0.5))] = 0.0,
) -> Array:
    """What the cosine of like pairs lacks of 1, and that of unlike pairs has above a margin.

    1 - cos                 if y = 1
    max(0, cos - margin)    if y = -1
    """
    apart = cosine_distance(left, right)
    return np.where(target == 1, apart, np.maximum((1 - margin) - apart, 0))


def _contrastive(distance: Array, target: Array, margin: float, similar: float, half: bool) -> Array:
    lack = np.maximum(margin - distance, 0)
    root = np.where(target == similar, distance, lack)
    return root * (root / 2) if half else root * root
