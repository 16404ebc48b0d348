"""The results of the models that compare sets side by side have the intervals that eval gives them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Command

FIELDS = ("value", "low", "high", "ci_method", "units", "se", "df", "skewness", "n", "std", "mean")


@pytest.fixture
def models(here: Path) -> None:
    """Two models whose rows stand in two orders, units that have unequal numbers of rows, groups and weights."""
    random = np.random.default_rng(5)
    rows = [
        (f"k{place}", place % 3 + 1, f"u{place % 11 * (place % 2)}", "vw"[place % 4 == 0], 1 + place % 5) for place in range(60)
    ]
    for name in ("a", "b"):
        lines = [
            f"{key},{target},{target + random.gamma(2)},{unit},{group},{weight}\n" for key, target, unit, group, weight in rows
        ]
        Path(f"{name}.csv").write_text("id,y,pred,u,g,w\n" + "".join(lines if name == "a" else reversed(lines)))


def results(lossctl: Command, *arguments: str) -> Any:
    """The results of each run."""
    done = lossctl(*arguments, "-l", "mse,rmse,wmape", "--id", "id", "--json")
    assert done.code == 0, done.err
    return [run["results"] for run in json.loads(done.out)["runs"]]


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("method", ["t", "bootstrap", "permutation"])
@pytest.mark.parametrize(
    "options", [(), ("--unit", "u"), ("--block", "7"), ("-w", "w"), ("--unit", "u", "-w", "w", "--by", "g")], ids=" ".join
)
def test_results_of_compared_models_are_those_of_eval(lossctl: Command, options: tuple[str, ...], method: str) -> None:
    options = (*options, "--confidence", "0.9")
    compared = results(lossctl, "compare", "a.csv", "b.csv", "--method", method, "--resamples", "20", *options)
    alone = [results(lossctl, "eval", f"{name}.csv", *options)[0] for name in "ab"]
    assert all(result["low"] < result["value"] < result["high"] for run in compared for result in run if result["by"] is None)
    for of_compared, of_eval in zip(compared, alone, strict=True):
        for found, wanted in zip(of_compared, of_eval, strict=True):
            assert [found[name] for name in FIELDS] == [wanted[name] for name in FIELDS]


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("options", [(), ("--unit", "u"), ("--block", "7"), ("-w", "w", "--by", "g")], ids=" ".join)
def test_rows_that_another_model_lacks_count_in_no_interval(lossctl: Command, options: tuple[str, ...]) -> None:
    rest = {name: Path(f"{name}.csv").read_text() for name in "ab"}
    for name, lacks in (("a", "k8,"), ("b", "k30,")):
        Path(f"{name}.csv").write_text("".join(line for line in rest[name].splitlines(True) if not line.startswith(lacks)))
    compared = results(lossctl, "compare", "a.csv", "b.csv", "--method", "t", "--missing", "drop", *options)
    for name, of_compared in zip("ab", compared, strict=True):
        lines = rest[name].splitlines(True)
        Path(f"{name}.csv").write_text("".join(line for line in lines if not line.startswith(("k8,", "k30,"))))
        of_eval = results(lossctl, "eval", f"{name}.csv", "--confidence", "0.95", *options)[0]
        for found, wanted in zip(of_compared, of_eval, strict=True):
            assert [found[field] for field in FIELDS] == [wanted[field] for field in FIELDS]
