"""Losses that let outliers count less than their squares."""

from __future__ import annotations

import math
from typing import Annotated

from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import POSITIVE, Interval
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import Real


@loss(
    reference="Barron (2019), A general and adaptive robust loss function, arXiv:1701.03077, eq. 8",
    calls=(
        "kornia.losses.charbonnier_loss(pred, target); alpha=1",
        "kornia.losses.cauchy_loss(pred, target); alpha=0",
        "kornia.losses.geman_mcclure_loss(pred, target); alpha=-2",
        "kornia.losses.welsch_loss(pred, target); alpha=-inf",
    ),
    known_as={
        "cauchy cauchy_loss": "robust:alpha=0",
        "geman_mcclure": "robust:alpha=-2",
        "welsch welsch_loss": "robust:alpha=-inf",
    },
)
def robust(
    pred: Real,
    target: Real,
    *,
    alpha: Annotated[
        float,
        Param(
            "2 squares, 1 is smooth absolute error, 0 and below saturate",
            Interval(open_high=True),
            shown=(-math.inf, -2, 0, 1, 2),
        ),
    ] = 1.0,
    c: Annotated[float, Param("error where outliers begin", POSITIVE)] = 1.0,
) -> Array:
    """Barron's general loss: how much outliers count is a parameter.

    abs(alpha - 2) / alpha ((x / abs(alpha - 2) + 1)**(alpha / 2) - 1),  x = ((pred - target) / c)**2
    x / 2 for alpha = 2,  log(x / 2 + 1) for alpha = 0,  1 - exp(-x / 2) for alpha = -inf
    """
    x = np.square((pred - target) / c)
    if alpha == 2:
        return x / 2
    if alpha == -math.inf:
        return -np.expm1(-x / 2)
    away = abs(alpha - 2)
    share = x / away
    grown = np.where(share < 1e-20, x, away * np.log1p(share))  # a share that small may have lost digits
    power = alpha / away / 2 * grown
    near = grown / 2 * np.where(power == 0, 1.0, np.expm1(power) / np.where(power == 0, 1.0, power))
    if alpha <= 0 or alpha > 1000:  # whose powers raise the rounding of 1 + share
        return near
    return np.where(power < 0.5, near, away / alpha * ((1 + share) ** (alpha / 2) - 1))


@loss(
    aliases=("biweight",),
    reference="Beaton & Tukey (1974), The fitting of power series, doi:10.1080/00401706.1974.10489171",
    calls=("statsmodels.robust.norms.TukeyBiweight(c).rho(pred - target)",),
    known_as={"TukeyBiweight bisquare": "tukey"},
)
def tukey(
    pred: Real,
    target: Real,
    *,
    c: Annotated[float, Param("error beyond which all cost the same", POSITIVE, shown=(1, 2, 4.685))] = 4.685,
) -> Array:
    """Quadratic for small errors, the same for all beyond c.

    c**2 / 6 (1 - (1 - (e / c)**2)**3)  if abs(e) <= c,  e = pred - target
    c**2 / 6                            otherwise
    """
    error = np.minimum(np.abs(pred - target), c)
    share = np.square(error / c)
    cost: Array = error * (error / 6 * (3 - share * (3 - share)))
    return cost
