"""`-l binary` and `-l multiclass`: what people report of predictions of classes, as far as it fits the data."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import lossctl
from lossctl.losses.declaration import loss
from lossctl.losses.registry import SETS
from lossctl.losses.roles.roles import ClassLabels, ClassPredictions
from lossctl.losses.text import read_losses
from tests.conftest import Command

LABELS, CHANCES, LOGITS = [1, 0, 1, 0, 1], [0.9, 0.2, 0.4, 0.6, 0.7], [2.0, -1.5, -0.25, 0.5, 1.0]
TWO = "other,y_prob,z,y_true\n" + "".join(f"{1 - p / 2},{p},{z},{y}\n" for p, z, y in zip(CHANCES, LOGITS, LABELS, strict=True))
CLASSES, ROWS = [0, 1, 2, 1], [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.3, 0.2], [0.25, 0.3, 0.45]]
SEVERAL = "y,p_0,p_1,p_2\n" + "".join(f"{y},{','.join(map(str, row))}\n" for y, row in zip(CLASSES, ROWS, strict=True))


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def of_two(chances: Sequence[float], labels: Sequence[int]) -> dict[str, float]:
    """The losses of the set by their formulas, each row in a bin of its own."""
    true = [p if y else 1 - p for p, y in zip(chances, labels, strict=True)]
    pairs = [
        (a < b) + (a == b) / 2
        for a, y in zip(chances, labels, strict=True)
        for b, x in zip(chances, labels, strict=True)
        if y > x
    ]
    return {
        "ce": mean([-math.log(p) for p in true]),
        "focal": mean([-((1 - p) ** 2) * math.log(p) for p in true]),
        "zero_one": mean([p < 0.5 for p in true]),
        "brier": mean([(1 - p) ** 2 for p in true]),
        "ece": mean([abs(p - y) for p, y in zip(chances, labels, strict=True)]),
        **({"auc_loss": mean(pairs)} if pairs else {}),
    }


def of_several(rows: Sequence[Sequence[float]], classes: Sequence[int]) -> dict[str, float]:
    """The losses of the set by their formulas, each row in a bin of its own."""
    true = [row[y] for row, y in zip(rows, classes, strict=True)]
    right = [row[y] == max(row) for row, y in zip(rows, classes, strict=True)]
    return {
        "ce": mean([-math.log(p) for p in true]),
        "focal": mean([-((1 - p) ** 2) * math.log(p) for p in true]),
        "zero_one": mean([not one for one in right]),
        "brier": mean([sum((p - (y == c)) ** 2 for c, p in enumerate(row)) for row, y in zip(rows, classes, strict=True)]),
        "ece": mean([abs(max(row) - one) for row, one in zip(rows, right, strict=True)]),
    }


def values(found: str) -> dict[str, Any]:
    return {result["loss"]: result["value"] for result in json.loads(found)["runs"][0]["results"]}


def test_binary_is_what_people_report_of_one_prediction_a_row(lossctl: Command) -> None:
    Path("a.csv").write_text(TWO)
    done = lossctl("eval", "a.csv", "-l", "binary", "--json")
    assert done.code == 0
    assert done.err == "lossctl: a.csv: pred y_prob, target y_true; 5 rows used\n"
    assert values(done.out) == pytest.approx(of_two(CHANCES, LABELS), rel=1e-12)


def test_binary_of_logits_is_that_of_their_probabilities(lossctl: Command) -> None:
    Path("a.csv").write_text(TWO)
    chances = [1 / (1 + math.exp(-z)) for z in LOGITS]
    found = values(lossctl("eval", "a.csv", "-l", "binary", "-p", "z", "--from", "logits", "--json").out)
    assert found == pytest.approx(of_two(chances, LABELS), rel=1e-12)


def test_multiclass_is_what_people_report_of_a_prediction_for_each_class(lossctl: Command) -> None:
    Path("a.csv").write_text(SEVERAL)
    done = lossctl("eval", "a.csv", "-l", "multiclass", "--json")
    assert done.err == "lossctl: a.csv: pred p_0..p_2, target y; 4 rows used\n"
    assert values(done.out) == pytest.approx(of_several(ROWS, CLASSES), rel=1e-12)


def test_the_order_of_classes_is_that_of_the_columns(lossctl: Command) -> None:
    Path("a.csv").write_text(SEVERAL.replace("y,p_0,p_1,p_2", "y,p_elk,p_cat,p_dog"))
    found = values(lossctl("eval", "a.csv", "-l", "multiclass", "-p", "p_*", "--classes", "2,0,1", "--json").out)
    turned = [[row[1], row[2], row[0]] for row in ROWS]
    assert found == pytest.approx(of_several(turned, CLASSES), rel=1e-12)


def test_predictions_of_the_other_kind_are_refused_by_name_of_the_other_set(lossctl: Command) -> None:
    Path("a.csv").write_text(SEVERAL)
    Path("b.csv").write_text(TWO)
    assert lossctl("eval", "a.csv", "-l", "binary").err == (
        "lossctl: error: a.csv:p_0..p_2: -l binary is of one prediction a row, and these are (n, 3)\n"
        "hint: -l multiclass is of a prediction for each class\n"
    )
    assert lossctl("eval", "b.csv", "-l", "multiclass").err == (
        "lossctl: error: b.csv:y_prob: -l multiclass is of a prediction for each class, and these are (n,)\n"
        "hint: -l binary is of one prediction a row\n"
    )


def test_words_that_are_predicted_are_for_a_loss_of_decisions_by_name(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred\nyes,no\nno,no\nyes,yes\nno,yes\nno,yes\n")
    done = lossctl("eval", "a.csv", "-l", "binary")
    assert (done.code, done.err) == (
        2,
        "lossctl: error: one loss here reads the pred as words, another as numbers\nhint: ask for one loss at a time\n",
    )
    Path("a.csv").write_text("y_true,y_pred\nyes,no\nno,no\nelk,yes\n")
    assert lossctl("eval", "a.csv", "-l", "multiclass").code == 3


LEFT_OUT = "lossctl: warning: a.csv: -l binary leaves out ece, auc_loss: there is no value for each row\n"


@pytest.mark.parametrize("option", [("--per-sample",), ("--worst", "2"), ("--quantiles", "50"), ("--reduction", "sum")])
def test_beside_values_of_rows_those_of_the_whole_are_left_out(lossctl: Command, option: tuple[str, ...]) -> None:
    Path("a.csv").write_text(TWO)
    done = lossctl("eval", "a.csv", "-l", "binary", *option, "--json")
    assert done.err == "lossctl: a.csv: pred y_prob, target y_true; 5 rows used\n" + LEFT_OUT
    assert [*values(done.out)] == ["ce", "focal", "zero_one", "brier"]


def test_rows_without_an_order_leave_that_of_pairs_out(lossctl: Command) -> None:
    Path("a.csv").write_text(TWO)
    done = lossctl("eval", "a.csv", "-l", "binary", "--where", "y_true=1", "--json")
    assert done.code == 0
    chances = [p for p, y in zip(CHANCES, LABELS, strict=True) if y]
    assert values(done.out) == pytest.approx(of_two(chances, [1] * 3), rel=1e-12)
    assert done.err.splitlines()[1] == (
        "lossctl: warning: a.csv: -l binary leaves out auc_loss: a.csv line 2, column 'y_true': there is no pair of a positive "
        "and a negative to order; expected one, or what such rows cost: empty=0, 1 or drop"
    )
    for losses in ("binary,auc_loss", "auc_loss,binary"):
        assert lossctl("eval", "a.csv", "-l", losses, "--where", "y_true=1").code == 3


def test_limits_and_leaderboards_take_the_sets(lossctl: Command) -> None:
    Path("a.csv").write_text(TWO)
    Path("b.csv").write_text(TWO.replace(",0.6,", ",0.3,"))
    done = lossctl("check", "a.csv", "-l", "binary", "--max", "brier=0.2", "--max", "auc_loss=0.1", "-f", "csv")
    assert done.code == 1
    assert done.err.endswith("1 of 2 checks failed\n")
    rows = [line.split("\t") for line in lossctl("batch", "a.csv", "b.csv", "-l", "binary", "-q").out.splitlines()]
    assert [row[1] for row in rows] == ["run", "b.csv", "a.csv"]
    assert rows[0][2:8] == ["ce", "focal", "zero_one", "brier", "ece", "auc_loss"]
    better = of_two([0.9, 0.2, 0.4, 0.3, 0.7], LABELS)
    assert [float(cell) for cell in rows[1][2:8]] == pytest.approx([*better.values()], rel=1e-12)


def test_the_catalogue_shows_them_as_declared(lossctl: Command) -> None:
    for name in ("binary", "multiclass"):
        members = [bound.loss.name for bound in read_losses([name])]
        assert lossctl("losses", name, "--bare").out.split() == members
        shown = json.loads(lossctl("losses", "--json").out)["losses"]
        assert [one["name"] for one in shown if name in one["sets"]] == members
    assert {one for one, found in SETS.items() if found.per_class is not None} == {"binary", "multiclass"}


def declared(name: str, *sets: str) -> lossctl.losses.declaration.Loss:
    def kernel(pred: ClassPredictions, target: ClassLabels) -> Any:
        """Share of what is lacking."""
        return pred.true(target, 0).rest

    return loss(name=name, sets=sets)(kernel)


def test_a_loss_of_a_user_may_be_in_a_set() -> None:
    own = declared("lacking_share", "multiclass")
    try:
        assert own in lossctl.LOSSES.members("multiclass")
        assert own not in lossctl.LOSSES.members("binary")
    finally:
        lossctl.LOSSES.remove("lacking_share")


def test_sets_that_are_none_and_names_of_sets_are_refused() -> None:
    with pytest.raises(TypeError) as raised:
        declared("lacking_share", "classes")
    assert str(raised.value) == (
        "loss lacking_share: no set of losses is called 'classes'; expected regression, forecast, binary, multiclass"
    )
    with pytest.raises(TypeError) as raised:
        declared("binary")
    assert str(raised.value) == "loss binary: the name binary is taken by a set of losses"


def test_a_loss_of_a_set_needs_nothing_more() -> None:
    def kernel(pred: ClassPredictions, target: ClassLabels, *, share: float) -> Any:
        """A share of what is lacking."""
        return share * pred.true(target, 0).rest

    with pytest.raises(TypeError) as raised:
        loss(name="lacking_part", sets=("binary",))(kernel)
    assert str(raised.value) == "loss lacking_part: a loss of binary needs pred and target alone, and no parameter"
