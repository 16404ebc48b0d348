"""Losses of predicted distributions: ensembles, quantiles, intervals, normal distributions."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

from lossctl.errors import UsageError
from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.distances import lp_norm
from lossctl.losses.domain import NON_NEGATIVE, Choice, Flag, Interval
from lossctl.losses.kernels.forecast import check_levels, pinball
from lossctl.losses.roles.block import Array, RefusedRows, row_sums
from lossctl.losses.roles.roles import Real, Role, Score, Vectors
from lossctl.losses.special import erf, expm1_less
from lossctl.losses.vector_domain import SHARE, Levels, SymmetricLevels, Vector
from lossctl.record import replace

Ensemble: TypeAlias = Annotated[Array, Role("(n, m)", meaning="members or quantiles")]
Members: TypeAlias = Annotated[Array, Role("(n, m, d)", meaning="members that are vectors")]
Spread: TypeAlias = Annotated[Array, Role("(n,)", NON_NEGATIVE)]
ESTIMATOR = Param("nrg takes the members for the distribution; fair for draws from it", Choice("nrg", "fair"))
Estimator: TypeAlias = Annotated[str, ESTIMATOR]
EstimatorOfMembers: TypeAlias = Annotated[str, replace(ESTIMATOR, only=(("levels", None),))]
OptionalLevels: TypeAlias = Annotated[
    Vector | None, Param("of predictions that are quantiles: the level of each column", Levels(SHARE))
]
GNEITING = "Gneiting & Raftery (2007), Strictly proper scoring rules, doi:10.1198/016214506000001437"


@loss(
    proper=True,
    elicits="the distribution",
    reference=f"{GNEITING}; fair: Ferro (2014), doi:10.1002/qj.2270",
    calls=(
        "scoringrules.crps_ensemble(target, pred, estimator=estimator)",
        "scoringrules.crps_normal(target, mean, std)",
        "scoringrules.crps_quantile(target, pred, levels)",
    ),
    known_as={"crps_ensemble crps_normal crps_gaussian crps_quantile": "crps"},
)
def crps(pred: Ensemble, target: Score, *, estimator: EstimatorOfMembers = "nrg", levels: OptionalLevels = None) -> Array:
    """Continuous ranked probability score of an ensemble, of quantiles, or of a normal distribution.

    members x:     mean of abs(x_i - y) - sum over i, j of abs(x_i - x_j) / (2 m**2);  fair: / (2 m (m - 1))
    with levels:   2 pinball(q), the mean over q in levels
    mean and std:  std (w (2 Phi(w) - 1) + 2 phi(w) - 1 / sqrt(pi)),  w = (y - mean) / std
    """
    if levels is not None:
        check_levels("crps", "levels", levels, pred.shape[1])
        return 2 * pinball(pred, target[:, np.newaxis], np.asarray(levels))
    return _ensemble(np.sort(pred - target[:, np.newaxis], axis=1), estimator)


@crps.form
def _(mean: Score, std: Spread, target: Score) -> Array:
    error = np.abs(target - mean)
    apart = np.where(std == 0, np.inf, error / np.where(std == 0, 1.0, std))
    density = np.exp(-apart * apart / 2) / math.sqrt(2 * math.pi)
    return error * erf(apart / math.sqrt(2)) + std * (2 * density - 1 / math.sqrt(math.pi))


@loss(
    aliases=("winkler",),
    one_of=("alpha", "level"),
    proper=True,
    elicits="quantiles alpha/2 and 1 - alpha/2",
    reference=f"{GNEITING}, eq. 43; Winkler (1972), doi:10.1080/01621459.1972.10481224",
    calls=(
        "scoringrules.interval_score(target, lower, upper, alpha)",
        "utilsforecast.losses.winkler_score(frame, ['pred'], level)",
    ),
    known_as={"winkler_score mean_interval_score MSIS": "interval_score:alpha=0.05"},
)
def interval_score(
    lower: Real,
    upper: Real,
    target: Real,
    *,
    alpha: Annotated[float | None, Param("share of the targets that should lie outside", SHARE, shown=(0.05, 0.2, 0.5))] = None,
    level: Annotated[float | None, Param("share inside in percent: 80 is alpha 0.2", Interval(1, 100, open_high=True))] = None,
) -> Array:
    """Width of a prediction interval, and a penalty for targets outside it.

    (u - l) + 2 / alpha max(0, l - y) + 2 / alpha max(0, y - u)
    """
    _check_order(lower, upper)
    share = alpha if alpha is not None else (100 - (level or 0)) / 100
    return upper - lower + 2 * np.maximum(0, np.maximum(lower - target, target - upper)) / share


@loss(
    proper=True,
    elicits="quantiles at levels",
    reference="Bracher et al. (2021), Evaluating epidemic forecasts in an interval format, doi:10.1371/journal.pcbi.1008618",
    calls=(
        "scoringrules.weighted_interval_score(target, median, lower, upper, alphas)",
        "scoringrules.crps_quantile(target, pred, levels)",
    ),
    known_as={"weighted_interval_score": "wis:levels=0.025,0.5,0.975"},
)
def wis(
    pred: Ensemble,
    target: Score,
    *,
    levels: Annotated[Vector, Param("the level of each column of pred: 0.5 and pairs q, 1 - q", SymmetricLevels(SHARE))],
) -> Array:
    """Weighted interval score of quantiles that are a median and K central intervals.

    (abs(y - median) / 2 + sum over k of alpha_k / 2 IS_k) / (K + 1/2),  IS_k the interval_score of interval k;
    which is 2 pinball(q), the mean over q in levels
    """
    check_levels("wis", "levels", levels, pred.shape[1])
    return 2 * pinball(pred, target[:, np.newaxis], np.asarray(levels))


@loss(
    range=Interval(0, 1),
    proper=False,
    reference="Christoffersen (1998), Evaluating interval forecasts, doi:10.2307/2527341",
    calls=("1 - utilsforecast.losses.coverage(frame, ['pred'], 80)",),
)
def miss(
    lower: Real, upper: Real, target: Real, *, closed: Annotated[bool, Param("a target on a bound is inside", Flag())] = True
) -> Array:
    """Whether the target lies outside the interval; the mean is 1 - coverage.

    [not l <= y <= u];  [not l < y < u] with closed=false
    """
    _check_order(lower, upper)
    inside = (lower <= target) & (target <= upper) if closed else (lower < target) & (target < upper)
    return np.where(inside, 0.0, 1.0)


@loss(
    proper=True,
    elicits="the distribution",
    reference=f"{GNEITING}, eq. 22",
    calls=("scoringrules.es_ensemble(target, pred, estimator=estimator)",),
    known_as={"es_ensemble": "energy_score"},
)
def energy_score(pred: Members, target: Vectors, *, estimator: Estimator = "nrg") -> Array:
    """Distance of an ensemble of vectors from the target, less half that of its members from each other.

    mean of norm(X_i - y) - sum over i, j of norm(X_i - X_j) / (2 m**2);  fair: / (2 m (m - 1))
    """
    members = pred.shape[1]
    apart = np.zeros(len(pred), pred.dtype)
    for place in range(1, members):
        apart += row_sums(_norms(pred[:, place:] - pred[:, place - 1 : place]))
    near: Array = row_sums(_norms(pred - target[:, np.newaxis])) / members
    cost: Array = np.maximum(near - apart / _pairs(members, estimator), 0)  # by the triangle inequality only rounding is below 0
    return cost


@loss(
    reference="Kingma & Welling (2014), Auto-encoding variational Bayes, arXiv:1312.6114, appendix B",
    calls=(
        "torch.distributions.kl_divergence(torch.distributions.Normal(mu, (logvar / 2).exp()), "
        "torch.distributions.Normal(0, 1)).sum(1)",
    ),
)
def vae_kl(mu: Vectors, logvar: Vectors) -> Array:
    """Divergence of independent normal distributions from the standard one.

    sum over j of (mu_j**2 + exp(v_j) - 1 - v_j) / 2,  v = logvar
    """
    return row_sums(np.square(mu) + expm1_less(logvar)) / 2


def _ensemble(errors: Array, estimator: str) -> Array:
    """The score by sorted x - y (n, m): each is weighted by the share of members beyond it, so that no term is below 0."""
    members = errors.shape[1]
    share = (np.arange(members) + 0.5) / members
    cost: Array = 2 * row_sums(errors * ((errors > 0) - share)) / members
    if estimator == "nrg":
        return cost
    rank = np.arange(1, members)
    apart = row_sums(np.diff(errors, axis=1) * (rank * (members - rank)))
    return np.maximum(cost - apart * (1 / _pairs(members, estimator) - 1 / _pairs(members, "nrg")), 0)  # as rounding may be


def _pairs(members: int, estimator: str) -> int:
    """What the distances of all pairs i < j are divided by."""
    if estimator == "nrg":
        return members * members
    if members == 1:
        raise UsageError("estimator=fair needs two members or more, and pred has one")
    return members * (members - 1)


def _norms(vectors: Array) -> Array:
    """The Euclidean length of each vector (n, m, d) -> (n, m)."""
    lengths: Array = lp_norm(vectors.reshape(-1, vectors.shape[-1]), 2).reshape(vectors.shape[:-1])
    return lengths


def _check_order(lower: Array, upper: Array) -> None:
    crossed = lower > upper
    if crossed.any():
        raise RefusedRows(
            crossed, "lower is above upper", "lower", "were they swapped? name both: -r lower=COLUMN -r upper=COLUMN"
        )
