"""Which runs of a leaderboard are tied with the first, as what is saved of them tells: the errors of independent samples."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence

from lossctl.effects import effective_options, words_of
from lossctl.options.commands import Batch
from lossctl.options.data import Data
from lossctl.question.batch_runs import Planned
from lossctl.record import replace
from lossctl.results.document import Result, Run
from lossctl.results.ranking import badness_of, total_of
from lossctl.statistics.intervals.student import two_sided_p
from lossctl.statistics.paired.holm import holm, is_tied
from lossctl.verdicts.gates import difference_known


def with_ties(ranked: Sequence[Run], sort: str, level: float) -> list[Run]:
    """Ranked runs, each with whether it is the first or not apart from it; where an error is not known that is not either.

    The p-values of the pairs with the first (Welch 1947, Biometrika 34) are adjusted by Holm's method.
    """
    first, *others = (total_of(run, sort) for run in ranked)
    if first is None:
        return [*ranked]
    adjusted = holm([math.nan if other is None else _p_value(first, other, level) for other in others])
    tied = [is_tied(p, level) for p in adjusted]
    found = [any(status is not None for status in tied) or None, *tied]
    return [replace(run, tied=status) for run, status in zip(ranked, found, strict=True)]


def _p_value(first: Result, other: Result, level: float) -> float:
    """That of two values being as bad; NaN where the error of one is not known."""
    known = difference_known(other, first, level)
    if known is None:
        return math.nan
    apart = badness_of(other) - badness_of(first)
    if known.error == 0:
        return float(apart == 0)
    return two_sided_p(apart / known.error, known.freedom)


def note_of_ties(options: Batch, planned: Sequence[Planned], first: Sequence[Run], sort: str, level: float) -> str:
    """What ties are, and the command that compares the first two runs in pairs, where it is that of two files."""
    apart = f"not apart from the first at {100 * level:g} % as independent samples"
    note = f"tied: {apart}, which for runs of the same rows is cautious"
    preds = {run.name: [src.text for src in run.run.preds] for run in planned}
    files = [preds[run.run] for run in first]
    of_rows = options.manifest is not None or options.models or options.model or planned[0].request.inputs.handed
    if of_rows or [len(file) for file in files] != [1, 1]:
        return f"{note}; compare pairs them"
    words = words_of(replace(options, preds=tuple(file for (file,) in files), loss=(sort,)), effective_options(Data))
    return f"{note}; in pairs: {shlex.join(['lossctl', 'compare', *words])}"
