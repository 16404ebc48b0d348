"""A mistyped file is answered by the one that was meant, where fingers slipped; never by the file of another run."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossctl import LossctlError, evaluate
from tests.conftest import Command

TABLE = "y_true,y_pred\n1,3\n"


@pytest.mark.parametrize(
    ("typed", "there", "near"),
    [
        ("perds.csv", ["preds.csv", "truth.csv"], "preds.csv"),
        ("preds.cvs", ["preds.csv", "pred.npy"], "preds.csv"),
        ("Preds.csv", ["preds.csv"], "preds.csv"),
        ("preds", ["preds.csv"], "preds.csv"),
        ("runs/perds_7.csv", ["runs/preds_7.csv", "preds_7.csv"], "runs/preds_7.csv"),
        ("run_1.csv", ["run_2.csv", "run_12.csv"], None),
        ("pred_a.csv", ["pred_b.csv", "pred_.csv"], None),
        ("a.csv", ["b.csv", "aa.csv"], None),
        ("train.csv", ["test.csv"], None),
        ("gone/preds.csv", ["preds.csv"], None),
        ("preds.csv", [".preds.csv"], None),
    ],
)
def test_a_file_that_is_not_there_names_the_one_that_was_meant(
    lossctl: Command, typed: str, there: list[str], near: str | None
) -> None:
    for name in there:
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(TABLE)
    nearest = "" if near is None else f"; nearest: '{near}'"
    said = f"{typed}: cannot be read: no such file{nearest}"
    done = lossctl("eval", typed, "-l", "mse")
    assert (done.code, done.err) == (3, f"lossctl: error: {said}\n")
    with pytest.raises(LossctlError) as caught:
        evaluate(typed, loss="mse")
    assert str(caught.value) == said


def test_the_file_of_a_role_and_a_baseline_are_named_too(lossctl: Command) -> None:
    Path("preds.csv").write_text(TABLE)
    Path("truth.csv").write_text("y\n1\n")
    done = lossctl("eval", "preds.csv", "-t", "turth.csv:y", "-l", "mse")
    assert done.err == "lossctl: error: turth.csv: cannot be read: no such file; nearest: 'truth.csv'\n"
    Path("main.json").write_text("{}")
    done = lossctl("check", "preds.csv", "--max-rise", "mse=1", "--baseline", "mian.json", "-q")
    assert done.err.splitlines()[0] == "lossctl: error: mian.json: the baseline is not there; nearest: 'main.json'"
