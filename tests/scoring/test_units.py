"""Losses whose values belong to groups of rows, or to the whole dataset."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from lossctl import loss
from lossctl.losses.roles.roles import Score
from tests.conftest import Command
from tests.processes import measured

PLUGIN = str(Path(__file__).with_name("unit_plugins.py"))
RANKED = "qid,region,w,pred,target\nb,x,2,0.9,1\na,x,1,0.2,0\nb,y,2,0.1,3\na,y,1,0.7,2\nc,y,3,0.5,0\nc,x,3,0.4,2\n"
SURVIVAL = "pred,time,event,w,g\n0.5,3,1,1,u\n-0.2,1,1,2,u\n0.1,2,0,1,v\n1.2,2,1,0.5,v\n"


def results(lossctl: Command, *arguments: str) -> list[dict[str, object]]:
    done = lossctl(*arguments, "--plugin", PLUGIN, "--json")
    assert done.code == 0, done.err
    found: list[dict[str, object]] = json.loads(done.out)["runs"][0]["results"]
    return found


def test_a_loss_of_groups_gives_each_group_one_value_whatever_rows_lie_between_its_own(lossctl: Command) -> None:
    Path("q.csv").write_text(RANKED)
    (total,) = results(lossctl, "eval", "q.csv", "-l", "first_miss", "-r", "group=qid")
    assert (total["value"], total["n"], total["weight"], total["sum"]) == (2 / 3, 3, 3.0, 2.0)  # b and c miss, a does not


def test_the_weight_of_a_group_is_that_of_its_rows(lossctl: Command) -> None:
    Path("q.csv").write_text(RANKED)
    (total,) = results(lossctl, "eval", "q.csv", "-l", "first_miss", "-r", "group=qid", "-w", "w")
    assert (total["value"], total["weight"]) == ((2 + 3) / 6, 6.0)
    Path("q.csv").write_text(RANKED.replace("b,y,2", "b,y,5"))
    done = lossctl("eval", "q.csv", "-l", "first_miss", "-r", "group=qid", "-w", "w", "--plugin", PLUGIN)
    problem = "q.csv line 4, column 'w': first_miss: the rows of a group have different weights, where the group has one"
    assert (done.code, done.err) == (3, f"lossctl: error: {problem}\n")


def test_groups_are_judged_within_those_of_by(lossctl: Command) -> None:
    Path("q.csv").write_text(RANKED)
    found = results(lossctl, "eval", "q.csv", "-l", "first_miss,mae", "-r", "group=qid", "--by", "region")
    values = {(one["loss"], str(one["by"])): (one["value"], one["n"]) for one in found}
    assert values["first_miss", "{'region': 'x'}"] == (0.0, 3)  # one row of each query: none can miss
    assert values["mae", "{'region': 'y'}"] == (pytest.approx((2.9 + 1.3 + 0.5) / 3), 3)
    assert values["first_miss", "None"] == (2 / 3, 3)


def hazard_of(rows: Sequence[tuple[float, float, float, float]]) -> float:
    """The same loss, a row at a time."""
    total = events = 0.0
    for pred, time, event, weight in rows:
        at_risk = math.fsum(w * math.exp(p) for p, t, _, w in rows if t >= time)
        total += weight * event * (math.log(at_risk) - pred)
        events += weight * event
    return total / events


@pytest.mark.parametrize("where", ["a.csv", "-"])
def test_a_loss_of_the_whole_dataset_takes_weights_and_groups_from_files_and_pipes(
    lossctl: Command, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.csv").write_text(SURVIVAL)
    if where == "-":
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(SURVIVAL.encode()))))
    rows = [(0.5, 3, 1, 1), (-0.2, 1, 1, 2), (0.1, 2, 0, 1), (1.2, 2, 1, 0.5)]
    found = results(lossctl, "eval", where, "-l", "hazard", "-w", "w", "--by", "g")
    assert [one["value"] for one in found] == pytest.approx(
        [hazard_of(rows), hazard_of(rows[:2]), hazard_of(rows[2:])], rel=1e-13
    )
    assert [(one["n"], one["weight"], one["std"]) for one in found] == [(4, 4.5, None), (2, 3.0, None), (2, 1.5, None)]


def test_a_group_makes_each_of_its_values_a_batch_of_its_own(lossctl: Command) -> None:
    Path("a.csv").write_text(SURVIVAL.replace("1.2,2,1,0.5", "1.2,2,1,1"))
    (found,) = results(lossctl, "eval", "a.csv", "-l", "hazard", "-r", "group=g")
    batches = [[(0.5, 3, 1, 1), (-0.2, 1, 1, 1)], [(0.1, 2, 0, 1), (1.2, 2, 1, 1)]]
    assert (found["value"], found["n"]) == (pytest.approx(sum(map(hazard_of, batches)) / 2, rel=1e-13), 2)


def test_what_has_no_value_for_a_row_shows_none(lossctl: Command) -> None:
    Path("a.csv").write_text(SURVIVAL)
    for arguments, expected in (
        (["--per-sample"], "hazard is one value for the whole dataset; it has none for a row"),
        (["--worst", "2"], "hazard is one value for the whole dataset; it has none for a row"),
        (["--reduction", "sum"], "hazard has no value for each row; --reduction sum does not apply to it"),
        (["--quantiles", "50"], "hazard has no value for each row; --quantiles does not apply to it"),
    ):
        done = lossctl("eval", "a.csv", "-l", "hazard", "--plugin", PLUGIN, *arguments)
        assert (done.code, done.err) == (2, f"lossctl: error: {expected}\n")


def test_a_loss_that_has_no_weights_refuses_them(lossctl: Command) -> None:
    @loss(unit="whole")
    def largest(pred: Score, target: Score) -> float:
        """The largest error."""
        return float(np.abs(pred - target).max())

    Path("a.csv").write_text("pred,target,w\n1,2,1\n3,7,1\n")
    assert lossctl("eval", "a.csv", "-l", "largest", "-b").value == 4
    done = lossctl("eval", "a.csv", "-l", "largest", "-w", "w")
    assert (done.code, done.err) == (3, "lossctl: error: a.csv: largest has no weights of rows\nhint: leave -w out\n")


def test_values_are_checked_where_they_stand(lossctl: Command) -> None:
    Path("a.csv").write_text(SURVIVAL.replace("0.1,2,0", "inf,2,0"))
    done = lossctl("eval", "a.csv", "-l", "hazard", "--plugin", PLUGIN)
    assert (done.code, done.err) == (3, "lossctl: error: a.csv line 4, column 'pred': inf is not a finite number\n")


@pytest.mark.slow
def test_an_in_batch_loss_of_20000_rows_needs_less_than_300_megabytes(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ("l.npy", "r.npy"):
        np.save(tmp_path / name, rng.normal(size=(20_000, 64)).astype(np.float32))
    value, kilobytes = measured(f"eval -r left=l.npy -r right=r.npy -l in_batch -b -q --plugin {PLUGIN}", tmp_path)
    assert kilobytes < 300_000
    assert float(value) > np.log(20_000)  # of unrelated pairs a little more than of equal chances


def test_an_in_batch_loss_sees_every_other_row(lossctl: Command) -> None:
    left, right = np.random.default_rng(1).normal(size=(2, 30, 4))
    np.save("l.npy", left)
    np.save("r.npy", right)
    cosine = (left @ right.T) / np.outer(np.linalg.norm(left, axis=1), np.linalg.norm(right, axis=1)) / 0.5
    expected = np.mean([np.log(np.exp(row).sum()) - row[own] for own, row in enumerate(cosine)])
    run = ["eval", "-r", "left=l.npy", "-r", "right=r.npy", "-l", "in_batch:temperature=0.5", "--plugin", PLUGIN, "-b"]
    assert lossctl(*run).value == pytest.approx(expected, rel=1e-13)
