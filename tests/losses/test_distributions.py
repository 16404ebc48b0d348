"""Losses of intervals, quantiles, ensembles, counts and survival: what they refuse, and what their parameters must be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl import LossctlError, evaluate
from tests.conftest import Command

QUANTILES = np.array([[0.0, 1.0, 2.0], [-1.0, 0.5, 1.0]])
TARGET = np.array([1.5, -2.0])
SYMMETRIC = "0.5 and pairs q,1-q of numbers > 0 and < 1, as in 0.1,0.5,0.9"


def refusal(loss: str, **roles: Any) -> str:
    with pytest.raises(LossctlError) as refused:
        evaluate(loss=loss, role=roles)
    return str(refused.value)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("wql:levels=0.1,0.9", "wql: levels has 2 levels, and pred has 3 columns"),
        ("crps:levels=0.1,0.2,0.3,0.4", "crps: levels has 4 levels, and pred has 3 columns"),
        ("quantile:q=0.1,0.9", "quantile: q has 2 levels, and pred has 3 columns"),
        ("quantile", "quantile: q has 1 level, and pred has 3 columns"),
        ("wis:levels=0.5", "wis: levels has 1 level, and pred has 3 columns"),
        ("wis:levels=0.1,0.5,0.8", f"wis: levels must be {SYMMETRIC}, not '0.1,0.5,0.8'"),
        ("crps:levels=0.1,0.5,0.9:estimator=fair", "crps: estimator has no meaning beside levels=0.1,0.5,0.9"),
    ],
)  # fmt: skip
def test_levels_are_as_many_as_columns(loss: str, expected: str) -> None:
    assert refusal(loss, pred=QUANTILES, target=TARGET) == expected


def test_quantiles_in_another_order_of_columns_are_the_same_loss() -> None:
    for loss in ("quantile:q={}", "wis:levels={}", "crps:levels={}", "wql:levels={}"):
        value = evaluate(QUANTILES, TARGET, loss.format("0.1,0.5,0.9")).value
        assert evaluate(QUANTILES[:, ::-1], TARGET, loss.format("0.9,0.5,0.1")).value == value
        assert evaluate(QUANTILES, TARGET, loss.format("0.9,0.5,0.1")).value != value


def test_an_interval_has_one_alpha_or_one_level_and_its_ends_in_order() -> None:
    roles = {"lower": [0.0], "upper": [1.0], "target": [2.0]}
    needs = (
        "interval_score needs one of alpha and level: alpha (share of the targets that should lie outside) "
        "or level (share inside in percent: 80 is alpha 0.2)"
    )
    assert refusal("interval_score", **roles) == needs
    assert refusal("winkler:alpha=0.2:level=80", **roles) == needs
    assert evaluate(loss="winkler:alpha=0.2", role=roles).value == evaluate(loss="winkler:level=80", role=roles).value == 11
    assert refusal("winkler:level=0.8", **roles) == "interval_score: level must be a number >= 1 and < 100, or none, not '0.8'"
    hint = 'were they swapped? name both: role={"lower": "COLUMN"}, role={"upper": "COLUMN"}'
    for loss in ("interval_score:level=80", "miss"):
        expected = f"lower row 0: {loss}: lower is above upper\nhint: {hint}"
        assert refusal(loss, lower=[1.0], upper=[0.0], target=[2.0]) == expected


def test_one_member_is_no_sample_and_its_score_is_the_absolute_error() -> None:
    assert evaluate(TARGET + 2, TARGET, "crps").value == 2
    assert (
        refusal("crps:estimator=fair", pred=TARGET, target=TARGET) == "estimator=fair needs two members or more, and pred has one"
    )


def test_a_normal_distribution_without_spread_is_its_mean() -> None:
    assert evaluate(loss="crps", role={"mean": [1.0, 2.0], "std": [0.0, 0.0], "target": [3.0, 2.0]}).value == 1
    assert refusal("crps", mean=[1.0], std=[-1.0], target=[0.0]) == "std row 0: std -1 is below 0"
    assert refusal("gaussian_nll", pred=[1.0], var=[0.0], target=[0.0]) == "var row 0: var 0 is not above 0"


def test_targets_of_0_are_refused_where_they_divide(lossctl: Command) -> None:
    Path("p.csv").write_text("g,pred,target\na,1,2\nb,3,0\n")
    done = lossctl("eval", "p.csv", "-l", "mape")
    problem = "p.csv line 3, column 'target': mape: the target is 0, and no error is a share of it"
    hint = "mape:eps=EPS divides by EPS there; wmape divides by the sum of all targets"
    assert (done.code, done.err) == (3, f"lossctl: error: {problem}\nhint: {hint}\n")
    assert lossctl("eval", "p.csv", "-l", "mape:eps=0.5:percent=true", "-b").value == 325
    assert lossctl("eval", "p.csv", "-l", "wmape", "-b").value == 2
    Path("p.csv").write_text("pred,target\n1,0\n3,0\n")
    done = lossctl("eval", "p.csv", "-l", "wmape")
    assert (done.code, done.err) == (3, "lossctl: error: p.csv: wmape: the sum of abs(target) is 0\n")


@pytest.mark.parametrize(
    ("loss", "pred", "target", "expected"),
    [
        (
            "poisson_nll",
            -1.0,
            1.0,
            "pred row 0: poisson_nll: a mean below 0\nhint: for predictions that are its logarithm: poisson_nll:log=true",
        ),
        ("poisson_deviance", 0.0, 1.0, "pred row 0: pred 0 is not above 0"),
        ("gamma_deviance", 1.0, 0.0, "target row 0: target 0 is not above 0"),
        ("msle", 1.0, -1.0, "target row 0: target -1 is not above -1"),
        (
            "tweedie_deviance:power=1.5",
            0.0,
            1.0,
            "pred row 0: tweedie_deviance:power=1.5: a prediction that is not above 0, which power=1.5 needs",
        ),
        (
            "tweedie_deviance:power=3",
            1.0,
            0.0,
            "target row 0: tweedie_deviance:power=3: a target not above 0, where power=3 has none",
        ),
        (
            "tweedie_deviance:power=0.5",
            1.0,
            1.0,
            "tweedie_deviance: power must be a finite number <= 0, or a finite number >= 1, not '0.5'",
        ),
    ],
)
def test_numbers_that_a_distribution_has_not_are_refused(loss: str, pred: float, target: float, expected: str) -> None:
    assert refusal(loss, pred=[pred], target=[target]) == expected


def test_the_deviances_are_members_of_one_family() -> None:
    pred, target = np.array([0.5, 2.0, 3.0]), np.array([0.25, 2.0, 7.0])
    for power, other in ((0, "mse"), (1, "poisson_deviance"), (2, "gamma_deviance")):
        value = evaluate(pred, target, other).value
        assert evaluate(pred, target, f"tweedie_deviance:power={power}").value == value
        if power:
            assert evaluate(pred, target, f"tweedie_deviance:power={power + 1e-7}").value == pytest.approx(value, rel=1e-6)


def test_partial_likelihood_needs_an_event_and_says_its_sum() -> None:
    roles = {"pred": [0.5, -0.25], "time": [5.0, 3.0], "event": [0, 0]}
    assert refusal("cox", **roles) == "pred: cox: the number of events is 0"
    roles |= {"event": [1, 0], "group": ["a", "b"]}
    assert refusal("cox", **roles) == "group row 1: cox: the number of events of the group 'b' is 0"
    del roles["group"]
    result = evaluate(loss="cox", role=roles | {"event": [1, 1]}).run.results[0]
    assert result.sum == pytest.approx(np.log1p(np.exp(0.75)), rel=1e-15)
    assert (result.value, result.n) == (result.sum / 2, 2)


def test_weights_of_survival_rows_are_rows_that_many_times() -> None:
    roles: dict[str, Any] = {"pred": [0.5, -0.25, 1.0, 0.0], "time": [5.0, 3.0, 3.0, 8.0], "event": [1, 1, 0, 1]}
    twice = {name: [*values, values[0]] for name, values in roles.items()}
    weighted = evaluate(loss="cox", role=roles, weight=[2, 1, 1, 1]).run.results[0]
    assert weighted.sum == pytest.approx(evaluate(loss="cox", role=twice).run.results[0].sum, rel=1e-14)


def test_angles_are_apart_the_short_way_round() -> None:
    assert list(evaluate([350.0, 1e6 + 350], [10.0, 1e6 + 10], "mae:period=360").samples) == [20.0, 20.0]
    assert evaluate([359.75, -180.0], [0.0, 180.0], "rmse:period=360").run.results[0].mean == 0.03125
    assert evaluate([23.5], [0.5], "huber:delta=0.5:period=24").value == 0.375
