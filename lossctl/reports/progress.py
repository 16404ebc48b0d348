"""Rows or runs, rate and time left on a terminal's standard error, once the work has taken two seconds."""

from __future__ import annotations

import sys
import time
from contextlib import AbstractContextManager, suppress
from types import TracebackType
from typing import Any

PATIENCE = 2.0  # seconds


class Progress(AbstractContextManager["Progress"]):
    """Counts rows or runs, and of runs those that failed; shows nothing in a pipe, or where `quiet`."""

    def __init__(self, *, quiet: bool, unit: str = "rows") -> None:
        self._live = not quiet and sys.stderr is not None and sys.stderr.isatty()
        self._start = time.monotonic()
        self._rows, self._failed, self._unit = 0, 0, unit
        self._bar: Any = None
        self._task: Any = None

    def advance(self, rows: int, total: int | None, *, failed: int = 0) -> None:
        """So many more are done, of `total` where that is known; so many of all failed."""
        self._failed = max(self._failed, failed)
        self._rows += rows
        if not self._live:
            return
        if self._bar is None and self._rows != total and time.monotonic() - self._start > PATIENCE:
            self._bar = _rich_progress()
            self._task = self._bar.add_task("", total=total, done="", rate="")
            self._bar.start()
        if self._bar is not None:
            rate = self._rows / (time.monotonic() - self._start)
            done = f"{self._rows:,}{'' if total is None else f' of {total:,}'} {self._unit}"
            failures = f", {self._failed:,} failed" if self._failed else ""
            speed = f"{rate:,.{1 if rate < 10 else 0}f} {self._unit}/s"
            self._bar.update(self._task, completed=self._rows, total=total, done=done + failures, rate=speed)

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            with suppress(IndexError):  # an interrupt while rich starts leaves it half started
                self._bar.stop()


def _rich_progress() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    done, rate = TextColumn("{task.fields[done]}"), TextColumn("{task.fields[rate]}")
    columns = done, BarColumn(), rate, TimeElapsedColumn(), TimeRemainingColumn()
    return Progress(*columns, console=Console(stderr=True), transient=True)
