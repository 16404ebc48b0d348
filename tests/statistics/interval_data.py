"""Costs whose intervals other implementations gave, and what evaluates them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command

COST = [0.5, 2.25, 0.0, 1.75, 9.0, 0.25, 4.0, 1.0, 0.125, 3.5, 0.75, 6.0]

WEIGHT = [1, 2, 0.5, 1, 1.5, 3, 1, 1, 2, 0.25, 1, 1]

UNIT = "aabbbccddddd"


@pytest.fixture
def table(here: Path) -> None:
    rows = zip(COST, WEIGHT, UNIT, strict=True)
    Path("a.csv").write_text("y,pred,w,u\n" + "".join(f"0,{cost},{weight},{unit}\n" for cost, weight, unit in rows))


def result(lossctl: Command, *arguments: str) -> Any:
    """The only result of an evaluation with intervals."""
    done = lossctl("eval", *arguments, "--confidence", "0.95", "--json")
    assert done.code == 0, done.err
    (found,) = json.loads(done.out)["runs"][0]["results"]
    return found
