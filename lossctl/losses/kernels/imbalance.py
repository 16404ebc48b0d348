"""Losses of class predictions for classes of unequal frequency."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.class_weights import ClassCounts
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import NON_NEGATIVE, POSITIVE
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.class_predictions import Predictions
from lossctl.losses.roles.roles import ClassLabels, ClassPredictions
from lossctl.losses.vector_domain import Vector

Counts: TypeAlias = Annotated[
    Vector,
    Param(
        "how many rows each class has in training, or balanced: in these labels",
        ClassCounts(),
        shown=((50, 50), (90, 10), (99, 1)),
    ),
]


@loss(
    reference="Cao et al. (2019), Label-distribution-aware margin loss, arXiv:1906.07413, eq. 13",
    proper=False,
    calls=(
        "torch.nn.functional.cross_entropy(scale * (z - one_hot * max_margin * (counts.min() / counts)**0.25), target, "
        "reduction='none')",
    ),
    known_as={"LDAMLoss": "ldam:counts=balanced --from logits"},
)
def ldam(
    pred: ClassPredictions,
    target: ClassLabels,
    *,
    counts: Counts,
    max_margin: Annotated[float, Param("the margin of the rarest class", NON_NEGATIVE)] = 0.5,
    scale: Annotated[float, Param("factor of the logits", POSITIVE)] = 30.0,
) -> Array:
    """Cross entropy of scaled logits, of which rare classes' must lead by a larger margin.

    -log softmax(scale (z - m_y e_y))_y,  m_c = max_margin (n_min / n_c)**(1/4)
    """
    number = np.asarray(counts)
    present = np.where(number > 0, number, np.inf)  # a class that does not occur is never the true one
    margins = max_margin * (present.min() / present) ** 0.25
    logits = pred.log_all(0).copy()  # at most 0, so that the scale leaves no overflow at the top
    own = target.of_rows()[:, np.newaxis]
    lowered = np.take_along_axis(logits, own, axis=1) - margins[target.of_rows()][:, np.newaxis]
    np.put_along_axis(logits, own, lowered, axis=1)
    return np.abs(Predictions(scale * logits, "logits").true(target, 0).log_p)


@loss(
    reference="Menon et al. (2020), Long-tail learning via logit adjustment, arXiv:2007.07314, eq. 10",
    proper=False,
    calls=("torch.nn.functional.cross_entropy(z + tau * torch.log(counts / counts.sum()), target, reduction='none')",),
)
def logit_adjusted(
    pred: ClassPredictions,
    target: ClassLabels,
    *,
    counts: Counts,
    tau: Annotated[float, Param("how far the logits are adjusted", NON_NEGATIVE)] = 1.0,
) -> Array:
    """Cross entropy of logits to which the classes' log frequencies are added.

    -log softmax(z + tau log(n / sum(n)))_y
    """
    number = np.asarray(counts)
    with np.errstate(divide="ignore"):
        adjustment = tau * np.log(number / number.sum()) if tau else np.zeros(len(number))
    return np.abs(Predictions(pred.log_all(0) + adjustment, "logits").true(target, 0).log_p)
