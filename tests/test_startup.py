"""One-liners start at once: nothing heavy is imported for what does not need it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

HEAVY = ("numpy", "pandas", "pyarrow", "rich", "pydantic")


def imported(arguments: list[str], cwd: Path) -> set[str]:
    """Which heavy packages a command imports."""
    program = (
        "import sys, lossctl.cli\n"
        f"code = lossctl.cli.run({arguments!r})\n"
        f"sys.stderr.write('imported: ' + ','.join(name for name in {HEAVY!r} if name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=cwd, capture_output=True, text=True, check=True)
    return set(filter(None, done.stderr.rsplit("imported: ", 1)[1].split(",")))


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["-h"],
        ["eval", "-h"],
        ["losses"],
        ["losses", "triplet"],
        ["losses", "--json"],
        ["losses", "hubr"],
        ["eval", "preds.csv"],
        ["eval", "preds.csv", "-l", "hubr"],
        ["eval", "preds.csv", "-l", "huber:delta=-1"],
        ["eval", "preds.csv", "-l", "mse", "--nope"],
        ["eval", "preds.csv", "-l", "mse", "--reduction", "median"],
        ["evl"],
    ],
)
def test_listings_help_and_usage_errors_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    assert imported(arguments, tmp_path) == set()


def test_npy_files_need_numpy_alone(tmp_path: Path) -> None:
    np.save(tmp_path / "p.npy", np.arange(3.0))
    assert imported(["eval", "-p", "p.npy", "-t", "p.npy", "-l", "mse", "-b"], tmp_path) == {"numpy"}


def test_a_small_csv_needs_neither_pandas_nor_pyarrow(tmp_path: Path) -> None:
    (tmp_path / "preds.csv").write_text("y_true,y_pred\n1,2\n")
    assert imported(["eval", "preds.csv", "-l", "mse", "-b"], tmp_path) == {"numpy"}


def test_the_package_itself_imports_nothing_heavy(tmp_path: Path) -> None:
    program = f"import sys, lossctl; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
