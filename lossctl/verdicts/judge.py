"""Verdicts: each limit on each result is one check."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from lossctl.record import record
from lossctl.results.document import Check, Result
from lossctl.text import number_text
from lossctl.verdicts.baseline import Saved, group_text
from lossctl.verdicts.limits import Limit, exact, keeps

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
    checks = []
    for limit in limits:
        for result, saved in results:
            if (limit.loss is None or str(limit.loss) == result.loss) and not (limit.relative and saved is None):
                judged = _judged(limit, result, saved, interval_low)
                status = "pass" if judged.kept else _failed(severity)
                checks.append(_check(name or limit.kind, run, result, limit, judged, status))
    return checks


@record
class _Judged:
    value: float
    baseline: float | None
    kept: bool
    unsure: bool = False

    @property
    def change(self) -> float | None:
        if self.baseline is None:
            return None
        if math.isfinite(self.value) and math.isfinite(self.baseline):
            return float(exact(self.value) - exact(self.baseline))
        return self.value - self.baseline


def _judged(limit: Limit, result: Result, saved: Saved | None, interval_low: IntervalLow | None) -> _Judged:
    if limit.kind == "min_n":
        return _Judged(float(result.n), None, result.n >= limit.value)
    baseline = saved.result.value if limit.relative and saved is not None else None
    kept = keeps(limit, result.value, baseline)
    if kept or limit.kind != "max_rise" or interval_low is None or baseline is None:
        return _Judged(result.value, baseline, kept)
    low = interval_low(result)
    allowed = float(limit.value) * (abs(baseline) / 100 if limit.percent else 1.0)
    unsure = not math.isnan(low) and low <= allowed
    return _Judged(result.value, baseline, unsure, unsure)


def gone(name: str | None, saved: Saved, severity: str) -> Check:
    """The failed check of a result that the baseline has and that is not there any more."""
    message = f"{saved.result.loss}{group_text(saved.result.by)} is in the baseline and not in the results"
    return Check(
        name=name or "missing", run=saved.run, loss=saved.result.loss, by=saved.result.by, kind="missing", limit=None,
        percent=False, value=None, baseline=saved.result.value, change=None, status=_failed(severity), message=message,
    )  # fmt: skip


def unjudged(name: str | None, run: str, limit: Limit, problem: str, by: Mapping[str, str] | None = None) -> Check:
    """The check of a limit whose value could not be had."""
    return Check(
        name=name or limit.kind, run=run, loss=str(limit.loss or ""), by=by, kind=limit.kind, limit=float(limit.value),
        percent=limit.percent, value=None, baseline=None, change=None, status="error", message=problem,
    )  # fmt: skip


def unjudged_limits(name: str | None, run: str, results: Sequence[Result], limits: Sequence[Limit]) -> list[Check]:
    """Relative limits while the baseline is updated: they are shown and pass."""
    return [
        _check(
            name or limit.kind, run, result, limit, _Judged(result.value, None, True), "pass", "not judged: the baseline is new"
        )
        for limit in limits
        for result in results
        if str(limit.loss) == result.loss
    ]


def _check(name: str, run: str, result: Result, limit: Limit, judged: _Judged, status: str, message: str | None = None) -> Check:
    return Check(
        name=name,
        run=run,
        loss=result.loss,
        by=result.by,
        kind=limit.kind,
        limit=float(limit.value),
        percent=limit.percent,
        value=judged.value,
        baseline=judged.baseline,
        change=judged.change,
        status=status,
        message=message or _message(limit, result, judged),
    )


def _failed(severity: str) -> str:
    return "warn" if severity == "warn" else "fail"


def _message(limit: Limit, result: Result, judged: _Judged) -> str:
    what = f"{result.loss}{group_text(result.by)}"
    if limit.kind == "min_n":
        return f"{what} has {result.n:,} rows; at least {limit.text()} are wanted"
    sentence = f"{what} = {number_text(judged.value)}"
    if judged.baseline is not None and judged.change is not None:
        kind = "rise" if limit.kind == "max_rise" else "change"
        sentence += f", a {kind} of {number_text(judged.change)} from {number_text(judged.baseline)},"
    sentence += f" {'keeps' if judged.kept else 'exceeds'} the limit {limit.text()}"
    if judged.unsure:
        sentence = sentence.replace(" keeps ", " may exceed ") + " by chance: its interval reaches down to the limit"
    if limit.percent and judged.baseline == 0 and not judged.kept:
        sentence += "; from 0 no percentage is meaningful: give an absolute limit"
    return sentence
