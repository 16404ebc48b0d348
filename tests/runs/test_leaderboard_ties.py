"""Which runs of a leaderboard are tied with the first: against Welch's test and Holm's method in plain Python."""

from __future__ import annotations

import csv
import io
import json
import math
import statistics
from collections.abc import Sequence
from pathlib import Path

import mpmath
import pytest

import lossctl as python
from tests.conftest import Command

COSTS = {
    "b": [1.5, 2.0, 3.0, 2.5, 2.0, 3.0, 1.0],
    "a": [1.0, 1.5, 1.0, 2.0, 1.0, 1.5, 1.5],
    "d": [4.0, 3.0, 3.5, 4.5, 6.0, 4.0, 5.0],
    "c": [1.5, 1.0, 2.5, 2.0, 1.5, 1.0, 2.0],
}
NOTE = "tied: not apart from the first at 95 % as independent samples, which for runs of the same rows is cautious; "
BATCH = ("batch", "?.csv", "-l", "mae", "--confidence", "0.95", "-q")


def write(costs: dict[str, list[float]]) -> None:
    for name, values in costs.items():
        Path(f"{name}.csv").write_text("y_true,y_pred\n" + "".join(f"0,{value!r}\n" for value in values))


def tied(text: str) -> dict[str, str]:
    return {row["run"]: row["tied"] for row in csv.DictReader(io.StringIO(text))}


def welch(one: Sequence[float], other: Sequence[float]) -> float:
    """The p-value of Welch's (1947) test, by mpmath's incomplete beta function."""
    of_one, of_other = (statistics.variance(values) / len(values) for values in (one, other))
    t = (statistics.mean(one) - statistics.mean(other)) / math.sqrt(of_one + of_other)
    freedom = (of_one + of_other) ** 2 / (of_one**2 / (len(one) - 1) + of_other**2 / (len(other) - 1))
    return float(mpmath.betainc(freedom / 2, 0.5, 0, freedom / (freedom + t * t), regularized=True))


def expected(level: float) -> dict[str, str]:
    pairs = sorted((welch(COSTS["a"], values), name) for name, values in COSTS.items() if name != "a")
    found = {f"{name}.csv": "true" for name in COSTS}
    for step, (p, name) in enumerate(pairs):
        if p > level / (len(pairs) - step):
            break
        found[f"{name}.csv"] = "false"
    return found


@pytest.mark.parametrize("confidence", ["0.5", "0.9", "0.95", "0.98", "0.999999"])
def test_ties_are_those_of_welchs_test_with_holms_adjustment(lossctl: Command, confidence: str) -> None:
    write(COSTS)
    done = lossctl(*BATCH[:-2], confidence, "-q", "-f", "csv")
    assert tied(done.out) == expected(1 - float(confidence))


def test_what_one_run_alone_would_be_apart_several_are_not(lossctl: Command) -> None:
    write(COSTS)
    p = welch(COSTS["a"], COSTS["b"])
    alone, several = (str(1 - p * factor) for factor in (1.5, 1.9))
    for confidence in (alone, several):
        found = lossctl("batch", "a.csv", "b.csv", "-l", "mae", "--confidence", confidence, "-q", "-f", "csv").out
        assert tied(found)["b.csv"] == "false"
        found = lossctl("batch", "a.csv", "b.csv", "c.csv", "-l", "mae", "--confidence", confidence, "-q", "-f", "csv").out
        assert tied(found) == {"a.csv": "true", "b.csv": "true", "c.csv": "true"}


def test_every_format_says_the_same_and_how_to_pair_the_first_two(lossctl: Command) -> None:
    write(COSTS)
    line = f"{NOTE}in pairs: lossctl compare a.csv c.csv -l mae --confidence 0.95"
    table = lossctl(*BATCH, "-f", "table").out.splitlines()
    assert [row.split()[-1] for row in (table[0], *table[2:6])] == ["tied", "yes", "yes", "yes", "no"]
    assert table[6] == line
    assert line in lossctl(*BATCH, "-f", "md").out.splitlines()
    runs = json.loads(lossctl(*BATCH, "--json").out)["runs"]
    assert [(run["run"], run["tied"]) for run in runs] == [("a.csv", True), ("c.csv", True), ("b.csv", True), ("d.csv", False)]
    tsv = lossctl(*BATCH, "-f", "tsv").out.splitlines()
    assert [row.split("\t")[5] for row in tsv] == ["tied", "true", "true", "true", "false"]
    assert lossctl(*BATCH, "-o", "x.html").code == 0
    assert line in Path("x.html").read_text()
    assert lossctl(*line.partition("lossctl ")[2].split(), "-q").code == 0
    found = repr(python.batch([f"{name}.csv" for name in COSTS], loss="mae", confidence=0.95)).splitlines()
    assert found[-1].endswith('in pairs: lossctl.compare("a.csv", "c.csv", loss="mae", confidence="0.95")')


def test_without_a_level_there_are_no_ties(lossctl: Command) -> None:
    write(COSTS)
    for form in ("table", "csv", "json"):
        assert "tied" not in lossctl("batch", "?.csv", "-l", "mae", "-q", "-f", form).out


def test_a_resumed_batch_says_the_same_and_the_journal_keeps_no_ties(lossctl: Command) -> None:
    write(COSTS)
    first = lossctl(*BATCH, "-o", "r.jsonl", "-f", "csv").out
    assert "tied" not in Path("r.jsonl").read_text()
    assert lossctl(*BATCH, "-o", "r.jsonl", "--resume", "-f", "csv").out == first
    assert tied(first) == expected(0.05)


def test_what_has_no_standard_error_is_left_blank(lossctl: Command) -> None:
    write({**COSTS, "e": [9.0]})
    assert tied(lossctl(*BATCH, "-f", "csv").out) == {**expected(0.05), "e.csv": ""}
    assert "tied" not in lossctl(*BATCH, "--reduction", "max", "-f", "csv").out


def test_equal_runs_are_tied_and_bias_is_ranked_by_its_distance_from_zero(lossctl: Command) -> None:
    write({"a": [1.0, 1.0, 1.0], "b": [-1.0, -1.0, -1.0], "c": [2.0, 2.0, 2.0], "d": [-1.1, -1.0, -0.9]})
    found = lossctl("batch", "?.csv", "-l", "bias", "--confidence", "0.95", "-q", "-f", "csv").out
    assert tied(found) == {"a.csv": "true", "b.csv": "true", "c.csv": "false", "d.csv": "true"}


def test_scores_that_should_be_high_are_tied_with_the_greatest(lossctl: Command) -> None:
    for name, values in COSTS.items():
        Path(f"{name}.csv").write_text("score\n" + "".join(f"{value!r}\n" for value in values))
    found = tied(lossctl("batch", "?.csv", "-l", "given:better=high", "--confidence", "0.95", "-q", "-f", "csv").out)
    assert [*found.items()] == [("d.csv", "true"), ("b.csv", "false"), ("c.csv", "false"), ("a.csv", "false")]


def test_a_manifest_has_no_command_for_a_pair_and_keeps_a_column_of_that_name(lossctl: Command) -> None:
    write(COSTS)
    Path("m.csv").write_text("run,pred,tied\nu,a.csv,x\nv,c.csv,y\n")
    options = ("batch", "--manifest", "m.csv", "-l", "mae", "--confidence", "0.95", "-q", "-f")
    assert lossctl(*options, "table").out.splitlines()[-1] == f"{NOTE}compare pairs them"
    assert lossctl(*options, "csv").out.splitlines()[0] == "rank,run,keep:tied,mae,mae.low,mae.high,tied,error"
