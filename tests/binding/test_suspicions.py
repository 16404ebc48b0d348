"""What is legal and probably wrong is warned of, on stderr and in the JSON, as all rows of a run show it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from lossctl.losses.roles.block import Facts, Suspicion
from tests.conftest import Command

PREDICTED = "every target equals the predicted class; is it what was predicted, not the truth?"
CONFIDENCE = "no pred is below 1/2 though both labels occur; is it the confidence in the predicted class, not in class 1?"
PROBABILITIES = "the logits of pred all lie in [0, 1] and sum to 1; probabilities are read without --from logits"


def write(name: str, header: str, *rows: str) -> str:
    Path(name).write_text("\n".join([header, *rows]) + "\n")
    return name


def warned(lossctl: Command, *arguments: str) -> list[str]:
    """The warnings in the JSON, which stderr says too."""
    done = lossctl("eval", *arguments, "--json")
    assert done.code == 0
    warnings: list[str] = [
        warning["message"] if isinstance(warning, dict) else warning for warning in json.loads(done.out)["warnings"]
    ]
    assert [f"lossctl: warning: {warning}" for warning in warnings] == [
        warning for warning in done.err.splitlines() if "warning" in warning
    ]
    return warnings


def test_labels_that_equal_the_predicted_class_in_twenty_rows_are_warned_of(lossctl: Command) -> None:
    rows = ["0.3,0.7,1", "0.8,0.2,0"] * 10
    table = write("a.csv", "p_0,p_1,label", *rows)
    assert warned(lossctl, table, "-l", "ce") == [f"a.csv: {PREDICTED}"]
    assert warned(lossctl, write("few.csv", "p_0,p_1,label", *rows[:19]), "-l", "ce") == []
    assert warned(lossctl, write("wrong.csv", "p_0,p_1,label", *rows, "0.3,0.7,0"), "-l", "ce") == []


@pytest.mark.parametrize(
    ("loss", "scale", "one", "other"),
    [
        ("ce", "probs", "0.7", "0.3"),
        ("ce", "logits", "1.5", "-0.5"),
        ("ce", "logprobs", "-0.1", "-3"),
        ("hinge", None, "2", "-1"),
    ],
)
def test_binary_predictions_on_every_scale_tell_the_predicted_class(
    lossctl: Command, loss: str, scale: str | None, one: str, other: str
) -> None:
    options = ["-l", loss, *(["--from", scale] if scale else [])]
    table = write("a.csv", "score,label", *[f"{one},1", f"{other},0"] * 10)
    assert warned(lossctl, table, *options) == [f"a.csv: {PREDICTED}"]
    mixed = write("b.csv", "score,label", *[f"{one},1", f"{other},0"] * 10, f"{other},1")
    assert warned(lossctl, mixed, *options) == []


@pytest.mark.parametrize(("scale", "sure", "unsure"), [("probs", 0.9, 0.4), ("logits", 2, -1), ("logprobs", -0.1, -1)])
def test_predictions_none_of_which_is_below_a_half_are_warned_of(
    lossctl: Command, scale: str, sure: float, unsure: float
) -> None:
    rows = [f"{sure},1", f"{sure},0", f"{sure},0", f"{sure},1"]
    options = ["-l", "ce", "--from", scale]
    assert warned(lossctl, write("a.csv", "score,label", *rows), *options) == [f"a.csv: {CONFIDENCE}"]
    assert warned(lossctl, write("few.csv", "score,label", *rows[:3]), *options) == []
    assert warned(lossctl, write("one.csv", "score,label", *[rows[0]] * 4), *options) == []
    assert warned(lossctl, write("both.csv", "score,label", *rows, f"{unsure},1"), *options) == []


def test_logits_that_are_probabilities_are_warned_of(lossctl: Command) -> None:
    table = write("a.csv", "p_0,p_1,label", "0.25,0.75,0", "0.5,0.5,1")
    assert warned(lossctl, table, "-l", "ce", "--from", "logits") == [f"a.csv: {PROBABILITIES}"]
    assert warned(lossctl, table, "-l", "ce") == []
    for other in ("0.25,0.5,0", "-0.5,1.5,0"):
        mixed = write("b.csv", "p_0,p_1,label", "0.25,0.75,0", "0.5,0.5,1", other)
        assert warned(lossctl, mixed, "-l", "ce", "--from", "logits") == []


def test_rows_of_all_files_of_a_run_decide_together(lossctl: Command) -> None:
    half = write("a.csv", "prob,label", *["0.7,1", "0.3,0"] * 5)
    same = write("b.csv", "prob,label", *["0.8,1", "0.4,0"] * 5)
    other = write("c.csv", "prob,label", *["0.8,1", "0.4,0"] * 4, "0.8,0", "0.4,1")
    assert warned(lossctl, half, same, "-l", "ce") == []
    alike = "a.csv and b.csv have the same 10 targets; shards differ, and models are runs of their own"
    pooled = "a.csv,b.csv"
    assert warned(lossctl, half, same, "-l", "ce", "--pool") == [f"{pooled}: {alike}", f"{pooled}: {PREDICTED}"]
    assert warned(lossctl, half, same, other, "-l", "ce", "--pool") == [f"a.csv,b.csv,c.csv: {alike}"]
    assert warned(lossctl, other, half, same, "-l", "ce", "--pool") == [f"c.csv,a.csv,b.csv: {alike}"]


def test_pred_and_target_that_are_one_column_are_warned_of_by_whatever_name(lossctl: Command) -> None:
    write("a.csv", "price,y", "1,2", "3,5")
    words = "a.csv: the pred and the target are one column, a.csv:price"
    for target in ("price", "a.csv:price", "./a.csv:1"):
        assert warned(lossctl, "a.csv", "-l", "mse", "-p", "price", "-t", target) == [words]
    assert warned(lossctl, "a.csv", "-l", "mse", "-p", "price", "-t", "y") == []
    np.save("x.npy", np.array([1.0, 2.0]))
    np.save("y.npy", np.array([1.0, 2.0]))
    assert warned(lossctl, "x.npy", "-l", "mse", "-t", "x.npy") == ["x.npy: the pred and the target are one column, x.npy"]
    assert warned(lossctl, "x.npy", "-l", "mse", "-t", "y.npy") == []


def test_what_one_part_refutes_does_not_stand_in_the_whole() -> None:
    suspicion = Suspicion("odd", least=3, needs=("zero", "one"))
    first = Facts(first={"zero": (0, "")}, suspected={suspicion})
    first.merge(Facts(first={"one": (5, "")}, suspected={suspicion}))
    assert (first.standing(2), first.standing(3)) == ([], ["odd"])
    first.merge(Facts(suspected={suspicion}, refuted={suspicion}))
    assert first.standing(3) == []


@pytest.mark.parametrize("labels", [(2, 1), (1, 2), (10, 5), (-1, 2)])
def test_two_labels_that_are_whole_numbers_are_refused_with_the_option_that_names_one(
    lossctl: Command, labels: tuple[int, int]
) -> None:
    Path("a.csv").write_text("score,y\n" + "".join(f"0.5,{label}\n" for label in labels))
    bad = next(place for place, label in enumerate(labels) if label not in (-1, 1))
    done = lossctl("eval", "a.csv", "-l", "hinge")
    assert done.err == (
        f"lossctl: error: a.csv line {bad + 2}, column 'y': label {labels[bad]}; expected -1 and 1, or 0 and 1\n"
        f"hint: for labels {min(labels)} and {max(labels)} name the one that is class 1: --positive {max(labels)}\n"
    )


@pytest.mark.parametrize("labels", [(0, 1, 2), (2, 2), (0.5, 1)])
def test_other_labels_are_refused_without_it(lossctl: Command, labels: tuple[float, ...]) -> None:
    Path("a.csv").write_text("score,y\n" + "".join(f"0.5,{label}\n" for label in labels))
    assert "--positive" not in lossctl("eval", "a.csv", "-l", "hinge").err


def test_quantiles_that_may_be_shares_are_percentages_and_said_to_be(lossctl: Command) -> None:
    """p0.5 is the least of three values, where the median is the second."""
    table = write("a.csv", "y,pred", "0,1", "0,2", "0,3")
    warning = "a.csv: quantiles are percentages; the shares 0.5,0.9 would be --quantiles 50,90"
    assert warned(lossctl, table, "-l", "mae", "--quantiles", "0.5,0.9") == [warning]
    for quantiles in ("50,90", "0.5,50", "0", "1"):
        assert warned(lossctl, table, "-l", "mae", "--quantiles", quantiles) == []


@pytest.mark.parametrize(
    ("preds", "named"),
    [
        (("a.csv", "a.csv"), "a.csv"),
        (("a.csv", "./a.csv"), "a.csv"),
        (("a.csv", "[ab].csv"), "a.csv"),
        (("link.csv", "a.csv"), "link.csv"),
        (("other.csv", "a.csv"), "other.csv"),
        (("d", "d/c.csv"), "d/c.csv"),
    ],
)
def test_rows_of_a_dataset_count_once(preds: tuple[str, ...], named: str, lossctl: Command) -> None:
    Path("d").mkdir()
    for name in ("a.csv", "b.csv", "d/c.csv"):
        Path(name).write_text("pred,y\n1,0\n")
    Path("link.csv").symlink_to("a.csv")
    Path("other.csv").hardlink_to("a.csv")
    done = lossctl("eval", *preds, "--pool", "-l", "mse")
    said = f"{named} is in the dataset twice, and so its rows would be\nhint: name it once"
    assert (done.code, done.err) == (2, f"lossctl: error: {said}\n")
    assert lossctl("eval", "a.csv", "b.csv", "d", "--pool", "-l", "mse", "-b", "--reduction", "sum").value == 3


def test_standard_input_is_no_file_of_a_folder(lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.csv").write_text("pred,y\n1,0\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"pred,y\n2,0\n"))))
    assert lossctl("eval", ".", "-", "--pool", "-l", "mse", "-b", "--reduction", "sum").value == 5
