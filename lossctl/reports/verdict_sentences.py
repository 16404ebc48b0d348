"""What checks and comparisons come to, in a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from lossctl.errors import plural
from lossctl.results.document import Comparison, Document

MOST = 10  # sentences


def checks_verdict(document: Document) -> str:
    """`2 of 7 checks failed`, or `all 7 checks passed`; warnings do not count, nor do limits that had nothing to judge."""
    judged = [check for check in document.checks if check.judged]
    counted = [check for check in judged if check.status != "warn"]
    failed = sum(check.status != "pass" for check in counted)
    warned = len(judged) - len(counted)
    undecided = sum(check.undecided and check.status == "pass" for check in judged)
    beside = [*([plural(warned, "warning")] if warned else []), *([f"{undecided:,} undecided"] if undecided else [])]
    warnings = f" ({', '.join(beside)})" if beside else ""
    checks = plural(len(counted), "check")
    if not judged:
        return "no limit was judged"
    if failed or document.errors:
        return f"{failed} of {checks} failed{warnings}"
    return f"{'' if len(counted) == 1 else 'all '}{checks} passed{warnings}"


def verdict_sentences(found: Sequence[Comparison]) -> Iterator[str]:
    """For each comparison over all rows, the first ones, whether the candidate is better or worse, by how much and how surely.

    Shares are of the base's value, where that is not 0. The p-value is adjusted for the number of comparisons.
    """
    totals = [one for one in found if one.by is None]
    several = len({one.loss for one in totals}) > 1
    for one in totals[:MOST]:
        yield f"{f'{one.loss}: ' if several else ''}{_sentence(one)}"


def _sentence(one: Comparison) -> str:
    if not math.isfinite(one.difference):
        return f"{one.candidate} costs {one.value:.6g}, {one.base} {one.base_value:.6g}"
    if one.equal == one.n:
        return f"{one.candidate} costs the same as {one.base} on each of {plural(one.n, 'row')}"
    rows = f"better on {plural(one.better, 'row')}, worse on {one.worse:,}"
    if one.verdict is not None:
        return f"{one.candidate} is {one.verdict} than {one.base} by {_amount(one, 1 if one.difference > 0 else -1)}, {rows}"
    return f"{one.candidate} is not clearly better or worse than {one.base}: a difference of {_amount(one, 1)}, {rows}"


def _amount(one: Comparison, sign: int) -> str:
    """The difference, and in brackets its interval and p-value, where there are any; with the other sign for -1."""
    of_base = one.base_value != 0 and math.isfinite(one.base_value)
    scale, unit = (sign * 100 / abs(one.base_value), " %") if of_base else (sign, "")
    sure: list[str] = []
    if math.isfinite(one.low) and math.isfinite(one.high):
        low, high = sorted(scale * end for end in (one.low, one.high))
        sure.append(f"{100 * one.confidence:g} % interval {_rounded(low)} to {_rounded(high)}{unit}")
    if math.isfinite(one.p_adjusted):
        sure.append(f"p = {one.p_adjusted:.2g}")
    return f"{_rounded(scale * one.difference)}{unit}" + (f" ({', '.join(sure)})" if sure else "")


def _rounded(value: float) -> str:
    """Two significant digits, and all before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value + 0.0:.2g}"
