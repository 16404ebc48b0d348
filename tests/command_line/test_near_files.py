"""A file that is not there names the one that is called nearly so, whichever option names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Command


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("eval predz.csv -l mse", 3, "predz.csv: cannot be read: no such file; nearest: 'preds.csv'"),
        ("batch --manifest manifst.csv -l mse", 3, "manifst.csv: cannot be read: no such file; nearest: 'manifest.csv'"),
        ("check --config losctl.toml", 3, "losctl.toml: cannot be read: no such file; nearest: 'lossctl.toml'"),
        (
            "eval preds.csv --plugin own_los.py -l mse",
            2,
            "own_los.py: the plugin cannot be loaded: FileNotFoundError: [Errno 2] No such file or directory: "
            "'{0}/own_los.py'; nearest: 'own_loss.py'",
        ),
        ("eval preds.csv -l expected_cost:matrix=@cots.csv", 3, "cots.csv: cannot be read: no such file; nearest: 'costs.csv'"),
        (
            "eval preds.csv -l ce:class_weight=@wieghts.npy",
            3,
            "wieghts.npy: cannot be read: no such file; nearest: 'weights.npy'",
        ),
    ],
)
def test_a_mistyped_file_is_told_by_what_is_there(lossctl: Command, command: str, code: int, said: str) -> None:
    for name in ("preds.csv", "manifest.csv", "lossctl.toml", "own_loss.py", "costs.csv", "weights.npy"):
        Path(name).write_text("y_true,y_pred\n1,1\n")
    done = lossctl(*command.split())
    assert (done.code, done.err) == (code, f"lossctl: error: {said.format(Path.cwd())}\n")
