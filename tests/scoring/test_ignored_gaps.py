"""`--ignore nan`: elements and rows whose target is missing are left out, and a prediction that is missing is an error still."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lossctl as package
from tests.conftest import Command, write

RNG = np.random.default_rng(11)
PRED, TARGET = RNG.random((6, 2, 3)), RNG.random((6, 2, 3))
GAPS = RNG.random(TARGET.shape) < 0.2
GAPS[2] = True  # a row without a target
DEPTH = np.where(GAPS, np.nan, TARGET)


@pytest.fixture
def depths(here: Path) -> None:
    np.save("p.npy", PRED)
    np.save("y.npy", DEPTH)


@pytest.mark.usefixtures("depths")
def test_elements_without_a_target_count_for_nothing(lossctl: Command) -> None:
    asked = ("eval", "p.npy", "-t", "y.npy", "-l", "mae", "--json")
    (run,) = json.loads(lossctl(*asked, "--ignore", "nan").out)["runs"]
    assert run["results"][0]["value"] == pytest.approx(np.nanmean(np.abs(PRED - DEPTH)), rel=1e-14)
    assert (run["rows"], run["used"], run["dropped"]) == (6, 5, {"ignore": 1})
    (run,) = json.loads(lossctl(*asked, "--ignore", "nan", "--average", "rows").out)["runs"]
    rows = [np.nanmean(row) for row in np.abs(PRED - DEPTH)[[0, 1, 3, 4, 5]]]
    assert run["results"][0]["value"] == pytest.approx(np.mean(rows), rel=1e-14)
    (run,) = json.loads(lossctl(*asked, "--nan", "drop").out)["runs"]
    whole = ~GAPS.any(axis=(1, 2))
    assert run["results"][0]["value"] == pytest.approx(np.abs(PRED - DEPTH)[whole].mean(), rel=1e-14)


@pytest.mark.usefixtures("depths")
def test_a_prediction_that_is_missing_is_an_error_where_there_is_a_target_and_none_where_not(lossctl: Command) -> None:
    holes = PRED.copy()
    holes[GAPS] = np.nan
    np.save("p.npy", holes)
    asked = ("eval", "p.npy", "-t", "y.npy", "-l", "mae", "--ignore", "nan", "-b")
    assert lossctl(*asked).value == pytest.approx(np.nanmean(np.abs(PRED - DEPTH)), rel=1e-14)
    row, *place = np.argwhere(~GAPS)[3].tolist()
    holes[row, *place] = np.nan
    np.save("p.npy", holes)
    done = lossctl(*asked)
    assert (done.code, done.err) == (
        3,
        f"lossctl: error: p.npy row {row}, element ({', '.join(map(str, place))}): a value is missing (empty or NaN)\n"
        "hint: leave such rows out: --nan drop\n",
    )


def test_class_labels_may_be_missing_too(lossctl: Command) -> None:
    logits, labels = RNG.normal(size=(4, 3, 5)), RNG.integers(0, 3, (4, 5)).astype(float)
    labels[0, 1] = labels[3] = np.nan
    np.save("z.npy", logits)
    np.save("y.npy", labels)
    log_p = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    costs = [-log_p[row, int(label), place] for (row, place), label in np.ndenumerate(labels) if not np.isnan(label)]
    done = lossctl("eval", "z.npy", "-t", "y.npy", "-l", "ce", "--from", "logits", "--ignore", "nan", "-b")
    assert done.value == pytest.approx(np.mean(costs), rel=1e-13)


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet"])
def test_a_target_that_is_no_list_at_all_is_a_row_without_one(name: str, lossctl: Command) -> None:
    def written(pred: list[Any], target: list[Any]) -> None:
        frame = pd.DataFrame({"pred": pred, "target": target})
        frame.to_parquet(name) if name == "a.parquet" else frame.to_json(name, orient="records", lines=True)

    pred, target = [[1.0, 2.0], [1.5, 3.0], None, [1.0, 3.5]], [None, [1.0, None], None, [1.0, 2.0]]
    written(pred, target)
    asked = ("eval", name, "-l", "mae", "--json")
    (run,) = json.loads(lossctl(*asked, "--ignore", "nan").out)["runs"]
    assert (run["results"][0]["value"], run["dropped"]) == (2 / 3, {"ignore": 2})
    (run,) = json.loads(lossctl(*asked, "--nan", "drop").out)["runs"]
    assert (run["results"][0]["value"], run["dropped"]) == (0.75, {"nan": 3})
    at = ("line {}", 1) if name == "a.jsonl" else ("row {}", 0)
    problem = "lossctl: error: {} {}, column '{}': a value is missing (empty or NaN)\nhint: leave such rows out: --nan drop\n"
    written(pred[:2], target[:2])
    done = lossctl(*asked)
    assert (done.code, done.err) == (3, problem.format(name, at[0].format(at[1]), "target"))
    written([*pred[1:2], None], target[1:2] * 2)
    done = lossctl(*asked, "--ignore", "nan")
    assert (done.code, done.err) == (3, problem.format(name, at[0].format(at[1] + 1), "pred"))


def test_rows_of_one_value_are_left_out_and_counted(lossctl: Command) -> None:
    write("a.csv", "y_true,y_pred\n1,2\n,5\n3,3\nNA,7\n4,1\n")
    (run,) = json.loads(lossctl("eval", "a.csv", "-l", "mse", "--ignore", "nan", "--json").out)["runs"]
    assert (run["results"][0]["value"], run["used"], run["dropped"]) == (10 / 3, 3, {"ignore": 2})
    write("a.csv", "y_true,y_pred\n1,2\n2,\n")
    assert lossctl("eval", "a.csv", "-l", "mse", "--ignore", "nan").err == (
        "lossctl: error: a.csv line 3, column 'y_pred': a value is missing (empty or NaN)\n"
        "hint: leave such rows out: --nan drop\n"
    )


@pytest.mark.usefixtures("depths")
def test_models_are_compared_on_the_elements_that_have_a_target(lossctl: Command) -> None:
    np.save("q.npy", PRED + 0.25)
    done = lossctl("compare", "p.npy", "q.npy", "-t", "y.npy", "-l", "mae", "--ignore", "nan", "--method", "t", "--json")
    (comparison,) = json.loads(done.out)["comparisons"]
    assert comparison["base_value"] == pytest.approx(np.nanmean(np.abs(PRED - DEPTH)), rel=1e-14)
    assert comparison["value"] == pytest.approx(np.nanmean(np.abs(PRED + 0.25 - DEPTH)), rel=1e-14)


@pytest.mark.usefixtures("depths")
def test_python_and_the_signature_say_so(lossctl: Command) -> None:
    result = package.evaluate(PRED, DEPTH, "mae", ignore="nan")
    assert result.value == pytest.approx(np.nanmean(np.abs(PRED - DEPTH)), rel=1e-14)
    done = lossctl("eval", "p.npy", "-t", "y.npy", "-l", "mae", "--ignore", "nan", "--json")
    assert "|ignore=nan|" in json.loads(done.out)["runs"][0]["results"][0]["signature"] + "|"


def test_a_loss_whose_rows_are_vectors_has_no_elements_to_ignore(lossctl: Command) -> None:
    np.savez("a.npz", pred=RNG.random((4, 3)), target=RNG.random((4, 3)))
    done = lossctl("eval", "a.npz", "-l", "cosine", "--ignore", "nan")
    assert (done.code, done.err) == (
        2,
        "lossctl: error: --ignore nan leaves out elements and rows without a target, and not every loss here judges elements\n"
        "hint: rows that lack a value: --nan drop\n",
    )


@pytest.mark.parametrize("absent", ["", "NA", "nan", " "])
def test_labels_that_are_words_may_be_missing_however_that_is_written(absent: str, lossctl: Command) -> None:
    write("a.csv", f"p_a,p_b,y\n0.75,0.25,a\n0.5,0.5,{absent}\n0.5,0.5,b\n")
    (run,) = json.loads(lossctl("eval", "a.csv", "-l", "ce", "-p", "p_*", "--ignore", "nan", "--json").out)["runs"]
    assert run["results"][0]["value"] == pytest.approx(-np.log([0.75, 0.5]).mean(), rel=1e-15)
    assert (run["used"], run["dropped"]) == (2, {"ignore": 1})
