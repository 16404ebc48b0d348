"""Losses of class predictions that wrong labels disturb less."""

from __future__ import annotations

from typing import Annotated

from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import NON_NEGATIVE, Interval
from lossctl.losses.kernels.classification import Clip
from lossctl.losses.roles.block import Array, row_max, row_sums
from lossctl.losses.roles.class_predictions import Labels
from lossctl.losses.roles.class_roles import Activations
from lossctl.losses.roles.roles import ClassLabels, ClassPredictions


@loss(
    reference="Zhang & Sabuncu (2018), Generalized cross entropy loss, arXiv:1805.07836, eq. 6",
    proper=False,
    calls=("keras.losses.categorical_generalized_cross_entropy(target, pred, q)",),
    known_as={"CategoricalGeneralizedCrossEntropy generalized_cross_entropy": "gce:q=0.7"},
)
def gce(
    pred: ClassPredictions,
    target: ClassLabels,
    *,
    q: Annotated[
        float, Param("1 is 1 - p_t, towards 0 cross entropy", Interval(0, 1, open_low=True), shown=(0.1, 0.4, 0.7, 1))
    ] = 0.7,
) -> Array:
    """Generalized cross entropy: between cross entropy and the mean absolute error.

    (1 - p_t**q) / q
    """
    cost = np.abs(pred.true(target, 0).log_p)
    power = q * cost
    return np.where(power < 1e-20, cost, -np.expm1(-power) / q)  # the smallest powers have lost digits, or vanished


@loss(
    reference="Wang et al. (2019), Symmetric cross entropy for robust learning with noisy labels, arXiv:1908.06112, eq. 7",
    proper=False,
    known_as={"SCELoss symmetric_cross_entropy": "symmetric_ce"},
)
def symmetric_ce(
    pred: ClassPredictions,
    target: ClassLabels,
    *,
    alpha: Annotated[float, Param("weight of the cross entropy", NON_NEGATIVE, shown=(0, 0.1, 0.5, 1))] = 0.1,
    beta: Annotated[float, Param("weight of the reverse cross entropy", NON_NEGATIVE)] = 1.0,
    log_zero: Annotated[
        float, Param("what stands for log 0, the labels' other classes", Interval(high=0, open_low=True, open_high=True))
    ] = -4.0,
    clip: Clip = 0.0,
) -> Array:
    """Cross entropy and, for wrong labels, that of the labels by the prediction.

    -alpha log p_t - beta log_zero (1 - p_t)
    """
    true = pred.true(target, clip)
    certain = np.abs(true.log_p) if alpha else np.zeros_like(true.log_p)  # 0 times an infinite cost is 0
    return alpha * certain - beta * log_zero * true.rest


@loss(
    reference="Amid et al. (2019), Robust bi-tempered logistic loss based on Bregman divergences, arXiv:1906.03361",
    calls=(
        "pytorch_toolbelt.losses.bitempered_loss.bi_tempered_logistic_loss(z, one_hot, t1, t2, num_iters=50, reduction='none'); "
        "z are logits, to seven digits",
    ),
    known_as={"bi_tempered_logistic_loss": "bi_tempered --from logits"},
)
def bi_tempered(
    pred: Activations,
    target: ClassLabels,
    *,
    t1: Annotated[
        float, Param("temperature of the logarithm; below 1 the loss is bounded", Interval(0, 1), shown=(0, 0.4, 0.8, 1))
    ] = 0.8,
    t2: Annotated[float, Param("temperature of the exponential; above 1 tails are heavy", Interval(1, open_high=True))] = 1.3,
) -> Array:
    """Bi-tempered logistic loss of activations.

    sum_j y_j (log_t1 y_j - log_t1 p_j) - (y_j**(2 - t1) - p_j**(2 - t1)) / (2 - t1),  p = exp_t2(z - lambda(z)), which sums to 1
    log_t x = (x**(1 - t) - 1) / (1 - t),  exp_t x = max(0, 1 + (1 - t) x)**(1 / (1 - t))
    """
    z = pred.values if pred.values.ndim == 2 else np.stack([np.zeros_like(pred.values), pred.values], axis=1)
    if t2 == 1:
        p = pred.probabilities()
        true = pred.true(target, 0)
        log_t, rest = true.log_p, true.rest
    else:
        p, log_t, rest = _tempered(z, target, t2)
    own = target.of_rows()[:, np.newaxis]
    others = p.copy()
    np.put_along_axis(others, own, 0.0, axis=1)
    return _true_part(log_t, rest, t1) + row_sums(others ** (2 - t1)) / (2 - t1)


def _true_part(log_p: Array, rest: Array, t: float) -> Array:
    """(1 - p**(1 - t)) / (1 - t) - (1 - p**(2 - t)) / (2 - t) of the true class's p = 1 - r, rest = r.

    Its first terms in r cancel: it is the integral of s (1 - s)**-t from 0 to r, where r is small the sum of
    r**(k + 2) / (k + 2) t (t + 1) ... (t + k - 1) / k!, of which no term is below 0.
    """
    gain = -log_p if t == 1 else -np.expm1((1 - t) * log_p) / (1 - t)
    far = gain + np.expm1((2 - t) * log_p) / (2 - t)
    small = np.minimum(rest, 0.25)
    near, term = np.zeros_like(rest), small * small
    for k in range(28):  # 0.25**28 is below the rounding of the first term
        near += term / (k + 2)
        term = term * small * ((t + k) / (k + 1))
    part: Array = np.where(rest < 0.25, near, far)
    return part


def _tempered(z: Array, target: Labels, t: float) -> tuple[Array, Array, Array]:
    """exp_t of activations less what makes them sum to 1 (n, c), and log p_t and 1 - p_t of the true class (n,) each.

    With u = (t - 1) (max z - z), b = (t - 1) (lambda - max z) >= 0 and k = 1 / (t - 1) it is p = (1 + u + b)**-k: b solves
    sum_j (1 + u_j + b)**-k = 1. That sum falls and is convex in b, so that Newton's steps from the left, b = 0, rise to it.
    """
    k = 1 / (t - 1)
    apart = (t - 1) * (row_max(z)[:, np.newaxis] - z)
    b = np.zeros(len(z))
    for _ in range(200):
        above = apart + b[:, np.newaxis]
        p = np.exp(-k * np.log1p(above))
        b_next = b + np.maximum((row_sums(p) - 1) / (k * row_sums(p / (1 + above))), 0)
        if (b_next == b).all():
            break
        b = b_next
    above = apart + b[:, np.newaxis]
    p = np.exp(-k * np.log1p(above))
    own = target.of_rows()[:, np.newaxis]
    log_t = -k * np.log1p(np.take_along_axis(above, own, axis=1)[:, 0])
    others = p.copy()
    np.put_along_axis(others, own, 0.0, axis=1)
    return p, log_t, row_sums(others)
