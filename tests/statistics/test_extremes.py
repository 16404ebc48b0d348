"""Intervals at the ends of what doubles hold, and of data that tell little: right where there is one, else a reason."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl import check
from lossctl.statistics.intervals.interval import share_rise_seen
from lossctl.statistics.paired.difference import METHODS
from tests.conftest import Command

BASE = [0.5, -1.25, 2.0, 0.75, -0.25, 1.5]
CANDIDATE = [1.0, -0.5, 3.25, 0.5, 0.75, 2.5]


def write(name: str, costs: Sequence[float], weights: Sequence[float] | None = None) -> None:
    weights = weights or [1.0] * len(costs)
    rows = zip(costs, weights, "uuvvww", strict=False)
    Path(name).write_text("y,pred,w,u\n" + "".join(f"0,{cost!r},{weight!r},{unit}\n" for cost, weight, unit in rows))


def compared(lossctl: Command, *options: str, code: int = 0) -> dict[str, Any]:
    done = lossctl("compare", "a.csv", "b.csv", "--json", *options)
    assert done.code == code, done.err
    (found,) = json.loads(done.out)["comparisons"]
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize("options", [(), ("--unit", "u"), ("-w", "w")], ids=" ".join)
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("power", [-1060, -700, 700, 1018])
def test_an_interval_scales_with_the_losses_and_a_p_value_does_not(
    lossctl: Command, power: int, method: str, options: tuple[str, ...]
) -> None:
    weights = [1.0, 2.0, 0.5, 1.0, 3.0, 1.0]
    asked = ("-l", "bias", "--method", method, "--resamples", "200", *options)
    for name, costs in (("a.csv", BASE), ("b.csv", CANDIDATE)):
        write(name, costs, weights)
    near = compared(lossctl, *asked)
    for name, costs in (("a.csv", BASE), ("b.csv", CANDIDATE)):
        write(name, [math.ldexp(cost, power) for cost in costs], [math.ldexp(weight, -power // 2) for weight in weights])
    far = compared(lossctl, *asked)
    tolerance = 1e-3 if power == -1060 else 1e-12  # subnormal numbers have few digits
    for name in ("difference", "low", "high"):
        assert math.ldexp(far[name], -power) == pytest.approx(near[name], rel=tolerance)
    assert (far["p_value"], far["verdict"]) == (pytest.approx(near["p_value"], rel=tolerance), near["verdict"])


@pytest.mark.parametrize("method", METHODS)
def test_errors_on_both_sides_of_zero_whose_difference_is_no_double_have_one_in_size(lossctl: Command, method: str) -> None:
    write("a.csv", [-1e307, -1.5e307, -1.25e307])
    write("b.csv", [1e307, 1.75e307, 1.125e307])
    found = compared(lossctl, "-l", "bias", "--method", method)
    assert found["difference"] == pytest.approx(1e307 / 24, rel=1e-12)
    assert (found["equal"], found["verdict"]) == (1, None)
    assert found["low"] < found["difference"] < found["high"]


@pytest.mark.parametrize("method", METHODS)
def test_an_interval_that_doubles_do_not_hold_is_none_and_says_why(lossctl: Command, method: str) -> None:
    write("a.csv", [1.0, 2.0])
    write("b.csv", [1.7e308, 2.0])
    found = compared(lossctl, "-l", "mae", "--method", method)
    assert found["difference"] == 8.5e307
    if method == "t":
        done = lossctl("compare", "a.csv", "b.csv", "-l", "mae", "--method", method, "-f", "table")
        assert "lossctl: warning: b.csv: mae has no interval: it would reach beyond what doubles hold\n" in done.err
        assert "; no interval: it would reach beyond what doubles hold" in done.out
        assert (found["low"], found["p_value"], found["verdict"]) == (None, None, None)


def test_numbers_whose_sum_overflows_are_read_without_a_word(lossctl: Command) -> None:
    import pyarrow.csv  # by which a file is read that is as small as this, where it is loaded

    assert pyarrow.csv
    write("a.csv", [1e308, 1e308, 1.0])
    assert lossctl("eval", "a.csv", "-l", "mae", "--reduction", "p50", "-b", "-q").value == 1e308


def test_a_mean_whose_sum_overflows_is_no_worse_for_sure(lossctl: Command) -> None:
    write("a.csv", [1.0, 2.0, 3.0])
    write("b.csv", [1e308, 1e308, 1e308])
    found = compared(lossctl, "-l", "mae", "--exit-code")
    assert (found["nonfinite"]["difference"], found["low"], found["verdict"]) == ("inf", None, None)
    assert found["no_interval"] == "the difference is too large for a double"


@pytest.mark.parametrize(
    ("loss", "base", "candidate"), [("mae", 1e308, 1.5e308), ("mse", 1e200, 1.5e200), ("bias", -1e308, 1e308)]
)
def test_two_models_that_cost_inf_are_not_called_equal(lossctl: Command, loss: str, base: float, candidate: float) -> None:
    write("a.csv", [base] * 3)
    write("b.csv", [candidate] * 3)
    done = lossctl("compare", "a.csv", "b.csv", "-l", loss)
    said = f"lossctl: error: {loss}: both models cost inf, which leaves no difference\n"
    assert (done.code, done.out, done.err.splitlines(keepends=True)[0]) == (3, "", said)


@pytest.mark.parametrize("method", METHODS)
def test_rows_that_weigh_nothing_tell_nothing(lossctl: Command, method: str) -> None:
    """Without rows the interval is that of the others; their infinite costs are none, and a unit of such rows is no unit."""
    weights = [1.0, 2.0, 0.0, 0.0, 3.0, 1.0]
    write("a.csv", BASE, weights)
    write("b.csv", [1e300 if weight == 0 else cost for cost, weight in zip(CANDIDATE, weights, strict=True)], weights)
    names = ("difference", "low", "high", "p_value", "units")
    for options in ((), ("--unit", "u")):
        asked = ("-l", "mse", "-w", "w", "--method", method, *options)
        whole, alone = compared(lossctl, *asked), compared(lossctl, *asked, "--where", "w>0")
        assert [whole[name] for name in names] == [alone[name] for name in names]
    write("b.csv", [cost + (weight == 0) for cost, weight in zip(BASE, weights, strict=True)], weights)
    found = compared(lossctl, "-l", "mse", "-w", "w", "--method", method)
    assert [found[name] for name in ("difference", "low", "high", "p_value")] == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("options", "why"), [(("--where", "u=u", "--unit", "u"), "there is one unit"), (("--where", "w=2"), "there is one row")]
)
def test_of_one_unit_there_is_no_interval_and_that_is_said(lossctl: Command, options: tuple[str, ...], why: str) -> None:
    write("a.csv", BASE, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    write("b.csv", CANDIDATE, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    for method in METHODS:
        found = compared(lossctl, "-l", "mae", "--method", method, *options, "--exit-code")
        assert (found["low"], found["p_value"], found["verdict"], found["no_interval"]) == (None, None, None, why)


def test_differences_whose_squares_vanish_have_a_spread(lossctl: Command) -> None:
    """The costs are near 1, and the differences near 1e-170: once their squares were 0, and p with them."""
    write("a.csv", [1.0, 0.0, 0.0, 0.0])
    write("b.csv", [1.0, 1e-170, 3e-170, 2e-170])
    found = compared(lossctl, "-l", "mae", "--method", "t")
    assert found["p_value"] == pytest.approx(0.10272807885839897, rel=1e-9)  # SciPy 1.17, ttest_1samp of 0, 1, 3 and 2
    assert found["verdict"] is None


def evaluated(lossctl: Command, *options: str) -> tuple[dict[str, Any], list[str]]:
    """The result of all rows, and the warnings."""
    done = lossctl("eval", "a.csv", "--confidence", "0.95", "--json", *options)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    return found["runs"][0]["results"][0], found["warnings"]


OF_UNITS = [("--unit", "u"), ("--block", "2"), ("--unit", "u", "-w", "w"), ("--block", "2", "-w", "w"), ("-w", "w")]


@pytest.mark.parametrize("options", OF_UNITS, ids=" ".join)
@pytest.mark.parametrize("power", [-1060, -700, 700, 1018])
def test_an_interval_of_units_scales_with_the_losses_and_not_with_the_weights(
    lossctl: Command, power: int, options: tuple[str, ...]
) -> None:
    weights = [1.0, 2.0, 0.5, 1.0, 3.0, 1.0]
    write("a.csv", BASE, weights)
    near, _ = evaluated(lossctl, "-l", "mae", *options)
    write("a.csv", [math.ldexp(cost, power) for cost in BASE], [math.ldexp(weight, -power // 2) for weight in weights])
    far, _ = evaluated(lossctl, "-l", "mae", *options)
    for name in ("value", "low", "high", "se"):
        assert math.ldexp(far[name], -power) == pytest.approx(near[name], rel=1e-3 if power == -1060 else 1e-12)


@pytest.mark.parametrize("by", [(), ("--by", "g")], ids=" ".join)
@pytest.mark.parametrize("options", [(), ("--unit", "u"), ("--block", "2")], ids=" ".join)
@pytest.mark.parametrize("loss", ["mae", "wmape"])
def test_rows_and_units_that_weigh_nothing_are_none(
    lossctl: Command, loss: str, options: tuple[str, ...], by: tuple[str, ...]
) -> None:
    rows = [(1 + row % 3, 0.5 * row * row, [1, 2, 0, 0, 3, 1][row % 6], f"u{row // 2}", "ab"[row // 6]) for row in range(12)]
    found = []
    for name, some in (("a.csv", rows), ("b.csv", [row for row in rows if row[2]])):
        Path(name).write_text("y,pred,w,u,g\n" + "".join(",".join(map(str, row)) + "\n" for row in some))
        done = lossctl("eval", name, "-l", loss, "-w", "w", "--confidence", "0.95", "--json", *options, *by)
        found.append(json.loads(done.out)["runs"][0]["results"])
    for one, other in zip(*found, strict=True):
        for field in ("value", "low", "high", "se", "df", "units"):
            assert one[field] == pytest.approx(other[field], rel=1e-12), field


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--where", "u=u", "--unit", "u"), "mean has no interval at 0.95: it takes 2 independent units, and there is 1"),
        (("--block", "1000"), "mean has no interval at 0.95: it takes 2 independent units, and there is 1"),
        (("--where", "w=4"), "mean has no interval at 0.95: it takes 2 rows, and there is 1"),
        (("--where", "w=4", "-w", "w"), "mean has no interval at 0.95: it takes 2 rows, and there is 1"),
        (("--where", "w<4", "--by", "u"), "mean has no interval at 0.95 in 1 of 2 groups: it takes 2 rows in each"),
    ],
)
def test_a_mean_of_too_little_has_no_interval_and_that_is_said(lossctl: Command, options: tuple[str, ...], said: str) -> None:
    write("a.csv", BASE, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    found, warnings = evaluated(lossctl, "-l", "mae", *options)
    assert warnings == [f"a.csv: {said}"]
    if "--by" not in options:
        assert (found["low"], found["high"], found["se"], found["units"]) == (None, None, None, 1)


def test_units_that_differ_between_models_are_refused(lossctl: Command) -> None:
    write("a.csv", BASE)
    write("b.csv", CANDIDATE)
    Path("b.csv").write_text(Path("b.csv").read_text().replace(".0,v\n", ".0,u\n", 1))
    done = lossctl("compare", "a.csv", "b.csv", "-l", "mae", "--unit", "u")
    said = "lossctl: error: b.csv: the units of some rows differ from those of a.csv, so the rows cannot be compared"
    assert (done.code, done.err.splitlines()[0]) == (3, said)


@pytest.mark.parametrize("confidence", ["0", "1", "nan", "95", "-0.5", "inf", "x", ""])
@pytest.mark.parametrize("command", ["eval", "check --max mae=1", "batch", "compare b.csv"])
def test_a_level_outside_0_to_1_is_refused_by_every_command(lossctl: Command, command: str, confidence: str) -> None:
    write("a.csv", BASE)
    write("b.csv", CANDIDATE)
    name, *others = command.split()
    done = lossctl(name, "a.csv", *others, "-l", "mae", f"--confidence={confidence}")
    said = f"lossctl: error: --confidence is a number between 0 and 1, as 0.95, not {confidence!r}\n"
    hint = "hint: 95 of 100 is --confidence 0.95\n" if confidence == "95" else ""
    assert (done.code, done.out, done.err) == (2, "", said + hint)


def test_a_gate_of_one_unit_is_undecided_and_its_gaps_are_not_told_by_rows(lossctl: Command) -> None:
    """Of rows that hang together the standard deviation is no error: without two units a gap, or a rise, has no interval."""
    Path("a.csv").write_text("y,pred,u,g\n" + "".join(f"0,{1 + row % 5},u,{'ab'[row % 2]}\n" for row in range(40)))
    options = ("--by", "g", "--unit", "u", "--confidence", "0.95", "-l", "mae", "--baseline", "m.json", "--undecided", "fail")
    lossctl("check", "a.csv", *options, "--update-baseline")
    done = lossctl("check", "a.csv", *options, "--max-gap", "9", "--max-rise", "9", "--max", "9", "--json")
    checks = json.loads(done.out)["checks"]
    assert done.code == 1
    assert {(check["low"], check["undecided"], check["status"]) for check in checks} == {(None, True, "fail")}


def test_a_gap_is_between_groups_that_python_hands_over_too() -> None:
    found = check(np.arange(40.0), np.zeros(40), max_gap="mae=25", by=np.repeat(["a", "b"], 20), confidence=0.95)
    (gap,) = found.checks
    assert (gap.value, gap.status, gap.undecided) == (20, "pass", False)


@pytest.mark.parametrize(
    ("share", "rows", "rise"),
    [  # the first by SciPy 1.17, binom.sf and brentq; of none in 30 rows one is above 0, which comes with 1 - (1 - p)**30
        (0.1, 300, 0.05607406203032628),
        (0.0, 30, 1 - 0.2 ** (1 / 30)),
    ],
)
def test_the_rise_that_a_gate_of_a_share_sees_is_exact(share: float, rows: int, rise: float) -> None:
    assert share_rise_seen(share, rows, 0.95, 0.8) == pytest.approx(rise, rel=1e-9)
    costs = np.zeros(rows)
    costs[: round(share * rows)] = 1
    (gate,) = check(costs, np.zeros(rows), max=f"mae={share}", confidence=0.95).checks
    assert gate.sees == pytest.approx(rise, rel=1e-9)
    (least,) = check(1 - costs, np.zeros(rows), min=f"mae={1 - share}", confidence=0.95).checks
    assert least.sees == pytest.approx(rise, rel=1e-9)


def test_beyond_a_share_of_1_no_rise_is_seen() -> None:
    assert share_rise_seen(1.0, 30, 0.95, 0.8) is None
    (gate,) = check(np.zeros(30), np.zeros(30), max="mae=1", confidence=0.95).checks
    assert (gate.status, gate.sees) == ("pass", None)
