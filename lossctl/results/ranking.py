"""Runs in the order of a loss."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lossctl.losses.registry import LOSSES
from lossctl.results.document import Result, Run


def ranked(runs: Sequence[Run], sort: str) -> list[Run]:
    """The best first by the value of a loss over all rows; then those whose value is not finite, and last those with errors."""
    return sorted(runs, key=lambda run: _place(run, sort))


def ranks(runs: Sequence[Run], sort: str) -> list[int | None]:
    """The rank of each of some ranked runs: equal values share one; none for a run with an error."""
    places = [_place(run, sort) for run in runs]
    found: list[int | None] = []
    for at, (run, place) in enumerate(zip(runs, places, strict=True)):
        same = at > 0 and place == places[at - 1]
        found.append(None if run.error is not None else found[-1] if same else at + 1)
    return found


def total_of(run: Run, loss: str) -> Result | None:
    """The result of a loss over all rows."""
    return next((result for result in run.totals if result.loss == loss), None)


def _place(run: Run, sort: str) -> tuple[bool, bool, float]:
    result = total_of(run, sort)
    badness = math.nan if result is None else badness_of(result)
    return run.error is not None, not math.isfinite(badness), badness if math.isfinite(badness) else 0.0


def badness_of(result: Result) -> float:
    """How bad a value is: of two the worse has more."""
    loss = LOSSES.get(result.name)
    return result.value if loss is None else float(loss.badness(result.value, result.params))
