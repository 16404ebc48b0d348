"""Groups and conditions of several tables: each with its own column, in whatever order the tables are read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Command


@pytest.fixture(params=["csv", "npz"])
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The run's own table, of CSV read after the other, and the truth beside it, of NPZ."""
    np.savez(tmp_path / "truth.npz", y=[1, 2, 3, 4], g=[1, 1, 0, 0])
    if request.param == "npz":
        np.savez(tmp_path / "own.npz", pred=[1, 1, 1, 1], h=[0, 1, 0, 1])
    else:
        (tmp_path / "own.csv").write_text("pred,h\n1,0\n1,1\n1,0\n1,1\n")
    return f"own.{request.param}"


@pytest.mark.parametrize("order", ["truth.npz:g,h", "h,truth.npz:g"])
def test_groups_of_two_tables_keep_their_names(lossctl: Command, tables: str, order: str) -> None:
    done = lossctl("eval", tables, "-t", "truth.npz:y", "-l", "mse", "--by", order, "--json")
    results = json.loads(done.out)["runs"][0]["results"]
    found = {(one["by"]["g"], one["by"]["h"]): one["value"] for one in results if one["by"]}
    assert found == {("1", "0"): 0, ("1", "1"): 1, ("0", "0"): 4, ("0", "1"): 9}


def test_groups_of_a_table_read_later_keep_their_names(lossctl: Command, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("pred,h\n1,0\n1,1\n1,0\n1,1\n")
    (tmp_path / "truth.csv").write_text("y,g\n1,1\n2,1\n3,0\n4,0\n")
    done = lossctl("eval", "own.csv", "-t", "truth.csv:y", "-l", "mse", "--by", "truth.csv:g,h", "--json")
    results = json.loads(done.out)["runs"][0]["results"]
    assert [(one["by"], one["value"]) for one in results[1:]] == [
        ({"g": "0", "h": "0"}, 4),
        ({"g": "0", "h": "1"}, 9),
        ({"g": "1", "h": "0"}, 0),
        ({"g": "1", "h": "1"}, 1),
    ]


@pytest.mark.parametrize("truth", ["truth.csv:g=1", "truth.csv:y<3"])
@pytest.mark.parametrize("reverse", [False, True])
def test_conditions_of_two_tables_are_each_about_its_own(lossctl: Command, tmp_path: Path, truth: str, reverse: bool) -> None:
    (tmp_path / "own.csv").write_text("pred,h\n1,0\n1,1\n1,0\n1,1\n")
    (tmp_path / "truth.csv").write_text("y,g\n1,1\n2,1\n3,0\n4,0\n")
    conditions = [f"--where={one}" for one in ([truth, "h=1"][:: -1 if reverse else 1])]
    assert lossctl("eval", "own.csv", "-t", "truth.csv:y", "-l", "mse", "-b", *conditions).value == 1
