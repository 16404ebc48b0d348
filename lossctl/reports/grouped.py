"""What is the same of many runs, said once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lossctl.errors import listed, plural
from lossctl.runs.many_runs import Ended
from lossctl.text import shown

MOST = 10  # different lines
NAMES = 3  # of runs


def grouped_warnings(runs: Sequence[Ended]) -> Iterator[str]:
    """The warnings of runs: each text once, that of the first run, with how many others have it.

    Texts are the same that differ in nothing but the run's name, which stands before a colon.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for run, text in ((ended.run.run, text) for ended in runs for text in ended.warnings):
        same = re.sub(rf"(?<![\w./-]){re.escape(run)}:", ":", text)
        groups.setdefault(same, []).append((run, text))
    for found in [*groups.values()][:MOST]:
        yield found[0][1] + _also([run for run, _ in found])
    if len(groups) > MOST:
        yield f"{plural(len(groups) - MOST, 'more warning')}; all: --json"


def grouped_failures(runs: Sequence[Ended]) -> Iterator[str]:
    """A line for each reason why some runs failed, and one how the first of them goes on, if there is a way."""
    groups: dict[str, list[Ended]] = {}
    failures = [ended for ended in runs if ended.reason is not None]
    for failure in failures:
        groups.setdefault(failure.reason or "", []).append(failure)
    for found in [*groups.values()][:MOST]:
        first, names = found[0], [failure.run.run for failure in found]
        line = f"{plural(len(found), 'run')} of {len(runs):,} failed: {first.run.error}{_also(names)}"
        yield shown(line) + (f"\nhint: {first.hint}" if first.hint else "")
    if len(groups) > MOST:
        yield f"{plural(len(groups) - MOST, 'more reason')}; all: -o results.csv"
    if len(groups) > 1:
        yield f"{plural(len(failures), 'run')} of {len(runs):,} failed"


def different_rows(runs: Sequence[Ended]) -> Iterator[str]:
    """A warning where runs that did not fail have different numbers of used rows."""
    counts: dict[int, list[str]] = {}
    for run in (ended.run for ended in runs if ended.reason is None):
        counts.setdefault(run.used, []).append(run.run)
    if len(counts) < 2:
        return
    most_first = sorted(counts.items(), key=lambda item: -len(item[1]))
    said = "; ".join(f"{count:,} in {plural(len(runs), 'run')} ({listed(runs, NAMES)})" for count, runs in most_first[:NAMES])
    more = f"; {plural(len(counts) - NAMES, 'other number')}" if len(counts) > NAMES else ""
    yield f"the runs have different numbers of rows, so their values may not be comparable: {said}{more}"


def _also(runs: Sequence[str]) -> str:
    """The names of the runs after the first."""
    return f"; also {listed(runs[1:], NAMES - 1)}" if len(runs) > 1 else ""
