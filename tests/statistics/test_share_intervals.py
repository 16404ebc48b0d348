"""Intervals of shares of rows that cost 1: Wilson and Clopper-Pearson, against statsmodels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lossctl.statistics.intervals.interval import HALL, WILSON, share_interval
from tests.conftest import Command
from tests.statistics.interval_data import (
    result,
    table,  # noqa: F401 - a fixture, which tests use by its name
)


@pytest.mark.parametrize(
    ("ones", "exact", "low", "high"),
    [  # statsmodels 0.15.0, proportion_confint: wilson, beta
        (3, False, 0.03459988874733416, 0.25621082579184085),
        (3, True, 0.02111713702972257, 0.2652884504742081),
        (0, True, 0.0, 0.1157033082220278),
    ],
)
def test_the_interval_of_a_share_is_that_of_statsmodels(ones: int, exact: bool, low: float, high: float) -> None:
    assert share_interval(ones, 30, 0.95, exact=exact)[:2] == pytest.approx((low, high), rel=1e-9, abs=1e-15)


@pytest.mark.usefixtures("table")
def test_what_costs_0_or_1_is_a_share_and_never_has_a_width_of_0(lossctl: Command) -> None:
    Path("a.csv").write_text("y,pred\n" + "0,1\n" * 3 + "0,0\n" * 27)
    found = result(lossctl, "a.csv", "-l", "mae")
    assert (found["ci_method"], found["low"]) == (WILSON, pytest.approx(0.03459988874733416, rel=1e-9))
    Path("a.csv").write_text("y,pred\n" + "0,0\n" * 30)
    found = result(lossctl, "a.csv", "-l", "mae")
    assert (found["low"], found["ci_method"]) == (0, WILSON)
    assert found["high"] > 0.1
    Path("a.csv").write_text("y,pred\n" + "0,2\n" * 30)  # constant, and no share
    found = result(lossctl, "a.csv", "-l", "mae")
    assert (found["low"], found["high"], found["se"]) == (2, 2, 0)


@pytest.mark.usefixtures("here")
def test_a_share_of_one_row_has_no_interval_as_no_mean_of_one_row_has(lossctl: Command) -> None:
    Path("a.csv").write_text("g,y,pred\na,0,1\nb,0,1\nb,0,0\n")
    done = lossctl("eval", "a.csv", "-l", "mae", "--by", "g", "--confidence", "0.95", "--json")
    found = json.loads(done.out)["runs"][0]["results"]
    assert [(one["low"] is None, one["high"] is None, one["ci_method"], one["units"]) for one in found] == [
        (False, False, WILSON, 3),
        (True, True, None, 1),
        (False, False, WILSON, 2),
    ]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("rare", [0, 1])
def test_a_share_is_one_at_either_end(lossctl: Command, rare: int) -> None:
    Path("share.csv").write_text("value\n" + f"{1 - rare}\n" * 99_999 + f"{rare}\n")
    found = result(lossctl, "share.csv", "-r", "value=value", "-l", "given")
    golden = share_interval(1 if rare else 99_999, 100_000, 0.95)
    assert (found["ci_method"], found["low"], found["high"]) == (WILSON, golden.low, golden.high)
    assert 0 < found["low"] < found["high"] < 1


def test_costs_that_are_not_0_or_1_are_no_share_though_their_squares_add_up_to_the_same(lossctl: Command) -> None:
    Path("a.csv").write_text("y,pred\n0,1.5\n0,0.5\n0,0.5\n0,0.5\n")  # sums of costs and of squares: 3
    assert result(lossctl, "a.csv", "-l", "mae")["ci_method"] == HALL


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_where_no_row_or_every_row_costs_1_an_end_is_exactly_0_or_1(level: float) -> None:
    assert {share_interval(0, rows, level).low for rows in range(1, 200)} == {0.0}
    assert {share_interval(rows, rows, level).high for rows in range(1, 200)} == {1.0}
