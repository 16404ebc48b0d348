"""Losses of probabilities as such: scoring rules, and divergences of distributions of classes."""

from __future__ import annotations

from typing import Annotated

from lossctl.errors import UsageError
from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import Flag, Interval
from lossctl.losses.kernels.classification import Base, in_base
from lossctl.losses.roles.block import Array, row_max, row_sums
from lossctl.losses.roles.class_predictions import Labels, Predictions, log_of
from lossctl.losses.roles.ordered_classes import OrderedClassPredictions
from lossctl.losses.roles.roles import ClassLabels, ClassPredictions, SoftClassLabels


@loss(
    sets=("binary", "multiclass"),
    reference="Brier (1950), Verification of forecasts expressed in terms of probability, Mon. Weather Rev. 78(1)",
    range=Interval(0, 2),
    proper=True,
    elicits="probabilities",
    calls=(
        "sklearn.metrics.brier_score_loss(target, pred, scale_by_half=half); of classes",
        "sklearn.metrics.brier_score_loss(target, pred); of one probability a row",
    ),
    known_as={"brier_score_loss brier_score": "brier"},
)
def brier(
    pred: ClassPredictions, target: SoftClassLabels, *, half: Annotated[bool, Param("half the sum over classes", Flag())] = False
) -> Array:
    """Squared error of the probabilities.

    (p - y)**2  of a probability of 1;  sum_c (p_c - y_c)**2  of one for each class
    """
    if pred.values.ndim == 1:
        if half:
            raise UsageError("brier: half=true is of a probability for each class; of one a row (p - y)**2 is half of it already")
        error = _error_of_one(pred, target)
        return error * error
    labels = target.rows()
    error = pred.probabilities() - labels
    index = labels.argmax(axis=1)
    hard = np.flatnonzero(row_max(labels) == 1)  # where 1 - p_t is known without the rounding of p_t
    error[hard, index[hard]] = pred.rest(index)[hard]
    cost = row_sums(error * error)
    return cost / 2 if half else cost


def _error_of_one(pred: Predictions, target: Labels) -> Array:
    """How far the probability of 1 is from each label (n,), without the rounding of a probability near 1."""
    if target.soft is None:
        return pred.rest(target.of_rows())
    label = target.soft[:, 1]
    one = label == 1
    return pred.rest(one.astype(np.intp)) - np.where(one, 0.0, label)


@loss(
    reference="Epstein (1969), A scoring system for probability forecasts of ranked categories, J. Appl. Meteor. 8(6)",
    proper=True,
    elicits="probabilities",
    calls=("scoringrules.rps_score(target + 1, pred)",),
    known_as={"rps_score ranked_probability_score": "rps"},
)
def rps(
    pred: OrderedClassPredictions,
    target: ClassLabels,
    *,
    normalize: Annotated[bool, Param("divided by the number of classes less one", Flag())] = False,
) -> Array:
    """Squared error of the cumulative probabilities of ordered classes.

    sum_k (F_k - [y <= k])**2,  F_k = p_1 + ... + p_k,  k = 1 .. c - 1
    """
    # F_k - 1 for k >= y is what the other classes up to k have less 1 - p_y: no difference of numbers near 1
    own = target.of_rows()[:, np.newaxis]
    share = pred.probabilities().copy()
    np.put_along_axis(share, own, -pred.true(target, 0).rest[:, np.newaxis], axis=1)
    error = np.cumsum(share, axis=1)[:, :-1]
    cost = row_sums(error * error)
    return cost / (target.classes - 1) if normalize else cost


@loss(
    reference="Kullback & Leibler (1951), On information and sufficiency, Ann. Math. Statist. 22(1)",
    proper=True,
    elicits="probabilities",
    calls=(
        "scipy.stats.entropy(target, pred, base=base, axis=1)",
        "torch.nn.functional.kl_div(pred.log(), target, reduction='batchmean')",
    ),
    known_as={
        "kl_divergence kullback_leibler_divergence relative_entropy rel_entr": "kl",
        "KLDivLoss kl_div": "kl --from logprobs",
    },
)
def kl(pred: ClassPredictions, target: SoftClassLabels, *, base: Base = None) -> Array:
    """Kullback-Leibler divergence of the predicted from the true distribution of classes.

    sum_c t_c (log t_c - log p_c)
    """
    t = target.rows()
    rest = t[:, ::-1] if pred.values.ndim == 1 else 1 - t  # that of a label near 0 is no longer in 1 less the other
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(t == 0, 0.0, t * (log_of(t, rest) - pred.log_all(0)))
    return in_base(row_sums(terms), base)


@loss(
    reference="Lin (1991), Divergence measures based on the Shannon entropy, IEEE Trans. Inf. Theory 37(1)",
    proper=False,
    calls=("scipy.spatial.distance.jensenshannon(target, pred, base=base, axis=1)**2",),
    known_as={"jensenshannon JensenShannonDivergence": "js"},
)
def js(pred: ClassPredictions, target: SoftClassLabels, *, base: Base = None) -> Array:
    """Jensen-Shannon divergence of the predicted and the true distribution of classes.

    (KL(t, m) + KL(p, m)) / 2,  m = (t + p) / 2
    """
    p, t = pred.probabilities(), target.rows()
    both = p + t
    safe = np.where(both == 0, 1.0, both)
    apart, of_true, of_pred = (t - p) / safe, 2 * t / safe, 2 * p / safe
    # Of a class (1 + u) log(1 + u) + (1 - u) log(1 - u) with u = (t - p) / (t + p), whose first terms cancel where u is small.
    with np.errstate(divide="ignore", invalid="ignore"):
        near = 2 * apart * np.arctanh(apart) + np.log1p(-apart * apart)
        far = np.where(of_true == 0, 0.0, of_true * np.log(of_true)) + np.where(of_pred == 0, 0.0, of_pred * np.log(of_pred))
    return in_base(row_sums(both * np.where(np.abs(apart) < 0.5, near, far)) / 4, base)
