"""Losses of labels of their own, each 0 or 1. A row of several costs the mean over them, which scoring takes."""

from __future__ import annotations

from typing import Annotated

from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import NON_NEGATIVE, Interval
from lossctl.losses.kernels.classification import Alpha, Clip, Gamma, focal_cost, soft_or_hard_ce
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.class_roles import BinaryLabels, BinaryPredictions, SoftBinaryLabels


@loss(
    reference="Good (1952), Rational decisions, J. R. Stat. Soc. B 14(1), of each label",
    proper=True,
    elicits="probabilities",
    calls=(
        "torch.nn.functional.binary_cross_entropy(pred, target, reduction='none').mean(1)",
        "torch.nn.functional.multilabel_soft_margin_loss(z, target, reduction='none'); z are logits",
    ),
    known_as={"MultiLabelSoftMarginLoss": "multilabel_ce --from logits"},
)
def multilabel_ce(pred: BinaryPredictions, target: SoftBinaryLabels, *, clip: Clip = 0.0) -> Array:
    """Cross entropy of labels of their own, the mean over labels.

    -y log p - (1 - y) log(1 - p)  of each label
    """
    return soft_or_hard_ce(pred, target, clip)


@loss(
    reference="Lin et al. (2017), Focal loss for dense object detection, arXiv:1708.02002, eq. 5",
    proper=False,
    calls=("keras.losses.binary_focal_crossentropy(target, pred, apply_class_balancing=True, alpha=alpha, gamma=gamma)",),
)
def multilabel_focal(
    pred: BinaryPredictions, target: BinaryLabels, *, gamma: Gamma = 2.0, alpha: Alpha = None, clip: Clip = 0.0
) -> Array:
    """Focal loss of labels of their own, the mean over labels.

    -alpha_t (1 - p_t)**gamma log p_t  of each label
    """
    return focal_cost(pred, target, gamma, alpha, clip)


@loss(
    reference="Ben-Baruch et al. (2020), Asymmetric loss for multi-label classification, arXiv:2009.14119, eq. 7",
    proper=False,
    calls=(
        "timm.loss.AsymmetricLossMultiLabel(gamma_neg, gamma_pos, clip=shift, reduction='none')(z, target).mean(1); z are logits",
    ),
    known_as={"AsymmetricLoss AsymmetricLossMultiLabel": "asl --from logits"},
)
def asl(
    pred: BinaryPredictions,
    target: BinaryLabels,
    *,
    gamma_neg: Annotated[float, Param("how much easy labels that are 0 count less", NON_NEGATIVE, shown=(0, 1, 2, 4))] = 4.0,
    gamma_pos: Annotated[float, Param("how much easy labels that are 1 count less", NON_NEGATIVE)] = 1.0,
    shift: Annotated[float, Param("taken off the probability of a label that is 0", Interval(0, 1, open_high=True))] = 0.05,
) -> Array:
    """Asymmetric focal loss of labels of their own, the mean over labels.

    -(1 - p)**gamma_pos log p      where y = 1
    -m**gamma_neg log(1 - m)       where y = 0,  m = max(p - shift, 0)
    """
    true = pred.true(target, 0)
    positive = target.of_rows() == 1
    shifted = np.maximum(true.rest - shift, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        none = np.abs(np.log1p(-shifted)) if shift else np.abs(true.log_p)
        return np.where(positive, true.rest**gamma_pos * np.abs(true.log_p), shifted**gamma_neg * none)


@loss(
    reference="Schapire & Singer (1999), Improved boosting using confidence-rated predictions, doi:10.1023/A:1007614523901",
    range=Interval(0, 1),
    proper=False,
    calls=("sklearn.metrics.hamming_loss(target, pred > threshold)",),
    known_as={"hamming_loss MultilabelHammingDistance HammingDistance": "hamming"},
)
def hamming(
    pred: BinaryPredictions,
    target: BinaryLabels,
    *,
    threshold: Annotated[
        float, Param("probability above which a label is 1", Interval(0, 1, open_low=True, open_high=True))
    ] = 0.5,
) -> Array:
    """Share of the labels that are decided wrongly.

    [(p > threshold) != y]  of each label
    """
    wrong: Array = (pred.above(threshold) != (target.of_rows() == 1)).astype(np.float64)
    return wrong
