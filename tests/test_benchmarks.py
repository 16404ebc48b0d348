"""The benchmark runs, and shows every row; how long anything takes is never asserted."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.benchmarks import data
from tests.benchmarks.measure import summary, values
from tests.benchmarks.rows import ROWS, Row

pytestmark = pytest.mark.slow
HERE = ROOT / "tests" / "benchmarks"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_has_peers_and_a_limit(row: Row) -> None:
    assert list((HERE / "peers" / row.name).glob("with_*.py"))
    assert (HERE / "limits" / f"{row.limit}.py").exists()
    assert bool(row.command) != (HERE / "peers" / row.name / "with_lossctl.py").exists()
    assert all(name in data.FILES for name in row.files.split())


def test_the_values_of_an_output_are_its_numbers_in_order_of_size() -> None:
    assert values(["mse,2.5e-3\n", "mae,-1\n"]) == [-1, 0.0025]
    assert values(['{"value": 3, "difference": 0.25, "n": 7}']) == [0.25]


def test_a_long_output_is_summed_up_below_its_last_empty_line() -> None:
    assert summary(["row,mse\n", "0,9\n", "\n", "row,mse\n", "0,2.5\n", "1,0.5\n"]) == [2, 3, 6.5, 0.5, 2.5]
    assert summary(["3\n", "4\n"]) == [2, 7, 25, 3, 4]


def test_contestants_are_measured_and_their_values_compared(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "version", "npy_small", "--rounds", "1", "--data", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line.split("|")[1].strip() for line in done.stdout.splitlines() if " s | " in line] == [
        row.title for row in ROWS[:3:2]
    ]
    values = re.findall(r"^  (\S+) .* MB  (.+)$", done.stdout, re.MULTILINE)
    assert {"lossctl", "numpy"} <= {name for name, value in values if value == "0.253750478112"}


def test_a_script_takes_the_place_of_the_command(tmp_path: Path) -> None:
    program = (
        "from tests.benchmarks import data; from functools import partial;"
        "data.FILES |= {'five.npy': partial(data.near, rows=5), 'five_true.npy': partial(data.true_values, rows=5)};"
        f"data.main({str(tmp_path)!r}, ['five.npy', 'five_true.npy'])"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
    command = [sys.executable, "-m", "tests.benchmarks", "evaluate", "--rounds", "1", "--data", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    values = re.findall(r"^  (\S+) .* MB  (.+)$", done.stdout, re.MULTILINE)
    assert {"lossctl", "numpy"} <= {name for name, _ in values}
    assert len({value for _, value in values}) == 1


def test_another_value_stops_the_benchmark(tmp_path: Path) -> None:
    program = (
        "from tests.benchmarks.rows import ROWS; import tests.benchmarks.rows as rows; from dataclasses import replace;"
        "rows.ROWS = (replace(ROWS[2], command=ROWS[2].command.replace('mse', 'mae')),);"
        "from tests.benchmarks.__main__ import main; main()"
    )
    command = [sys.executable, "-c", program, "--rounds", "1", "--data", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "npy_small: numpy gives [0.253" in done.stderr


def test_the_readme_shows_every_row() -> None:
    table = (HERE / "README.md").read_text().partition("<!-- benchmark -->")[2].partition("<!-- end of benchmark -->")[0]
    assert [line.split("|")[1].strip() for line in table.splitlines() if " s | " in line] == [row.title for row in ROWS]
