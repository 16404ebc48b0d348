"""What checks and comparisons come to, in a sentence."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from lossctl.errors import plural
from lossctl.reports.tables.short_names import first_of
from lossctl.results.document import Comparison, Document

MOST, NAMES = 10, 20  # sentences, and names in one
_WRONG = {"fail": "failed", "error": "could not be judged"}  # what is said of a status


def checks_verdict(document: Document) -> str:
    """`2 of 7 checks failed, 1 could not be judged`, or `all 7 checks passed`.

    Warnings do not count, nor do limits that had nothing to judge.
    """
    judged = [check for check in document.checks if check.judged]
    if not judged:
        return "no limit was judged"
    counts = Counter(check.status for check in judged)
    undecided = sum(check.verdict == "undecided" for check in judged)
    beside = [plural(counts["warn"], "warning") if counts["warn"] else "", f"{undecided:,} undecided" if undecided else ""]
    warnings = f" ({', '.join(filter(None, beside))})" if any(beside) else ""
    counted = len(judged) - counts["warn"]
    checks = plural(counted, "check")
    wrong = [(counts[status], what) for status, what in _WRONG.items() if counts[status]]
    if wrong:
        (count, what), *others = wrong
        return ", ".join([f"{count:,} of {checks} {what}", *(f"{count:,} {what}" for count, what in others)]) + warnings
    if document.errors:
        return f"no check failed, {plural(len(document.errors), 'error')}{warnings}"
    if not counted:
        return f"no check failed{warnings}"
    return f"{'' if counted == 1 else 'all '}{checks} passed{warnings}"


def verdict_sentences(found: Sequence[Comparison]) -> Iterator[str]:
    """For each comparison over all rows, the first ones, whether the candidate is better or worse, by how much and how surely.

    Shares are of the base's value, where that is not 0. The p-value is adjusted for the number of comparisons.
    """
    totals = [comparison for comparison in found if comparison.by is None]
    several = len({comparison.loss for comparison in totals}) > 1
    for comparison in totals[:MOST]:
        yield f"{f'{comparison.loss}: ' if several else ''}{_sentence(comparison)}"


def tie_sentences(found: Sequence[Comparison]) -> Iterator[str]:
    """For each loss over all rows, the first ones, which of several models is the best, and which are tied with it."""
    losses = list(dict.fromkeys(comparison.loss for comparison in found if comparison.best is not None))
    for loss in losses[:MOST]:
        totals = [comparison for comparison in found if comparison.loss == loss and comparison.by is None]
        best = totals[0].best
        models = [(totals[0].base, totals[0].base_tied), *((comparison.candidate, comparison.tied) for comparison in totals)]
        del models[[name for name, _ in models].index(best or "")]
        tied, unknown = ([name for name, status in models if status is wanted] for wanted in (True, None))
        said = [f"tied with it: {first_of(tied, NAMES)}"] if tied else ["none is tied with it"] if not unknown else []
        said += [f"not known whether tied with it: {first_of(unknown, NAMES)}"] if unknown else []
        yield "; ".join([f"best by {loss}: {best}", *said])


def _sentence(comparison: Comparison) -> str:
    base, candidate = comparison.base, comparison.candidate
    if not math.isfinite(comparison.difference):
        return f"{candidate} costs {comparison.value:.6g}, {base} {comparison.base_value:.6g}"
    if comparison.better is None:
        apart = f"differs from {base} by {_amount(comparison, 1)}" if comparison.difference else f"comes to the same as {base}"
        return f"{candidate} {apart}; no interval: a whole loss"
    if comparison.equal == comparison.n:
        return f"{candidate} costs the same as {base} on each of {plural(comparison.n, comparison.counted)}"
    rows = f"better on {plural(comparison.better, comparison.counted)}, worse on {comparison.worse:,}"
    if comparison.verdict is not None:
        amount = _amount(comparison, 1 if comparison.difference > 0 else -1)
        return f"{candidate} is {comparison.verdict} than {base} by {amount}, {rows}"
    if comparison.no_interval is not None:
        return f"{candidate} differs from {base} by {_amount(comparison, 1)}, {rows}; no interval: {comparison.no_interval}"
    return f"{candidate} is not clearly better or worse than {base}: a difference of {_amount(comparison, 1)}, {rows}"


def _amount(comparison: Comparison, sign: int) -> str:
    """The difference, and in brackets its interval and p-value, where there are any; with the other sign for -1."""
    of_base = comparison.base_value != 0 and math.isfinite(comparison.base_value)
    scale, unit = (sign * 100 / abs(comparison.base_value), " %") if of_base else (sign, "")
    sure: list[str] = []
    low, high = comparison.low, comparison.high
    if low is not None and high is not None and math.isfinite(low) and math.isfinite(high):
        low, high = sorted((scale * low, scale * high))
        sure.append(f"{100 * comparison.confidence:g} % interval {_rounded(low)} to {_rounded(high)}{unit}")
    if comparison.p_adjusted is not None and math.isfinite(comparison.p_adjusted):
        sure.append(f"p = {comparison.p_adjusted:.2g}")
    return f"{_rounded(scale * comparison.difference)}{unit}" + (f" ({', '.join(sure)})" if sure else "")


def _rounded(value: float) -> str:
    """Two significant digits, and all before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value + 0.0:.2g}"
