"""The benchmark runs, and shows every row; how long anything takes is never asserted."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.rows import ROWS, Row

ROOT = Path(__file__).parent.parent
HERE = ROOT / "tests" / "benchmarks"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_has_peers_and_a_limit(row: Row) -> None:
    assert list((HERE / "peers" / row.name).glob("with_*.py"))
    assert (HERE / "limits" / f"{row.limit}.py").exists()


def test_contestants_are_measured_and_their_values_compared(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "version", "npy_small", "--rounds", "1", "--data", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line.split("|")[1].strip() for line in done.stdout.splitlines() if " s | " in line] == [
        row.title for row in ROWS[:3:2]
    ]
    values = re.findall(r"^  (\S+) .* MB  (.+)$", done.stdout, re.MULTILINE)
    assert {"lossctl", "numpy"} <= {name for name, value in values if value == "0.253750478112"}


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
    table = (ROOT / "README.md").read_text().partition("<!-- benchmark -->")[2].partition("<!-- end of benchmark -->")[0]
    assert [line.split("|")[1].strip() for line in table.splitlines() if " s | " in line] == [row.title for row in ROWS]
