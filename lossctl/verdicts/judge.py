"""Verdicts: each limit on each result is one check."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from lossctl.errors import plural
from lossctl.question.checks.limit_kinds import KINDS
from lossctl.question.checks.limits import Limit
from lossctl.record import record, replace
from lossctl.results.document import Check, Result
from lossctl.results.results import with_group
from lossctl.text import number_text
from lossctl.verdicts.baseline import Saved
from lossctl.verdicts.gaps import gap_judged
from lossctl.verdicts.gates import Known, Verdict, judged, value_known
from lossctl.verdicts.kept import exact, keeps, keeps_gap


@record
class Matched:
    """A result and what a baseline has for it. problem: why they cannot be compared. note: why there is nothing to compare.

    change, rise: the intervals of the change from the baseline, and of how much worse that is, where one is asked for.
    """

    result: Result
    saved: Saved | None = None
    problem: str | None = None
    note: str = "it is not in the baseline"
    change: Known | None = None
    rise: Known | None = None

    def known(self, limit: Limit, level: float) -> Known | None:
        """The interval of what a limit is on."""
        known = {"max_rise": self.rise, "max_change": self.change}
        return known[limit.kind] if limit.relative else value_known(self.result, level)


@record
class Judge:
    """How the results of a check are judged.

    name: of the check, by default that of the kind of limit. follow: what to do about a rise. confidence: the level of the
    intervals against which limits are judged, None where values are; undecided: the status of those that reach across a limit.
    """

    name: str | None
    limits: Sequence[Limit]
    severity: str = "error"
    follow: str = ""
    confidence: float | None = None
    undecided: str = "pass"

    def checks(self, run: str, results: Sequence[Matched]) -> Iterator[Check]:
        """The checks of the results of one run, limit by limit."""
        for limit in self.limits:
            own = [matched for matched in results if limit.loss is None or str(limit.loss) == matched.result.loss]
            if limit.kind == "max_gap":
                yield self._gap(run, limit, [matched.result for matched in own if matched.result.by])
            else:
                yield from (self._judged(run, limit, matched) for matched in own)

    def gone(self, saved: Saved) -> Check:
        """The failed check of a result that the baseline has and that is not there any more."""
        message = f"{with_group(saved.result)} is in the baseline and not in the results{self.follow}"
        return Check(
            name=self.name or "missing", run=saved.run, loss=saved.result.loss, by=saved.result.by, kind="missing", limit=None,
            percent=False, value=None, baseline=saved.result.value, change=None, status=self._failed, message=message,
        )  # fmt: skip

    def unjudged(self, run: str, problem: str) -> Iterator[Check]:
        """The checks of a run whose values could not be had."""
        return (self._check(run, limit, None, None, "error", problem) for limit in self.limits)

    def _judged(self, run: str, limit: Limit, matched: Matched) -> Check:
        result, baseline = matched.result, None
        if limit.relative and matched.problem is not None:
            return self._check(run, limit, result, None, "error", matched.problem)
        if limit.relative:
            if matched.saved is None:
                message = f"{with_group(result)} = {result.value:.6g} is not judged: {matched.note}"
                return self._check(run, limit, result, None, "pass", message)
            baseline = matched.saved.result.value
        kept = result.n >= limit.value if limit.of_rows else keeps(limit, result.value, baseline)
        check = self._check(run, limit, result, baseline, "pass", _message(limit, result, baseline, kept=kept))
        verdict = None
        if self.confidence is not None and not limit.of_rows:
            known = matched.known(limit, self.confidence)
            verdict = None if known is None else judged(limit, known, baseline, self.confidence)
        follow = "" if baseline is None or math.isnan(result.value) else self.follow
        return self._decided(limit, check, verdict, kept=kept, follow=follow)

    def _decided(self, limit: Limit, check: Check, verdict: Verdict | None, *, kept: bool, follow: str = "") -> Check:
        """A check with its status: by the interval where there is one; kept: whether the value alone keeps the limit."""
        sure = self.confidence is None or limit.of_rows
        if verdict is None:
            undecided, passed = kept and not sure, kept
            message = check.message + ("; it has no interval, so that this is undecided" if undecided else "")
        else:
            undecided, passed = not (verdict.kept or verdict.broken), verdict.kept
            message = check.message + self._sure(verdict, _move(limit))
            known = verdict.known
            check = replace(check, low=known.low, high=known.high, sees=verdict.sees)
        status = "pass" if passed and not undecided else self._failed
        if undecided:
            status = {"pass": "pass", "warn": "warn", "fail": self._failed}[self.undecided]
        failed = status != "pass" and not undecided
        return replace(check, status=status, undecided=undecided, message=message + (follow if failed else ""))

    def _sure(self, verdict: Verdict, move: str) -> str:
        """What a message says of an interval."""
        known = verdict.known
        where = "keeps it" if verdict.kept else "lies beyond it" if verdict.broken else "reaches across it, undecided"
        sees = "" if verdict.sees is None else f"; a {move} of {verdict.sees:.6g} would be seen"
        return f"; the {100 * (self.confidence or 0):g} % interval{known.of} {known.low:.6g} to {known.high:.6g} {where}{sees}"

    def _gap(self, run: str, limit: Limit, groups: Sequence[Result]) -> Check:
        """The check of the largest and the smallest value of groups, which a NaN is both of."""
        without = [group for group in groups if math.isnan(group.value)]
        groups = without or groups
        least, most = (end(groups, key=lambda group: group.value) for end in (min, max))
        kept = keeps_gap(limit, least.value, most.value)
        gap = _change(most.value, least.value)
        ends = [f"{with_group(group)} = {group.value:.6g} ({plural(group.n, 'row')})" for group in (most, least)]
        verb = "keeps" if kept else "exceeds"
        message = f"the gap of {gap:.6g} {verb} the limit {limit.text()}: {ends[0]}, {ends[1]}"
        if limit.percent and least.value == 0 and not kept:
            message += "; of 0 no percentage is meaningful: give an absolute limit"
        if without:
            message = f"{with_group(without[0])} has no value, and so keeps no limit: {limit.text()}"
        check = replace(self._check(run, limit, replace(least, by=None), None, "pass", message), value=gap)
        verdict = None if self.confidence is None else gap_judged(limit, groups, self.confidence)
        return self._decided(limit, check, verdict, kept=kept)

    def _check(self, run: str, limit: Limit, result: Result | None, baseline: float | None, status: str, message: str) -> Check:
        return Check(
            name=self.name or limit.kind,
            run=run,
            loss=result.loss if result else str(limit.loss or ""),
            by=result.by if result else None,
            kind=limit.kind,
            limit=float(limit.value),
            percent=limit.percent,
            value=None if result is None else float(result.n) if limit.of_rows else result.value,
            baseline=baseline,
            change=None if result is None or baseline is None else _change(result.value, baseline),
            status=status,
            message=message,
        )

    @property
    def _failed(self) -> str:
        return "warn" if self.severity == "warn" else "fail"


def _change(value: float, baseline: float) -> float:
    change = value - baseline
    return float(exact(value) - exact(baseline)) if math.isfinite(change) else change


def _move(limit: Limit) -> str:
    """What a limit guards against, in a word."""
    better = "low" if limit.loss is None else limit.loss.better
    return KINDS[limit.kind].guards or {"low": "rise", "high": "fall", "best": "rise in size"}[better]


def _message(limit: Limit, result: Result, baseline: float | None, *, kept: bool) -> str:
    if limit.of_rows:
        return f"{with_group(result)} has {plural(result.n, 'row')}; at least {limit.text()} are wanted"
    if math.isnan(result.value):
        return f"{with_group(result)} has no value, and so keeps no limit: {limit.text()}"
    value = f"{result.value:.6g}"
    if not kept and value == f"{float(limit.value):.6g}":  # six digits would say that it keeps the limit
        value = number_text(result.value)
    verb = "keeps" if kept else "is below" if limit.kind == "min" else "exceeds"
    sentence = f"{with_group(result)} = {value} {verb} the limit {limit.text()}"
    if baseline is None:
        return sentence
    if not math.isfinite(baseline):  # from which no change is a number
        return f"{sentence}, and the baseline is {baseline:.6g}"
    change = _change(result.value, baseline)
    share = f" ({100 * change / abs(baseline):+.6g} %)" if baseline and math.isfinite(change) else ""
    if limit.kind == "max_rise" and limit.loss is not None and limit.loss.better != "low":
        change = _change(limit.loss.badness(result.value), limit.loss.badness(baseline))
    sentence += f": a {_move(limit)} of {change:.6g}{share} from the baseline {baseline:.6g}"
    if limit.percent and baseline == 0 and not kept:
        sentence += "; from 0 no percentage is meaningful: give an absolute limit"
    return sentence
