"""Losses of class predictions: one kernel each for binary and multi-class predictions on every scale.

p_t is the probability that the prediction gives to the true class; each loss is a function of log p_t and 1 - p_t.
"""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

from lossctl.errors import UsageError
from lossctl.lazy import np
from lossctl.losses.class_weights import ClassWeights
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import NON_NEGATIVE, Flag, Interval
from lossctl.losses.roles.block import Array, row_sums
from lossctl.losses.roles.class_predictions import Labels, Predictions, TrueClass
from lossctl.losses.roles.roles import ClassLabels, ClassPredictions, SoftClassLabels
from lossctl.losses.special import polynomial
from lossctl.losses.vector_domain import Numbers, PerClass, Vector

ONE = Vector((1.0,))
Alpha: TypeAlias = Annotated[
    Vector | None,
    Param(
        "weight of each class, or of class 1 with 1 - alpha for class 0",
        PerClass(Interval(0, 1), share=True),
        shown=((0.25,), (0.5,), (0.75,)),
    ),
]
Clip: TypeAlias = Annotated[
    float,
    Param("probabilities are clipped to [clip, 1 - clip]", Interval(0, 0.5, open_high=True), known_as={"eps epsilon": "clip={}"}),
]
Base: TypeAlias = Annotated[
    float | None, Param("base of the logarithm, by default e: 2 gives bits", Interval(1, open_low=True, open_high=True))
]
Epsilon: TypeAlias = Annotated[
    Vector,
    Param(
        "coefficients of (1 - p_t)**1, (1 - p_t)**2, ...",
        Numbers(Interval(-1, open_high=True), scale=True),
        shown=((-1,), (0,), (1,), (2,), (5,)),
    ),
]
Gamma: TypeAlias = Annotated[float, Param("how much easy rows count less", NON_NEGATIVE, shown=(0, 0.5, 1, 2, 5))]


@loss(
    aliases=("cross_entropy", "bce", "log_loss", "nll"),
    binary=("bce",),
    sets=("binary", "multiclass"),
    proper=True,
    elicits="probabilities",
    calls=(
        "torch.nn.functional.cross_entropy(z, target, reduction='none'); z are logits of classes",
        "torch.nn.functional.binary_cross_entropy(pred, target, reduction='none'); of one probability a row",
        "sklearn.metrics.log_loss(target, pred); which clips",
    ),
    known_as={
        "BCELoss binary_cross_entropy binary_logloss": "bce",
        "BCEWithLogitsLoss binary_cross_entropy_with_logits sigmoid_binary_cross_entropy sigmoid_cross_entropy_with_logits": (
            "bce --from logits"
        ),
        "categorical_crossentropy sparse_categorical_crossentropy multi_logloss mlogloss": "ce",
        "CrossEntropyLoss softmax_cross_entropy softmax_cross_entropy_with_integer_labels softmax_cross_entropy_with_logits "
        "sparse_softmax_cross_entropy_with_logits": "ce --from logits",
        "NLLLoss": "nll --from logprobs",
        "neg_log_loss log_loss_score": "log_loss",
    },
)
def ce(
    pred: ClassPredictions,
    target: SoftClassLabels,
    *,
    label_smoothing: Annotated[
        float,
        Param(
            "share a of the label spread over all classes",
            Interval(0, 1, open_high=True),
            known_as={"smoothing": "label_smoothing={}"},
            shown=(0, 0.1, 0.3),
        ),
    ] = 0.0,
    class_weight: Annotated[
        Vector | None,
        Param(
            "weight w of each class, by order or name, or by how many rows it has",
            ClassWeights(),
            known_as={"pos_weight scale_pos_weight": "class_weight=1,{}", "weight weights class_weights": "class_weight={}"},
        ),
    ] = None,
    weighted_mean: Annotated[bool, Param("divide by the class weights of the rows, as PyTorch does", Flag())] = False,
    clip: Clip = 0.0,
    base: Base = None,
) -> Array | tuple[Array, Array]:
    """Cross entropy: what the true class's probability costs, in nats.

    -log p_t;  for soft labels  -sum_c w_c y_c log p_c,  y_c = (1 - a) y_c + a / classes
    """
    if weighted_mean and target.soft is not None:
        raise UsageError("ce: weighted_mean=true needs class labels, and these are soft", hint="leave weighted_mean out")
    if label_smoothing or target.soft is not None:
        labels = (1 - label_smoothing) * target.rows() + label_smoothing / target.classes
        if class_weight is not None:
            labels = labels * np.asarray(class_weight)
        cost = row_sums(_weighted(labels, np.abs(pred.log_all(clip))))
    else:
        cost = _weighted(_per_row(class_weight, target), np.abs(pred.true(target, clip).log_p))
    cost = in_base(cost, base)
    if not weighted_mean or class_weight is None:
        return cost
    return cost, np.asarray(class_weight)[target.of_rows()]


@loss(
    aliases=("alpha_ce",),
    reference="Lin et al. (2017), Focal loss for dense object detection, arXiv:1708.02002, eq. 3",
    proper=False,
    calls=("torch.nn.functional.nll_loss(pred.log(), target, weight=alpha, reduction='none'); of classes",),
    known_as={"balanced_cross_entropy alpha_balanced_cross_entropy": "balanced_ce:alpha=0.25"},
)
def balanced_ce(pred: ClassPredictions, target: ClassLabels, *, alpha: Alpha, clip: Clip = 0.0) -> Array:
    """Cross entropy with a weight for each class.

    -alpha_t log p_t
    """
    return _weighted(_per_row(alpha, target), np.abs(pred.true(target, clip).log_p))


@loss(
    sets=("binary", "multiclass"),
    reference="Lin et al. (2017), Focal loss for dense object detection, arXiv:1708.02002, eq. 5",
    proper=False,
    calls=("torchvision.ops.sigmoid_focal_loss(z, target, alpha, gamma); z are logits, one a row",),
    known_as={
        "binary_focal_crossentropy binary_focal_loss": "focal",
        "sigmoid_focal_loss": "focal:alpha=0.25 --from logits",  # that of torchvision
    },
)
def focal(pred: ClassPredictions, target: ClassLabels, *, gamma: Gamma = 2.0, alpha: Alpha = None, clip: Clip = 0.0) -> Array:
    """Cross entropy in which rows that are already right count less.

    -alpha_t (1 - p_t)**gamma log p_t
    """
    return focal_cost(pred, target, gamma, alpha, clip)


@loss(
    aliases=("poly1",),
    reference="Leng et al. (2022), PolyLoss, arXiv:2204.12511",
    proper=False,
    calls=("optax.losses.poly_loss_cross_entropy(z, one_hot, epsilon=epsilon); z are logits of classes",),
    known_as={
        "poly1_cross_entropy": "poly --from logits",
        "poly_loss_cross_entropy": "poly:epsilon=2 --from logits",  # that of Optax
    },
)
def poly(pred: ClassPredictions, target: ClassLabels, *, epsilon: Epsilon = ONE, clip: Clip = 0.0) -> Array:
    """Cross entropy whose first terms in 1 - p_t have other coefficients.

    -log p_t + sum_j epsilon_j (1 - p_t)**j
    """
    true = pred.true(target, clip)
    return _poly(true.rest, np.abs(true.log_p), np.asarray(epsilon))


@loss(
    reference="Leng et al. (2022), PolyLoss, arXiv:2204.12511",
    proper=False,
    calls=("optax.losses.poly_loss_cross_entropy(z, one_hot, epsilon=epsilon); gamma=0, z are logits of classes",),
    known_as={"poly1_focal_loss": "poly_focal --from logits"},
)
def poly_focal(
    pred: ClassPredictions,
    target: ClassLabels,
    *,
    epsilon: Epsilon = ONE,
    gamma: Gamma = 2.0,
    alpha: Alpha = None,
    clip: Clip = 0.0,
) -> Array:
    """Focal loss whose first terms in 1 - p_t have other coefficients.

    alpha_t ((1 - p_t)**gamma (-log p_t) + sum_j epsilon_j (1 - p_t)**(gamma + j))
    """
    true, power = _power(pred, target, gamma, clip)
    return _weighted(_per_row(alpha, target), power * _poly(true.rest, np.abs(true.log_p), np.asarray(epsilon)))


def focal_cost(pred: Predictions, target: Labels, gamma: float, alpha: Vector | None, clip: float) -> Array:
    """-alpha_t (1 - p_t)**gamma log p_t."""
    true, power = _power(pred, target, gamma, clip)
    return _weighted(_per_row(alpha, target), power * np.abs(true.log_p))


def soft_or_hard_ce(pred: Predictions, target: Labels, clip: float) -> Array:
    """-sum_c y_c log p_c, which of labels that are classes is -log p_t."""
    if target.soft is None:
        return np.abs(pred.true(target, clip).log_p)
    return row_sums(_weighted(target.soft, np.abs(pred.log_all(clip))))


def _power(pred: Predictions, target: Labels, gamma: float, clip: float) -> tuple[TrueClass, Array]:
    """log p_t and 1 - p_t, and (1 - p_t)**gamma, where a large gamma raises what is rounded: then all are of extended precision.

    Even so log(1 - p_t) is needed where 1 - p_t is near 1.
    """
    if gamma <= 64:
        true = pred.true(target, clip)
        return true, true.rest**gamma
    true = pred.extended(slice(None)).true(target, clip)
    with np.errstate(under="ignore"):
        return true, np.where(true.rest < 0.5, true.rest**gamma, np.exp(gamma * np.log1p(-np.exp(true.log_p))))


def _poly(rest: Array, cost: Array, epsilon: Array) -> Array:
    """cost + sum_j epsilon_j rest**j with cost = -log(1 - rest) = sum_k rest**k / k, without cancellation.

    Coefficients below 0 would subtract nearly equal numbers. Taken together with those of the series they are
    1/j + epsilon_j >= 0, and only the series beyond them is left: a sum of its own where rest is small, else cost less its
    first terms, where rounding must not leave less than nothing.
    """
    if (epsilon >= 0).all():
        return cost + rest * polynomial(epsilon, rest)
    first = 1 / np.arange(1.0, len(epsilon) + 1)
    beyond = np.maximum(cost - rest * polynomial(first, rest), 0)
    small = rest < 0.25
    terms = 1 / np.arange(len(epsilon) + 1.0, len(epsilon) + 28.0)  # 0.25**27 is below the rounding of the first term
    beyond[small] = rest[small] ** (len(epsilon) + 1) * polynomial(terms, rest[small])
    return rest * polynomial(first + epsilon, rest) + beyond


def in_base(cost: Array, base: float | None) -> Array:
    """A cost in nats in another base of logarithms."""
    return cost if base is None else cost / math.log(base)


def _per_row(weights: Vector | None, target: Labels) -> Array | None:
    """The weight of each row's class."""
    return None if weights is None else np.asarray(weights)[target.of_rows()]


def _weighted(weights: Array | None, cost: Array) -> Array:
    """weights * cost, where a weight of 0 makes even an infinite cost 0."""
    if weights is None:
        return cost
    with np.errstate(invalid="ignore"):
        return np.where(weights == 0, 0.0, weights * cost)
