"""Losses of what is in order: groups of ranked rows, positives and negatives; and what of it has nothing to order."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl import evaluate
from lossctl.errors import DataError, UsageError
from lossctl.losses.kernels.ranking import ranked_rows
from lossctl.losses.roles.group_rows import GroupRows
from tests.conftest import Command

RANKED = "q,id,pred,target,r\nb,1,0.5,0,x\na,2,0.1,2,x\nb,3,0.5,1,y\nc,4,1,0,x\na,5,0.3,1,y\nc,6,2,0,y\n"
HALF = (1 + 1 / math.log2(3)) / 2  # what two rows of one score share of the discounts
LOST = [1 - HALF, 1 - (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3))]


def run(lossctl: Command, *arguments: str) -> dict[str, Any]:
    Path("q.csv").write_text(RANKED)
    done = lossctl("eval", "q.csv", "-r", "group=q", *arguments, "--json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


@pytest.mark.parametrize(("empty", "costs"), [("0", [*LOST, 0]), ("1", [*LOST, 1]), ("drop", LOST)])
def test_a_group_without_a_relevant_row_costs_what_empty_says(lossctl: Command, empty: str, costs: list[float]) -> None:
    found = run(lossctl, "-l", f"ndcg_loss:empty={empty}", "--per-sample", "--keep", "id")
    (one,) = found["runs"]
    assert one["samples"]["row"] == [0, 1, 3][: len(costs)]
    assert one["samples"]["keep"] == {"id": ["1", "2", "4"][: len(costs)]}
    assert list(one["samples"]["values"].values()) == [pytest.approx(costs, rel=1e-14)]
    assert (one["results"][0]["value"], one["results"][0]["n"]) == (pytest.approx(np.mean(costs)), len(costs))
    said = ["q.csv: ndcg_loss:empty=drop leaves out 1 of 3 groups: nothing to order"] if empty == "drop" else []
    assert found["warnings"] == said


def test_the_values_of_groups_are_saved_at_their_first_rows(lossctl: Command) -> None:
    Path("q.csv").write_text(RANKED)
    done = lossctl("eval", "q.csv", "-l", "ndcg_loss:empty=drop", "-r", "group=q", "--id", "id", "--save-samples", "s.csv", "-q")
    assert done.code == 0, done.err
    header, *rows = Path("s.csv").read_text().splitlines()
    assert (header, [row.split(",")[:2] for row in rows]) == ("row,id,ndcg_loss:empty=drop", [["0", "1"], ["1", "2"]])
    assert lossctl("eval", "q.csv", "-l", "ndcg_loss:empty=drop", "-r", "group=q", "--save-samples", "s.npy", "-q").code == 0
    saved = np.load("s.npy")
    assert (saved[:2].tolist(), np.isnan(saved[2:]).all(), len(saved)) == (pytest.approx(LOST, rel=1e-14), True, 6)


def test_a_group_of_by_whose_groups_are_all_dropped_has_no_value(lossctl: Command) -> None:
    Path("g.csv").write_text("q,r,pred,target\na,x,1,0\na,x,2,1\nb,y,1,0\nb,y,2,0\n")
    for loss in ("ndcg_loss:empty=drop", "auc_loss:empty=drop"):
        done = lossctl("eval", "g.csv", "-l", loss, "-r", "group=q", "--by", "r", "--json")
        assert done.code == 0, done.err
        found = json.loads(done.out)
        results = [(one["value"], one["nonfinite"], one["n"]) for one in found["runs"][0]["results"]]
        assert results == [(0.0, None, 1), (0.0, None, 1), (None, "nan", 0)]
        assert found["warnings"] == [
            f"g.csv: {loss} leaves out 1 of 2 groups: nothing to order",
            f"g.csv: {loss} has no value in 1 of 2 groups",
        ]


def test_by_default_a_group_without_a_relevant_row_is_an_error(lossctl: Command) -> None:
    Path("q.csv").write_text(RANKED)
    done = lossctl("eval", "q.csv", "-l", "ndcg_loss", "-r", "group=q")
    problem = "ndcg_loss: no row of a group is relevant, so that no order is best"
    expected = "expected a relevant row, or what such a group costs: empty=0, 1 or drop"
    assert (done.code, done.err) == (3, f"lossctl: error: q.csv line 5, column 'target': {problem}; {expected}\n")
    Path("q.csv").write_text("q,pred,target\na,1,0\nb,2,0\n")
    done = lossctl("eval", "q.csv", "-l", "ndcg_loss:empty=drop", "-r", "group=q")
    problem = "q.csv: ndcg_loss:empty=drop: there is nothing to order in any of 2 groups"
    assert (done.code, done.err) == (3, f"lossctl: error: {problem}\n")


def test_relevances_are_not_negative(lossctl: Command) -> None:
    Path("q.csv").write_text("q,pred,target\na,1,1\na,2,-1\n")
    done = lossctl("eval", "q.csv", "-l", "ndcg_loss", "-r", "group=q")
    assert (done.code, done.err) == (3, "lossctl: error: q.csv line 3, column 'target': target -1 is below 0\n")


def test_without_a_pair_there_is_no_auc(lossctl: Command) -> None:
    Path("a.csv").write_text("pred,target\n0.5,1\n0.2,1\n")
    done = lossctl("eval", "a.csv", "-l", "auc_loss")
    expected = "expected one, or what such rows cost: empty=0, 1 or drop"
    problem = f"auc_loss: there is no pair of a positive and a negative to order; {expected}"
    assert (done.code, done.err) == (3, f"lossctl: error: a.csv line 2, column 'target': {problem}\n")
    Path("a.csv").write_text("pred,target,g\n0.5,1,u\n0.2,0,u\n0.1,1,v\n")
    done = lossctl("eval", "a.csv", "-l", "auc_loss:empty=drop", "--by", "g", "--json")
    found = json.loads(done.out)
    assert [(one["value"], one["nonfinite"]) for one in found["runs"][0]["results"]] == [(0.5, None), (0.0, None), (None, "nan")]
    assert found["warnings"] == ["a.csv: auc_loss:empty=drop has no value in 1 of 2 groups"]
    with pytest.raises(DataError, match="there is nothing to order"):
        evaluate(np.array([0.5]), np.array([1]), "auc_loss:empty=drop")
    assert evaluate(np.array([0.5]), np.array([1]), "auc_loss:empty=1").value == 1


def test_values_of_groups_and_of_rows_are_not_mixed(lossctl: Command) -> None:
    Path("q.csv").write_text(RANKED)
    done = lossctl("eval", "q.csv", "-l", "ndcg_loss:empty=0,mae", "-r", "group=q", "--per-sample")
    assert (done.code, done.err) == (
        2,
        "lossctl: error: ndcg_loss:empty=0 is one value for a group of rows; it has none for a row\n",
    )
    done = lossctl("eval", "q.csv", "-l", "ndcg_loss:empty=drop,ndcg_loss:empty=0", "-r", "group=q", "--per-sample")
    problem = "ndcg_loss:empty=drop and ndcg_loss:empty=0 judge different groups; their values go one loss at a time"
    assert (done.code, done.err) == (2, f"lossctl: error: {problem}\n")


def test_calibration_of_weighted_rows_is_that_of_repeated_ones() -> None:
    rng = np.random.default_rng(1)
    p, y, times = rng.random(60).round(2), rng.integers(0, 2, 60), rng.integers(1, 4, 60)
    for loss in ("ece", "ece:bins=4:norm=2", "ece:bins=7:norm=inf", "ece:bins=4:equal=mass"):
        repeated = evaluate(np.repeat(p, times), np.repeat(y, times), loss).value
        assert evaluate(p, y, loss, weight=times.astype(float)).value == pytest.approx(repeated, rel=1e-12)


def test_what_has_no_samples_has_a_value_and_a_document_in_python_too(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("pred,target\n0.25,1\n0.5,0\n")
    for found in (evaluate(path, "target", "auc_loss"), evaluate(np.array([0.25, 0.5]), np.array([1, 0]), ["auc_loss", "mae"])):
        assert found.to_dict()["runs"][0]["results"][0]["value"] == 1
        with pytest.raises(UsageError, match="what is judged as a whole has no value for a row"):
            found.samples  # noqa: B018 - that it is asked for


def test_calibration_judges_rows() -> None:
    with pytest.raises(DataError, match=r"ece judges rows, and pred has shape \(n, 3, 2\), of elements in a row"):
        evaluate(np.full((4, 3, 2), 1 / 3), np.zeros((4, 2)), "ece")


@pytest.mark.parametrize("at_once", [1, 2, 7, 40])
@pytest.mark.parametrize("loss", ["ndcg_loss:empty=0", "listnet", "listmle", "ranknet"])
def test_however_many_rows_are_judged_at_once_groups_cost_the_same_bits(
    loss: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(4)
    groups = np.append(rng.integers(0, 9, 40), [9] * 20)  # the last is larger than a step
    data = {"pred": rng.normal(size=60), "target": rng.integers(0, 3, 60).astype(float), "group": groups.astype(str)}
    together = evaluate(loss=loss, role=data, weight=1.0 + groups)
    monkeypatch.setattr("lossctl.reduction.waiting.JUDGED_AT_ONCE", at_once)
    in_steps = evaluate(loss=loss, role=data, weight=1.0 + groups)
    assert in_steps.value == together.value
    np.testing.assert_array_equal(in_steps.samples, together.samples)


def test_the_row_that_is_refused_is_that_of_the_run_wherever_its_group_is_judged(
    lossctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lossctl.reduction.waiting.JUDGED_AT_ONCE", 2)
    Path("q.csv").write_text("q,w,pred,target\na,1,1,1\nb,1,1,1\nc,2,1,0\na,1,2,0\nb,3,3,1\nc,2,1,0\n")
    assert "q.csv line 4, column 'target': ndcg_loss: no row" in lossctl("eval", "q.csv", "-l", "ndcg_loss", "-r", "group=q").err
    done = lossctl("eval", "q.csv", "-l", "ndcg_loss", "-r", "group=q", "-w", "w")
    assert "q.csv line 6, column 'w': ndcg_loss: the rows of a group have different weights" in done.err


def test_pairs_are_counted_as_they_are_weighed_ties_as_half_a_pair() -> None:
    pred, target = np.array([0.25, 0.5, 0.5, 0.75, 0.5, 0.0, -0.0]), np.array([1, 0, 1, 0, 1, 0, 1])
    pairs = [(a, b) for a in pred[target == 1] for b in pred[target == 0]]
    expected = sum(1.0 if a < b else 0.5 if a == b else 0.0 for a, b in pairs) / len(pairs)
    for weight in (None, np.ones(len(pred))):
        assert evaluate(pred, target, "auc_loss", weight=weight).value == expected


@pytest.mark.parametrize("distinct", [3, 2100])
def test_rows_are_ranked_by_group_and_score_and_equal_ones_in_order(distinct: int) -> None:
    of = np.repeat(np.arange(70), 30)
    score = (np.random.default_rng(5).permutation(2100) % distinct - 1).astype(np.float64)
    score[score == 0] = -0.0
    score[np.flatnonzero(score == 0)[::2]] = 0.0
    expected = sorted(range(2100), key=lambda row: (of[row], -score[row], row))
    assert ranked_rows(score, GroupRows(of)).tolist() == expected
