"""Verdicts: each limit on each result is one check."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from lossctl.document import Check, Result
from lossctl.text import number_text
from lossctl.verdicts.baseline import Saved, group_text
from lossctl.verdicts.limits import Limit, keeps

IntervalLow = Callable[[Result], float]


def judge(
    name: str | None,
    run: str,
    results: Sequence[tuple[Result, Saved | None]],
    limits: Sequence[Limit],
    severity: str = "error",
    interval_low: IntervalLow | None = None,
) -> list[Check]:
    """The checks of the results of one run, each beside what the baseline has for it.

    interval_low: the lower end of the interval of the mean's rise over the baseline, where a rise must be sure to count.
    """
    return [
        _check(name, run, result, saved, limit, severity, interval_low)
        for limit in limits
        for result, saved in results
        if limit.loss is None or str(limit.loss) == result.loss
        if not (limit.relative and saved is None)
    ]


def gone(name: str | None, saved: Saved, severity: str) -> Check:
    """The failed check of a result that the baseline has and that is not there any more."""
    message = f"{saved.loss}{group_text(dict(saved.by))} is in the baseline and not in the results"
    return Check(
        name=name or "missing", run=saved.run, loss=saved.loss, by=dict(saved.by) or None, kind="missing", limit=None, percent=False,
        value=None, baseline=saved.value, change=None, status=_failed(severity), message=message,
    )  # fmt: skip


def unjudged(name: str | None, run: str, limit: Limit, problem: str) -> Check:
    """The check of a limit whose value could not be had."""
    return Check(
        name=name or limit.kind, run=run, loss=str(limit.loss or ""), by=None, kind=limit.kind, limit=float(limit.value),
        percent=limit.percent, value=None, baseline=None, change=None, status="error", message=problem,
    )  # fmt: skip


def _check(
    name: str | None, run: str, result: Result, saved: Saved | None, limit: Limit, severity: str, interval_low: IntervalLow | None
) -> Check:
    value = float(result.n) if limit.kind == "min_n" else result.value
    baseline = saved.value if limit.relative and saved is not None else None
    change = None if baseline is None else value - baseline
    kept = value >= limit.value if limit.kind == "min_n" else keeps(limit, value, baseline)
    unsure = False
    if not kept and limit.kind == "max_rise" and interval_low is not None and baseline is not None:
        low = interval_low(result)
        kept = unsure = not math.isnan(low) and low <= _allowed(limit, baseline)
    return Check(
        name=name or limit.kind,
        run=run,
        loss=result.loss,
        by=result.by,
        kind=limit.kind,
        limit=float(limit.value),
        percent=limit.percent,
        value=value,
        baseline=baseline,
        change=change,
        status="pass" if kept else _failed(severity),
        message=_message(limit, result, value, baseline, kept, unsure),
    )


def _failed(severity: str) -> str:
    return "warn" if severity == "warn" else "fail"


def _allowed(limit: Limit, baseline: float) -> float:
    return float(limit.value) * abs(baseline) / 100 if limit.percent else float(limit.value)


def _message(limit: Limit, result: Result, value: float, baseline: float | None, kept: bool, unsure: bool) -> str:
    what = f"{result.loss}{group_text(result.by)}"
    if limit.kind == "min_n":
        return f"{what} has {result.n:,} rows; at least {limit.text()} are wanted"
    shown, relation = number_text(value), "keeps" if kept else "exceeds"
    if limit.kind == "max":
        return f"{what} = {shown} {relation} the limit {limit.text()}"
    assert baseline is not None
    kind = "rise" if limit.kind == "max_rise" else "change"
    moved = f"a {kind} of {number_text(value - baseline)} from {number_text(baseline)}"
    sentence = f"{what} = {shown}, {moved}, {relation} the limit {limit.text()}"
    if unsure:
        sentence += "; its interval reaches down to the limit, so the rise may be noise"
    if limit.percent and baseline == 0 and not kept:
        sentence += "; from 0 no percentage is meaningful: give an absolute limit"
    return sentence
