"""Losses of the error of a real prediction. A row of several outputs costs the mean over them, which scoring takes."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import FINITE, NON_NEGATIVE, POSITIVE, Either, Interval
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import Real, Role
from lossctl.losses.special import expm1_less, product

Period: TypeAlias = Annotated[float | None, Param("of angles and hours: e is wrapped to [-period/2, period/2)", POSITIVE)]
AboveMinusOne: TypeAlias = Annotated[Array, Role("(n, ...)", Interval(-1, open_low=True, open_high=True))]


@loss(
    aliases=("l1",),
    elicits="median",
    calls=("torch.nn.functional.l1_loss(pred, target)", "sklearn.metrics.mean_absolute_error(target, pred)"),
    known_as={"L1Loss mean_absolute_error neg_mean_absolute_error absolute_error mean_absolute_deviation regression_l1": "mae"},
)
def mae(pred: Real, target: Real, *, period: Period = None) -> Array:
    """Absolute error.

    abs(e),  e = pred - target
    """
    return np.abs(_error(pred, target, period))


@loss(
    aliases=("l2",),
    elicits="mean",
    calls=("torch.nn.functional.mse_loss(pred, target)", "sklearn.metrics.mean_squared_error(target, pred)"),
    known_as={"MSELoss mean_squared_error neg_mean_squared_error squared_error least_squares regression_l2": "mse"},
)
def mse(pred: Real, target: Real, *, period: Period = None) -> Array:
    """Squared error.

    e**2,  e = pred - target
    """
    return np.square(_error(pred, target, period))


@loss(
    finish=math.sqrt,
    elicits="mean",
    calls=(
        "sklearn.metrics.root_mean_squared_error(target, pred); of one output",
        "torchmetrics.functional.mean_squared_error(pred, target, squared=False)",
    ),
    known_as={"rmsd root_mean_squared_error": "rmse"},
)
def rmse(pred: Real, target: Real, *, period: Period = None) -> Array:
    """Root of the mean squared error.

    sqrt(mean of e**2),  e = pred - target; a row costs e**2
    """
    return np.square(_error(pred, target, period))


@loss(
    reference="Girshick (2015), Fast R-CNN, arXiv:1504.08083, eq. 3",
    calls=("torch.nn.functional.smooth_l1_loss(pred, target, beta=beta)",),
    known_as={"SmoothL1Loss": "smooth_l1"},
)
def smooth_l1(
    pred: Real,
    target: Real,
    *,
    beta: Annotated[float, Param("error where the curve turns linear; 0 is mae", NON_NEGATIVE, shown=(0, 0.5, 1, 2))] = 1.0,
    period: Period = None,
) -> Array:
    """Quadratic near zero, absolute error less beta/2 beyond.

    e**2 / (2 beta)    if abs(e) < beta,  e = pred - target
    abs(e) - beta / 2  otherwise
    """
    error = np.abs(_error(pred, target, period))
    if beta == 0:
        return error
    quadratic = np.minimum(error, beta)
    return quadratic / beta * (error - quadratic / 2)


@loss(
    reference="Huber (1964), Ann. Math. Statist. 35(1), doi:10.1214/aoms/1177703732",
    calls=(
        "torch.nn.functional.huber_loss(pred, target, delta=delta)",
        "keras.losses.huber(target, pred, delta)",
        "optax.huber_loss(pred, target, delta=delta)",
    ),
    known_as={"HuberLoss": "huber"},
)
def huber(
    pred: Real,
    target: Real,
    *,
    delta: Annotated[float, Param("error where the curve turns linear", POSITIVE, shown=(0.5, 1, 2))] = 1.0,
    period: Period = None,
) -> Array:
    """Quadratic for small errors, linear for large ones.

    e**2 / 2                    if abs(e) <= delta,  e = pred - target
    delta (abs(e) - delta / 2)  otherwise
    """
    error = np.abs(_error(pred, target, period))
    quadratic = np.minimum(error, delta)
    return quadratic * (error - quadratic / 2)


@loss(
    calls=("sklearn.metrics.mean_squared_log_error(target, pred)", "keras.losses.mean_squared_logarithmic_error(target, pred)"),
    known_as={"mean_squared_log_error MeanSquaredLogarithmicError": "msle"},
)
def msle(pred: AboveMinusOne, target: AboveMinusOne) -> Array:
    """Squared error of logarithms.

    (log(1 + pred) - log(1 + target))**2
    """
    return _squared_log_error(pred, target)


@loss(
    finish=math.sqrt,
    calls=("sklearn.metrics.root_mean_squared_log_error(target, pred)",),
    known_as={"root_mean_squared_log_error": "rmsle"},
)
def rmsle(pred: AboveMinusOne, target: AboveMinusOne) -> Array:
    """Root of the mean squared error of logarithms.

    sqrt(mean of (log(1 + pred) - log(1 + target))**2); a row costs the square
    """
    return _squared_log_error(pred, target)


@loss(
    aliases=("me", "mbe"),
    range=FINITE,
    calls=("utilsforecast.losses.bias(frame, ['pred'])",),
    known_as={"mean_error mean_bias_error": "bias"},
)
def bias(pred: Real, target: Real) -> Array:
    """Signed error, best at 0: above it predictions are too high on average.

    e = pred - target
    """
    return pred - target


@loss(
    calls=(
        "torchmetrics.functional.log_cosh_error(pred, target)",
        "keras.losses.log_cosh(target, pred)",
        "optax.log_cosh(pred, target)",
    ),
    known_as={"LogCoshError": "log_cosh"},
)
def log_cosh(pred: Real, target: Real) -> Array:
    """Logarithm of the hyperbolic cosine of the error.

    abs(e) + log(1 + exp(-2 abs(e))) - log 2,  e = pred - target
    """
    error = np.abs(pred - target)
    near = np.log1p(2 * np.square(np.sinh(np.minimum(error, 4.0) / 2)))  # cosh e = 1 + 2 sinh(e/2)**2
    cost: Array = np.where(error < 4, near, error + np.log1p(np.exp(-2 * error)) - math.log(2))
    return cost


@loss(
    reference="Charbonnier et al. (1994), Two deterministic half-quadratic algorithms, doi:10.1109/ICIP.1994.413553",
    calls=("scipy.special.pseudo_huber(delta, pred - target)",),
    known_as={"charbonnier charbonnier_loss": "pseudo_huber"},
)
def pseudo_huber(
    pred: Real,
    target: Real,
    *,
    delta: Annotated[float, Param("error where the curve turns linear", POSITIVE, shown=(0.5, 1, 2))] = 1.0,
) -> Array:
    """Quadratic for small errors, linear for large ones, smooth everywhere.

    delta**2 (sqrt(1 + (e / delta)**2) - 1),  e = pred - target
    """
    error = np.abs(pred - target)
    least, most = np.minimum(error, delta), np.maximum(error, delta)
    share = least / most
    cost: Array = least * (error / (delta / most + np.sqrt(1 + share * share)))
    return cost


@loss(
    reference="Varian (1975), A Bayesian approach to real estate assessment",
    calls=("utilsforecast.losses.linex(frame, ['pred'], a=-a)",),
)
def linex(
    pred: Real,
    target: Real,
    *,
    a: Annotated[
        float,
        Param(
            "above 0 predictions that are too high cost more, below 0 those too low",
            Either(Interval(high=0, open_low=True, open_high=True), POSITIVE),
            shown=(-1, 0.5, 1),
        ),
    ] = 1.0,
) -> Array:
    """Exponential on one side of the target, linear on the other.

    exp(a e) - a e - 1,  e = pred - target
    """
    error = pred - target
    x, rest = product(a, error)
    back = error - pred
    rest = rest + a * ((pred - (error - back)) - (target + back))
    cost = expm1_less(x)
    steep = (x > 1) & (cost < np.inf)  # where the exponential raises what x has lost by rounding
    return cost + np.where(steep, rest * cost, 0.0)


def _error(pred: Array, target: Array, period: float | None) -> Array:
    """pred - target, wrapped to [-period/2, period/2): remainders are exact, and what their difference rounds is added last."""
    if period is None:
        return pred - target
    left, right = np.fmod(pred, period), np.fmod(target, period)
    error = left - right
    back = error - left
    rest = (left - (error - back)) - (right + back)
    error = np.fmod(error, period)
    error = np.where(error >= period / 2, error - period, np.where(error < -period / 2, error + period, error))
    wrapped: Array = error + rest
    return wrapped


def _squared_log_error(pred: Array, target: Array) -> Array:
    """By the ratio of the larger to the smaller, whose logarithm is known to the last digits however near to 1 it is."""
    least = np.minimum(pred, target)
    cost: Array = np.square(np.log1p((np.maximum(pred, target) - least) / (1 + least)))
    return cost
