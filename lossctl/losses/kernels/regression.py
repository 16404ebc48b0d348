"""Losses of real predictions. A row of several outputs costs the mean over them, which the engine takes."""

from __future__ import annotations

from typing import Annotated

from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import NON_NEGATIVE, POSITIVE
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import Real


@loss(
    aliases=("l1",),
    elicits="median",
    calls=("torch.nn.functional.l1_loss(pred, target)", "sklearn.metrics.mean_absolute_error(target, pred)"),
    known_as={"L1Loss mean_absolute_error neg_mean_absolute_error absolute_error mean_absolute_deviation regression_l1": "mae"},
)
def mae(pred: Real, target: Real) -> Array:
    """Absolute error.

    abs(e),  e = pred - target
    """
    return np.abs(pred - target)


@loss(
    aliases=("l2",),
    elicits="mean",
    calls=("torch.nn.functional.mse_loss(pred, target)", "sklearn.metrics.mean_squared_error(target, pred)"),
    known_as={"MSELoss mean_squared_error neg_mean_squared_error squared_error least_squares regression_l2": "mse"},
)
def mse(pred: Real, target: Real) -> Array:
    """Squared error.

    e**2,  e = pred - target
    """
    error = pred - target
    return error * error


@loss(reference="Girshick (2015), Fast R-CNN, arXiv:1504.08083, eq. 3")
def smooth_l1(
    pred: Real, target: Real, *, beta: Annotated[float, Param("error where the curve turns linear; 0 is mae", NON_NEGATIVE)] = 1.0
) -> Array:
    """Quadratic near zero, absolute error less beta/2 beyond.

    e**2 / (2 beta)    if abs(e) < beta,  e = pred - target
    abs(e) - beta / 2  otherwise
    """
    error = np.abs(pred - target)
    if beta == 0:
        return error
    quadratic = np.minimum(error, beta)
    return quadratic / beta * (error - quadratic / 2)


@loss(reference="Huber (1964), Ann. Math. Statist. 35(1), doi:10.1214/aoms/1177703732")
def huber(
    pred: Real, target: Real, *, delta: Annotated[float, Param("error where the curve turns linear", POSITIVE)] = 1.0
) -> Array:
    """Quadratic for small errors, linear for large ones.

    e**2 / 2                    if abs(e) <= delta,  e = pred - target
    delta (abs(e) - delta / 2)  otherwise
    """
    error = np.abs(pred - target)
    quadratic = np.minimum(error, delta)
    return quadratic * (error - quadratic / 2)
