"""Intervals of means: against SciPy and statsmodels, with units and blocks, by group, whatever the parts; and what has none."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from lossctl import evaluate as lossctl_evaluate
from lossctl.statistics.intervals.interval import HALL, STUDENT
from tests.conftest import Command
from tests.statistics.interval_data import (
    COST,
    result,
    table,  # noqa: F401 - a fixture, which tests use by its name
)

# Of `COST`. statsmodels 0.15.0: WLS of a constant with cov_type HC1 or cluster and use_t; SciPy 1.17: skew, t.ppf.
GOLDEN = {
    (): (1.030098380547734, 5.318370029990168, 0.8004583105599219, HALL, 12),
    ("-w", "w"): (0.19009253531051984, 4.252530415509153, 0.9228680760458858, STUDENT, 12),
    ("--unit", "u"): (1.149582470101454, 3.7045841965652135, 0.4014210266834317, STUDENT, 4),
    ("--unit", "u", "-w", "w"): (-0.2046602976503209, 4.647283248469994, 0.7622977861503581, STUDENT, 4),
    ("--block", "5"): (0.665786089066726, 4.188380577599942, 0.40935147568118196, STUDENT, 3),
}


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("options", GOLDEN, ids=" ".join)
def test_intervals_of_means_are_those_of_other_implementations(lossctl: Command, options: tuple[str, ...]) -> None:
    low, high, error, method, units = GOLDEN[options]
    found = result(lossctl, "a.csv", "-l", "mae", *options)
    assert (found["ci_method"], found["units"], found["df"]) == (method, units, units - 1)
    assert [found["low"], found["high"], found["se"]] == pytest.approx([low, high, error], rel=1e-9)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("options", GOLDEN, ids=" ".join)
def test_an_interval_changes_no_value_and_does_not_depend_on_parts(lossctl: Command, options: tuple[str, ...]) -> None:
    whole = result(lossctl, "a.csv", "-l", "mae", *options)
    plain = json.loads(
        lossctl("eval", "a.csv", "-l", "mae", *options[2 * ("--unit" in options or "--block" in options) :], "--json").out
    )
    assert plain["runs"][0]["results"][0]["value"] == whole["value"]
    head, *lines = Path("a.csv").read_text().splitlines(keepends=True)
    Path("d").mkdir()
    for start, stop in ((0, 1), (1, 6), (6, 12)):
        Path(f"d/{start}.csv").write_text(head + "".join(lines[start:stop]))
    shards = result(lossctl, "d", "-l", "mae", *options)
    assert [shards[name] for name in ("low", "high", "se", "units")] == [whole[name] for name in ("low", "high", "se", "units")]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("options", [(), ("-w", "w"), ("--block", "2")], ids=str)
def test_a_group_has_the_interval_that_its_rows_have_alone(lossctl: Command, options: tuple[str, ...]) -> None:
    command = ("eval", "a.csv", "-l", "mae", *options, "--confidence", "0.9", "--json")
    total, *groups = json.loads(lossctl(*command, "--by", "u").out)["runs"][0]["results"]
    names = ("low", "high", "se", "df", "units", "ci_method")
    for group in groups:
        (alone,) = json.loads(lossctl(*command, "--where", f"u={group['by']['u']}").out)["runs"][0]["results"]
        assert [group[name] for name in names] == [alone[name] for name in names]
    (whole,) = json.loads(lossctl(*command).out)["runs"][0]["results"]
    assert [total[name] for name in names] == [whole[name] for name in names]


@pytest.mark.usefixtures("table")
def test_a_ratio_and_a_function_of_a_mean_are_linearised(lossctl: Command) -> None:
    root = result(lossctl, "a.csv", "-l", "rmse")  # of squares: the mean's error over twice the root
    squares = np.square(COST)
    error = squares.std(ddof=1) / math.sqrt(12) / (2 * math.sqrt(squares.mean()))
    assert root["ci_method"] == "delta method"
    assert [root["se"], root["high"] - root["value"]] == pytest.approx([error, 2.200985160082949 * error], rel=1e-9)
    Path("b.csv").write_text("y,pred\n" + "".join(f"{1 + at % 3},{1 + at % 3 + cost}\n" for at, cost in enumerate(COST)))
    share = np.array([1 + at % 3 for at in range(12)])
    apart = np.array(COST) - sum(COST) / share.sum() * share
    found = result(lossctl, "b.csv", "-l", "wmape")
    assert found["se"] == pytest.approx(math.sqrt(12 / 11 * (apart**2).sum()) / share.sum(), rel=1e-12)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("reduction", ["sum", "min", "max"])
def test_sums_and_extremes_have_no_interval_and_that_is_said(lossctl: Command, reduction: str) -> None:
    done = lossctl("eval", "a.csv", "-l", "mae", "--confidence", "0.95", "--reduction", reduction, "--json")
    found = json.loads(done.out)
    assert found["warnings"] == [f"a.csv: {reduction} has no interval at 0.95; means and quantiles have one"]
    assert found["runs"][0]["results"][0]["low"] is None
    assert lossctl("eval", "a.csv", "-l", "mae", "--reduction", reduction, "--json").err.count("warning") == 0


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    "options", [("--reduction", "sum"), ("--reduction", "max"), ("--where", "u=c", "--unit", "u")], ids=" ".join
)
def test_what_has_no_interval_has_none(lossctl: Command, options: tuple[str, ...]) -> None:
    found = result(lossctl, "a.csv", "-l", "mae", *options)
    assert (found["low"], found["high"], found["ci_method"]) == (None, None, None)


@pytest.mark.usefixtures("table")
def test_an_infinite_value_has_no_interval(lossctl: Command) -> None:
    Path("p.csv").write_text("y,pred\n1,0\n1,0.5\n0,0.5\n")
    found = result(lossctl, "p.csv", "-l", "ce")
    assert (found["nonfinite"], found["low"], found["high"]) == ("inf", None, None)


@pytest.mark.usefixtures("table")
def test_an_interval_that_doubles_do_not_hold_is_none(lossctl: Command) -> None:
    Path("p.csv").write_text("y,pred\n0,1.7e308\n0,2\n")
    found = result(lossctl, "p.csv", "-l", "mae")
    assert (found["value"], found["low"], found["high"]) == (8.5e307, None, None)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--unit", "u"), "--unit is about intervals, and none are asked for: --confidence 0.95"),
        (("--block", "3"), "--block is about intervals, and none are asked for: --confidence 0.95"),
        (
            ("--unit", "u", "--block", "3", "--confidence", "0.95"),
            "--unit and --block both say which rows hang together; give one of them",
        ),
        (("--confidence", "1"), "--confidence is a number between 0 and 1, as 0.95, not '1'"),
        (("--confidence", "0.9_5"), "--confidence is a number between 0 and 1, as 0.95, not '0.9_5'"),
        (("--confidence", "0.95", "--block", "0"), "--block is a whole number >= 1, not '0'"),
    ],
)
def test_options_of_intervals_that_do_not_fit_are_refused(lossctl: Command, options: tuple[str, ...], said: str) -> None:
    done = lossctl("eval", "a.csv", "-l", "mae", *options)
    assert (done.code, done.err) == (2, f"lossctl: error: {said}\n")


@pytest.mark.usefixtures("table")
def test_a_block_of_all_rows_is_one_unit_which_has_no_interval(lossctl: Command) -> None:
    found = result(lossctl, "a.csv", "-l", "mae", "--block", "50")
    assert (found["units"], found["low"]) == (1, None)


@pytest.mark.usefixtures("table")
def test_units_of_a_comparison_are_those_of_its_t_test(lossctl: Command) -> None:
    random = np.random.default_rng(3)
    shift, unit = random.normal(size=9), np.repeat(np.arange(9), 11)
    for name, more in (("a", 0.0), ("b", 0.1)):
        pred = 1 + more * shift[unit] + 0.01 * random.normal(size=99)
        Path(f"{name}.csv").write_text(
            "y,pred,u\n" + "".join(f"0,{value},{place}\n" for value, place in zip(pred, unit, strict=True))
        )
    over_rows, over_units, over_blocks = (
        json.loads(lossctl("compare", "a.csv", "b.csv", "-l", "mae", "--method", "t", *options, "--json").out)["comparisons"][0]
        for options in ((), ("--unit", "u"), ("--block", "11"))
    )
    assert over_rows["p_value"] < over_units["p_value"] / 10
    names = ("low", "high", "p_value", "units")
    assert [over_units[name] for name in names] == pytest.approx([over_blocks[name] for name in names], rel=1e-12)
    assert over_units["units"] == 9
    for method in ("bootstrap", "permutation"):
        done = lossctl("compare", "a.csv", "b.csv", "-l", "mae", "--method", method, "--unit", "u", "--json")
        one = json.loads(done.out)["comparisons"][0]
        assert one["high"] - one["low"] > 2 * (over_rows["high"] - over_rows["low"])


@pytest.mark.usefixtures("table")
def test_where_all_rows_are_right_a_root_has_an_interval_of_width_0(lossctl: Command) -> None:
    rows = [(group, place, place + (group == "b") * (place % 3)) for place in range(20) for group in "ab"]
    Path("by.csv").write_text("g,y,pred\n" + "".join(f"{group},{target},{pred}\n" for group, target, pred in rows))
    done = lossctl("eval", "by.csv", "-l", "rmse", "--by", "g", "--confidence", "0.95", "--json")
    a = json.loads(done.out)["runs"][0]["results"][1]
    assert (a["by"], a["value"], a["low"], a["high"], a["se"]) == ({"g": "a"}, 0, 0, 0, 0)
    Path("right.csv").write_text("y,pred\n" + "".join(f"{target},{target}\n" for _, target, _ in rows))
    Path("wrong.csv").write_text("y,pred\n" + "".join(f"{target},{pred}\n" for _, target, pred in rows))
    for method in ("t", "permutation", "bootstrap"):
        done = lossctl("compare", "right.csv", "wrong.csv", "-l", "rmse", "--method", method, "--json")
        assert json.loads(done.out)["comparisons"][0]["verdict"] == "worse", done.err


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("scale", ["1e-150", "1e-50", "1e-20", "1e20", "1e50", "1e150"])
def test_an_interval_scales_with_the_losses(lossctl: Command, scale: str) -> None:
    """Cubes of costs beyond 1e100 are no doubles: there the skewness is not known, and the interval is Student's."""
    Path("b.csv").write_text("y,pred\n" + "".join(f"0,{cost * float(scale)!r}\n" for cost in COST))
    found = result(lossctl, "b.csv", "-l", "mae")
    low, high, error, method, _ = GOLDEN[()]
    if scale in ("1e-150", "1e150"):
        middle, half = sum(COST) / 12, 2.200985160082949 * error  # SciPy 1.17, t.ppf(0.975, 11)
        low, high, method = middle - half, middle + half, STUDENT
    assert found["ci_method"] == method
    assert [found["low"], found["high"], found["se"]] == pytest.approx(
        [float(scale) * one for one in (low, high, error)], rel=1e-9
    )


def test_intervals_of_groups_need_no_standard_deviations(lossctl: Command) -> None:
    Path("g.csv").write_text("y_true,y_pred,g\n0,1,a\n0,2,a\n0,3,b\n0,4,b\n")
    done = lossctl("eval", "g.csv", "-l", "mae", "--by", "g", "--confidence", "0.9", "-b", "-q")
    assert (done.code, done.out) == (0, "2.5\n1.5\n3.5\n")
    found = lossctl_evaluate([1.0, 2.0, 3.0, 4.0], [0.0] * 4, "mae", by=np.array(["a", "a", "b", "b"]), confidence=0.9)
    assert found.groups == {"a": 1.5, "b": 3.5}


@pytest.mark.usefixtures("table")
def test_blocks_that_fill_the_rows_are_the_units_of_their_numbers(lossctl: Command) -> None:
    lines = Path("a.csv").read_text().splitlines()
    numbered = [f"{line},{place // 4}" for place, line in enumerate(lines[1:])]
    Path("a.csv").write_text("\n".join([f"{lines[0]},block", *numbered]))
    of_units, of_blocks = (result(lossctl, "a.csv", "-l", "mae", *more) for more in (("--unit", "block"), ("--block", "4")))
    assert of_blocks["units"] == 3
    assert of_blocks == of_units


def test_an_infinite_cost_of_one_group_leaves_another_its_interval(lossctl: Command) -> None:
    Path("p.csv").write_text("y,pred,g,u\n1,0,a,1\n1,0.5,a,2\n1,0.5,b,1\n1,0.25,b,2\n1,0.75,b,3\n")
    options = ("-l", "ce", "--confidence", "0.9", "--unit", "u", "--json")
    grouped = json.loads(lossctl("eval", "p.csv", *options, "--by", "g").out)["runs"][0]["results"]
    alone = json.loads(lossctl("eval", "p.csv", *options, "--where", "g=b").out)["runs"][0]["results"][0]
    names = ("value", "low", "high", "se", "units")
    assert [grouped[2][name] for name in names] == [alone[name] for name in names]
    assert (grouped[1]["low"], alone["units"]) == (None, 3)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("options", [(), ("-w", "w")])
def test_groups_of_several_shards_have_the_intervals_of_their_rows(options: tuple[str, ...], lossctl: Command) -> None:
    arguments = ("-l", "mae", "--by", "u", "--confidence", "0.95", "-q", *options)
    whole = lossctl("eval", "a.csv", *arguments)
    head, *lines = Path("a.csv").read_text().splitlines(keepends=True)
    Path("d").mkdir()
    for start, stop in ((0, 5), (5, 10), (10, 12)):
        Path(f"d/{start}.csv").write_text(head + "".join(lines[start:stop]))
    shards = lossctl("eval", "d", *arguments)
    assert (shards.code, shards.err) == (0, "")
    assert shards.out.replace("\nd\t", "\na.csv\t") == whole.out


@pytest.mark.usefixtures("here")
def test_how_many_rows_of_equal_weight_tell_as_much_as_weighted_ones_is_said(lossctl: Command) -> None:
    Path("a.csv").write_text("y,pred,w,same\n0,1,1,2\n0,2,2,2\n0,3,3,2\n")
    asked = ("eval", "a.csv", "-l", "mae", "--confidence", "0.95", "--json")
    warnings = [json.loads(lossctl(*asked, "-w", weight).out)["warnings"] for weight in ("w", "same")]
    assert warnings == [["a.csv: by their weights 3 rows tell as much as 2.571"], []]  # 6**2 / 14


@pytest.mark.parametrize("command", ["eval", "compare"])
def test_a_row_without_a_unit_is_refused_or_left_out_as_one_without_a_weight_is(lossctl: Command, command: str) -> None:
    Path("a.csv").write_text("y_true,y_pred,u\n1,2,a\n2,9,\n3,3,b\n")
    call = [command, "a.csv", *(["a.csv"] if command == "compare" else []), "-l", "mse", "--unit", "u", "--confidence", "0.9"]
    refused = lossctl(*call)
    assert (refused.code, refused.out) == (3, "")
    problem = (
        "lossctl: error: a.csv line 3, column 'u': a value is missing (empty or NaN)\nhint: leave such rows out: --nan drop\n"
    )
    assert refused.err == problem
    found = json.loads(lossctl(*call, "--nan", "drop", "--json").out)["runs"][0]
    assert (found["used"], found["dropped"], found["results"][0]["units"], found["results"][0]["value"]) == (
        2,
        {"nan": 1},
        2,
        0.5,
    )


def test_a_group_without_a_name_is_one_of_units_too(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred,g,u\n1,2,,a\n2,9,,b\n3,3,h,b\n")
    found = json.loads(lossctl("eval", "a.csv", "-l", "mse", "--by", "g", "--unit", "u", "--confidence", "0.9", "--json").out)
    assert [(one["by"], one["units"]) for one in found["runs"][0]["results"]] == [(None, 2), ({"g": ""}, 2), ({"g": "h"}, 1)]


def test_what_is_said_of_intervals_does_not_depend_on_which_loss_comes_first(lossctl: Command) -> None:
    Path("a.csv").write_text("p,y,w\n0.25,0,1\n0.5,1,9\n0.75,1,2\n0.5,0,1\n")
    asked = ("eval", "a.csv", "-p", "p", "-t", "y", "-w", "w", "--confidence", "0.95", "-f", "json")
    said = [json.loads(lossctl(*asked, "-l", losses).out)["warnings"] for losses in ("mae,ece", "ece,mae")]
    assert said[0] == said[1] == ["a.csv: by their weights 4 rows tell as much as 1.943"]
