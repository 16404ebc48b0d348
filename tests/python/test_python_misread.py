"""Calls in Python that were meant otherwise than they are read: what is said is Python's words, and works when it is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lossctl import LossctlError, batch, check, compare, evaluate
from tests.python.refusals import refusal

PRED, TARGET = [1.0, 2.0, 4.0], [0.0, 0.0, 0.0]
FRAME = pd.DataFrame({"y_true": [1.0, 2.0], "y_pred": [2.0, 5.0], "other": [9.0, 9.0], "g": ["u", "v"]})
GROUPS = ["u", "u", "v"]


CALLS: dict[str, Callable[..., Any]] = {
    "evaluate": lambda **options: evaluate(PRED, TARGET, "mse", **options),
    "check": lambda **options: check(PRED, TARGET, "mse", max=100, **options),
    "compare": lambda **options: compare(PRED, PRED, target=TARGET, loss="mse", **options),
    "batch": lambda **options: batch({"a": PRED}, TARGET, "mse", **options),
    "roles": lambda **options: evaluate(loss="mse", role={"pred": PRED, "target": TARGET}, **options),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("name", ["by", "id", "unit", "weight"])
def test_texts_beside_arrays_are_no_columns_and_may_be_the_values(call: str, name: str) -> None:
    if name == "weight":
        return  # a list of texts is taken for weights, which they are not
    values = f'they are an array: {name}=numpy.array(["u", "u", "v"])'
    problem = f"{name} names columns, and arrays have none\nhint: "
    assert refusal(CALLS[call], **{name: GROUPS}) == f"{problem}if these are the values of the rows, {values}"
    assert refusal(CALLS[call], **{name: "g"}) == f'{problem}name the file of the column: {name}="FILE:g", or give an array'


def test_what_is_said_of_texts_beside_arrays_works(tmp_path: Path) -> None:
    assert evaluate(PRED, TARGET, "mse", by=np.array(["u", "u", "v"])).groups == {"u": 2.5, "v": 16}
    (tmp_path / "g.csv").write_text("g\nv\nu\nu\n")
    assert evaluate(PRED, TARGET, "mse", by=f"{tmp_path}/g.csv:g").groups == {"u": 10, "v": 1}
    assert compare(PRED, TARGET, target=TARGET, loss="mse", by=np.array(GROUPS)).comparisons[1].by == {"by": "u"}
    for unit in (np.array(GROUPS), [1, 1, 2], pd.Series(GROUPS)):
        (found,) = evaluate(PRED, TARGET, "mse", unit=unit, confidence=0.9).run.results
        assert (found.units, found.n) == (2, 3)


def test_other_texts_beside_arrays_are_answered_too() -> None:
    said = "{0} names columns, and arrays have none\nhint: name the file of the column: {0}={1}"
    assert refusal(evaluate, PRED, TARGET, "mse", where="g=u") == said.format("where", '"FILE:g=u"')
    assert refusal(evaluate, PRED, TARGET, "mse", keep="g", worst=1) == said.format("keep", '"FILE:g"')
    assert refusal(evaluate, PRED, TARGET, "mse", weight="w") == said.format("weight", '"FILE:w", or give an array')
    assert refusal(evaluate, PRED, "y", "mse") == said.format("target", '"FILE:y", or give an array')


@pytest.mark.parametrize(("more", "word"), [((), "LOSS"), (("mse",), "mse")])
def test_the_target_of_a_comparison_has_a_name(more: tuple[str, ...], word: str) -> None:
    assert refusal(compare, PRED, PRED, TARGET, *more) == (
        "no target and no loss given; what follows the base are candidates\n"
        f'hint: both have names: lossctl.compare(base, candidate, target=target, loss="{word}")'
    )
    assert refusal(compare, PRED, PRED, TARGET, loss="mse") == (
        'no target given, and base is a bare array\nhint: give it as an array, or name its file: target="FILE"'
    )
    assert compare([2.0], [3.0], target=[0.0], loss="mse").comparisons[0].difference == 5


@pytest.mark.parametrize("kind", [lambda frame: frame, pa.Table.from_pandas], ids=["pandas", "pyarrow"])
def test_a_table_beside_an_array_is_the_predictions_unless_it_says_which_column_is(kind: Callable[[Any], Any]) -> None:
    frame = kind(FRAME)
    hint = (
        'hint: beside a target that is an array all columns are the predictions; name theirs: pred="COLUMN" of '
        "y_true, y_pred, other, g"
    )
    for function, name in ((evaluate, "pred"), (check, "frame"), (compare, "base")):
        where, said = refusal(function, frame, target=np.array([1.0, 2.0]), loss="mse").splitlines()
        assert (where.split(":")[0].replace(" row 0", ""), said) == (f"{name}, column 'g'", hint)
    assert evaluate(frame, np.array([1.0, 2.0]), "mse", pred="y_pred").value == 5
    assert evaluate(frame, np.array([1.0, 2.0]), "mse", pred="other").value == (64 + 49) / 2


NOTHING = (
    "nothing to judge: give a prediction file, `-` for standard input, or the roles' files: "
    'pred="pred.npy", target="truth.npy"\nhint: '
)


def test_nothing_to_judge_is_answered_by_a_call_that_works(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "preds.csv").write_text("y_true,y_pred\n1,3\n")
    calls = {
        'lossctl.evaluate("preds.csv", loss="mse")': lambda: evaluate(loss="mse"),
        'lossctl.evaluate("preds.csv", loss="mae", reduction="sum")': lambda: evaluate(None, loss=["mae"], reduction="sum"),
        'lossctl.check("preds.csv", loss="mse", max="4")': lambda: check(loss="mse", max=4, role={}, target="y_true"),
    }
    for call, refused in calls.items():
        if call.startswith("lossctl.check"):
            call = call.replace('loss="mse"', 'loss="mse", target="y_true"')
        assert refusal(refused) == NOTHING + call
        exec(f"import lossctl; {call}")


def test_nothing_to_judge_beside_arrays_names_what_is_missing() -> None:
    assert refusal(evaluate, target=TARGET, loss="mse") == "nothing to judge: beside the target no pred is given"
    assert refusal(check, target=TARGET, loss="mse", max=1) == "nothing to judge: beside the target no pred is given"
    problem = "nothing to judge: beside the positive and the negative no anchor is given"
    assert refusal(evaluate, loss="triplet", role={"positive": [[1.0]], "negative": [[1.0]]}) == problem


def test_a_frame_of_predictions_and_targets_beside_an_array_is_no_matrix_of_predictions() -> None:
    frame = pd.DataFrame({"y_true": [1.0, 0.0], "y_pred": [2.5, -1.5]})
    with pytest.raises(LossctlError) as raised:
        evaluate(frame, np.array([1, 0]), "ce")
    assert str(raised.value) == (
        "pred: column 'y_true' is called as targets are, and the target is an array\n"
        'hint: beside it all columns are the predictions; name theirs: pred="y_pred"'
    )


def test_a_loss_in_the_place_of_the_target_has_a_name() -> None:
    frame = pd.DataFrame({"y_true": [1.0, 0.0], "y_pred": [2.5, -1.5]})
    for loss in ("mse", "huber:delta=2", "regression"):
        with pytest.raises(LossctlError) as raised:
            evaluate(frame, loss)
        assert str(raised.value) == f"no loss given, and the target is '{loss}', a loss\nhint: it has a name: loss=\"{loss}\""
    assert evaluate(frame.rename(columns={"y_true": "mse"}), "mse", "mae", pred="y_pred").value == 1.5


def test_values_in_a_list_beside_a_frame_are_an_array() -> None:
    frame = pd.DataFrame({"y_true": [1.0, 0.0], "y_pred": [2.5, -1.5], "g": ["a", "b"]})
    assert refusal(evaluate, frame, loss="mse", by=["u", "v"]) == (
        "by names columns, and frame has none of them\n"
        'hint: if these are the values of the rows, they are an array: by=numpy.array(["u", "v"])'
    )
    assert evaluate(frame, loss="mse", by=np.array(["u", "v"])).value == 2.25
    assert "column 'u' not found" in refusal(evaluate, frame, loss="mse", by=["g", "u"])


@pytest.mark.parametrize("name", ["by", "id"])
def test_a_list_beside_a_path_names_columns_or_may_be_the_values(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    FRAME.to_csv(path, index=False)
    columns: dict[str, Any] = {name: ["g", "other"]}
    assert evaluate(path, loss="mse", **columns).value == 5
    values: dict[str, Any] = {name: GROUPS, "target": f"{path}:y_true"}
    said = refusal(lambda: evaluate(path, loss="mse", **values))
    problem = f"{path}: column 'u' not found; there are y_true, y_pred, other, g"
    hint = f'if these are the values of the rows, they are an array: {name}=numpy.array(["u", "u", "v"])'
    assert said == f"{problem}\nhint: {hint}"
    lacking: dict[str, Any] = {name: ["g", "h"]}
    assert "numpy.array" not in refusal(lambda: evaluate(path, loss="mse", **lacking))


def test_of_a_list_of_columns_for_what_is_one_all_are_said(tmp_path: Path) -> None:
    FRAME.to_csv(tmp_path / "a.csv", index=False)
    said = refusal(lambda: evaluate(tmp_path / "a.csv", loss="mse", unit=["g", "other"], confidence=0.9))
    assert said == "several columns for the unit, which is one: g, other"
