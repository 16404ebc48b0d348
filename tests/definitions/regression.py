"""Losses of the error of a real prediction, and of errors as shares, of quantiles and of outliers."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np

from tests.definitions.arithmetic import MP, ONE, ZERO, Number, exact, exp
from tests.definitions.definition import IN_ULP, Data, define

RNG = np.random.default_rng(0)
SIZES = (0.0, 5e-324, 1e-310, 1e-162, 3e-9, 0.1, 1.0, 1 + 2**-52, 7.7e9, 1.3e154, 1.797e308)
NUMBERS = sorted({sign * size for size in SIZES for sign in (1, -1)})
KINKS = [knee * step for knee in (0.1, 1.0, 3.0, 1e150) for step in (1 - 2**-53, 1, 1 + 2**-52)]
PAIRS = np.array([*itertools.product(NUMBERS, NUMBERS[::2]), *((kink, 0) for kink in KINKS), *RNG.normal(size=(30, 2)) * 5])
ERRORS = Data({"pred": PAIRS[:, 0], "target": PAIRS[:, 1]})
DIVIDED = Data({name: values[PAIRS[:, 1] != 0] for name, values in ERRORS.roles.items()})
KNEES = (5e-324, 0.1, 1.0, 3.0, 1e150)
USUAL = Data({"pred": RNG.normal(size=20) * 5, "target": RNG.normal(size=20) * 5})
PERIODS = tuple(f"period={period!r}" for period in (360.0, 0.7, 1e300))
exactly = partial(define, ERRORS, bound=IN_ULP)


def wrapped(pred: Number, target: Number, period: Number | None) -> Number:
    """e - P floor(e / P + 1/2), in whole multiples of half the least double."""
    if period is None:
        return pred - target
    left, right, whole = (int(MP.ldexp(one, 1075)) for one in (pred, target, period))
    e = left - right
    return MP.ldexp(MP.mpf(e - whole * ((2 * e + whole) // (2 * whole))), -1075)


@exactly(options=("", *PERIODS))
def mae(pred: Number, target: Number, *, period: Number | None) -> Number:
    return abs(wrapped(pred, target, period))


@exactly(options=("", *PERIODS))
def mse(pred: Number, target: Number, *, period: Number | None) -> Number:
    return wrapped(pred, target, period) ** 2


exactly(of="rmse", options=("", *PERIODS))(mse)


@define(USUAL, of="rmse", options=("", "period=3"), headline=True)
def root(pred: list[Number], target: list[Number], *, period: Number | None) -> Number:
    return MP.sqrt(sum(mse(*pair, period=period) for pair in zip(pred, target, strict=True)) / len(pred))


@exactly(options=("beta=0", "beta=0.3:period=7", *(f"beta={knee!r}" for knee in KNEES)))
def smooth_l1(pred: Number, target: Number, *, beta: Number, period: Number | None) -> Number:
    e = abs(wrapped(pred, target, period))
    return e**2 / (2 * beta) if e < beta else e - beta / 2


@exactly(options=("delta=0.3:period=7", *(f"delta={knee!r}" for knee in KNEES)))
def huber(pred: Number, target: Number, *, delta: Number, period: Number | None) -> Number:
    e = abs(wrapped(pred, target, period))
    return e**2 / 2 if e <= delta else delta * (e - delta / 2)


@exactly()
def bias(pred: Number, target: Number) -> Number:
    return pred - target


@exactly()
def log_cosh(pred: Number, target: Number) -> Number:
    e = abs(pred - target)
    return MP.log1p(2 * MP.sinh(e / 2) ** 2) if e < 1 else e + MP.log1p(exp(-2 * e)) - MP.log(2)


@exactly(options=tuple(f"delta={knee!r}" for knee in KNEES))
def pseudo_huber(pred: Number, target: Number, *, delta: Number) -> Number:
    e = pred - target
    return e**2 / (MP.sqrt(1 + (e / delta) ** 2) + 1)


@exactly(options=("", "c=4.685", *(f"c={knee!r}" for knee in KNEES)))
def tukey(pred: Number, target: Number, *, c: Number) -> Number:
    share = min(abs(pred - target) / c, ONE) ** 2
    return c**2 / 6 * share * (3 - 3 * share + share**2)


SHIFTS = (
    -1 + 2**-53,
    -0.999,
    -0.5,
    -1e-300,
    0.0,
    5e-324,
    1e-300,
    1e-16,
    0.1,
    1.0,
    1 + 2**-52,
    2.5,
    1e16,
    1e16 + 2,
    1e300,
    1.79e308,
)
LOGS = np.array([*itertools.product(SHIFTS, SHIFTS), *RNG.exponential(size=(100, 2))])
ABOVE = Data({"pred": LOGS[:, 0], "target": LOGS[:, 1]})


@define(ABOVE, bound=IN_ULP)
def msle(pred: Number, target: Number) -> Number:
    return (MP.log1p(pred) - MP.log1p(target)) ** 2


define(ABOVE, of="rmsle", bound=IN_ULP)(msle)


@define(Data({"pred": LOGS[-20:, 0], "target": LOGS[-20:, 1]}), of="rmsle", headline=True)
def root_of_logs(pred: list[Number], target: list[Number]) -> Number:
    return MP.sqrt(sum(map(msle, pred, target)) / len(pred))


EXPONENTS = [0, 5e-324, 1e-162, 1e-155, 1e-16, 1e-9, 0.3, 0.999, 1, 37.3, 708.3, 709.7, 720, 1e308]
RISES = Data({"pred": [*EXPONENTS, *(-one for one in EXPONENTS), *EXPONENTS[-10:]], "target": [0.0] * 28 + [0.1, -3.7] * 5})


@define(RISES, options=("", "a=-0.7", "a=13.3", "a=5e-324", "a=1e308"), bound=IN_ULP)
def linex(pred: Number, target: Number, *, a: Number) -> Number:
    x = a * (pred - target)
    return x**2 / 2 if abs(x) < exact(1e-160) else MP.expm1(x) - x


ALPHAS = (
    "-inf",
    "-1e300",
    "1e300",
    "1.999999999999",
    "-1e5",
    "-2",
    "-1e-9",
    "-1e-300",
    "0",
    "1e-300",
    "0.5",
    "1",
    "1.999999",
    "2",
    "7",
    "100",
)


OUTLIERS = [0.0, 5e-324, 1e-162, 1e-155, 1e-9, 0.3, 1.0, 3.0, 40.0, 7.7e9, 1.3e154, 1e200, 1.797e308]
FAR = Data(
    {
        "pred": np.array([*OUTLIERS, 1.797e308, *RNG.normal(size=10)]),
        "target": np.array([*[0.0] * 13, -1e308, *RNG.normal(size=10)]),
    }
)
OF_SCALE = [
    f"alpha={alpha}:c={c}"
    for alpha, c in zip(("-inf", "-1e-300", "0", "0.5", "2"), ("1e150", "1e-3", "1e-300", "1e150", "1e-3"), strict=True)
]


@define(FAR, options=("", *(f"alpha={alpha}" for alpha in ALPHAS), *OF_SCALE))
def robust(pred: Number, target: Number, *, alpha: Number, c: Number) -> Number:
    x = ((pred - target) / c) ** 2
    if alpha == 2:
        return x / 2
    if alpha == 0:
        return MP.log1p(x / 2)
    if alpha == -MP.inf:
        return -MP.expm1(-x / 2)
    away = abs(alpha - 2)
    power = alpha / 2 * MP.log1p(x / away)
    return away / alpha * MP.expm1(power) if power < 2000 else MP.inf


@define(DIVIDED, options=("", "percent=true"), bound=IN_ULP)
@exactly(options=("eps=1e-300", "eps=0.5", "eps=1e9:percent=true"))
def mape(pred: Number, target: Number, *, eps: Number, percent: bool) -> Number:
    return (100 if percent else 1) * abs(pred - target) / max(abs(target), eps)


@exactly(options=("", "scale=1", "scale=200", "scale=0.3"))
def smape(pred: Number, target: Number, *, scale: Number) -> Number:
    return ZERO if pred == target else scale * abs(pred - target) / (abs(pred) + abs(target))


SMALL = Data({name: np.array(values)[np.abs(PAIRS).max(axis=1) < 1e10] for name, values in ERRORS.roles.items()})


@define(SMALL)
def wmape(pred: list[Number], target: list[Number]) -> Number:
    return sum(abs(one - other) for one, other in zip(pred, target, strict=True)) / sum(map(abs, target))


def pinball(pred: Number, target: Number, q: Number) -> Number:
    e = target - pred
    return q * e if e >= 0 else (q - 1) * e


LEVELS = ("0.5", "0.1", "0.9", "1e-300", "0.9999999999999999", "0.3")


@exactly(options=("", *(f"q={q}" for q in LEVELS)))
def quantile(pred: Number, target: Number, *, q: list[Number]) -> Number:
    return pinball(pred, target, *q)


QUANTILES = Data({"pred": RNG.choice(NUMBERS, (150, 3)), "target": RNG.choice(NUMBERS, 150)})
USUAL_QUANTILES = Data({"pred": np.sort(RNG.normal(size=(30, 3)), axis=1), "target": RNG.normal(size=30)})


@define(QUANTILES, USUAL_QUANTILES, options=("q=0.1,0.5,0.9", "q=0.3,0.3,1e-300"), of="quantile", form=1, bound=IN_ULP)
def quantiles(pred: list[Number], target: Number, *, q: list[Number]) -> Number:
    return sum(pinball(one, target, level) for one, level in zip(pred, q, strict=True)) / len(q)


@define(USUAL_QUANTILES, options=("levels=0.1,0.5,0.9", "levels=0.7,0.2,0.7"))
def wql(pred: list[list[Number]], target: list[Number], *, levels: list[Number]) -> Number:
    cost = sum(quantiles(row, y, q=levels) for row, y in zip(pred, target, strict=True))
    return 2 * cost / sum(map(abs, target))


@exactly(options=("", *(f"q={q}" for q in LEVELS)))
def expectile(pred: Number, target: Number, *, q: Number) -> Number:
    e = target - pred
    return abs(q - (e < 0)) * e**2


@exactly(options=("", *(f"q={q}:delta={knee!r}" for q, knee in zip(LEVELS, KNEES, strict=False)), "delta=1e308"))
def quantile_huber(pred: Number, target: Number, *, q: Number, delta: Number) -> Number:
    return abs(q - (target - pred < 0)) * huber(pred, target, delta=delta, period=None) / delta
