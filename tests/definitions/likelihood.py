"""Minus log-likelihoods and deviances."""

from __future__ import annotations

import itertools

import numpy as np

from tests.definitions.arithmetic import MP, ONE, ZERO, Number, Sum, added, exact, exp, log, times
from tests.definitions.definition import Data, define

RNG = np.random.default_rng(2)
SIZES = (5e-324, 1e-300, 1e-9, 0.3, 1.0, 1 + 2**-52, 1.0001, 2.0, 7.5, 3e9, 1e150, 1.79e308)
NEAR = [(one, one * (1 + step)) for one in (0.3, 7.5, 1e10, 1e-200) for step in (1e-15, -1e-9, 1e-4, -0.2, 0.49, 0.51)]
PAIRS = np.array([*itertools.product(SIZES, SIZES), *NEAR, *RNG.exponential(3, (30, 2))])
POSITIVE = Data({"pred": PAIRS[:, 0], "target": PAIRS[:, 1]})
ZEROS = Data({"pred": [*SIZES], "target": [0.0] * len(SIZES)})
MEANS = Data({"pred": [0.0, 0.0, 5e-324, 3.0], "target": [0.0, 2.0, 7.0, 0.0]})
LOGS = Data(
    {
        "pred": [*RNG.normal(size=40) * 5, 709.7, 709.8, 745, -745, -746, 1e308, -1e308, 1e-300, 0, 0],
        "target": [*range(40), 0, 3, 5, 0, 7, 1e9, 1, 1, 0, 2],
    }
)


@define(POSITIVE, ZEROS, MEANS, options=("", "full=true"))
@define(LOGS, options=("log=true", "log=true:full=true"))
def poisson_nll(pred: Number, target: Number, *, log: bool, full: bool) -> Sum:
    terms = [exp(pred), -target * pred] if log else [pred, -times(target, MP.log(pred) if pred else -MP.inf)]
    if full and target > 1:
        terms += [target * MP.log(target), -target, MP.log(2 * MP.pi * target) / 2]
    return added(terms)


@define(POSITIVE, ZEROS)
def poisson_deviance(pred: Number, target: Number) -> Number:
    return 2 * (times(target, log(target / pred)) + pred - target)


@define(POSITIVE)
def gamma_deviance(pred: Number, target: Number) -> Number:
    return 2 * (MP.log(pred / target) + target / pred - 1)


SIGNED = Data({"pred": np.repeat([1e-9, 0.3, 2.0, 1e30], 5), "target": np.tile([-1e9, -0.3, 0.0, -2.0, 0.3], 4)})
ALL_SIGNS = Data({"pred": [-3.0, 0.0, 1e308, -1e308], "target": [2.0, 0.0, -1e308, -1e308]})
FINITE = Data(
    {name: np.array(values)[(PAIRS > 1e-60).all(axis=1) & (PAIRS < 1e60).all(axis=1)] for name, values in POSITIVE.roles.items()}
)


@define(POSITIVE, options=("power=0", "power=1", "power=2", "power=1.5"))
@define(
    FINITE, options=("power=3", "power=1.1", "power=1.9", "power=2.5", "power=-1", "power=-0.3", "power=1.001", "power=1.999")
)
@define(SIGNED, options=("power=-1", "power=-0.3", "power=0"))
@define(ZEROS, options=("power=1.5", "power=1"))
@define(ALL_SIGNS, options=("power=0",))
def tweedie_deviance(pred: Number, target: Number, *, power: Number) -> Number | Sum:
    if power == 0:
        return (pred - target) ** 2
    if power == 1:
        return poisson_deviance(pred, target)
    if power == 2:
        return gamma_deviance(pred, target)
    one, two = ONE - power, 2 - power
    top = max(target, ZERO) ** two if target > 0 or two > 0 else ZERO
    return added([2 * top / (one * two), -2 * target * pred**one / one, 2 * pred**two / two])


VARIANCES = np.array(
    [*itertools.product([0.0, 1e-300, 1e-9, 1.0, 1e10, 1e154, 1.7e308], [5e-324, 1e-200, 0.1, 1.0, 1 + 2**-52, 1e200, 1.7e308])]
)
NORMAL = Data({"pred": VARIANCES[:, 0], "target": np.zeros(len(VARIANCES)), "var": VARIANCES[:, 1]})
USUAL = Data({"pred": RNG.normal(size=30), "target": RNG.normal(size=30), "var": RNG.exponential(size=30)})


@define(NORMAL, USUAL, options=("", "full=true"))
def gaussian_nll(pred: Number, target: Number, var: Number, *, full: bool) -> Sum:
    return added([log(var) / 2, (pred - target) ** 2 / var / 2, *([log(2 * MP.pi) / 2] if full else [])])


@define(
    Data({"mu": RNG.normal(size=(20, 3)), "logvar": RNG.normal(size=(20, 3)) * 3}),
    Data({"mu": [[1e-170, 0, 1e-9], [1e154, 0, 1], [0, 0, 0]], "logvar": [[1e-160, 1e-9, -1e-9], [-1e308, 709.7, 0], [0, 0, 0]]}),
)
def vae_kl(mu: list[Number], logvar: list[Number]) -> Number:
    return sum(m**2 / 2 + (v**2 / 2 if abs(v) < exact(1e-150) else MP.expm1(v) - v) / 2 for m, v in zip(mu, logvar, strict=True))
