"""Words for several losses at once: those of a kind that need a prediction and a target alone, as far as they fit the data."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from lossctl import LOSSES
from lossctl.losses.declaration import loss as declare
from lossctl.losses.registry import SETS
from lossctl.losses.roles.roles import ClassLabels, ClassPredictions
from lossctl.losses.text import read_losses
from tests.conftest import Command

ROWS = "pred,target\n1,2\n-3,1\n2,0\n"
SAID = (
    "lossctl: warning: {0}: -l regression leaves out msle, rmsle: {1} line 3, column 'pred': pred -3 is not above -1\n"
    "lossctl: warning: {0}: -l regression leaves out mape: {1} line 4, column 'target': "
    "the target is 0, and no error is a share of it\n"
    "lossctl: warning: {0}: -l regression leaves out poisson_nll: {1} line 3, column 'pred': a mean below 0\n"
    "lossctl: warning: {0}: -l regression leaves out poisson_deviance, gamma_deviance: {1} line 3, column 'pred': "
    "pred -3 is not above 0\n"
)
OUT = {"msle", "rmsle", "mape", "poisson_nll", "poisson_deviance", "gamma_deviance"}


def test_a_set_has_the_losses_of_its_families_that_need_nothing_more() -> None:
    names = [str(bound) for bound in read_losses(["regression"])]
    assert {"mae", "rmse", "mape", "poisson_deviance", "smape"} <= set(names)
    assert not {"wql", "tweedie_deviance", "gaussian_nll", "ce", "cosine"} & set(names)
    assert not set(SETS) & set(LOSSES.words())


@pytest.mark.parametrize("source", ["a.csv", "-"])
def test_losses_outside_whose_domain_the_rows_are_are_left_out_and_that_is_said(
    lossctl: Command, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.csv").write_text(ROWS)
    if source == "-":
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(ROWS.encode()))))
    done = lossctl("eval", source, "-l", "regression", "--json")
    assert done.code == 0
    found = json.loads(done.out)
    names = [bound.loss.name for bound in read_losses(["regression"])]
    assert [result["name"] for result in found["runs"][0]["results"]] == [name for name in names if name not in OUT]
    where = "<stdin>" if source == "-" else source
    assert done.err.endswith(SAID.format(source, where))
    assert len(found["warnings"]) == 4


def test_the_values_are_those_of_the_losses_alone(lossctl: Command) -> None:
    Path("a.csv").write_text(ROWS)
    results = json.loads(lossctl("eval", "a.csv", "-l", "regression", "--json").out)["runs"][0]["results"]
    for one in results:
        assert lossctl("eval", "a.csv", "-l", one["loss"], "-b").value == one["value"]


def test_a_loss_that_is_named_too_is_not_left_out(lossctl: Command) -> None:
    Path("a.csv").write_text(ROWS)
    for losses in ("regression,mape", "mape,regression"):
        done = lossctl("eval", "a.csv", "-l", losses)
        assert done.code == 3
        assert done.err.startswith("lossctl: error: a.csv line 4, column 'target': mape: the target is 0")


def test_beside_values_of_rows_those_that_have_none_are_left_out(lossctl: Command) -> None:
    Path("a.csv").write_text(ROWS)
    done = lossctl("eval", "a.csv", "-l", "forecast", "--per-sample")
    assert done.code == 0
    assert "warning: a.csv: -l forecast leaves out wmape: there is no value for each row\n" in done.err


def test_rows_that_no_loss_of_a_set_takes_are_refused_and_compare_leaves_nothing_out(lossctl: Command) -> None:
    Path("a.csv").write_text("pred,target\n1,x\n")
    done = lossctl("eval", "a.csv", "-l", "regression")
    assert (done.code, done.err) == (3, "lossctl: error: a.csv line 2, column 'target': 'x' is not a number\n")
    Path("a.csv").write_text(ROWS)
    assert lossctl("compare", "a.csv", "a.csv", "-l", "forecast").code == 3


def test_the_catalogue_shows_a_set(lossctl: Command) -> None:
    rows = lossctl("losses", "forecast", "-f", "tsv").out.splitlines()[1:]
    assert [row.split("\t")[1] for row in rows] == [bound.loss.name for bound in read_losses(["forecast"])]


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_of_all_files_the_first_row_that_a_loss_refuses_is_said(lossctl: Command, jobs: str) -> None:
    for place, rows in enumerate(["2,1\n1,2\n", "3,1\n-2,1\n1,0\n", "-3,1\n1,2\n"]):
        Path(f"{place}.csv").write_text(f"pred,target\n{rows}")
    done = lossctl("eval", "0.csv", "1.csv", "2.csv", "--pool", "-l", "regression", "-j", jobs, "--json")
    said = [line.partition("leaves out ")[2] for line in done.err.splitlines() if "leaves out" in line]
    assert said == [
        "msle, rmsle: 1.csv line 3, column 'pred': pred -2 is not above -1",
        "mape: 1.csv line 4, column 'target': the target is 0, and no error is a share of it",
        "poisson_nll: 1.csv line 3, column 'pred': a mean below 0",
        "poisson_deviance, gamma_deviance: 1.csv line 3, column 'pred': pred -2 is not above 0",
    ]
    results = {result["loss"]: result for result in json.loads(done.out)["runs"][0]["results"]}
    assert (results["mae"]["n"], results["mae"]["sum"], results["mae"]["max"]) == (7, 13, 4)
    assert OUT.isdisjoint(results)


def test_rows_are_judged_once(lossctl: Command) -> None:
    rows: list[int] = []

    def counting(pred: ClassPredictions, target: ClassLabels) -> Any:
        """What is lacking."""
        rows.append(len(pred.values))
        return pred.true(target, 0).rest

    declare(name="counting", sets=("binary",))(counting)
    try:
        Path("a.csv").write_text("y_prob,y_true\n0.5,1\n0.25,0\n1,1\n")
        assert lossctl("eval", "a.csv", "-l", "binary", "-q").code == 0
    finally:
        LOSSES.remove("counting")
    assert rows == [3]


def test_the_first_loss_says_why_where_all_of_a_set_refuse_a_row(lossctl: Command) -> None:
    Path("a.csv").write_text("y_prob,y_true\n0.5,1\n0.25,3\n")
    done = lossctl("eval", "a.csv", "-l", "binary")
    assert (done.code, done.out) == (3, "")
    assert done.err == "lossctl: error: a.csv line 3, column 'y_true': label 3; expected 0, 1, or a soft label between them\n"


@pytest.mark.parametrize("by", [(), ("--by", "g")])
def test_a_loss_that_judges_groups_is_left_out_with_the_first_row_that_it_refuses(lossctl: Command, by: tuple[str, ...]) -> None:
    Path("a.csv").write_text("z,y_true,g\n1,1,a\n-1,0,a\n2,1,b\ninf,1,b\n-2,0,b\n")
    done = lossctl("eval", "a.csv", "-l", "binary", "-p", "z", "--from", "logits", "-r", "group=g", *by, "--json")
    assert done.code == 0
    assert "-l binary leaves out auc_loss: a.csv line 5, column 'z': inf is not a finite number\n" in done.err
    names = [result["loss"] for result in json.loads(done.out)["runs"][0]["results"]]
    assert set(names) == {"ce", "focal", "zero_one", "brier", "ece"}
