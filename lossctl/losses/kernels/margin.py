"""Losses of a score and the side of zero it should be on, or of the scores of classes."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import POSITIVE, Choice
from lossctl.losses.roles.block import Array, row_max, row_sums
from lossctl.losses.roles.class_predictions import Labels
from lossctl.losses.roles.class_roles import ClassScores
from lossctl.losses.roles.roles import ClassLabels, MarginLabels, Score
from lossctl.losses.special import softplus

Margin: TypeAlias = Annotated[float, Param("score that costs nothing", POSITIVE, shown=(0.5, 1, 2))]
Lead: TypeAlias = Annotated[float, Param("lead of the true class that costs nothing", POSITIVE, shown=(0.5, 1, 2))]


@loss(
    reference="Cortes & Vapnik (1995), Support-vector networks, doi:10.1007/BF00994018",
    calls=("sklearn.metrics.hinge_loss(target, pred)", "keras.losses.hinge(target, pred)"),
    known_as={"hinge_loss": "hinge"},
)
def hinge(pred: Score, target: MarginLabels, *, margin: Margin = 1.0) -> Array:
    """Distance by which a score misses the margin on its side.

    max(0, margin - y s),  s = pred, y = target as -1 or 1
    """
    return np.maximum(margin - target * pred, 0)


@loss(
    reference="Chang, Hsieh & Lin (2008), Coordinate descent method for large-scale L2-loss linear SVMs, JMLR 9, 1369-1398",
    calls=("torch.nn.functional.margin_ranking_loss(pred, 0 * pred, y, margin, reduction='none')**2",),
    known_as={"squared_hinge_loss": "squared_hinge"},
)
def squared_hinge(pred: Score, target: MarginLabels, *, margin: Margin = 1.0) -> Array:
    """Squared distance by which a score misses the margin on its side.

    max(0, margin - y s)**2,  s = pred, y = target as -1 or 1
    """
    lack = np.maximum(margin - target * pred, 0)
    return lack * lack


@loss(
    reference="Friedman, Hastie & Tibshirani (2000), Additive logistic regression, doi:10.1214/aos/1016218223",
    calls=("torch.nn.functional.soft_margin_loss(pred, y, reduction='none')",),
    known_as={"SoftMarginLoss logistic_loss": "soft_margin"},
)
def soft_margin(pred: Score, target: MarginLabels) -> Array:
    """Logistic loss of a score.

    log(1 + exp(-y s)),  s = pred, y = target as -1 or 1
    """
    return softplus(-target * pred)


@loss(
    reference="Crammer & Singer (2001), On the algorithmic implementation of multiclass kernel-based vector machines, JMLR 2",
    calls=("sklearn.metrics.hinge_loss(target, pred, labels=range(c))", "optax.losses.multiclass_hinge_loss(pred, target)"),
    known_as={"MulticlassHingeLoss CategoricalHinge": "multiclass_hinge"},
)
def multiclass_hinge(pred: ClassScores, target: ClassLabels, *, margin: Lead = 1.0) -> Array:
    """How far the true class's score is from leading the best of the others by a margin.

    max(0, margin + max_{j != y} s_j - s_y)
    """
    return np.maximum(margin + row_max(_leads(pred, target)), 0)


@loss(
    reference="Weston & Watkins (1999), Support vector machines for multi-class pattern recognition, ESANN, 219-224",
    calls=("torch.nn.functional.multi_margin_loss(pred, target, p=p, margin=margin, reduction='none')",),
    known_as={"MultiMarginLoss": "multi_margin"},
)
def multi_margin(
    pred: ClassScores,
    target: ClassLabels,
    *,
    margin: Lead = 1.0,
    p: Annotated[float, Param("exponent of what is lacking", Choice(1.0, 2.0))] = 1.0,
) -> Array:
    """How far the true class's score is from leading each of the others by a margin, over the number of classes.

    sum_{j != y} max(0, margin - s_y + s_j)**p / c
    """
    lack = np.maximum(margin + _leads(pred, target), 0)
    return row_sums(lack if p == 1 else lack * lack) / target.classes


def _leads(scores: Array, target: Labels) -> Array:
    """How far the score of each class is above the true one's (n, c), -inf for the true class itself."""
    own = target.of_rows()[:, np.newaxis]
    leads: Array = scores - np.take_along_axis(scores, own, axis=1)
    np.put_along_axis(leads, own, -np.inf, axis=1)
    return leads
