"""Which columns of which files a run is bound to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl.binding.binder import Binder
from lossctl.binding.binding import Binding
from lossctl.binding.keys import key_option
from lossctl.binding.use import RowField, Use
from lossctl.errors import DataError, LossctlError, UsageError
from lossctl.formats.table import Kind
from lossctl.options.commands import Eval
from lossctl.question.request import read_request
from tests.conftest import Command

pytestmark = pytest.mark.usefixtures("here")

OPTIONS = Eval(preds=("p.csv",), loss=("mse",))


def table(name: str, header: str, row: str | None = None) -> None:
    Path(name).write_text(f"{header}\n{row or ','.join('1' for _ in header.split(','))}\n")


def bound(*, compared: bool = False, **options: Any) -> Binding:
    request = read_request(replace(OPTIONS, **options))
    [run] = request.inputs.runs
    return Binder(request, run, compared).bind()


def texts(binding: Binding) -> dict[Use, str]:
    return {use: source.text for use, source in binding.uses()}


def test_every_column_is_bound_to_what_it_is_read_for() -> None:
    table("p.csv", "id,pred,w,g,k,s")
    table("t.csv", "id,y")
    found = texts(bound(target=("t.csv:y",), weight=("w",), by=("g",), keep=("k",), where=("s=1", "t.csv:y>0"), id=("id",)))
    assert found == {
        Use(RowField.ROLE, "pred"): "p.csv:pred",
        Use(RowField.ROLE, "target"): "t.csv:y",
        Use(RowField.WEIGHT): "p.csv:w",
        Use(RowField.GROUP, "g"): "p.csv:g",
        Use(RowField.KEEP, "k"): "p.csv:k",
        Use(RowField.KEY, place=0): "t.csv:id",  # of p.csv too, by the same name
        Use(RowField.CONDITION, place=0): "p.csv:s",
        Use(RowField.CONDITION, place=1): "t.csv:y",
    }


def test_a_file_that_several_roles_name_is_opened_once() -> None:
    table("p.csv", "pred")
    table("t.csv", "y,w")
    binding = bound(target=("t.csv:y",), weight=("t.csv:w",))
    assert binding.weight is not None
    assert binding.roles["target"].tables[0] is binding.weight.tables[0]


def test_labels_are_read_as_numbers_and_as_words_where_these_have_names() -> None:
    table("p.csv", "prob,label")
    for positive, kind in ((None, Kind.LABEL), ("1", Kind.TEXT)):
        [selection] = bound(loss=("ce",), positive=positive).roles["target"].selections
        assert selection.kind is kind


def test_the_key_of_each_set_of_tables_is_its_own() -> None:
    table("p.csv", "Id,day,pred")
    table("t.csv", "id,d,y")
    table("w.csv", "Id,day,w")
    binding = bound(target=("t.csv:y",), weight=("w.csv:w",), id=("t.csv:id,d", "Id,day"))
    assert [[key.text for key in keys] for keys in binding.keys] == [
        ["p.csv:Id", "p.csv:day"], ["t.csv:id", "t.csv:d"], ["w.csv:Id", "w.csv:day"],
    ]  # fmt: skip
    assert binding.key_headers == ["id:Id", "id:day"]
    assert bound(target=("t.csv:y",), id=("p.csv:Id,t.csv:id",)).key_headers == ["id"]
    assert bound(target=("t.csv:y",)).key_headers == []
    assert [len(keys) for keys in bound(id=("Id,Id,1",), target=("day",)).keys] == [1]


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"id": ("Id",)}, DataError, "t.csv: column 'Id' not found; nearest: id"),
        ({"id": ("t.csv:id",)}, DataError, "p.csv: --id names no column of this file\nhint: name one: --id p.csv:COLUMN"),
        ({"id": ("t.csv:id", "Id,day")}, UsageError, "t.csv: --id names 1 column here and 2 of p.csv"),
        (
            {"id": ("Id",), "target": ("y.npy",)},
            DataError,
            "y.npy: a bare array has no column of keys for --id\nhint: without --id rows pair by order",
        ),
        (
            {"id": ("*d*",), "target": ("Id",)},
            DataError,
            "p.csv:Id..pred: these are 3 columns, where one of one value a row is wanted\nhint: name one of Id, day, pred",
        ),
        ({"id": ("gone.csv:id",)}, UsageError, "--id names 'gone.csv', which is not read\nhint: files are p.csv, t.csv"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_had_is_refused(options: dict[str, Any], kind: type[LossctlError], said: str) -> None:
    table("p.csv", "Id,day,pred")
    table("t.csv", "id,y")
    np.save("y.npy", np.ones(1))
    with pytest.raises(kind) as caught:
        bound(**{"target": ("t.csv:y",), **options})
    assert str(caught.value) == said


def shared(binding: Binding) -> list[list[str]]:
    return [[key.text for key in keys.values()] for keys in binding.shared]


def test_usual_keys_are_bound_where_tables_share_them_and_nothing_else_says_how_rows_pair() -> None:
    table("p.csv", "id,date,name,pred")
    table("t.csv", "ID,Date,score,y")
    apart = [["p.csv:id", "p.csv:date"], ["t.csv:ID", "t.csv:Date"]]
    assert shared(bound(target=("t.csv:y",))) == apart
    assert shared(bound(target=("t.csv:y",), in_order=True)) == []
    assert shared(bound(target=("t.csv:y",), id=("p.csv:id,t.csv:ID",))) == []
    assert shared(bound(target=("t.csv:Date",))) == [["p.csv:id"], ["t.csv:ID"]]
    assert shared(bound(target=("t.csv:y",), weight=("id",))) == [["p.csv:date"], ["t.csv:Date"]]
    assert shared(bound(target=("t.csv:y",), keep=("id",), by=("id",))) == apart  # what is carried along is a key all the same


def test_one_table_pays_nothing_unless_it_is_compared_with_others() -> None:
    table("p.csv", "id,pred,y")
    assert shared(bound()) == [[]]
    assert shared(bound(compared=True)) == [["p.csv:id"]]
    assert Use(RowField.SHARED, "id") not in texts(bound())


def test_a_name_that_stands_twice_and_a_vector_are_no_keys() -> None:
    table("p.csv", "id,ID,pred")
    table("t.csv", "id,y")
    assert shared(bound(target=("t.csv:y",))) == [[], []]
    np.savez("p.npz", id=np.ones((1, 2)), pred=np.ones(1))
    assert shared(bound(preds=("p.npz",), target=("t.csv:y",))) == [[], []]


def test_an_option_names_keys_as_each_table_calls_them() -> None:
    table("p.csv", ",col:id,pred")
    table("t.csv", ",col:id,y")
    binding = bound(target=("t.csv:y",))
    assert key_option(["", "col:id"], binding.shared) == "--id 1,col:col:id"
    assert key_option(["gone"], binding.shared) is None
    assert [[key.text for key in keys] for keys in bound(target=("t.csv:y",), id=("1,col:col:id",)).keys] == [
        ["p.csv", "p.csv:col:id"],
        ["t.csv", "t.csv:col:id"],
    ]
    table("u.csv", "Id,ID,y")
    table("q.csv", "id,pred")
    table("v.csv", "ID,y")
    assert key_option(["id"], bound(preds=("q.csv",), target=("v.csv:y",)).shared) == "--id q.csv:id,v.csv:ID"


@pytest.mark.parametrize(
    ("header", "role", "names", "option"),
    [
        ("y,Y_true,pred", "target", "'Y_true', 'y'", "-t Y_true or -t y"),
        ("target, Label ,pred", "target", "'target', ' Label '", "-t target or -t ' Label '"),
        ("pred,y,Yhat", "pred", "'pred', 'Yhat'", "-p pred or -p Yhat"),
    ],
)
def test_a_usual_name_in_capitals_is_as_usual_as_another(
    lossctl: Command, header: str, role: str, names: str, option: str
) -> None:
    """Each of the two columns would give another number."""
    Path("a.csv").write_text(f"{header}\n1,9,2\n")
    done = lossctl("eval", "a.csv", "-l", "mae")
    assert (done.code, done.err) == (
        3,
        f"lossctl: error: a.csv: several columns could be the {role}: {names}\nhint: name one: {option}\n",
    )
