"""How exact every value is, over the whole domain of its inputs: the formulas in 700 digits say what is right."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from lossctl import evaluate
from tests.oracle import (
    INF,
    MP,
    ONE,
    ZERO,
    Number,
    costs,
    exact,
    of_true_class,
    off,
    times,
    true_class,
    ulps,
    worst,
)

pytestmark = pytest.mark.slow
RNG = np.random.default_rng(0)
SIZES = (0.0, 5e-324, 1e-310, 2.3e-308, 1e-162, 1e-155, 3e-9, 0.1, 1.0, 1 + 2**-52, 2.5, 7.7e9, 1.3e154, 1e155, 1e308, 1.797e308)
NUMBERS = sorted({sign * size for size in SIZES for sign in (1, -1)})
KINKS = [knee * step for knee in (0.1, 1.0, 3.0, 1e150) for step in (1 - 2**-53, 1, 1 + 2**-52)]
PRED, TARGET = np.array([*itertools.product(NUMBERS, NUMBERS), *((kink, 0) for kink in KINKS), *RNG.normal(size=(300, 2)) * 5]).T
ERRORS = [abs(exact(pred) - exact(target)) for pred, target in zip(PRED, TARGET, strict=True)]


def cost(loss: str, pred: Any, target: Any, **options: Any) -> Any:
    return evaluate(pred, target, loss, **options).samples


def smooth_l1(beta: float, error: Number) -> Number:
    return error**2 / (2 * exact(beta)) if error < exact(beta) else error - exact(beta) / 2


def huber(delta: float, error: Number) -> Number:
    return error**2 / 2 if error <= exact(delta) else exact(delta) * (error - exact(delta) / 2)


def log_cosh(error: Number) -> Number:
    return error**2 / 2 if error < exact(1e-100) else error + MP.log1p(MP.exp(-2 * error)) - MP.log(2)


def pseudo_huber(delta: float, error: Number) -> Number:
    return error**2 / (MP.sqrt(1 + (error / exact(delta)) ** 2) + 1)


def tukey(c: float, error: Number) -> Number:
    share = min(error / exact(c), ONE) ** 2
    return exact(c) ** 2 / 6 * share * (3 - 3 * share + share**2)


KNEES = (5e-324, 1e-308, 1e-160, 0.1, 1.0, 3.0, 1e150, 1e308)
REGRESSION: dict[str, Callable[[Number], Number]] = {
    "mae": lambda e: e,
    "mse": lambda e: e**2,
    **{f"smooth_l1:beta={knee!r}": partial(smooth_l1, knee) for knee in KNEES},
    **{f"huber:delta={knee!r}": partial(huber, knee) for knee in KNEES},
    **{f"pseudo_huber:delta={knee!r}": partial(pseudo_huber, knee) for knee in KNEES},
    **{f"tukey:c={knee!r}": partial(tukey, knee) for knee in KNEES},
    "log_cosh": log_cosh,
}
each_regression = pytest.mark.parametrize("loss", REGRESSION)


@each_regression
def test_regression_is_within_4_ulp(loss: str) -> None:
    error, row = worst(ulps, cost(loss, PRED, TARGET), list(map(REGRESSION[loss], ERRORS)))
    assert error <= 4, f"pred {PRED[row]!r}, target {TARGET[row]!r}"


@each_regression
def test_the_mean_over_outputs_is_within_4_ulp_and_overflows_only_itself(loss: str) -> None:
    order = np.random.default_rng(1).permutation(len(PRED) // 7 * 7).reshape(-1, 7)
    means = [sum(REGRESSION[loss](ERRORS[place]) for place in row) / 7 for row in order]
    error, row = worst(ulps, cost(loss, PRED[order], TARGET[order]), means)
    assert error <= 4, f"pred {PRED[order][row]}, target {TARGET[order][row]}"


@pytest.mark.parametrize("margin", KNEES)
def test_hinge_is_within_4_ulp(margin: float) -> None:
    pairs = [*itertools.product([*NUMBERS, *KINKS, *RNG.normal(size=100)], (-1, 1))]
    right = [max(ZERO, exact(margin) - label * exact(score)) for score, label in pairs]
    error, row = worst(ulps, cost(f"hinge:margin={margin!r}", *np.array(pairs).T), right)
    assert error <= 4, pairs[row]


NEAR_0 = (0.0, 5e-324, 1e-310, 1e-300, 1e-20, 1e-16, 2**-53, 1e-8, 0.1, 0.3, 0.4999)
NEAR_1 = (0.5, 0.5 + 2**-53, 0.7, 0.999, 1 - 1e-8, 1 - 1e-15, 1 - 1e-16, 1 - 2**-53, 1.0)
BIG = (36.0, 36.7, 37.0, 708.0, 709.8, 744.0, 745.2, 746.0, 1000.0, 1e308, math.inf)
BINARY: dict[str, Any] = {
    "probs": np.array([*NEAR_0, *NEAR_1, *RNG.random(150), *10.0 ** RNG.uniform(-300, 0, 40)]),
    "logits": np.array([sign * z for z in (*NEAR_0, *NEAR_1, *BIG, *RNG.normal(size=80) * 5) for sign in (1, -1)]),
    "logprobs": -np.array([*NEAR_0, *NEAR_1, *BIG, math.log(2), *RNG.exponential(size=150)]),
}
SOFT = ("", ":label_smoothing=0.1", ":label_smoothing=0.999", ":class_weight=0.3,7", ":label_smoothing=0.3:class_weight=0.3,7")


def smoothed(label: Number, loss: str) -> list[Number]:
    """The weights of both classes of a binary label, as `ce` has them."""
    options = dict(option.split("=") for option in loss.split(":")[1:])
    share = exact(float(options.get("label_smoothing", "0")))
    weights = map(float, options.get("class_weight", "1,1").split(","))
    spread = [(ONE - share) * part + share / 2 for part in (ONE - label, label)]
    return [exact(weight) * part for weight, part in zip(weights, spread, strict=True)]


@pytest.mark.parametrize("scale", BINARY)
@pytest.mark.parametrize("options", SOFT)
@pytest.mark.parametrize("soft", [False, True], ids=["hard", "soft"])
def test_binary_ce_is_within_4_ulp(scale: str, options: str, soft: bool) -> None:
    pred = np.repeat(BINARY[scale], 2)
    target = np.tile([0.0, 1.0], len(pred) // 2)
    if soft:
        rng = np.random.default_rng(1)
        target[2:] = rng.choice([1e-300, 1e-17, 0.25, 1 - 2**-53, 1.0, *rng.random(20)], len(pred) - 2)
    right = []
    for row, label in zip(pred, target, strict=True):
        terms = zip(smoothed(exact(label), f"ce{options}"), costs(scale, (float(row),)), strict=True)
        right.append(sum(times(weight, one) for weight, one in terms))
    error, row = worst(ulps, cost(f"ce{options}", pred, target, from_=scale), right)
    assert error <= 4, f"pred {pred[row]!r}, target {target[row]!r}"


def rows(scale: str) -> Any:
    """Rows of 4 classes: usual, nearly certain, saturated, masked, and as far apart as doubles get."""
    usual = RNG.normal(size=(60, 4)) * RNG.choice([0.1, 1, 5, 30, 300], size=(60, 1))
    masked = [0, -math.inf, -math.inf, 3.0]
    if scale == "logits":
        far = [
            [1e308, -1e308, 0, 5],
            [-1e308] * 4,
            [1e308, 1e308, -math.inf, 0],
            [math.inf, 1, 2, 3],
            [1.79e308, -1.79e308, 0, 0],
        ]
        certain = [[1000, -1000, 0, 0], [0, 1e-300, 0, 5e-324], [740, 0, 0, 0], [37, 0, 0, 0], [1e16, 1e16 + 2, 0, 0]]
        return np.array([*usual, *far, *certain, masked])
    powers = np.exp(usual - usual.max(axis=1, keepdims=True))
    sharp = [[1.0, 0, 0, 0], [1 - 2**-53, 1e-16, 0, 0], [5e-324, 1, 0, 0], [1e-310, 1 - 1e-10, 1e-10, 0], [0.25] * 4]
    probs = np.array([*powers / powers.sum(axis=1, keepdims=True), *sharp])
    if scale == "probs":
        return probs
    with np.errstate(divide="ignore"):
        return np.array([*np.log(probs), [-1e-16, -36.8, -1000, -math.inf], [-1e-300, -1e308, -750, -math.inf]])


ALPHA = ":alpha=0.3,0.1,0.4,0.2"
CLASSIFICATION = (
    *("ce", "ce:class_weight=1,0.5,0.001,7", f"balanced_ce{ALPHA}", "ce:clip=1e-07", f"balanced_ce{ALPHA}:clip=0.01"),
    *(f"focal:gamma={gamma}{ALPHA}" for gamma in ("0", "0.5", "2", "5", "100")),
    *(f"poly:epsilon={epsilon}" for epsilon in ("1", "-1", "-0.9999", "5,-0.5", "-1,-0.5,-0.25", "-1,3,-0.33", "3")),
    *(f"poly_focal:epsilon={epsilon}:gamma={gamma}{ALPHA}" for epsilon, gamma in (("-1", "2"), ("2,-0.25", "0.5"))),
    *("focal:clip=1e-07", "poly:epsilon=-1:clip=0.001", f"poly_focal:clip=0.25{ALPHA}"),
)


@pytest.mark.parametrize("scale", BINARY)
@pytest.mark.parametrize("binary", [True, False], ids=["binary", "classes"])
def test_every_classification_loss_is_within_1e_13_of_its_largest_term(scale: str, binary: bool) -> None:
    data = BINARY[scale][:80] if binary else rows(scale)
    classes = 2 if binary else 4
    pred, target = np.repeat(data, classes, axis=0), np.tile(np.arange(classes), len(data))
    for text in CLASSIFICATION:
        loss = text.replace("0.3,0.1,0.4,0.2", "0.3,0.1").replace("1,0.5,0.001,7", "1,0.5") if binary else text
        clip = float(loss.partition("clip=")[2].partition(":")[0] or 0)
        truth = [true_class(scale, row, label, clip) for row, label in zip(pred, target, strict=True)]
        right = [of_true_class(loss, label, *parts) for label, parts in zip(target, truth, strict=True)]
        error, row = worst(off, cost(loss, pred, target, from_=scale), *zip(*right, strict=True))
        assert error <= 1e-13, f"{loss}: {pred[row]}, label {target[row]}"


def test_a_loss_whose_coefficients_take_its_series_away_is_never_below_0() -> None:
    epsilon = ",".join(repr(-1 / power) for power in range(1, 31))
    for scale, pred in BINARY.items():
        assert cost(f"poly:epsilon={epsilon}", pred, np.ones(len(pred)), from_=scale).min() >= 0


def test_a_large_gamma_of_a_nearly_wrong_row_is_exact() -> None:
    for scale, pred in (("probs", 1e-9), ("logprobs", math.log(1e-9)), ("logits", -20.7)):
        one, left = true_class(scale, pred, 1)
        assert off(cost("focal:gamma=1e8", [pred], [1], from_=scale)[0], left ** exact(1e8) * one, ZERO) <= 1e-13


def test_soft_labels_of_logits_whose_difference_overflows_are_exact() -> None:
    logits, labels = [(1e308, -1e308, 0.0)], [(0.9, 0.05, 0.05)]
    right = sum(exact(label) * one for label, one in zip(labels[0], costs("logits", logits[0]), strict=True))
    assert off(cost("ce", logits, labels, from_="logits")[0], right, ZERO) <= 1e-15
    smoothed_cost = exact(0.1) / 3 * sum(costs("logits", logits[0]))
    assert off(cost("ce:label_smoothing=0.1", logits, [0], from_="logits")[0], smoothed_cost, ZERO) <= 1e-15


@pytest.mark.parametrize("dtype", ["float16", "float32", "uint8", "int8", "uint64", ">f4"])
def test_arithmetic_is_that_of_doubles_whatever_the_array_holds(dtype: str) -> None:
    pred, target = np.array([10, 0.1, 3], dtype), np.array([100, 0.7, 3], dtype)
    right = [(exact(one) - exact(other)) ** 2 for one, other in zip(pred, target, strict=True)]
    assert worst(ulps, cost("mse", pred, target), right)[0] <= 4


def test_a_measure_sees_what_is_wrong() -> None:
    assert ulps(1.0, exact(1 + 2**-52)) == 1
    assert ulps(math.inf, exact(1e308)) > 4
    assert ulps(1e308, INF) > 4
    assert ulps(math.nan, ONE) == off(math.nan, ONE, ONE) == math.inf
    assert off(math.inf, ONE, ONE) > 1
    assert off(0.0, exact(2e-14), ZERO) == 1
