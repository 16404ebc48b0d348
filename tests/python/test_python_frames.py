"""Tables that Python hands over: the names of their columns, and rules that pick one where another gives another value."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lossctl import batch, check, compare, evaluate
from tests.python.refusals import refusal

TABLE: dict[str, list[Any]] = {
    "id": ["a", "b", "c", "d"],
    "region": ["n", "s", "n", "s"],
    "yhat": [1.0, 2.0, 3.0, 5.0],
    "other": [2.0, 2.0, 2.0, 2.0],
    "y": [1, 1, 1, 1],
    "w": [1.0, 0.0, 0.0, 3.0],
}


FRAMES: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "pandas": pd.DataFrame,
    "a table of pyarrow": pa.table,
    "a batch of pyarrow": lambda table: pa.RecordBatch.from_pydict(table),
    "polars": pl.DataFrame,
}


@pytest.mark.parametrize("kind", FRAMES)
def test_columns_are_named_as_in_a_file(kind: str, tmp_path: Path) -> None:
    frame = FRAMES[kind](TABLE)
    pd.DataFrame(TABLE).to_csv(tmp_path / "full.csv", index=False)
    options: dict[str, Any] = {
        "target": "y",
        "loss": "mse",
        "by": "region",
        "weight": "w",
        "id": "id",
        "worst": 1,
        "keep": "region",
    }
    for pred, value in (("yhat", 12), ("other", 1)):
        found, of_file = (evaluate(data, pred=pred, **options) for data in (frame, tmp_path / "full.csv"))
        assert (found.value, found.run.sources["pred"]) == (value, f"frame:{pred}")
        assert (found.groups, found.run.worst) == (of_file.groups, of_file.run.worst)
        assert found.samples.tolist() == of_file.samples.tolist()  # type: ignore[union-attr]
    assert evaluate(frame, loss="mse", where="y<2").value == 5.25  # usual names
    assert evaluate(frame, pred="other", target=[0, 0, 0, 0], loss="mse").value == 4
    assert evaluate(frame, target=np.zeros(4), loss="mse", by="region").groups == {"n": 5, "s": 14.5}


@pytest.mark.parametrize("kind", FRAMES)
def test_columns_of_classes_are_a_pattern_or_all_of_a_frame(kind: str) -> None:
    half = {"prob_a": [0.5, 0.25], "prob_b": [0.5, 0.75]}
    frame = FRAMES[kind]({**half, "other": [1, 2], "label": ["a", "a"]})
    assert evaluate(frame, pred="prob_*", target="label", loss="ce", reduction="max").value == -np.log(0.25)
    assert evaluate(FRAMES[kind](half), ["a", "b"], "ce", classes="a,b", reduction="min").value == -np.log(0.75)


@pytest.mark.parametrize("kind", FRAMES)
def test_the_columns_of_a_frame_of_predictions_say_which_class_each_is(kind: str) -> None:
    """By their places the numbers would be those of the other class, -log(0.25)."""
    of = FRAMES[kind]
    numbered, words = of({"p_1": [0.25, 0.75], "p_0": [0.75, 0.25]}), of({"dog": [0.25, 0.75], "cat": [0.75, 0.25]})
    expected = -np.log(0.75)
    assert evaluate(numbered, np.array([0, 1]), "ce").value == expected
    assert evaluate(numbered, np.array([0, 1]), "zero_one").value == 0
    assert evaluate(words, np.array(["cat", "dog"]), "ce").value == expected
    assert evaluate(words, np.array([0, 1]), "ce", classes="1,0").value == expected
    assert refusal(lambda: evaluate(words, np.array([0, 1]), "ce")) == (
        "target row 0: label '0' is none of the classes dog, cat\n"
        "hint: classes says which is which, in column order: classes=\"1,0\" if 'dog' is 1, classes=\"0,1\" if 'cat' is"
    )


@pytest.mark.parametrize("kind", FRAMES)
def test_missing_cells_are_named_by_row_and_column(kind: str) -> None:
    frame = FRAMES[kind]({"y": [1.0, 2.0, 3.0], "yhat": [1.0, None, 3.0], "g": ["x", None, "x"]})
    assert refusal(evaluate, frame, loss="mse") == (
        "frame row 1, column 'yhat': a value is missing (empty or NaN)\nhint: leave such rows out: nan=\"drop\""
    )
    assert evaluate(frame, loss="mse", nan="drop", by="g").groups == {"x": 0}
    assert evaluate(frame, pred="y", target="y", loss="mse", by="g").groups == {"": 0, "x": 0}


def test_a_column_that_is_not_there_or_twice_is_refused() -> None:
    frame = pd.DataFrame(TABLE)
    assert refusal(evaluate, frame, pred="nope", target="y", loss="mse").startswith(
        "frame: column 'nope' not found; there are id,"
    )
    twice = pd.DataFrame([[1, 2, 3]], columns=["y", "yhat", "yhat"])
    assert "'yhat'" in refusal(evaluate, twice, pred="yhat", target="y", loss="mse")
    assert refusal(evaluate, frame.yhat, pred="yhat", target="y", loss="mse") == (
        "the predictions are given twice, as the first argument and as pred"
    )
    words = "frame row 0, column 'region': 'n' is text, not a number"
    assert refusal(evaluate, frame, pred="region", target="y", loss="mse") == words
    assert refusal(evaluate, frame.iloc[:0], loss="mse") == "frame: no rows"


def test_rows_of_two_frames_are_those_of_one_index_or_key() -> None:
    """By the labels no difference; by the places one of 3.75."""
    base = pd.DataFrame({"y": [1.0, 2.0], "yhat": [1.0, 4.0]}, index=["a", "b"])
    turned = base.iloc[::-1]
    assert refusal(compare, base, turned, target="y", loss="mse") == (
        "candidate: its index has the labels of that of base in another order\n"
        "hint: bring it into that order: candidate.loc[base.index]; in_order=True pairs rows by their places"
    )
    keyed = base.assign(key=["p", "q"])
    assert compare(keyed, keyed.iloc[::-1], target="y", loss="mse", id="key").comparisons[0].difference == 0
    moved = keyed.iloc[::-1].reset_index(drop=True)
    assert refusal(compare, keyed, moved, loss="mse").startswith("candidate row 0, column 'key': the key 'q' is paired with 'p'")
    assert refusal(evaluate, base, target=turned.y, loss="mse").startswith("target: its index has the labels of that of pred")


def test_frames_are_runs_of_every_command() -> None:
    frame = pd.DataFrame(TABLE)
    names = {"a": frame, "b": frame.assign(yhat=frame.other)}
    found = compare(names, target="y", loss="mse")
    assert [(comparison.candidate, comparison.base_value, comparison.value) for comparison in found.comparisons] == [
        ("b", 5.25, 1)
    ]
    assert batch(names, target="y", loss="mse").values == {"b": 1, "a": 5.25}
    assert check(frame, target="y", max="mse=5.25").ok
    assert not check(frame, target="y", max="mse=5.249").ok
    assert compare(frame.yhat, frame.other, target=frame.y, loss="mse").comparisons[0].value == 1


COLUMNS: dict[str, Callable[[list[Any]], Any]] = {
    "pyarrow": pa.array,
    "chunks of pyarrow": lambda values: pa.chunked_array([values[:1], values[1:]]),
    "polars": pl.Series,
    "pandas": lambda values: pd.Series(values, dtype=object),
    "pandas on Arrow": lambda values: pd.Series(pd.array(values, dtype=pd.ArrowDtype(pa.array(values).type))),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_of_every_library_are_read_alike(kind: str) -> None:
    of, large = COLUMNS[kind], 2**53 + 1
    zeros = of([0, 0, 0])
    assert evaluate(of([1.0, None, 3.0]), zeros, "mse", nan="drop").value == 5
    assert evaluate(of([1.0, 2.0, 3.0]), zeros, "mse", by=of(["a", None, "b"])).groups == {"": 4, "a": 1, "b": 9}
    assert evaluate(of([1.0, 2.0, 3.0]), zeros, "mse", by=of([large, None, 1])).groups == {"": 4, str(large): 1, "1": 9}
    days = of([datetime.date(2020, 1, 1), None, datetime.date(2020, 1, 2)])
    assert evaluate(of([1.0, 2.0, 3.0]), zeros, "mse", by=days).groups == {"": 4, "2020-01-01": 1, "2020-01-02": 9}
    for labels, options in ((["s", "h"], {"positive": "s"}), ([True, False], {}), ([1, 0], {})):
        options_of_labels: dict[str, Any] = options
        assert evaluate(of([0.75, 0.25]), of(labels), "ce", **options_of_labels).value == -np.log(0.75)
    if "pandas" not in kind:
        assert evaluate(of([[0.75, 0.25], [0.25, 0.75]]), of([0, 1]), "ce").value == -np.log(0.75)
