"""Words for several losses at once: those of a kind that need a prediction and a target alone, as far as they fit the data."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from lossctl import LOSSES
from lossctl.losses.registry import SETS
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
