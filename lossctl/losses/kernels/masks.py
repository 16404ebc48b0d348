"""Losses of masks: how much of a true region a predicted one covers. A row is a mask, of any axes."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import NON_NEGATIVE, POSITIVE, Choice, Interval
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.class_predictions import Predictions
from lossctl.losses.roles.class_roles import BinaryPredictions
from lossctl.losses.roles.masks import Mask, MaskActivations, Masks

Smooth: TypeAlias = Annotated[float, Param("added to what is compared, above and below", NON_NEGATIVE)]
Pool: TypeAlias = Annotated[
    str, Param("one value for each mask, or the regions of all masks summed first", Choice("rows", "dataset"))
]
FalsePositive: TypeAlias = Annotated[float, Param("weight of what is predicted and not true", NON_NEGATIVE)]
FalseNegative: TypeAlias = Annotated[float, Param("weight of what is true and not predicted", NON_NEGATIVE)]


def _of_sums(lost: float, total: float, *, smooth: float, gamma: float = 1.0, **_: object) -> float:
    """The value of the sums over all masks."""
    return (lost / (total + smooth)) ** gamma if lost else 0.0


@loss(
    range=Interval(0, 1),
    reference="Milletari et al. (2016), V-Net, arXiv:1606.04797; Dice (1945), doi:10.2307/1932409",
    pooled=_of_sums,
    calls=(
        "segmentation_models_pytorch.losses.DiceLoss('binary', from_logits=False, smooth=smooth)(pred, target); of each mask",
    ),
    known_as={"DiceLoss": "dice"},
)
def dice(pred: BinaryPredictions, target: Masks, *, smooth: Smooth = 0.0, pool: Pool = "rows") -> Array | tuple[Array, Array]:
    """What the Dice coefficient (F1) of two regions lacks of 1; two empty masks cost 0.

    1 - (I + smooth) / (I + FP / 2 + FN / 2 + smooth)
    """
    return _pooled(pred, target, (0.5, 0.5), smooth, pool)


@loss(
    range=Interval(0, 1),
    reference="Rahman & Wang (2016), Optimizing intersection-over-union in neural networks, doi:10.1007/978-3-319-50835-1_22",
    pooled=_of_sums,
    calls=(
        "segmentation_models_pytorch.losses.JaccardLoss('binary', from_logits=False, smooth=smooth)(pred, target); of each mask",
    ),
    known_as={"JaccardLoss": "jaccard"},
)
def jaccard(pred: BinaryPredictions, target: Masks, *, smooth: Smooth = 0.0, pool: Pool = "rows") -> Array | tuple[Array, Array]:
    """What the intersection over union of two regions lacks of 1; two empty masks cost 0.

    1 - (I + smooth) / (I + FP + FN + smooth)
    """
    return _pooled(pred, target, (1.0, 1.0), smooth, pool)


@loss(
    range=Interval(0, 1),
    reference="Salehi et al. (2017), Tversky loss function for image segmentation, arXiv:1706.05721",
    pooled=_of_sums,
    calls=(
        "segmentation_models_pytorch.losses.TverskyLoss('binary', from_logits=False, smooth=smooth, alpha=alpha, beta=beta)"
        "(pred, target); of each mask",
    ),
    known_as={"TverskyLoss": "tversky"},
)
def tversky(
    pred: BinaryPredictions,
    target: Masks,
    *,
    alpha: FalsePositive = 0.5,
    beta: FalseNegative = 0.5,
    smooth: Smooth = 0.0,
    pool: Pool = "rows",
) -> Array | tuple[Array, Array]:
    """What the Tversky index of two regions lacks of 1; two empty masks cost 0.

    1 - (I + smooth) / (I + alpha FP + beta FN + smooth)
    """
    return _pooled(pred, target, (alpha, beta), smooth, pool)


@loss(
    range=Interval(0, 1),
    reference="Abraham & Khan (2018), A novel focal Tversky loss function, arXiv:1810.07842",
    pooled=_of_sums,
    calls=(
        "segmentation_models_pytorch.losses.TverskyLoss('binary', from_logits=False, smooth=smooth, alpha=alpha, beta=beta, "
        "gamma=gamma)(pred, target); of each mask",
    ),
    known_as={"FocalTverskyLoss": "focal_tversky"},
)
def focal_tversky(
    pred: BinaryPredictions,
    target: Masks,
    *,
    alpha: FalsePositive = 0.5,
    beta: FalseNegative = 0.5,
    gamma: Annotated[float, Param("exponent of the Tversky loss", POSITIVE)] = 0.75,
    smooth: Smooth = 0.0,
    pool: Pool = "rows",
) -> Array | tuple[Array, Array]:
    """Power of the Tversky loss; two empty masks cost 0.

    (1 - (I + smooth) / (I + alpha FP + beta FN + smooth))**gamma
    """
    cost = _pooled(pred, target, (alpha, beta), smooth, pool)
    return cost if isinstance(cost, tuple) else cost**gamma


@loss(
    reference="Berman et al. (2018), The Lovász-softmax loss, arXiv:1705.08790, eq. 10",
    calls=("kornia.losses.lovasz_hinge_loss(z[:, None], target); z are logits of each mask",),
    known_as={"LovaszLoss lovasz_hinge_loss lovasz_hinge": "lovasz --from logits"},
)
def lovasz(pred: MaskActivations, target: Masks) -> Array:
    """Lovasz hinge: the hinge errors of a mask, weighted by what each adds to the Jaccard loss.

    sum_i max(0, e_i) (J_i - J_{i-1}),  e = 1 - z (2 y - 1) from the largest on,  J_i the Jaccard loss where the first i are wrong
    """

    def judge(z: Array, inside: Array) -> float:
        error = 1 - np.where(inside == 1, z, -z)
        order = np.argsort(-error, kind="stable")
        inside = inside[order]
        union = inside.sum() + np.cumsum(1 - inside)
        wrong = 1 - (inside.sum() - np.cumsum(inside)) / union
        return float((np.maximum(error[order], 0) * np.diff(wrong, prepend=0)).sum())

    return target.each(judge, pred.values, target.inside.astype(np.float64))


def _pooled(
    pred: Predictions, target: Mask, weights: tuple[float, float], smooth: float, pool: str
) -> Array | tuple[Array, Array]:
    """alpha FP + beta FN of each mask over I + alpha FP + beta FN + smooth; with pool=dataset both, without smooth."""
    inside, p = target.inside, pred.probabilities()
    false_positives, false_negatives = target.sums(np.where(inside, 0.0, p[:, 1])), target.sums(np.where(inside, p[:, 0], 0.0))
    lost = weights[0] * false_positives + weights[1] * false_negatives
    total = target.sums(np.where(inside, p[:, 1], 0.0)) + lost
    if pool == "dataset":
        return lost, total
    return np.where(lost == 0, 0.0, lost / np.where(lost == 0, 1.0, total + smooth))
