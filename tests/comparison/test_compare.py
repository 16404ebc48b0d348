"""`lossctl compare`: which rows are paired, and what the difference is said to be."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Command


def table(name: str, rows: list[tuple[object, ...]], header: str = "y_true,y_pred") -> None:
    Path(name).write_text(header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))


def compared(lossctl: Command, *arguments: str) -> list[dict[str, Any]]:
    done = lossctl("compare", *arguments, "--json")
    assert done.code == 0, done.err
    found: list[dict[str, Any]] = json.loads(done.out)["comparisons"]
    return found


@pytest.fixture
def models(tmp_path: Path, lossctl: Command) -> Command:
    random = np.random.default_rng(3)
    target = random.normal(size=300)
    table("a.csv", list(zip(target, target + random.normal(size=300), strict=True)))
    table("b.csv", list(zip(target, target + 1.5 * random.normal(size=300), strict=True)))
    table("c.csv", list(zip(target, target + random.normal(size=300), strict=True)))
    return lossctl


def test_the_difference_is_candidate_minus_base_with_counts_of_rows(lossctl: Command) -> None:
    table("a.csv", [(0, 1), (0, 2), (0, 3)])
    table("b.csv", [(0, 1), (0, 3), (0, 0)])
    one = compared(lossctl, "a.csv", "b.csv", "-l", "mse")[0]
    assert (one["base"], one["candidate"], one["base_value"], one["value"]) == ("a.csv", "b.csv", 14 / 3, 10 / 3)
    assert (one["difference"], one["better"], one["worse"], one["equal"], one["n"]) == (-4 / 3, 1, 1, 1, 3)


def test_keys_pair_rows_where_order_would_give_another_difference(lossctl: Command) -> None:
    table("a.csv", [("x", 0, 1), ("y", 0, 2)], "id,y_true,y_pred")
    table("b.csv", [("y", 0, 2), ("x", 0, 2)], "id,y_true,y_pred")
    by_key = compared(lossctl, "a.csv", "b.csv", "-l", "mse", "--id", "id")[0]
    assert (by_key["better"], by_key["worse"], by_key["equal"]) == (0, 1, 1)
    by_order = compared(lossctl, "a.csv", "b.csv", "-l", "mse", "--in-order")[0]
    assert (by_order["better"], by_order["worse"], by_order["equal"]) == (0, 1, 1)
    table("b.csv", [("y", 0, 1), ("x", 0, 2)], "id,y_true,y_pred")
    assert compared(lossctl, "a.csv", "b.csv", "-l", "mse", "--id", "id")[0]["equal"] == 0
    assert compared(lossctl, "a.csv", "b.csv", "-l", "mse", "--in-order")[0]["equal"] == 2


def test_other_targets_at_the_same_rows_are_refused(lossctl: Command) -> None:
    table("a.csv", [(1, 1), (2, 2)])
    table("b.csv", [(2, 2), (1, 1)])
    done = lossctl("compare", "a.csv", "b.csv", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: b.csv row 0: the target differs from that of a.csv row 0, so these are not the same rows\n"
        "hint: pair rows by key: --id COLUMN\n",
    )


def test_other_lengths_are_refused_with_both_counts(lossctl: Command) -> None:
    table("a.csv", [(1, 1), (2, 2)])
    table("b.csv", [(1, 1)])
    done = lossctl("compare", "a.csv", "b.csv", "-l", "mse")
    assert (done.code, done.err.splitlines()[0]) == (3, "lossctl: error: a.csv and b.csv: different lengths: 2 rows and 1 row")


def test_a_missing_key_is_refused_or_dropped_for_all(lossctl: Command) -> None:
    table("a.csv", [("x", 0, 1), ("y", 0, 2), ("z", 0, 5)], "id,y_true,y_pred")
    table("b.csv", [("y", 0, 3), ("x", 0, 2)], "id,y_true,y_pred")
    done = lossctl("compare", "a.csv", "b.csv", "-l", "mse", "--id", "id")
    assert (done.code, done.err.splitlines()[0]) == (3, "lossctl: error: b.csv: 1 key of a.csv missing: 'z'")
    one = compared(lossctl, "a.csv", "b.csv", "-l", "mse", "--id", "id", "--missing", "drop")[0]
    assert (one["n"], one["base_value"], one["value"]) == (2, 2.5, 6.5)


def test_a_row_dropped_for_one_model_is_dropped_for_all(lossctl: Command) -> None:
    table("a.csv", [(0, 1), (0, 2), (0, 3)])
    table("b.csv", [(0, 1), (0, ""), (0, 5)])
    done = lossctl("compare", "a.csv", "b.csv", "-l", "mse", "--nan", "drop", "--json")
    document = json.loads(done.out)
    one = document["comparisons"][0]
    assert (one["n"], one["base_value"], one["value"], one["difference"]) == (2, 5, 13, 8)
    shown = [(run["rows"], run["used"], run["dropped"], run["results"][0]["value"]) for run in document["runs"]]
    assert shown == [(3, 2, {"nan": 1}, 5), (3, 2, {"nan": 1}, 13)]
    assert "a.csv: 1 more rows left out, since not every model used them" in done.err


def test_groups_of_the_runs_are_over_the_rows_that_all_models_used(lossctl: Command) -> None:
    table("a.csv", [("x", 1, 0, 1), ("y", 1, 0, 2), ("x", 3, 0, 3)], "g,w,y_true,y_pred")
    table("b.csv", [("x", 1, 0, 3), ("y", 1, 0, 1), ("x", 3, 0, "")], "g,w,y_true,y_pred")
    runs = json.loads(lossctl("compare", "a.csv", "b.csv", "-l", "mse", "--nan", "drop", "--by", "g", "-w", "w", "--json").out)[
        "runs"
    ]
    found = [[(one["by"], one["n"], one["weight"], one["value"]) for one in run["results"]] for run in runs]
    assert found == [
        [(None, 2, 2, 2.5), ({"g": "x"}, 1, 1, 1), ({"g": "y"}, 1, 1, 4)],
        [(None, 2, 2, 5), ({"g": "x"}, 1, 1, 9), ({"g": "y"}, 1, 1, 1)],
    ]


def test_equal_models_have_p_1_and_the_interval_0_to_0(models: Command) -> None:
    for method in ("bootstrap", "t", "permutation"):
        one = compared(models, "a.csv", "a.csv", "-l", "mse", "--method", method)[0]
        assert (one["difference"], one["low"], one["high"], one["p_value"]) == (0, 0, 0, 1)


def test_the_same_input_prints_the_same_bytes_for_any_number_of_threads(models: Command) -> None:
    every = ("compare", "a.csv", "b.csv", "c.csv", "-l", "mse,mae", "--json")
    first = models(*every, "-j", "1").out
    assert first == models(*every, "-j", "3").out == models(*every).out
    assert first != models(*every, "--seed", "1").out


def test_the_t_interval_is_that_of_the_textbook(lossctl: Command) -> None:
    # Student's (1908) sleep data: differences of ten patients; R's t.test gives t = 4.0621, df 9, p 0.002833, 0.70011 to 2.45989.
    one, other = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0), (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
    table("a.csv", [(0, value + 10) for value in one])
    table("b.csv", [(0, value + 10) for value in other])
    found = compared(lossctl, "a.csv", "b.csv", "-l", "mae", "--method", "t")[0]
    assert found["difference"] == pytest.approx(1.58, rel=1e-12)
    assert (found["low"], found["high"]) == (pytest.approx(0.7001142, abs=1e-7), pytest.approx(2.4598858, abs=1e-7))
    assert found["p_value"] == pytest.approx(0.00283289, abs=1e-8)
    assert found["seed"] is None


def test_permutation_of_few_rows_is_near_the_exact_test(lossctl: Command) -> None:
    table("a.csv", [(0, 1), (0, 2), (0, 3), (0, 4), (0, 5), (0, 6)])
    table("b.csv", [(0, 2), (0, 3), (0, 4), (0, 5), (0, 6), (0, 7)])
    # all six differences of mae are 1: two of the 64 sign patterns reach the mean 1 in size
    found = compared(lossctl, "a.csv", "b.csv", "-l", "mae", "--method", "permutation", "--resamples", "20000")[0]
    assert found["p_value"] == pytest.approx(2 / 64, abs=0.004)


def test_several_candidates_and_losses_are_adjusted_together(models: Command) -> None:
    found = compared(models, "a.csv", "b.csv", "c.csv", "-l", "mse,mae", "--method", "t")
    assert [(one["candidate"], one["loss"]) for one in found] == [
        ("b.csv", "mse"),
        ("b.csv", "mae"),
        ("c.csv", "mse"),
        ("c.csv", "mae"),
    ]
    ordered = sorted(found, key=lambda one: one["p_value"])
    expected = np.maximum.accumulate([min(1.0, (4 - rank) * one["p_value"]) for rank, one in enumerate(ordered)])
    assert [one["p_adjusted"] for one in ordered] == expected.tolist()


def test_groups_are_compared_each(lossctl: Command) -> None:
    table("a.csv", [(0, 1, "n"), (0, 2, "s"), (0, 3, "n")], "y_true,y_pred,region")
    table("b.csv", [(0, 2, "n"), (0, 1, "s"), (0, 4, "n")], "y_true,y_pred,region")
    found = compared(lossctl, "a.csv", "b.csv", "-l", "mae", "--by", "region")
    assert [(one["by"], one["difference"], one["n"]) for one in found] == [
        (None, 1 / 3, 3),
        ({"region": "n"}, 1, 2),
        ({"region": "s"}, -1, 1),
    ]


def test_the_rows_that_got_worse_most_come_with_their_columns(lossctl: Command) -> None:
    table("a.csv", [(0, 1, "a"), (0, 1, "b"), (0, 1, "c")], "y_true,y_pred,text")
    table("b.csv", [(0, 2, "a"), (0, 0, "b"), (0, 4, "c")], "y_true,y_pred,text")
    found = compared(lossctl, "a.csv", "b.csv", "-l", "mae", "--worst", "5", "--keep", "text")[0]
    assert found["worst"] == [
        {"row": 2, "id": None, "difference": 3, "keep": {"text": "c"}},
        {"row": 0, "id": None, "difference": 1, "keep": {"text": "a"}},
    ]


def test_weights_weigh_the_differences(lossctl: Command) -> None:
    table("a.csv", [(0, 1, 3), (0, 2, 1)], "y_true,y_pred,w")
    table("b.csv", [(0, 2, 3), (0, 1, 1)], "y_true,y_pred,w")
    assert compared(lossctl, "a.csv", "b.csv", "-l", "mae", "-w", "w")[0]["difference"] == 0.5


def test_a_share_in_the_denominator_is_resampled_with_the_rows(lossctl: Command) -> None:
    table("a.csv", [(0, 0.5, 0.5), (1, 0.75, 0.25)] * 20, "y,p_0,p_1")
    table("b.csv", [(0, 0.5, 0.5), (1, 0.5, 0.5)] * 20, "y,p_0,p_1")
    loss = "ce:class_weight=1,3:weighted_mean=true"
    one = compared(lossctl, "a.csv", "b.csv", "-l", loss)[0]
    assert one["difference"] == pytest.approx(math.log(2) - (math.log(2) + 3 * math.log(4)) / 4, rel=1e-14)
    assert one["low"] < one["difference"] < one["high"] < 0
    linearised = compared(lossctl, "a.csv", "b.csv", "-l", loss, "--method", "t")[0]
    assert [linearised["low"], linearised["high"]] == pytest.approx([one["low"], one["high"]], abs=0.1)


def test_exit_code_is_1_only_for_a_worse_candidate_and_only_when_asked(models: Command) -> None:
    assert models("compare", "a.csv", "b.csv", "-l", "mse").code == 0
    assert models("compare", "a.csv", "b.csv", "-l", "mse", "--exit-code").code == 1
    assert models("compare", "b.csv", "a.csv", "-l", "mse", "--exit-code").code == 0


def test_the_number_of_resamples_is_what_p_values_are_counted_in(models: Command) -> None:
    for resamples in (19, 39):
        found = compared(models, "a.csv", "b.csv", "-l", "mse", "--method", "permutation", "--resamples", str(resamples))
        assert found[0]["p_value"] == 1 / (resamples + 1)  # none of them reaches the difference


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.csv", "-l", "mse"], "compare takes a base and at least one candidate"),
        (["a.csv", "b.csv", "-l", "mse", "--method", "bayes"], "--method has no 'bayes'; one of bootstrap, t, permutation"),
        (["a.csv", "b.csv", "-l", "mse", "--resamples", "0"], "--resamples is a whole number >= 1, not '0'"),
        (["a.csv", "b.csv", "-l", "mse", "--reduction", "max"], "compare is about means; --reduction max does not apply"),
        (["a.csv", "b.csv", "-l", "mse", "--keep", "x"], "--keep carries columns along with the worst rows; add --worst K"),
    ],
)
def test_what_cannot_be_compared_is_exit_2(models: Command, arguments: list[str], said: str) -> None:
    done = models("compare", *arguments)
    assert done.code == 2
    assert said in done.err


def test_weights_or_groups_that_differ_between_models_are_refused(lossctl: Command) -> None:
    table("a.csv", [(0, 1, 3, "n"), (0, 2, 1, "s")], "y_true,y_pred,w,g")
    table("b.csv", [(0, 1, 1, "s"), (0, 2, 3, "n")], "y_true,y_pred,w,g")
    for options, what in ((("-w", "w"), "weights"), (("--by", "g"), "groups")):
        done = lossctl("compare", "a.csv", "b.csv", "-l", "mse", *options)
        assert (done.code, done.err.splitlines()[0]) == (
            3,
            f"lossctl: error: b.csv: the {what} of some rows differ from those of a.csv, so the rows cannot be compared",
        )


def test_a_candidate_that_becomes_infinite_is_worse_and_two_infinite_ones_have_no_difference(lossctl: Command) -> None:
    table("a.csv", [(0, 0.5), (1, 0.5)], "y_true,y_prob")
    table("b.csv", [(0, 1), (1, 0.5)], "y_true,y_prob")
    table("c.csv", [(0, 1), (1, 0)], "y_true,y_prob")
    done = lossctl("compare", "a.csv", "b.csv", "-l", "ce", "--exit-code", "--json")
    assert done.code == 1
    one = json.loads(done.out)["comparisons"][0]
    assert (one["difference"], one["nonfinite"]["difference"], one["nonfinite"]["low"]) == (None, "inf", "inf")
    done = lossctl("compare", "b.csv", "c.csv", "-l", "ce")
    assert (done.code, done.err.splitlines()[0]) == (3, "lossctl: error: ce: both models cost inf, which leaves no difference")


def test_columns_of_classes_may_be_in_another_order(lossctl: Command, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("label,prob_ant,prob_bee\nant,0.5,0.5\nbee,0.5,0.5\n")
    (tmp_path / "b.csv").write_text("label,prob_bee,prob_ant\nant,0.75,0.25\nbee,1,0\n")
    done = lossctl("compare", "a.csv", "b.csv", "-l", "ce", "-p", "prob_*", "-t", "label", "--method", "t", "--json")
    (found,) = json.loads(done.out)["comparisons"]
    assert (found["base_value"], found["value"]) == (math.log(2), math.log(4) / 2)


def test_a_key_that_the_truth_lacks_is_none_that_stands_twice(lossctl: Command, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("k,pred\nu,1\nv,2\nw,3\n")
    (tmp_path / "t.csv").write_text("k,y\nv,0\nu,0\n")
    command = "compare a.csv b.csv -t t.csv:y --id k --missing drop -l mse --method t --json"
    (found,) = json.loads(lossctl(*command.split()).out)["comparisons"]
    assert (found["n"], found["value"]) == (2, 2.5)


def test_equal_models_have_no_verdict_and_no_exit_code_of_their_own(lossctl: Command) -> None:
    for name in ("a", "b"):
        Path(f"{name}.csv").write_text("y,pred\n0,1\n0,2\n0,3\n")
    done = lossctl("compare", "a.csv", "b.csv", "-l", "mse", "--exit-code", "--json")
    (found,) = json.loads(done.out)["comparisons"]
    assert (done.code, found["low"], found["high"], found["verdict"]) == (0, 0, 0, None)


def test_blocks_are_counted_among_the_rows_of_a_group(lossctl: Command) -> None:
    for name, more in (("a", 0), ("b", 1)):
        rows = (f"0,{row + more * (row % 3)},{'uv'[row % 2]}" for row in range(8))
        Path(f"{name}.csv").write_text("\n".join(["y,pred,g", *rows]))
    done = lossctl("compare", "a.csv", "b.csv", "-l", "mse", "--by", "g", "--block", "2", "--json")
    assert [(one["n"], one["units"]) for one in json.loads(done.out)["comparisons"]] == [(8, 4), (4, 2), (4, 2)]


def test_of_rows_that_got_worse_alike_the_earlier_is_the_worst(lossctl: Command) -> None:
    Path("a.csv").write_text("y,pred\n0,0\n0,0\n0,0\n0,0\n")
    Path("b.csv").write_text("y,pred\n0,0\n0,2\n0,-2\n0,1\n")
    done = lossctl("compare", "a.csv", "b.csv", "-l", "mse", "--worst", "1", "--json")
    (found,) = json.loads(done.out)["comparisons"]
    assert [row["row"] for row in found["worst"]] == [1]


def test_models_have_predictions_of_their_own(lossctl: Command) -> None:
    Path("one.csv").write_text("pred,y\n1,1\n3,1\n")
    Path("two.csv").write_text("pred,y\n2,1\n3,1\n")
    for named in (["-p", "one.csv:pred"], ["-p", "one.csv:pred", "-t", "two.csv:y"]):
        done = lossctl("compare", "one.csv", "two.csv", "-l", "mse", *named)
        said = "the pred of every model would be one.csv:pred\nhint: a column that each has: -p COLUMN"
        assert (done.code, done.err) == (2, f"lossctl: error: {said}\n")
    done = lossctl("compare", "one.csv", "two.csv", "-l", "mse", "-p", "pred", "-t", "two.csv:y", "--json")
    assert json.loads(done.out)["comparisons"][0]["difference"] == 0.5
