"""Checks: each value beside its limit, or each change from a baseline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from lossctl.errors import LossctlError
from lossctl.losses.text import read_losses
from lossctl.reports.pictures.picture import Axis, Mark, Panel, Picture, Points, Ranges, Rule
from lossctl.reports.pictures.values import MOST, group_name, number
from lossctl.results.document import Check, Document, Run
from lossctl.verdicts.kept import exact


class Shown(NamedTuple):
    """A check on an axis: where its number, its limits, and what it is compared with stand."""

    name: str
    status: str
    low: float
    value: float
    high: float
    limits: Sequence[float]


def checks(document: Document) -> Iterator[Picture]:
    """For each loss the values with their intervals and limits; the changes from a baseline; and the gaps between groups."""
    panels: dict[tuple[str, str], list[Shown]] = {}
    for check in document.checks:
        what, value, limits = _numbers(check, document.runs)
        if math.isfinite(value):
            words = [check.name, *([check.run] if document.of_several_runs else []), group_name(check.by)]
            name = ", ".join(filter(None, words))
            shown = Shown(name, check.verdict, number(check.low), value, number(check.high), limits)
            panels.setdefault((check.loss, what), []).append(shown)
    if panels:
        yield Picture("checks", [_panel(loss, what, shown) for (loss, what), shown in panels.items()])


def _panel(loss: str, what: str, shown: Sequence[Shown]) -> Panel:
    if len(shown) > MOST:  # those that failed are among them
        shown = sorted(shown, key=lambda check: check.status == "pass")
    some = shown[:MOST]
    low, value, high = np.array([check[2:5] for check in some], float).T
    limits = [(limit, place) for place, check in enumerate(some) for limit in check.limits]
    x, y = np.array(limits, float).reshape(-1, 2).T
    ranges = Ranges(low, value, high, np.arange(float(len(some))), status=[check.status for check in some])
    base = [Rule(0.0, "baseline")] if what in ("rise", "change") else []
    words = [f"{check.name} {check.value:.4g}: {check.status}" for check in some]
    words += [f"{len(shown) - len(some):,} more checks"] if len(some) < len(shown) else []
    marks: list[Mark] = [ranges, *([Points(x, y, "limit", strokes=True)] if limits else []), *base]
    axes = Axis(loss if what == "value" else f"{what} of {loss}"), Axis("", names=[check.name for check in some])
    return Panel(f"{loss}: {what}", *axes, marks, ", ".join(words))


def _numbers(check: Check, runs: Sequence[Run]) -> tuple[str, float, list[float]]:
    """What a check is about, in a word, its number and limits: a rise is positive where the value is worse than its baseline."""
    value, baseline, limit = number(check.value), number(check.baseline), number(check.limit)
    step = limit * abs(baseline) / 100 if check.percent else limit
    if check.subject == "gap":
        return "gap", value, [*_gap_limits(check, runs)]
    if check.subject == "change":
        return "change", value - baseline, [-step, step]
    if check.subject == "rise":
        return "rise", _badness(check.loss, value) - _badness(check.loss, baseline), [step]
    return check.subject, value, [] if math.isnan(limit) else [limit]


def _gap_limits(check: Check, runs: Sequence[Run]) -> Iterator[float]:
    """The limit of a gap. A percentage is of the smallest value of the groups whose gap it is, if it is clear which they are."""
    limit = number(check.limit)
    if not check.percent:
        yield limit
        return
    least = set()
    for run in runs:
        values = [result.value for result in run.results if run.run == check.run and result.loss == check.loss and result.by]
        if values and all(map(math.isfinite, values)) and float(exact(max(values)) - exact(min(values))) == check.value:
            least.add(min(values))
    if len(least) == 1:
        yield limit / 100 * abs(least.pop())


def _badness(loss: str, value: float) -> float:
    try:
        (bound,) = read_losses([loss])
    except LossctlError:  # one of a plugin that is not there any more
        return value
    return float(bound.badness(value))
