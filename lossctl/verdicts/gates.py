"""Gates that know how sure a value is: a limit judged against an interval, and the rise that such a gate can see."""

from __future__ import annotations

import math
from collections.abc import Callable

from lossctl.question.checks.limits import Limit
from lossctl.record import record, replace
from lossctl.results.document import Result
from lossctl.statistics.intervals.interval import WILSON, Added, rise_seen, share_change_seen, share_interval, share_rise_seen
from lossctl.statistics.intervals.student import quantile

POWER = 0.8  # with which a gate sees a rise


@record
class Known:
    """A value or a change, and its interval; error, freedom: its standard error and degrees of freedom, NaN where not known.

    skewness: of the value, where that moved the interval. added: the rows to which a rise of a share adds. of: what it is made
    of, in words that a message adds. rows: of a share of rows that cost 1, how many there are.
    """

    value: float
    low: float
    high: float
    error: float = math.nan
    freedom: float = math.nan
    skewness: float = 0.0
    of: str = ""
    rows: int | None = None
    added: Added | None = None

    def negated(self) -> Known:
        """The same of minus the value."""
        return replace(self, value=-self.value, low=-self.high, high=-self.low, skewness=-self.skewness, added=None)

    def rise_seen(self, bound: float, level: float) -> float | None:
        """How far above a bound the true value lies where the interval is above it with the power of a gate; None: nowhere."""
        if self.added is not None:
            return share_change_seen(self.value - bound, self.error, self.freedom, level, POWER, self.added)
        return rise_seen(self.value - self.low, self.error, self.freedom, self.skewness, POWER)


@record
class Verdict:
    """Whether a limit is kept for sure, or broken for sure: neither is undecided. sees: the least worsening called one."""

    kept: bool
    broken: bool
    known: Known
    sees: float | None = None


def value_known(result: Result, level: float) -> Known | None:
    """The interval of a value; of a share of rows that one which never covers less than its level. None where there is none."""
    if result.low is None or result.high is None:
        return None
    low, high, rows = result.low, result.high, None
    if result.ci_method == WILSON:
        rows = result.n
        ends = share_interval(round(result.value * result.n), result.n, level, exact=True)
        low, high = ends.low or 0.0, ends.high or 0.0
    error, freedom = (math.nan if known is None else known for known in (result.se, result.df))
    skewness = 0.0 if result.skewness is None else result.skewness / math.sqrt(result.n)
    return Known(result.value, low, high, error, freedom, skewness, rows=rows)


def difference_known(now: Result, saved: Result, level: float, badness: Callable[[float], float] = float) -> Known | None:
    """The interval of the change between two independent samples (Welch 1947, Biometrika 34); None where one is not known.

    badness: how far a value is bad, where the change is of that: it moves as far as the value does.
    """
    errors = [error_of(result, by_rows=now.units in (None, now.n)) for result in (now, saved)]
    if None in errors or not (math.isfinite(now.value) and math.isfinite(saved.value)):
        return None
    (of_now, free), (of_saved, freed) = (found for found in errors if found is not None)
    error = math.hypot(of_now, of_saved)
    change = badness(now.value) - badness(saved.value)
    if not math.isfinite(change):
        return None
    if error == 0:
        return Known(change, change, change, 0.0, min(free, freed))
    freedom = freedom_of(of_now, free, of_saved, freed)
    half = quantile(level, freedom) * error
    added = None
    if now.ci_method == saved.ci_method == WILSON and badness(1.0) == 1:
        added = Added(now.value, now.value, now.n, -Added(saved.value, saved.value, saved.n).cumulant())
    return Known(change, change - half, change + half, error, freedom, of=" of two independent samples", added=added)


def freedom_of(error: float, free: float, other: float, freed: float) -> float:
    """The degrees of freedom of a difference (Welch); the errors as shares of its own, whose powers no double lacks."""
    both = math.hypot(error, other)
    return 1 / ((error / both) ** 4 / free + (other / both) ** 4 / freed) if both else min(free, freed)


def error_of(result: Result, *, by_rows: bool = True) -> tuple[float, float] | None:
    """The standard error of a value and its degrees of freedom, of a plain mean by the standard deviation where none is saved.

    by_rows: whether the rows are independent of each other, without which the standard deviation tells nothing.
    """
    if result.se is not None and result.df is not None and math.isfinite(result.se):
        return result.se, result.df
    plain = result.reduction == "mean" and result.value == result.mean and result.weight == result.n
    if plain and by_rows and result.units is None and result.n > 1 and math.isfinite(result.std):
        return result.std / math.sqrt(result.n - 1), result.n - 1
    return None


def judged(limit: Limit, known: Known, baseline: float | None, level: float) -> Verdict:
    """A limit on a value, or on its change from a baseline, against the interval of that."""
    bound = float(limit.value)
    if limit.relative and limit.percent:
        bound *= abs(baseline or 0.0) / 100
    badness, most = (known.negated(), -bound) if limit.kind == "min" else (known, bound)
    margin = None
    if known.rows is not None:
        margin = share_rise_seen(1 - bound if limit.kind == "min" else bound, known.rows, level, POWER)
    elif math.isfinite(known.error):
        margin = badness.rise_seen(most, level)
    kept, broken = badness.high <= most, badness.low > most
    if limit.kind == "max_change":
        kept, broken = kept and known.low >= -bound, broken or known.high < -bound
    return Verdict(kept, broken, known, margin if margin is None or not limit.relative else bound + margin)
