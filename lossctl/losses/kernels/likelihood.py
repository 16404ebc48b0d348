"""Minus log-likelihoods and deviances of counts and of positive and normal numbers."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import FINITE, NON_NEGATIVE, POSITIVE, Either, Flag, Interval
from lossctl.losses.roles.block import Array, RefusedRows
from lossctl.losses.roles.roles import Limited, Real, Role
from lossctl.losses.special import log1p_less
from lossctl.text import number_text

Positive: TypeAlias = Annotated[Array, Role("(n, ...)", POSITIVE)]
NonNegative: TypeAlias = Annotated[Array, Role("(n, ...)", NON_NEGATIVE)]
Full: TypeAlias = Annotated[bool, Param("with the terms that do not depend on the prediction", Flag())]


@loss(
    range=FINITE,
    best=None,
    elicits="mean",
    reference="Nelder & Wedderburn (1972), Generalized linear models, doi:10.2307/2344614",
    calls=("torch.nn.functional.poisson_nll_loss(pred, target, log_input=log, full=full, eps=0); log_input is true unless said",),
    known_as={"PoissonNLLLoss": "poisson_nll:log=true", "Poisson": "poisson_nll"},
)
def poisson_nll(
    pred: Limited,
    target: NonNegative,
    *,
    log: Annotated[bool, Param("pred is the logarithm of the mean; true unless said in PyTorch", Flag())] = False,
    full: Annotated[bool, Param("with Stirling's approximation of log y! for y above 1", Flag())] = False,
) -> Array:
    """Minus log-likelihood of counts whose mean is predicted.

    mu - y log mu;  exp(z) - y z for predictions z = log mu
    """
    if log:
        cost = np.exp(pred) - target * pred
    else:
        if pred.min() < 0:
            raise RefusedRows(pred < 0, "a mean below 0", hint="for predictions that are its logarithm: poisson_nll:log=true")
        cost = pred - _times_log(target, pred)
    if full:
        many = np.maximum(target, 1)
        cost = cost + np.where(target > 1, many * np.log(many) - many + np.log(2 * math.pi * many) / 2, 0)
    return cost


@loss(
    elicits="mean",
    reference="Nelder & Wedderburn (1972), Generalized linear models, doi:10.2307/2344614",
    calls=("sklearn.metrics.mean_poisson_deviance(target, pred)",),
    known_as={"mean_poisson_deviance": "poisson_deviance"},
)
def poisson_deviance(pred: Positive, target: NonNegative) -> Array:
    """Deviance of counts whose mean is predicted.

    2 (y log(y / mu) + mu - y)
    """
    return _poisson(pred, target)


@loss(
    elicits="mean",
    reference="Nelder & Wedderburn (1972), Generalized linear models, doi:10.2307/2344614",
    calls=("sklearn.metrics.mean_gamma_deviance(target, pred)",),
    known_as={"mean_gamma_deviance": "gamma_deviance"},
)
def gamma_deviance(pred: Positive, target: Positive) -> Array:
    """Deviance of positive numbers whose mean is predicted.

    2 (log(mu / y) + y / mu - 1)
    """
    return _gamma(pred, target)


@loss(
    elicits="mean",
    reference="Jorgensen (1987), Exponential dispersion models, doi:10.1111/j.2517-6161.1987.tb01685.x",
    calls=("sklearn.metrics.mean_tweedie_deviance(target, pred, power=power)",),
    known_as={"mean_tweedie_deviance TweedieDevianceScore": "tweedie_deviance:power=0"},
)
def tweedie_deviance(
    pred: Limited,
    target: Limited,
    *,
    power: Annotated[
        float,
        Param(
            "how the variance grows with the mean: 0 normal, 1 Poisson, 2 gamma, 3 inverse normal",
            Either(Interval(high=0, open_low=True), Interval(1, open_high=True)),
            shown=(1, 1.5, 2, 3),
        ),
    ],
) -> Array:
    """Deviance of numbers whose variance is a power of their mean, which is predicted.

    2 (max(y, 0)**(2 - p) / ((1 - p)(2 - p)) - y mu**(1 - p) / (1 - p) + mu**(2 - p) / (2 - p)),  p = power
    mse for p = 0, poisson_deviance for p = 1, gamma_deviance for p = 2
    """
    if power == 0:
        return np.square(pred - target)
    if pred.min() <= 0:
        raise RefusedRows(pred <= 0, f"a prediction that is not above 0, which power={number_text(power)} needs")
    low = target <= 0 if power >= 2 else target < 0
    if power > 0 and low.any():
        sign = "not above 0" if power >= 2 else "below 0"
        raise RefusedRows(low, f"a target {sign}, where power={number_text(power)} has none", "target")
    if power in (1, 2):
        return (_poisson if power == 1 else _gamma)(pred, target)
    return _tweedie(pred, target, power)


@loss(
    range=FINITE,
    best=None,
    proper=True,
    elicits="mean and variance",
    reference="Nix & Weigend (1994), Estimating the mean and variance of the target distribution, doi:10.1109/ICNN.1994.374138",
    calls=("torch.nn.functional.gaussian_nll_loss(pred, target, var, full=full, eps=0)",),
    known_as={"GaussianNLLLoss": "gaussian_nll"},
)
def gaussian_nll(pred: Real, target: Real, var: Positive, *, full: Full = False) -> Array:
    """Minus log-likelihood of a normal distribution whose mean and variance are predicted.

    (log v + e**2 / v) / 2,  e = pred - target;  + log(2 pi) / 2 with full=true
    """
    error = pred - target
    cost: Array = (np.log(var) + error / var * error) / 2
    return cost + math.log(2 * math.pi) / 2 if full else cost


def _times_log(y: Array, x: Array) -> Array:
    """y log x, 0 for y = 0."""
    return np.where(y == 0, 0.0, y * np.log(np.where(y == 0, 1.0, x)))


def _log_ratio(above: Array, below: Array) -> Array:
    """log(above / below), also where the quotient is no normal number."""
    ratio = above / below
    within = (ratio > 1e-300) & (ratio < 1e300)
    return np.where(within, np.log(np.where(within, ratio, 1.0)), np.log(above) - np.log(below))


def _poisson(mean: Array, y: Array) -> Array:
    """2 y (x - log(1 + x)) with x = (mean - y) / y, where that is small."""
    some = np.where(y == 0, 1.0, y)
    away = (mean - some) / some
    near = np.abs(away) < 0.5
    far = mean - y - np.where(y == 0, 0.0, y * _log_ratio(mean, some))
    return 2 * np.where(near & (y > 0), y * log1p_less(np.clip(away, -0.5, 0.5)), far)


def _gamma(mean: Array, y: Array) -> Array:
    """2 (x - log(1 + x)) with x = (y - mean) / mean, where that is small."""
    away = (y - mean) / mean
    near = np.abs(away) < 0.5
    return 2 * np.where(near, log1p_less(np.clip(away, -0.5, 0.5)), away - _log_ratio(y, mean))


def _tweedie(mean: Array, y: Array, power: float) -> Array:
    """2 mean**a ((1 + x)**a - 1 - a x) / (a (a - 1)) with a = 2 - power, x = (y - mean) / mean, where a x is small.

    Its binomial series is the sum over k >= 2 of (a - 2) ... (a - k + 1) / k! x**k.
    """
    a = 2 - power
    away = (y - mean) / mean
    near = np.abs(away) * max(1.0, abs(a)) < 0.5
    x = np.where(near, away, 0.0)
    term = x * x / 2
    series = term
    for k in range(2, 60):
        term = term * (x * ((a - k) / (k + 1)))
        series = series + term
    far = np.maximum(y, 0) ** a / (a * (a - 1)) - y * mean ** (a - 1) / (a - 1) + mean**a / a
    return 2 * np.where(near, mean**a * series, far)
