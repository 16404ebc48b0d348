"""Losses of forecasts: errors as shares of what they are of, and of quantiles and expectiles."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from lossctl.errors import UsageError, plural
from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import NON_NEGATIVE, POSITIVE, Flag
from lossctl.losses.roles.block import Array, RefusedRows
from lossctl.losses.roles.roles import Divisor, Real, Score, Vectors
from lossctl.losses.vector_domain import LEVEL, SHARE, Levels, Vector

Level: TypeAlias = Annotated[
    float, Param("which quantile: its share of the targets lies below the prediction", LEVEL, shown=(0.1, 0.5, 0.9))
]
HALF = Vector((0.5,))
Quantiles: TypeAlias = Annotated[
    Vector,
    Param(
        "which quantile; of predictions (n, K) one for each column",
        Levels(SHARE),
        known_as={"alpha tau quantile quantiles": "q={}"},
        shown=((0.1,), (0.5,), (0.9,)),
    ),
]


@loss(
    calls=("sklearn.metrics.mean_absolute_percentage_error(target, pred); eps=2.220446049250313e-16",),
    known_as={"mean_absolute_percentage_error": "mape"},
)
def mape(
    pred: Real,
    target: Divisor,
    *,
    eps: Annotated[float, Param("targets nearer to 0 count as this; 0 refuses a target of 0", NON_NEGATIVE)] = 0.0,
    percent: Annotated[bool, Param("in percent: 100 times the share", Flag())] = False,
) -> Array:
    """Absolute error as a share of the target.

    abs(pred - target) / max(abs(target), eps);  times 100 with percent=true
    """
    if eps == 0 and not target.all():
        hint = "mape:eps=EPS divides by EPS there; wmape divides by the sum of all targets"
        raise RefusedRows(target == 0, "the target is 0, and no error is a share of it", "target", hint)
    size = np.maximum(np.abs(target), eps)
    cost: Array = np.abs(pred - target) / size
    if percent:  # a share that is subnormal has lost digits
        cost = np.where(cost < 1e-290, 100 * np.abs(pred - target) / size, 100 * cost)
    return cost


@loss(
    calls=(
        "torchmetrics.functional.symmetric_mean_absolute_percentage_error(pred, target)",
        "utilsforecast.losses.smape(frame, ['pred']); scale=1",
    ),
    known_as={"symmetric_mean_absolute_percentage_error": "smape"},
)
def smape(
    pred: Real,
    target: Real,
    *,
    scale: Annotated[
        float, Param("the greatest value: 2 as in torchmetrics, 1 as in utilsforecast, 200 in percent", POSITIVE)
    ] = 2.0,
) -> Array:
    """Absolute error as a share of the sizes of prediction and target.

    scale abs(pred - target) / (abs(pred) + abs(target)), 0 where both are 0
    """
    sizes = np.abs(pred), np.abs(target)
    largest = np.maximum(np.maximum(*sizes), 5e-324)  # where both are 0 the error is too
    return scale * (np.abs(pred - target) / largest / (1 + np.minimum(*sizes) / largest))


@loss(
    aliases=("wape", "nd"),
    ratio="the sum of abs(target)",
    elicits="median",
    calls=(
        "torchmetrics.functional.weighted_mean_absolute_percentage_error(pred, target)",
        "gluonts.ev.metrics.ND()()",
    ),
    known_as={"weighted_mean_absolute_percentage_error": "wmape"},
)
def wmape(pred: Real, target: Real) -> tuple[Array, Array]:
    """Sum of absolute errors as a share of the sum of targets.

    sum of abs(pred - target) / sum of abs(target)
    """
    return np.abs(pred - target), np.abs(target)


@loss(
    aliases=("pinball",),
    reference="Koenker & Bassett (1978), Regression quantiles, doi:10.2307/1913643",
    elicits="quantile q",
    calls=("sklearn.metrics.mean_pinball_loss(target, pred, alpha=q)",),
    known_as={"mean_pinball_loss pinball_loss quantile_loss": "quantile"},
)
def quantile(pred: Real, target: Real, *, q: Quantiles = HALF) -> Array:
    """Absolute error, weighted by the side it is on; of several quantiles the mean over them.

    q e  if e >= 0, else  (q - 1) e,  e = target - pred
    """
    check_levels("quantile", "q", q, 1)
    return pinball(pred, target, q[0])


@quantile.form
def _(pred: Vectors, target: Score, *, q: Quantiles = HALF) -> Array:
    check_levels("quantile", "q", q, pred.shape[1])
    return pinball(pred, target[:, np.newaxis], np.asarray(q))


@loss(
    ratio="the sum of abs(target)",
    reference="Ansari et al. (2024), Chronos: learning the language of time series, arXiv:2403.07815",
    elicits="quantiles at levels",
    calls=("gluonts.ev.metrics.MeanWeightedSumQuantileLoss(levels)(); GluonTS and Chronos also call it CRPS",),
    known_as={"mean_weighted_sum_quantile_loss mean_wQuantileLoss": "wql:levels=0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9"},
)
def wql(
    pred: Vectors, target: Score, *, levels: Annotated[Vector, Param("the level of each column of pred", Levels(SHARE))]
) -> tuple[Array, Array]:
    """Weighted quantile loss: twice the pinball losses as a share of the targets, the mean over levels.

    2 sum of pinball(q) / sum of abs(target), the mean over q in levels
    """
    check_levels("wql", "levels", levels, pred.shape[1])
    return 2 * pinball(pred, target[:, np.newaxis], np.asarray(levels)), np.abs(target)


@loss(
    reference="Newey & Powell (1987), Asymmetric least squares estimation and testing, doi:10.2307/1911031",
    elicits="expectile q",
    calls=("model_diagnostics.scoring.HomogeneousExpectileScore(degree=2, level=q).score_per_obs(target, pred) / 2",),
)
def expectile(
    pred: Real,
    target: Real,
    *,
    q: Annotated[float, Param("which expectile; 0.5 is the mean", LEVEL, shown=(0.1, 0.5, 0.9))] = 0.5,
) -> Array:
    """Squared error, weighted by the side it is on.

    abs(q - [e < 0]) e**2,  e = target - pred;  q = 0.5 is mse / 2
    """
    error = target - pred
    return error * (_side(error, q) * error)


@loss(
    reference="Dabney et al. (2018), Distributional reinforcement learning with quantile regression, arXiv:1710.10044, eq. 10",
    calls=(
        "abs(q - 1.0 * (target < pred)) * torch.nn.functional.huber_loss(pred, target, delta=delta, reduction='none') / delta",
    ),
)
def quantile_huber(
    pred: Real,
    target: Real,
    *,
    q: Level = 0.5,
    delta: Annotated[float, Param("error where the curve turns linear", POSITIVE)] = 1.0,
) -> Array:
    """Huber loss, weighted by the side that the error is on.

    abs(q - [e < 0]) huber(e, delta) / delta,  e = target - pred
    """
    error = target - pred
    size = np.abs(error)
    quadratic = np.minimum(size, delta)
    return _side(error, q) * (quadratic / delta * (size - quadratic / 2))


def pinball(pred: Array, target: Array, q: float | Array) -> Array:
    """The pinball loss of predictions and targets that go together."""
    error = target - pred
    return _side(error, q) * np.abs(error)


def check_levels(loss: str, name: str, levels: Vector, columns: int) -> None:
    """UsageError where there is not one level for each column of predictions."""
    if len(levels) != columns:
        raise UsageError(f"{loss}: {name} has {plural(len(levels), 'level')}, and pred has {plural(columns, 'column')}")


def _side(error: Array, q: float | Array) -> Array:
    """What an error is weighted by: 1 - q below 0, q above."""
    weight: Array = np.abs(q - (error < 0))  # signs come in no order, and a choice by them would be slow
    return weight
