"""The signature of a result and the key of a run: what can change either is in them, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl import evaluate
from lossctl.effects import Declared, Effect, options_of
from lossctl.options.commands import Batch
from lossctl.question.batch_runs import plan
from lossctl.question.request import Request, read_request
from lossctl.results.journal import key_of

DATA = Batch(preds=("a.csv",), loss=("ce",))
# A value for each option that is not its default, beside what it needs.
GIVEN: dict[str, Any] = {
    "from_": "logits", "classes": "no,yes", "positive": "cat", "ignore": "-1", "nan": "drop", "missing": "drop",
    "normalize": True, "average": "rows", "class_axis": "-1", "reduction": "p95", "quantiles": "50,90", "delimiter": "tab",
    "decimal": ",", "no_header": True, "encoding": "latin-1", "input_format": "csv", "plugin": ("own.py",), "jobs": "1",
    "where": ("n>3",), "loss": ("mse",), "target": ("y",), "pred": ("p",), "weight": ("w",), "role": ("anchor=a",),
    "id": ("id",), "by": ("g",), "quiet": True, "debug": True, "format": "csv", "json": True, "bare": True, "output": ("x.csv",),
    "digits": "3", "sort": "mse", "top": "3", "cluster": "local", "resume": True, "in_order": True,
    "table": ("skip=1",), "models": "a", "confidence": "0.9", "unit": ("u",), "block": "5", "model": "m", "long": True,
}  # fmt: skip
SURE = {"confidence": "0.95"}
NEEDED: dict[str, dict[str, Any]] = {"missing": {"id": ("id",)}, "unit": SURE, "block": SURE}


def request_of(**options: Any) -> Request:
    return read_request(replace(DATA, **options))


def signature_of(**options: Any) -> str:
    request = request_of(**options)
    return request.signature(request.question.losses[0])


@pytest.fixture(autouse=True)
def folder(here: Path) -> None:
    Path("own.py").write_text("")
    Path("a.csv").write_text("")


# With --pool the files of a run are others, and the cells of a manifest are options themselves.
OPTIONS = [
    pytest.param(declared, id=name) for name, declared in options_of(Batch).items() if name not in ("preds", "pool", "manifest")
]


@pytest.mark.parametrize("declared", OPTIONS)
def test_an_option_is_in_the_signature_if_it_can_change_a_value_or_the_rows(declared: Declared) -> None:
    needed = NEEDED.get(declared.name, {})
    changed = signature_of(**needed, **{declared.name: GIVEN[declared.name]}) != signature_of(**needed)
    signed = declared.option.effect in (Effect.VALUE, Effect.ROWS) or declared.name == "weight"
    assert changed == signed


@pytest.mark.parametrize("declared", OPTIONS)
def test_an_option_is_in_the_key_if_it_has_any_effect(declared: Declared) -> None:
    options = replace(DATA, **NEEDED.get(declared.name, {}))
    [before], [after] = plan(options), plan(replace(options, **{declared.name: GIVEN[declared.name]}))
    assert (key_of(before) != key_of(after)) == (declared.option.effect is not Effect.NONE)


def test_a_key_holds_the_preds_of_its_run_and_the_state_of_its_files() -> None:
    Path("b.csv").write_text("")
    [alone] = plan(DATA)
    first, second = plan(replace(DATA, preds=("a.csv", "b.csv")))
    assert key_of(first) == key_of(alone) != key_of(second)
    Path("s.csv").write_text("")
    [before] = plan(replace(DATA, where=("s.csv:split=test",)))
    was = key_of(before)
    Path("s.csv").write_text("more")
    assert key_of(before) != was


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"loss": ("mse",)}, "mse|period=none|reduction=mean|weighted=no|nan=error"),
        (
            {"loss": ("mse",), "weight": ("w",), "nan": "drop", "reduction": "p95"},
            "mse|period=none|reduction=p95|weighted=yes|nan=drop",
        ),
        (
            {"loss": ("focal",), "ignore": "-1", "classes": "no,yes", "normalize": True, "id": ("id",), "missing": "drop"},
            "focal|gamma=2|alpha=none|clip=0|from=probs|reduction=mean|weighted=no|nan=error|normalize=yes|missing=drop"
            "|ignore=-1|classes=no,yes",
        ),
        (
            {"loss": ("ce", "mse"), "from_": "logits", "positive": "cat"},
            "ce|label_smoothing=0|class_weight=none|weighted_mean=false|clip=0|base=none"
            "|from=logits|reduction=mean|weighted=no|nan=error|positive=cat",
        ),
        (
            {"loss": ("mse",), "where": ("t.csv:split=a|b", "n>3"), "average": "rows", "decimal": ",", "delimiter": "\\t"},
            "mse|period=none|reduction=mean|weighted=no|nan=error|where=n>3|where=split=a\\|b|average=rows|decimal=,",
        ),
    ],
)
def test_a_signature_names_what_decides_the_value_and_no_path(options: dict[str, Any], text: str) -> None:
    assert signature_of(**options) == text


def test_what_is_about_class_predictions_is_no_part_of_another_loss() -> None:
    request = request_of(loss=("ce", "mse"), from_="logits", normalize=True, class_axis="1")
    assert request.signature(request.question.losses[1]) == "mse|period=none|reduction=mean|weighted=no|nan=error"


def test_columns_that_are_bound_stand_last_in_the_order_of_roles() -> None:
    request = request_of(loss=("mse",), positive=None)
    text = request.signature(request.question.losses[0], {"pred": "yhat", "target": "a|b", "weight": "w"})
    assert text == "mse|period=none|reduction=mean|weighted=no|nan=error|column.pred=yhat|column.target=a\\|b|column.weight=w"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"encoding": "UTF8"}, {}),
        ({"delimiter": "\t"}, {"delimiter": "tab"}),
        ({"where": ("a=1", "b=2")}, {"where": ("b=2", "a=1", "a=1")}),
        ({"nan": "error", "reduction": "mean", "average": "elements"}, {}),
        ({"loss": ("cross_entropy",)}, {"loss": ("ce",)}),
    ],
)
def test_texts_that_mean_the_same_are_the_same_definition(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert signature_of(**one) == signature_of(**other)
    assert request_of(**one).effects == request_of(**other).effects


def signatures(*arguments: Any, **options: Any) -> list[str]:
    return [one.signature.partition("|column.")[2] for one in evaluate(*arguments, **options).run.results[:2]]


def test_the_columns_of_a_result_are_those_that_its_loss_reads(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("key,y,w,g\nb,1,1,u\na,2,2,v\n")
    (tmp_path / "p.csv").write_text("name,yhat\na,1\nb,2\n")
    assert signatures("p.csv", "t.csv:y", "mse", weight="t.csv:w") == ["pred=yhat|column.target=y|column.weight=w"]
    assert signatures("p.csv", "t.csv:y", "mse", id=["p.csv:name", "t.csv:key"]) == [
        "pred=yhat|column.target=y|column.id=name,key"
    ]
    assert signatures(np.ones(2), np.ones(2), "mse", weight=np.ones(2)) == [""]
    np.save("p.npy", np.ones(2))
    assert signatures("p.npy", "t.csv:y", "mse") == ["target=y"]


def test_a_key_holds_the_version_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    [planned] = plan(DATA)
    before = key_of(planned)
    monkeypatch.setattr("lossctl.__version__", "9")
    assert key_of(planned) != before
