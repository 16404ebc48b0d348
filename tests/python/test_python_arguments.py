"""What Python hands over: totals, flags, missing values, indexes, and arguments that are no arrays at all."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lossctl import LossctlError, batch, check, compare, evaluate

PRED = [1.0, 2.0, 4.0]
ZERO = [0.0, 0.0, 0.0]


def refusal(*arguments: Any, **options: Any) -> str:
    with pytest.raises(LossctlError) as error:
        evaluate(*arguments, **options)
    assert error.value.exit_code in (2, 3)
    assert not re.search(r"(?<![\w'])--?[a-z]", str(error.value)), "options are said as keywords"
    return str(error.value)


def test_the_value_is_that_of_all_rows_and_groups_are_apart() -> None:
    found = evaluate(PRED, ZERO, "mse", by=np.array([1, 1, 2]))
    assert (found.value, found.groups) == (7, {"1": 2.5, "2": 16})
    found = evaluate(PRED, ZERO, ["mse", "mae"], by=np.array([1, 1, 2]))
    assert found.value == {"mse": 7, "mae": 7 / 3}
    assert found.groups == {"mse": {"1": 2.5, "2": 16}, "mae": {"1": 1.5, "2": 4}}
    assert evaluate(PRED, ZERO, "mse").groups == {}


def test_an_array_without_a_target_is_what_the_loss_judges_first() -> None:
    assert evaluate(PRED, loss="given").value == 7 / 3
    assert evaluate([-1.0, -2.0], loss="token_nll").value == 1.5
    assert (
        evaluate(np.array([[3.0], [1.0]]), role={"positive": [[3.0], [2.0]], "negative": [[3.5], [9.0]]}, loss="triplet").value
        == 0.25
    )
    assert refusal(PRED, loss="mse") == (
        'no target given, and pred is a bare array\nhint: give it as an array, or name its file: target="FILE"'
    )
    assert refusal(PRED, role={"value": ZERO}, loss="given") == "the value is given twice, as the first argument and as a role"


@pytest.mark.parametrize("name", ["pred", "target", "weight"])
def test_a_role_that_is_an_argument_and_in_role_is_given_twice(name: str) -> None:
    given = {"target": ZERO, "weight": ZERO}
    assert refusal(PRED, loss="mse", role={name: PRED}, **given) == f"the {name} is given twice, in role too"


def test_a_table_beside_roles_that_are_all_arrays_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("pred,y\n1,0\n")
    hint = "\nhint: leave it out, or the pred"
    said = ": nothing is read from it: the pred is pred and the target is target"
    assert refusal(tmp_path / "a.csv", pred=[1.0], target=[3.0], loss="mse") == f"{tmp_path / 'a.csv'}{said}{hint}"
    frame = pd.DataFrame({"pred": [1.0], "y": [0.0]})
    assert refusal(frame, role={"pred": [1.0], "target": [3.0]}, loss="mse") == f"frame{said}{hint}"


def test_groups_of_several_columns_are_tuples(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("pred,y,g,h\n1,0,a,x\n2,0,a,z\n")
    assert evaluate(tmp_path / "a.csv", loss="mse", by=["g", "h"]).groups == {("a", "x"): 1, ("a", "z"): 4}


def test_pred_names_columns_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("prob_a,prob_b,other,label\n0.5,0.5,3,a\n0.25,0.75,3,a\n")
    assert evaluate(tmp_path / "a.csv", pred="prob_*", target="label", loss="ce", reduction="min").value == np.log(2)
    assert evaluate(tmp_path / "a.csv", pred="other", target="prob_a", loss="mae", reduction="max").value == 2.75
    assert refusal([1.0], [1.0], "mse", pred=[1.0]) == "the predictions are given twice, as the first argument and as pred"


@pytest.mark.parametrize("flag", ["no", "yes", 0, 1, np.False_, np.True_, [], {}])
def test_a_flag_takes_only_true_or_false(flag: Any) -> None:
    assert refusal([[0.5, 0.6]], [0], "ce", normalize=flag) == "normalize is true or false"
    assert refusal([1.0], [0], "mse", in_order=flag) == "in_order is True or False"


MISSING = [None, pd.NA, pd.NaT, np.nan, float("nan"), np.datetime64("NaT")]


@pytest.mark.parametrize("missing", MISSING)
def test_a_missing_label_is_no_word(missing: Any) -> None:
    """As a word it would be the other label of two: 2.30 for row 1."""
    labels = pd.Series(["s", missing, "s"], dtype=object)
    message = 'target row 1: a value is missing (empty or NaN)\nhint: leave such rows out: nan="drop"'
    assert refusal([0.5, 0.9, 0.5], labels, "ce", positive="s") == message
    assert refusal([0.5, 0.9, 0.5], labels.tolist(), "ce", positive="s") == message
    found = evaluate([0.5, 0.9, 0.5], labels, "ce", positive="s", nan="drop").run
    assert (found.used, found.dropped, found.results[0].value) == (2, {"nan": 1}, np.log(2))


@pytest.mark.parametrize("dtype", ["string", "category", object])
def test_a_missing_group_is_the_empty_one(dtype: Any) -> None:
    by = pd.Series(["b", None, "b"], dtype=dtype)
    assert evaluate(PRED, ZERO, "mse", by=by).groups == {"": 4, "b": 8.5}


def test_groups_of_numbers_and_times_are_named_as_a_table_would_have_them() -> None:
    assert list(evaluate(PRED, ZERO, "mse", by=np.array([2.0, np.nan, 10.0])).groups) == ["", "2", "10"]
    assert list(evaluate(PRED, ZERO, "mse", by=pd.Series([2, None, 10], dtype="Int64")).groups) == ["", "2", "10"]
    big = 2**53 + 1
    assert list(evaluate(PRED, ZERO, "mse", by=pd.Series([big, None, 1], dtype="Int64")).groups) == ["", "1", str(big)]
    days = pd.Series(pd.to_datetime(["2020-01-01", None, "2020-01-02"]))
    assert list(evaluate(PRED, ZERO, "mse", by=days).groups) == ["", "2020-01-01", "2020-01-02"]
    times = pd.Series(pd.to_datetime(["2020-01-01 12:30", None, "2020-01-02 00:00"]))
    assert list(evaluate(PRED, ZERO, "mse", by=times).groups) == ["", "2020-01-01 12:30:00", "2020-01-02"]
    dates = [datetime.date(2020, 1, 1), None, datetime.date(2020, 1, 2)]
    assert list(evaluate(PRED, ZERO, "mse", by=dates).groups) == ["", "2020-01-01", "2020-01-02"]
    masked = np.ma.array([1, 2, 1], mask=[False, True, False])
    assert list(evaluate(PRED, ZERO, "mse", by=masked).groups) == ["", "1"]


def test_missing_numbers_are_nan() -> None:
    assert evaluate([1.0, None, 4.0], ZERO, "mse", nan="drop").value == 8.5
    assert evaluate(pd.Series([1, pd.NA, 4], dtype="Int64"), ZERO, "mse", nan="drop").value == 8.5


def test_data_stay_the_callers() -> None:
    """They are read where they lie, and no kernel or policy writes there."""
    pred, target, weight = np.array([[0.25, 0.75], [1.5, 0.5]]), np.array([0, 1]), np.array([1.0, 2.0])
    before = [one.copy() for one in (pred, target, weight)]
    assert evaluate(pred, target, ["ce", "focal"], weight=weight, normalize=True, ignore=1).samples
    for one, old in zip((pred, target, weight), before, strict=True):
        assert one.flags.writeable
        assert np.array_equal(one, old)


def test_the_document_of_other_data_than_the_values_is_refused() -> None:
    pred = np.array(PRED)
    found = evaluate(pred, ZERO, "mse")
    assert found.run.results[0].std == np.std([1, 4, 16])
    pred[0] = 7
    assert found.value == 7
    assert found.run.results[0].std == np.std([1, 4, 16])
    found = evaluate(pred, ZERO, "mse")
    pred[0] = 8
    for ask in (lambda: found.document, lambda: found.samples, found.to_dict, found.to_frame):
        with pytest.raises(LossctlError) as error:
            ask()
        assert str(error.value) == "pred: the data have changed since they were evaluated\nhint: evaluate them anew"
    assert repr(found).splitlines()[:2] == [
        "pred: pred pred, target target; 3 rows used",
        "warning: the data have changed since they were evaluated; std is not known",
    ]


def test_samples_of_files_are_read_when_asked_for(tmp_path: Path) -> None:
    table, saved = tmp_path / "a.csv", tmp_path / "s.npy"
    table.write_text("y,pred\n0,1\n0,2\n")
    found = evaluate(table, loss="mse", save_samples=saved)
    assert (found.document.runs[0].samples, found.run.results[0].std) == (None, 1.5)
    assert found.samples.tolist() == np.load(saved).tolist() == [1, 4]  # type: ignore[union-attr]
    saved.unlink()
    assert found.to_dict()["runs"][0]["samples"]["values"] == {"mse": [1, 4]}
    assert not saved.exists()
    found = evaluate(table, loss="mse")
    table.write_text("y,pred\n0,1\n0,3\n")
    assert (found.value, found.to_frame()["std"].item()) == (2.5, 1.5)
    with pytest.raises(LossctlError) as error:
        assert found.samples
    assert str(error.value) == f"{table}: the data have changed since they were evaluated\nhint: evaluate them anew"


def test_indexes_in_another_order_are_refused_unless_asked_for() -> None:
    """By the labels 1, by the places 5."""
    pred, target = pd.Series([1.0, 4.0], index=["a", "b"]), pd.Series([5.0, 2.0], index=["b", "a"])
    assert refusal(pred, target, "mae") == (
        "target: its index has the labels of that of pred in another order\n"
        "hint: bring it into that order: target.loc[pred.index]; in_order=True pairs rows by their places"
    )
    assert evaluate(pred, target.loc[pred.index], "mae").value == 1
    assert evaluate(pred, target, "mae", in_order=True).value == 3
    assert evaluate(pred, target.reset_index(drop=True), "mae").value == 3
    assert refusal(pred, target.loc[pred.index], "mae", weight=pd.Series([1, 2], index=["b", "a"])).startswith("weight: ")
    assert refusal(pred, target.loc[pred.index], "mae", by=pd.Series([1, 2], index=["b", "a"])).startswith("by: ")


def test_an_empty_array_has_no_rows() -> None:
    assert refusal([], [], "mse") == "pred: no rows"
    assert refusal(pd.Series([], dtype=float), pd.Series([], dtype=float), "mse") == "pred: no rows"
    assert refusal(np.zeros((0, 3)), [], "ce") == "pred: no rows"
    assert refusal([], [], "mse", nan=True) == "nan is a text"


class Raises:
    """An object that gives its values with an error of any kind."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise self.error


def recursive() -> list[Any]:
    inner: list[Any] = []
    inner.append(inner)
    return inner


ODD: dict[str, Callable[[], Any]] = {
    "a dict": lambda: {"a": 1},
    "a set": lambda: {1, 2},
    "an object": object,
    "objects": lambda: [object(), object()],
    "no axes": lambda: np.array(1.0),
    "lists of unequal length": lambda: [[1], [1, 2]],
    "a list in itself": recursive,
    "complex": lambda: [1j, 2j],
    "bytes": lambda: [b"a", b"b"],
    "records": lambda: np.array([(1, 2)] * 2, "i4,i4"),
    "a function": lambda: refusal,
    "empty rows": lambda: [[], []],
    "an error of another kind": lambda: Raises(ZeroDivisionError("division by zero")),
    "an overflow": lambda: Raises(OverflowError("too large")),
    "many axes": lambda: np.zeros((2,) + (1,) * 40),
}


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_array_is_refused_wherever_it_stands(odd: str) -> None:
    good = [1.0, 2.0]
    assert refusal(ODD[odd](), good, "mse")
    assert refusal(good, ODD[odd](), "mse")
    assert refusal(good, good, "mse", weight=ODD[odd]())
    assert refusal(good, good, "mse", by=ODD[odd]())
    assert refusal(good, good, "mse", id=ODD[odd]())
    assert refusal([0.5, 0.5], ODD[odd](), "ce", positive="a")
    assert refusal(loss="triplet", role={"anchor": ODD[odd](), "positive": ODD[odd](), "negative": ODD[odd]()})


def test_numbers_too_large_for_a_float_are_refused() -> None:
    assert refusal([10**400, 1.0], [1.0, 2.0], "mse").startswith("pred: no array: ")
    assert refusal([1.0], [1.0], "mse", worst=10**5000) == "worst is too large"


@pytest.mark.parametrize("loss", [None, 5, {"mse": 1}, [1], object(), [["mse"]], (), ""])
def test_a_loss_is_a_text_or_a_declared_loss(loss: Any) -> None:
    assert refusal([1.0], [1.0], loss)


@pytest.mark.parametrize("role", [5, [1], "target", {1: [1.0]}, None])
def test_roles_are_a_mapping(role: Any) -> None:
    assert refusal([1.0], [1.0], "mse", role=role) == "role is a mapping from names to arrays or texts, as {'anchor': a}"


@pytest.mark.parametrize("text", ["a\0b.csv", "\ud800.csv", "", "x" * 5000 + ".csv"])
def test_paths_that_are_none_are_refused(text: str) -> None:
    assert refusal(text, loss="mse")
    assert refusal([1.0], f"{text}:y", "mse")


def test_a_glob_of_several_files_is_one_dataset_or_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("y,pred\n0,1\n0,1\n")
    assert evaluate(str(tmp_path / "*.csv"), loss="mse").value == 1
    (tmp_path / "b.csv").write_text("y,pred\n0,4\n")
    assert refusal(str(tmp_path / "*.csv"), loss="mse").endswith("*.csv' matches 2 files\nhint: as one dataset: pool=True")
    assert evaluate(str(tmp_path / "*.csv"), loss="mse", pool=True).value == 6


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_array_is_an_error_in_every_function(odd: str) -> None:
    good = [1.0, 2.0]
    for function, arguments in (
        (compare, (ODD[odd](), good)),
        (compare, (good, ODD[odd]())),
        (compare, ({"a": good, "b": ODD[odd]()},)),
    ):
        with pytest.raises(LossctlError) as error:
            function(*arguments, target=good, loss="mse")
        assert error.value.exit_code in (2, 3)
    with pytest.raises(LossctlError):
        compare(good, good, target=ODD[odd](), loss="mse")
    checked = check({"a": ODD[odd]()}, good, max="mse=1")
    assert (checked.ok, len(checked.errors), checked.document.fault) == (False, 1, 3)
    ranked = batch({"a": ODD[odd](), "b": good}, good, "mse")
    assert (ranked.values, len(ranked.errors)) == ({"b": 0}, 1)


@pytest.mark.parametrize(
    ("loss", "typed"), [("focal(gamma=2)", "focal:gamma=2"), ("huber:1.5", "huber:delta=1.5"), ("focal gamma=2", "focal:gamma=2")]
)
def test_a_loss_in_the_words_of_another_tool_is_answered(loss: str, typed: str) -> None:
    assert refusal([0.2, 0.8], [0, 1], loss).endswith(f'\nhint: type loss="{typed}"')
    evaluate([0.2, 0.8], [0, 1], typed)


WORDS = 'labels that are words: positive="LABEL" for two classes, classes="A,B,..." in column order'


@pytest.mark.parametrize("kind", ["a list", "an array", "an array of objects", "a Series", "strings of pandas", "categories"])
@pytest.mark.parametrize(("labels", "row", "word"), [(["cat", "dog"], 0, "cat"), ([None, "1"], 1, "1"), ([1, "dog"], 1, "dog")])
def test_labels_that_are_words_are_refused_with_row_and_word(kind: str, labels: list[Any], row: int, word: str) -> None:
    if None in labels and kind == "an array":
        pytest.skip("an array of texts has no missing ones")
    made: dict[str, Callable[[], Any]] = {
        "a list": lambda: labels, "an array": lambda: np.array(labels),
        "an array of objects": lambda: np.array(labels, dtype=object),
        "a Series": lambda: pd.Series(labels), "strings of pandas": lambda: pd.Series(pd.Series(labels).astype("string")),
        "categories": lambda: pd.Series(labels).astype("category"),
    }  # fmt: skip
    problem = f"{word!r} is text, not a number"
    assert refusal([0.1, 0.9], made[kind](), "ce") == f"target row {row}: {problem}\nhint: {WORDS}"
    assert refusal([0.1, 0.9], made[kind](), "mse") == f"target row {row}: {problem}"
    frame = pd.DataFrame({"p": [0.1, 0.9], "y": made[kind]()})
    assert refusal(frame, pred="p", target="y", loss="ce") == f"frame row {row}, column 'y': {problem}\nhint: {WORDS}"


def test_the_hint_for_labels_that_are_words_works() -> None:
    assert evaluate([0.1, 0.9], ["cat", "dog"], "ce", positive="dog").value == pytest.approx(-np.log(0.9), rel=1e-15)
    assert evaluate([0.1, 0.9], ["cat", "dog"], "ce", positive="cat").value == pytest.approx(-np.log(0.1), rel=1e-15)
    assert evaluate([0.1, 0.9], ["cat", "dog"], "ce", classes="dog,cat").value == pytest.approx(-np.log(0.1), rel=1e-15)


def test_other_objects_that_are_no_numbers_are_refused_with_their_row() -> None:
    assert refusal([[1, 2], [3, "x"]], [0, 1], "ce") == "pred row 1, column 1: 'x' is text, not a number"
    assert refusal(PRED, ZERO, "mse", weight=["1", "2", "3"]) == "weight row 0: '1' is text, not a number"
    large = "'1152921504606846976' beside missing values is beyond 2**53, where numbers are no longer exact"
    assert refusal(PRED, [None, 5, 2**60], "mse") == f"target row 2: {large}"
    assert refusal(PRED, pd.Series([None, 5, -(2**60)], dtype="Int64"), "mse") == f"target row 2: {large.replace('1', '-1', 1)}"


@pytest.mark.parametrize(
    ("index", "other", "label"),
    [
        (pd.RangeIndex(2, 7), pd.RangeIndex(3, 8), "7"),
        (pd.Index([*"abcde"]), pd.Index([*"abcdf"]), "f"),
        (pd.date_range("2024-01-01", periods=5), pd.date_range("2024-01-02", periods=5), "2024-01-06 00:00:00"),
        (pd.Index([1, 1, 2, 3, 4]), pd.Index([1, 2, 2, 3, 4]), "2"),
    ],
)
def test_indexes_of_other_rows_are_refused_unless_in_order(index: pd.Index, other: pd.Index, label: str) -> None:
    pred, target = pd.Series(range(1, 6), index), pd.Series(range(5), other)
    problem = f"target: its index has '{label}', and that of pred has not: these are not the same rows"
    assert refusal(pred, target, "mse") == f"{problem}\nhint: in_order=True pairs rows by their places"
    assert evaluate(pred, target, "mse", in_order=True).value == 1


DAYS = pd.date_range("2024-01-01", periods=5)


@pytest.mark.parametrize(
    ("index", "other"),
    [
        (DAYS, pd.Index([f"2024-01-0{day}" for day in range(1, 6)])),
        (DAYS, DAYS.to_period("D")),
        (DAYS.tz_localize("UTC"), DAYS.tz_localize("UTC").tz_convert("Asia/Tokyo")),
        (pd.Index([7, 3, 5, 8, 9]), pd.Index([*"73589"])),
    ],
)
def test_labels_are_the_same_whatever_type_an_index_has_them_as(index: pd.Index, other: pd.Index) -> None:
    assert evaluate(pd.Series(range(1, 6), index), pd.Series(range(5), other), "mse").value == 1
    turned = pd.Series(range(5), other[::-1])
    assert refusal(pd.Series(range(1, 6), index), turned, "mse").startswith("target: its index has ")


@pytest.mark.parametrize("index", [pd.RangeIndex(5), pd.Index([0, 1, 2, 3, 4], dtype="uint8")])
def test_an_index_that_counts_the_rows_says_nothing_of_them(index: pd.Index) -> None:
    """Predictions have it where the target is a part that was split off."""
    split = pd.Series(range(5), pd.Index([12, 3, 7, 30, 4]))
    assert evaluate(pd.Series(range(1, 6), index), split, "mse").value == 1
    assert evaluate(split, pd.Series(range(1, 6), index), "mse", weight=pd.Series(1.0, index)).value == 1
