"""Runs whose arrays lie as those of the run before: bound once, each with its own numbers, messages and targets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl.binding.binder import Binder
from lossctl.losses.text import BoundLoss
from lossctl.options.commands import Batch
from lossctl.question.batch_runs import Planned, plan
from lossctl.question.request import Request
from lossctl.runs import many_runs
from tests.conftest import Command

BATCH = ("batch", "p/*.npy", "-t", "t.npy", "-l", "mse,mae", "-q")


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    """Five runs of one layout."""
    (tmp_path / "p").mkdir()
    np.save(tmp_path / "t.npy", np.arange(4.0))
    for number in range(5):
        np.save(tmp_path / f"p/{number}.npy", np.array([1.0, 1, 2, number]))


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the runs that were bound by themselves."""
    names: list[str] = []
    bind = Binder.bind

    def seen(binder: Binder) -> Any:
        names.append(binder.run.name)
        return bind(binder)

    monkeypatch.setattr(Binder, "bind", seen)
    return names


def values(out: str) -> dict[str, list[float]]:
    return {run["run"]: [result["value"] for result in run["results"]] for run in json.loads(out)["runs"]}


def test_runs_of_one_layout_are_bound_once_and_each_has_the_results_that_it_has_alone(lossctl: Command, bound: list[str]) -> None:
    found = json.loads(lossctl(*BATCH, "--json").out)["runs"]
    assert bound == ["p/0.npy"]
    for run in found:
        (alone,) = json.loads(lossctl("eval", run["run"], "-t", "t.npy", "-l", "mse,mae", "-q", "--json").out)["runs"]
        assert {name: run[name] for name in alone} == alone


@pytest.mark.parametrize(
    "other", [np.ones(4, np.float32), np.ones(4, np.int8), np.ones(4, ">f8")], ids=["single", "integers", "big-endian"]
)
def test_another_layout_is_bound_by_itself(other: Any, lossctl: Command, bound: list[str]) -> None:
    np.save("p/2.npy", other)
    assert values(lossctl(*BATCH, "--json").out)["p/2.npy"] == [1.5, 1]
    assert bound == ["p/0.npy", "p/2.npy", "p/3.npy"]


def test_the_fault_of_one_run_is_its_own_and_names_its_file(lossctl: Command, bound: list[str]) -> None:
    np.save("p/1.npy", np.array([1.0, np.nan, 2, 3]))
    np.save("p/2.npy", np.ones(4, bool))
    np.save("p/3.npy", np.ones(5))
    done = lossctl(*BATCH, "--json")
    errors = sorted(run["error"] for run in json.loads(done.out)["runs"] if run.get("error"))
    assert errors == [
        "p/1.npy row 1: a value is missing (empty or NaN)",
        "p/2.npy: the array's dtype is bool; booleans are labels, not predictions",
        "p/3.npy and t.npy: different lengths: pred has 5 rows, target has 4 rows",
    ]
    assert values(done.out)["p/4.npy"] == [0.5, 0.5]


def test_a_target_that_changes_between_two_runs_is_read_again(
    lossctl: Command, bound: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    score = many_runs.score

    def changing(one: Planned, **given: Any) -> many_runs.Ended:
        if one.name == "p/3.npy":
            np.save("t.npy", np.zeros(4, np.float32))
        return score(one, **given)

    monkeypatch.setattr(many_runs, "score", changing)
    found = values(lossctl(*BATCH, "--json").out)
    assert (found["p/2.npy"], found["p/3.npy"]) == ([0.5, 0.5], [3.75, 1.75])
    assert bound == ["p/0.npy", "p/3.npy"]


def test_runs_of_a_manifest_have_their_own_options_and_targets(lossctl: Command, bound: list[str]) -> None:
    np.save("u.npy", np.zeros(4))
    lines = "pred,target,--loss,--reduction\np/0.npy,t.npy,mse,mean\np/1.npy,u.npy,mse,mean\np/2.npy,u.npy,mae,mean\n"
    Path("m.csv").write_text(lines + "p/3.npy,u.npy,mae,sum\np/4.npy,u.npy,mae,sum\n")
    found = values(lossctl("batch", "--manifest", "m.csv", "--json", "-q").out)
    assert found == {"p/0.npy": [2.5], "p/1.npy": [1.75], "p/2.npy": [1.5], "p/3.npy": [7], "p/4.npy": [8]}
    assert bound == [f"p/{number}.npy" for number in range(4)]


def test_what_results_of_a_loss_have_in_common_is_written_once(
    lossctl: Command, bound: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed: list[str] = []
    signature = Request.signature

    def seen(request: Request, loss: BoundLoss, columns: Any = None) -> str:
        signed.append(str(loss))
        return signature(request, loss, columns)

    monkeypatch.setattr(Request, "signature", seen)
    np.save("p/3.npy", np.ones(4, np.int8))  # bound by itself, and so is the run after it
    lossctl(*BATCH)
    assert signed == ["mse", "mae"] * len(bound)
    assert bound == ["p/0.npy", "p/3.npy", "p/4.npy"]


def test_the_runs_of_one_command_line_are_of_one_request(lossctl: Command) -> None:
    first, *others = plan(Batch(preds=("p/0.npy", "p/1.npy", "p/2.npy"), target=("t.npy",), loss=("mse",)))
    assert [(run.name, run.files) for run in others] == [(name, [name, "t.npy"]) for name in ("p/1.npy", "p/2.npy")]
    assert all(run.request is first.request for run in others)
    assert first.request.inputs.shared == {"t.npy"}
