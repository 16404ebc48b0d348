"""Levels of quantiles beside the names of their columns: another order is refused, other levels are said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lossctl import evaluate
from lossctl.errors import UsageError
from tests.conftest import Command, write

RNG = np.random.default_rng(4)
Y = RNG.normal(size=30) * 10
Q = {0.1: Y - 3 + RNG.random(30), 0.5: Y + RNG.random(30), 0.9: Y + 2 + RNG.random(30)}


def pinball(q: float) -> float:
    error = Y - Q[q]
    return float(np.where(error < 0, (q - 1) * error, q * error).mean())


def written(names: dict[str, float]) -> None:
    """A table whose columns have the quantiles of some levels."""
    columns = {"y": Y, **{name: Q[level] for name, level in names.items()}}
    rows = zip(*(map(repr, column.tolist()) for column in columns.values()), strict=True)
    write("a.csv", "".join(",".join(row) + "\n" for row in [list(columns), *rows]))


@pytest.mark.parametrize(
    "names",
    [("q0.1", "q0.5", "q0.9"), ("0.1", "0.5", "0.9"), ("model_q0.1", "model_q0.5", "model_q0.9"), ("q_.1", "q_.5", "q_.9")],
)
def test_columns_in_another_order_than_the_levels_are_refused(names: tuple[str, ...], lossctl: Command) -> None:
    written(dict(zip(names, Q, strict=True)))
    backwards = ",".join(reversed(names))
    asked = ("eval", "a.csv", "-p", backwards, "-t", "y", "-b", "-q", "-l")
    done = lossctl(*asked, "quantile:q=0.1,0.5,0.9")
    assert (done.code, done.err) == (
        2,
        f"lossctl: error: the columns are {', '.join(reversed(names))}, and quantile has q=0.1,0.5,0.9\n"
        "hint: in the order of the columns: -l quantile:q=0.9,0.5,0.1\n",
    )
    assert lossctl(*asked, "quantile:q=0.9,0.5,0.1").value == pytest.approx(np.mean([*map(pinball, Q)]), rel=1e-13)
    done = lossctl("eval", "a.csv", "-p", ",".join(names), "-t", "y", "-b", "-q", "-l", "quantile:q=0.1,0.5,0.9")
    assert done.value == pytest.approx(np.mean([*map(pinball, Q)]), rel=1e-13)


def test_levels_that_are_not_one_for_each_column_lead_to_those_of_the_names(lossctl: Command) -> None:
    written({"q10": 0.1, "q50": 0.5, "q90": 0.9})
    asked = ("eval", "a.csv", "-p", "q*", "-t", "y", "-b", "-q", "-l")
    done = lossctl(*asked, "pinball")
    assert (done.code, done.err) == (
        2,
        "lossctl: error: quantile: q has 1 level, and pred has 3 columns\n"
        "hint: if the names of the columns say the levels: -l quantile:q=0.1,0.5,0.9\n",
    )
    assert lossctl(*asked, "quantile:q=0.1,0.5,0.9").value == pytest.approx(np.mean([*map(pinball, Q)]), rel=1e-13)


def test_a_column_that_is_called_as_another_level_is_judged_by_the_asked_one_and_said(lossctl: Command) -> None:
    written({"q0.9": 0.9, "q0.1": 0.1})
    done = lossctl("eval", "a.csv", "-p", "q0.9", "-t", "y", "-b", "-l", "quantile")
    assert done.value == pytest.approx(np.abs(Y - Q[0.9]).mean() / 2, rel=1e-13)
    assert done.err.splitlines()[1] == (
        "lossctl: warning: a.csv: the column is q0.9, and quantile has q=0.5; by its name: -l quantile:q=0.9"
    )
    done = lossctl("eval", "a.csv", "-p", "q0.9", "-t", "y", "-b", "-l", "quantile:q=0.9")
    assert done.value == pytest.approx(pinball(0.9), rel=1e-13)
    assert "warning" not in done.err


@pytest.mark.parametrize("loss", ["expectile", "quantile_huber"])
def test_a_loss_of_one_level_is_looked_at_too_but_not_where_it_judges_several_columns(loss: str, lossctl: Command) -> None:
    written({"q0.9": 0.9, "q0.1": 0.1, "x": 0.5})
    done = lossctl("eval", "a.csv", "-p", "q0.1", "-t", "y", "-b", "-l", f"{loss}:q=0.9")
    said = f"the column is q0.1, and {loss} has q=0.9; by its name: -l {loss}:q=0.1"
    assert done.err.splitlines()[1:] == [f"lossctl: warning: a.csv: {said}"]
    for pred, target in (("q0.9", "y"), ("q0.1,q0.9", "y,x")):
        done = lossctl("eval", "a.csv", "-p", pred, "-t", target, "-b", "-l", f"{loss}:q=0.9")
        assert (done.code, "warning" in done.err) == (0, False)
    error = Y - Q[0.1]
    size = np.abs(error)
    cost = error**2 if loss == "expectile" else np.where(size < 1, size**2 / 2, size - 0.5)
    done = lossctl("eval", "a.csv", "-p", "q0.1", "-t", "y", "-b", "-l", f"{loss}:q=0.1")
    assert done.value == pytest.approx(np.mean(np.where(error < 0, 0.9, 0.1) * cost), rel=1e-13)


@pytest.mark.parametrize("names", [("p5", "p50", "p95"), ("pred_q5", "pred_q50", "pred_q95")])
def test_percentages_that_are_no_levels_of_the_loss_are_said(names: tuple[str, ...], lossctl: Command) -> None:
    written(dict(zip(names, Q, strict=True)))
    asked = ("eval", "a.csv", "-p", ",".join(names), "-t", "y", "-b", "-l")
    done = lossctl(*asked, "quantile:q=0.1,0.5,0.9")
    assert done.value == pytest.approx(np.mean([*map(pinball, Q)]), rel=1e-13)
    assert done.err.splitlines()[1:] == [
        f"lossctl: warning: a.csv: the columns are {', '.join(names)}, and quantile has q=0.1,0.5,0.9; "
        "by their names: -l quantile:q=0.05,0.5,0.95"
    ]
    assert "warning" not in lossctl(*asked, "quantile:q=0.05,0.5,0.95").err


@pytest.mark.parametrize(("name", "q", "said"), [("p95", "0.5", True), ("p95", "0.05", False), ("p7", "0.5", False)])
def test_one_percentage_is_said_unless_it_may_be_what_is_exceeded_or_a_model(
    name: str, q: str, said: bool, lossctl: Command
) -> None:
    written({name: 0.9})
    done = lossctl("eval", "a.csv", "-p", name, "-t", "y", "-b", "-l", f"quantile:q={q}")
    assert (done.code, "warning" in done.err) == (0, said)


@pytest.mark.parametrize(
    "names", [("model1", "model2", "model3"), ("q1", "q2", "q3"), ("a", "b", "c"), ("x0.1_0.2", "x0.5", "x0.9")]
)
def test_names_that_say_no_levels_say_nothing(names: tuple[str, ...], lossctl: Command) -> None:
    written(dict(zip(names, Q, strict=True)))
    done = lossctl("eval", "a.csv", "-p", ",".join(names), "-t", "y", "-b", "-l", "quantile:q=0.1,0.5,0.9")
    assert done.value == pytest.approx(np.mean([*map(pinball, Q)]), rel=1e-13)
    assert "warning" not in done.err


def test_arrays_have_no_names(lossctl: Command, here: Path) -> None:
    np.save(here / "p.npy", np.stack([*Q.values()], axis=1))
    np.save(here / "y.npy", Y)
    done = lossctl("eval", "p.npy", "-t", "y.npy", "-b", "-l", "quantile:q=0.9,0.5,0.1")
    expected = [np.where(p > Y, (q - 1) * (Y - p), q * (Y - p)).mean() for q, p in zip([0.9, 0.5, 0.1], Q.values(), strict=True)]
    assert done.value == pytest.approx(np.mean(expected), rel=1e-13)


def test_percentages_in_another_order_may_be_what_is_exceeded_and_are_said(lossctl: Command) -> None:
    written({"p90": 0.1, "p50": 0.5, "p10": 0.9})
    done = lossctl("eval", "a.csv", "-p", "p90,p50,p10", "-t", "y", "-b", "-l", "quantile:q=0.1,0.5,0.9")
    assert done.value == pytest.approx(np.mean([*map(pinball, Q)]), rel=1e-13)
    assert done.err.splitlines()[1] == (
        "lossctl: warning: a.csv: the columns are p90, p50, p10, and quantile has q=0.1,0.5,0.9; "
        "by their names: -l quantile:q=0.9,0.5,0.1"
    )


@pytest.mark.parametrize(
    "name", ["exp0.1", "lr0.001", "gpt3.5", "llama3.1", "pred_v0.2", "model_1.5", "lag0.5", "p10_2024", "yhat_lower_80"]
)
def test_the_number_of_a_version_is_no_level(name: str, lossctl: Command) -> None:
    written({name: 0.9})
    done = lossctl("eval", "a.csv", "-p", name, "-t", "y", "-b", "-l", "quantile")
    assert (done.code, "warning" in done.err) == (0, False)
    written({"yhat_1": 0.1, "yhat_2": 0.5, "yhat_3": 0.9})
    assert "hint" not in lossctl("eval", "a.csv", "-p", "yhat_1,yhat_2,yhat_3", "-t", "y", "-l", "wql:levels=0.5,0.9").err


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.jsonl"])
def test_columns_of_any_format_and_of_frames_have_names(name: str, lossctl: Command) -> None:
    frame = pd.DataFrame({"y": Y, "q0.9": Q[0.9], "q0.1": Q[0.1]})
    if name == "a.parquet":
        frame.to_parquet(name)
    elif name == "a.arrow":
        frame.to_feather(name)
    else:
        frame.to_json(name, orient="records", lines=True)
    done = lossctl("eval", name, "-p", "q0.9,q0.1", "-t", "y", "-l", "wql:levels=0.1,0.9")
    said = "the columns are q0.9, q0.1, and wql has levels=0.1,0.9"
    assert (done.code, done.err.splitlines()[0]) == (2, f"lossctl: error: {said}")
    with pytest.raises(UsageError, match=said):
        evaluate(frame[["q0.9", "q0.1"]], frame["y"], "wql:levels=0.1,0.9")
