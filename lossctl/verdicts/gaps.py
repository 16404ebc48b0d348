"""The gap between groups against intervals that hold for all pairs of them at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.question.checks.limits import Limit
from lossctl.results.document import Result
from lossctl.statistics.intervals.student import quantile
from lossctl.verdicts.gates import POWER, Known, Verdict, error_of, freedom_of

_GRID = 64  # degrees of freedom at which the quantile is known, which bound those between
_ROUNDING = 1e-9  # far above that of the bounds


def gap_judged(limit: Limit, groups: Sequence[Result], level: float) -> Verdict | None:
    """A limit on the gap between groups, whose differences in pairs have simultaneous intervals (Bonferroni); None where none."""
    found = [error_of(group) for group in groups]
    known = [(group.value, *error) for group, error in zip(groups, found, strict=True) if error is not None]
    if len(known) < len(groups) or len(groups) < 2:
        return None
    confidence = 1 - 2 * (1 - level) / (len(groups) * (len(groups) - 1))
    low, high = -math.inf, -math.inf
    for first, other in _far_pairs(np.array(known).T, confidence):
        (value, error, free), (of_other, other_error, freed) = known[first], known[other]
        apart, both = abs(value - of_other), math.hypot(error, other_error)
        half = quantile(confidence, freedom_of(error, free, other_error, freed)) * both
        low, high = max(low, apart - half), max(high, apart + half)
    (_, error, free), (_, other_error, freed) = sorted(known, key=lambda group: group[1])[:2]
    margin = math.hypot(error, other_error) * sum(
        quantile(share, freedom_of(error, free, other_error, freed)) for share in (confidence, 2 * POWER - 1)
    )
    bound = float(limit.value) * (min(abs(value) for value, *_ in known) / 100 if limit.percent else 1.0)
    return Verdict(high <= bound, low > bound, Known(math.nan, max(low, 0.0), high, of=" of all pairs"), bound + margin)


def _far_pairs(known: Array, confidence: float) -> Iterator[tuple[int, int]]:
    """The pairs of groups of which one end may lie farther out than those of all pairs before.

    known: values, errors and degrees of freedom (3, G). The quantile of Student's t falls as the freedom grows, so that some of
    them bound all others; each by itself would take minutes for a thousand groups.
    """
    values, errors, free = known
    grid = np.geomspace(free.min(), 2 * free.max(), _GRID)  # Welch's lies between the lesser of two and their sum
    quantiles = np.array([quantile(confidence, freedom) for freedom in grid.tolist()])

    low, high = -math.inf, -math.inf
    for first in range(len(values) - 1):
        rest = slice(first + 1, None)
        both = np.hypot(errors[first], errors[rest])
        with np.errstate(divide="ignore", invalid="ignore"):  # of two errors that are 0 the half is 0 whatever the freedom
            freedom = 1 / ((errors[first] / both) ** 4 / free[first] + (errors[rest] / both) ** 4 / free[rest])
        above = np.clip(np.searchsorted(grid, freedom), 1, _GRID - 1)
        least, most = quantiles[above] * (1 - _ROUNDING) * both, quantiles[above - 1] * (1 + _ROUNDING) * both
        apart = np.abs(values[rest] - values[first])
        low, high = max(low, (apart - most).max()), max(high, (apart + least).max())
        far = np.flatnonzero((apart - least >= low) | (apart + most >= high))
        yield from ((first, first + 1 + other) for other in far.tolist())
