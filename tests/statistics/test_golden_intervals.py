"""Intervals and p-values that SciPy and statsmodels gave: every case of golden/intervals/, which `make.py` there wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.conftest import Command

GOLDEN: dict[str, Any] = json.loads((ROOT / "tests" / "golden" / "intervals" / "values.json").read_text())
PLACES = {"eval": ("runs", 0, "results", 0), "compare": ("comparisons", 0), "check": ("checks", 0)}


def found(lossctl: Command, command: str, *more: str) -> Any:
    """What a command says of its only loss."""
    done = lossctl(*command.split(), *more)
    assert done.code in (0, 1), done.err
    place: Any = json.loads(done.out)
    for step in PLACES[command.split()[0]]:
        place = place[step]
    return place


@pytest.mark.slow
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in GOLDEN["cases"]])
def test_an_interval_is_that_of_other_implementations(lossctl: Command, case: dict[str, Any]) -> None:
    for name, table in GOLDEN["data"][case["data"]].items():
        rows = [",".join(map(str, row)) for row in zip(*table.values(), strict=True)]
        Path(name).write_text("\n".join([",".join(table), *rows]) + "\n")
    if "before" in case:
        assert lossctl(*case["before"].split()).code == 0
    result = found(lossctl, case["command"], "--json")
    for name, expected in case["expected"].items():
        atol = case.get("atol", {}).get(name, 1e-15)
        assert result[name] == pytest.approx(expected, rel=case["rtol"], abs=atol), name
    if "quantile_test" in case:  # whose tails are each below half of the rest
        low, high = case["quantile_test"]
        values = sorted(GOLDEN["data"][case["data"]]["a.csv"]["pred"])
        assert values.index(result["high"]) - values.index(result["low"]) <= values.index(high) - values.index(low)
