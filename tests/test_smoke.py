from __future__ import annotations

from pathlib import Path

import pytest

from lossctl.cli import run


def test_a_csv_gives_one_bare_number(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    path = tmp_path / "preds.csv"
    path.write_text("y_true,y_pred\n1,2\n3,5\n")
    assert run(["eval", str(path), "-l", "mse", "-b", "-q"]) == 0
    assert capfdbinary.readouterr().out == b"2.5\n"
