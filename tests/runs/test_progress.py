"""Progress on a terminal's standard error."""

from __future__ import annotations

import sys
import time
from typing import Any

import pytest

from lossctl.reports import progress
from lossctl.reports.progress import Progress


class Bar:
    """What rich would show."""

    def __init__(self) -> None:
        self.shown: list[dict[str, Any]] = []

    def add_task(self, *_: object, **__: object) -> int:
        return 0

    def start(self) -> None:
        pass

    def update(self, _: int, **fields: Any) -> None:
        self.shown.append(fields)

    def stop(self) -> None:
        raise IndexError


@pytest.fixture
def bar(monkeypatch: pytest.MonkeyPatch) -> Bar:
    """A terminal on which two seconds have passed, and then one more."""
    found = Bar()
    seconds = iter([0.0, 3.0, 4.0, 8.0, 8.0, 8.0])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(progress, "_rich_progress", lambda: found)
    monkeypatch.setattr(time, "monotonic", lambda: next(seconds))
    return found


def test_runs_of_all_failures_and_rate_are_shown(bar: Bar) -> None:
    with Progress(quiet=False, unit="runs") as shown:
        shown.advance(3, 1_000)
        shown.advance(997, 1_000, failed=2)
    assert [(columns["done"], columns["rate"]) for columns in bar.shown] == [
        ("3 of 1,000 runs", "0.8 runs/s"),
        ("1,000 of 1,000 runs, 2 failed", "125 runs/s"),
    ]


def test_an_interrupt_while_it_starts_is_no_other_error(bar: Bar) -> None:
    with Progress(quiet=False) as shown:
        shown.advance(2, None)  # then it ends, and rich says IndexError
    assert [columns["done"] for columns in bar.shown] == ["2 rows"]


def test_nothing_is_shown_of_what_is_done_already(bar: Bar) -> None:
    with Progress(quiet=False) as shown:
        shown.advance(2, 2)
    assert bar.shown == []


def test_nothing_is_shown_where_it_is_quiet(bar: Bar) -> None:
    with Progress(quiet=True) as shown:
        shown.advance(1, None)
    assert bar.shown == []
