"""What pNN is: said where a user looks, and what NumPy calls the inverted CDF, where other definitions give other numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lossctl.options.data import QUANTILE
from tests import ROOT
from tests.conftest import Command

COSTS, WEIGHTS = np.array([4.0, 1.0, 2.0, 8.0, 16.0, 3.0]), np.array([1.0, 4.0, 0.0, 2.0, 0.5, 0.5])
NUMBERS = ("0", "10", "25", "50", "75", "90", "100")


@pytest.mark.parametrize("page", [("eval", "-h"), ("check", "-h"), ("help", "intervals")], ids=" ".join)
def test_the_definition_stands_in_the_help(lossctl: Command, page: tuple[str, ...]) -> None:
    assert QUANTILE == "the least loss whose cumulated weight reaches NN % (the inverted CDF)"
    assert QUANTILE in " ".join(lossctl(*page).out.split())


def test_the_definition_stands_beside_the_columns_of_a_result() -> None:
    assert QUANTILE in (ROOT / "lossctl" / "results" / "README.md").read_text().replace("\\", "")


@pytest.mark.parametrize("weighted", [False, True])
def test_the_definition_is_that_of_numpy(lossctl: Command, weighted: bool) -> None:
    rows = (f"0,{cost},{weight}" for cost, weight in zip(COSTS, WEIGHTS, strict=True))
    Path("a.csv").write_text("\n".join(["y,pred,w", *rows]) + "\n")
    weights = WEIGHTS if weighted else None
    done = lossctl("eval", "a.csv", "-l", "mae", "--json", "--quantiles", ",".join(NUMBERS), *(["-w", "w"] if weighted else []))
    (found,) = json.loads(done.out)["runs"][0]["results"]
    shares = np.array([int(number) for number in NUMBERS]) / 100
    expected = np.quantile(COSTS, shares, method="inverted_cdf", weights=weights)
    assert [found[f"p{number}"] for number in NUMBERS] == expected.tolist()
    linear = np.quantile(COSTS, shares)
    assert (linear != expected).sum() >= 3
    for number, value in zip(NUMBERS, expected.tolist(), strict=True):
        reduced = lossctl("eval", "a.csv", "-l", "mae", "-b", "--reduction", f"p{number}", *(["-w", "w"] if weighted else []))
        assert reduced.value == value
