"""Losses whose greater values are better, or those nearer to 0: comparisons, limits and orders turn round, values do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Command

GIVEN = "given:better=high"
RNG = np.random.default_rng(5)


def write(name: str, values: Any, column: str = "value") -> None:
    Path(name).write_text(f"id,{column}{',target' if column == 'pred' else ''}\n")
    rows = [f"{place},{value!r}{',0' if column == 'pred' else ''}\n" for place, value in enumerate(map(float, values))]
    Path(name).write_text(Path(name).read_text() + "".join(rows))


def comparison(lossctl: Command, loss: str) -> dict[str, Any]:
    done = lossctl("compare", "a.csv", "b.csv", "-l", loss, "--method", "t", "--worst", "2", "--json", "--exit-code")
    (found,) = json.loads(done.out)["comparisons"]
    assert done.code == (found["verdict"] == "worse"), done.err
    return found  # type: ignore[no-any-return]


def test_of_given_scores_the_greater_may_be_better(lossctl: Command) -> None:
    base = RNG.normal(size=30)
    write("a.csv", base)
    write("b.csv", base + np.where(np.arange(30) == 3, -1.0, 0.5))
    found, turned = comparison(lossctl, "given"), comparison(lossctl, GIVEN)
    assert found["difference"] == turned["difference"] > 0
    assert (found["better"], found["worse"], found["verdict"]) == (1, 29, "worse")
    assert (turned["better"], turned["worse"], turned["verdict"]) == (29, 1, "better")
    assert [row["row"] for row in turned["worst"]] == [3]
    assert turned["worst"][0]["difference"] == pytest.approx(-1)
    assert (
        "b.csv is better than a.csv by" in lossctl("compare", "a.csv", "b.csv", "-l", GIVEN, "--method", "t", "-f", "table").out
    )


def test_bias_is_worse_farther_from_zero_on_either_side(lossctl: Command) -> None:
    noise = RNG.normal(size=30) / 10
    write("a.csv", noise - 5, "pred")
    write("b.csv", noise[::-1] + 1, "pred")
    found = comparison(lossctl, "bias")
    assert found["difference"] == pytest.approx(2 * noise.mean() - 4)
    assert (found["better"], found["worse"], found["verdict"]) == (30, 0, "better")
    write("b.csv", noise[::-1] + 5, "pred")
    assert comparison(lossctl, "bias")["verdict"] is None  # far apart, and neither is nearer to 0 for sure
    write("b.csv", noise[::-1] + 1, "pred")
    done = lossctl("batch", "a.csv", "b.csv", "-l", "bias", "-b")
    assert [round(float(value)) for value in done.out.split()] == [1, -5]


# SciPy 1.17, ttest_1samp of the rows turned to the sides of their means: candidate + base, and base - candidate.
@pytest.mark.parametrize(
    ("candidate", "golden"),
    [
        (
            [2.0, 1.25, -0.5, 2.75, 0.25, 3.5, 1.0, 0.75],
            (-0.03125, -1.3969425148943262, 1.3344425148943262, 0.958361199065827),
        ),
        (
            [-1.0, -1.375, 0.0, -1.75, -0.625, -0.875, -2.25, 0.25],
            (-0.453125, -1.157341709165081, 0.25109170916508117, 0.1719427555545304),
        ),
    ],
)
def test_all_that_is_said_of_a_bias_is_of_its_distance_from_zero(
    lossctl: Command, candidate: list[float], golden: tuple[float, ...]
) -> None:
    write("a.csv", [-1.5, -2.25, 0.5, -3.0, -0.75, -1.25, -4.0, 1.0], "pred")
    write("b.csv", candidate, "pred")
    found = comparison(lossctl, "bias")
    assert [found[name] for name in ("difference", "low", "high", "p_value")] == pytest.approx(golden, rel=1e-9)
    assert (found["verdict"], found["difference"]) == (None, abs(found["value"]) - abs(found["base_value"]))
    for method in ("bootstrap", "permutation"):
        done = lossctl("compare", "a.csv", "b.csv", "-l", "bias", "--method", method, "--resamples", "4000", "--json")
        (resampled,) = json.loads(done.out)["comparisons"]
        assert resampled["p_value"] == pytest.approx(golden[3], abs=0.1)
        assert resampled["low"] < golden[0] < resampled["high"]


def test_max_rise_limits_the_fall_of_what_should_be_high(lossctl: Command) -> None:
    write("main.csv", [0.5, 0.75])
    assert lossctl("check", "main.csv", "--max-rise", f"{GIVEN}=0.1", "--baseline", "m.json", "--update-baseline").code == 0
    for values, code in (([0.75, 0.75], 0), ([0.5, 0.625], 0), ([0.25, 0.5], 1)):
        write("now.csv", values)
        assert lossctl("check", "now.csv", "--max-rise", f"{GIVEN}=0.1", "--baseline", "m.json").code == code
    done = lossctl("check", "now.csv", "--max-rise", f"{GIVEN}=0.1", "--baseline", "m.json", "--json")
    (check,) = json.loads(done.out)["checks"]
    message = "given:better=high = 0.375 exceeds the limit +0.1: a fall of 0.25 (-40 %) from the baseline 0.625"
    assert check["message"].startswith(message)


def test_a_bias_may_rise_towards_zero_and_fall_away_from_it(lossctl: Command) -> None:
    write("main.csv", [-2.0, -4.0], "pred")
    lossctl("check", "main.csv", "--max-rise", "bias=0.5", "--baseline", "m.json", "--update-baseline")
    for pred, code in ((-1.0, 0), (2.0, 0), (-3.25, 0), (-4.0, 1), (4.0, 1)):
        write("now.csv", [pred], "pred")
        write("now.csv", [pred, pred], "pred")
        assert lossctl("check", "now.csv", "--max-rise", "bias=0.5", "--baseline", "m.json").code == code, pred


def test_the_worst_rows_are_those_of_the_wrong_end(lossctl: Command) -> None:
    write("a.csv", [3.0, -7.0, 1.0])
    for loss, rows in (("given", [0, 2]), (GIVEN, [1, 2])):
        worst = json.loads(lossctl("eval", "a.csv", "-l", loss, "--worst", "2", "--json").out)["runs"][0]["worst"][loss]
        assert [row["row"] for row in worst] == rows
    write("p.csv", [3.0, -7.0, 1.0], "pred")
    worst = json.loads(lossctl("eval", "p.csv", "-l", "bias", "--worst", "2", "--json").out)["runs"][0]["worst"]["bias"]
    assert [(row["row"], row["value"]) for row in worst] == [(1, -7.0), (0, 3.0)]


def test_a_greatest_value_alone_of_what_may_be_too_small_is_warned_of(lossctl: Command) -> None:
    write("a.csv", [-7.0], "pred")
    words = "bias may be far below its best value 0 and keeps --max all the same; --min limits that"
    assert words in lossctl("check", "a.csv", "--max", "bias=1").err
    assert words not in lossctl("check", "a.csv", "--max", "bias=1", "--min", "bias=-10").err
    assert lossctl("check", "a.csv", "--max", "bias=1", "--min", "bias=-1").code == 1


@pytest.mark.parametrize("baseline", ["main.csv", "main.json"])
def test_a_rise_in_size_is_judged_by_the_interval_of_distances_on_either_side(lossctl: Command, baseline: str) -> None:
    """From about -5 to 5.02 the change is 10 for sure, and the rise in size about 0.02; max_change limits the former."""
    noise = RNG.normal(size=100) / 10
    write("main.csv", noise - 5, "pred")
    lossctl("check", "main.csv", "-l", "bias", "--baseline", "main.json", "--update-baseline", "--confidence", "0.95")
    for shift, status in ((5.02, "pass"), (-5.02, "pass"), (-7.0, "fail"), (7.0, "fail")):
        write("now.csv", noise[::-1] + shift, "pred")
        limits = ("--max-rise", "bias=1", "--max-change", "bias=9")
        done = lossctl("check", "now.csv", *limits, "--baseline", baseline, "--confidence", "0.95", "--json")
        rise, change = json.loads(done.out)["checks"]
        assert (rise["status"], change["status"]) == (status, "fail" if shift > 0 else "pass"), rise["message"]
        assert rise["low"] < abs(noise.mean() + shift) - abs(noise.mean() - 5) < rise["high"]
        assert change["low"] < shift + 5 < change["high"]


@pytest.mark.parametrize(
    ("limit", "words"),
    [("--min", "a fall"), ("--max", "a rise"), ("--max-rise", "a rise in size"), ("--max-change", "a change")],
)
def test_a_message_says_what_would_be_seen(lossctl: Command, limit: str, words: str) -> None:
    write("main.csv", RNG.normal(size=100) - 5, "pred")
    write("now.csv", RNG.normal(size=100) - 5, "pred")
    baseline = ("--baseline", "main.csv") if limit.startswith("--max-") else ()
    done = lossctl("check", "now.csv", limit, "bias=4", *baseline, "--confidence", "0.95", "--json")
    (check,) = json.loads(done.out)["checks"]
    assert f"; {words} of {check['sees']:.6g} would be seen" in check["message"]
