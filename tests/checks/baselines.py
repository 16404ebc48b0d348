"""Tables, and what a check says of them, for tests of baselines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.conftest import Command, Outcome

GOOD = "y_true,y_pred,region\n0,1,n\n0,2,s\n0,3,n\n"  # mse 14/3, mae 2
WORSE = "y_true,y_pred,region\n0,1,n\n0,2,s\n0,4,n\n"  # mse 7, mae 7/3
TWO_CHECKS = """\
[[check]]
name = "a"
files = ["p.csv"]
pred = "a"
target = "y"
loss = "mse"
max_rise = 0
baseline = "a.json"
[[check]]
name = "b"
files = ["p.csv"]
pred = "b"
target = "y"
loss = "mse"
max_rise = 0
baseline = "b.json"
"""


def write_tables(**texts: str) -> None:
    """Writes tables: the name of each with `_` for `.`, rows by spaces."""
    for name, text in texts.items():
        Path(name.replace("_", ".")).write_text("\n".join(text.split()) + "\n")


def checks_of(done: Outcome) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = json.loads(done.out)["checks"]
    return checks


def verdicts(done: Outcome) -> list[tuple[str, str, Any]]:
    return [(check["run"], check["kind"], check["status"]) for check in checks_of(done)]


def results_in(path: str) -> list[dict[str, Any]]:
    return [result for run in json.loads(Path(path).read_text())["runs"] for result in run["results"]]


def last(text: str) -> str:
    return text.splitlines()[-1]


def save_good(lossctl: Command, *arguments: str) -> None:
    assert lossctl("check", "good.csv", *arguments, "--baseline", "base.json", "--update-baseline").code == 0
