"""Levels of quantiles beside the names of their columns: another order is refused, other levels are said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

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
    "names", [("q0.1", "q0.5", "q0.9"), ("0.1", "0.5", "0.9"), ("p10", "p50", "p90"), ("q_.1", "q_.5", "q_.9")]
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
        "lossctl: warning: a.csv: the columns are q0.9, and quantile has q=0.5; by their names: -l quantile:q=0.9"
    )
    done = lossctl("eval", "a.csv", "-p", "q0.9", "-t", "y", "-b", "-l", "quantile:q=0.9")
    assert done.value == pytest.approx(pinball(0.9), rel=1e-13)
    assert "warning" not in done.err


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
