"""Comparisons of aligned models: differences, intervals, counts, and the rows that got worse most."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from lossctl.binding.use import RowField, Use
from lossctl.columns.codes import first_rows, rows_by_code
from lossctl.comparison.contrast import Contrast, check_not_both_infinite, value_of
from lossctl.comparison.model_costs import Costs
from lossctl.errors import DataError, UsageError, plural
from lossctl.losses.declaration import GROUP, WHOLE
from lossctl.question.request import Request
from lossctl.record import replace
from lossctl.results.document import Comparison
from lossctl.results.observed import Paired
from lossctl.results.samples import RowKey
from lossctl.statistics.groups import sorted_places
from lossctl.statistics.paired.difference import Method
from lossctl.statistics.paired.holm import holm
from lossctl.statistics.paired.pair import Pair


def comparisons_of(
    request: Request, models: Sequence[Costs], method: Method, *, worst: int = 0, signed: bool = False
) -> tuple[Comparison, ...]:
    """Each candidate with the first model, for each loss, over all rows and over each group; p-values adjusted over all.

    Values of a loss that is best between others are compared by how far they are from the best, unless signed.
    """
    base, *candidates = models
    losses = range(len(base.binding.losses))
    _check_units_of_groups(request, base)
    contrasts = (
        (Contrast(request, base, candidate, loss, rows), by, at * len(losses) + loss)
        for candidate in candidates
        for at, (by, rows) in enumerate(places_by_group(base))
        for loss in losses
    )
    found = [
        _paired(contrast, method, by, worst=worst, signed=signed) or _unpaired(contrast, at, method)
        for contrast, by, at in contrasts
    ]
    adjusted = holm([math.nan if comparison.p_value is None else comparison.p_value for comparison in found])
    return tuple(
        comparison if comparison.p_value is None else replace(comparison, p_adjusted=p)
        for comparison, p in zip(found, adjusted, strict=True)
    )


def paired_of(request: Request, models: Sequence[Costs]) -> tuple[Paired, ...]:
    """The costs of all rows, or groups, by each candidate and the first model, for each loss that has several."""
    base, *candidates = models
    losses = range(len(base.binding.losses))
    contrasts = [Contrast(request, base, candidate, loss) for candidate in candidates for loss in losses]
    return tuple(
        Paired(str(pair.bound), (base.run.run, pair.candidate.run.run), of_base.cost, of_candidate.cost, pair.unit)
        for pair in contrasts
        if pair.unit != WHOLE
        for of_base, of_candidate in [pair.values()]
    )


def places_by_group(base: Costs) -> Iterator[tuple[dict[str, str] | None, Any]]:
    """The places of all rows, then of each group's, groups in their order."""
    yield None, slice(None)
    grouped = base.groups()
    if grouped is None:
        return
    codes, groups = grouped
    rows = rows_by_code(codes, len(groups))
    for group in sorted_places(groups).tolist():
        yield {name: words.at(group) for name, words in zip(base.rows.groups, groups.columns, strict=True)}, rows[group]


def _unpaired(contrast: Contrast, at: int, method: Method) -> Comparison:
    """Two results that nothing pairs below: their difference, without what would say how sure it is. at: where they stand."""
    bound, was, now = contrast.bound, contrast.base.run.results[at], contrast.candidate.run.results[at]
    check_not_both_infinite(bound, was.value, now.value)
    values = bound.badness(np.array([was.value, now.value])) if bound.better == "best" else (was.value, now.value)
    return contrast.comparison(
        by=was.by,
        base_value=was.value,
        value=now.value,
        difference=float(values[1] - values[0]),
        confidence=method.confidence,
        method="none",
        n=now.n,
        no_interval=f"{bound} has no value there" if math.isnan(was.value - now.value) else f"{bound} is one value for all rows",
    )


def _paired(contrast: Contrast, method: Method, by: dict[str, str] | None, *, worst: int, signed: bool) -> Comparison | None:
    """Of what a loss costs by rows, or by groups of them; None where nothing pairs, or a model has no value."""
    paired = contrast.pair()
    if paired is None:
        return None
    (pair, places), bound = paired, contrast.bound
    base_value = value_of(bound, pair.base, pair.weight, pair.base_share)
    value = value_of(bound, pair.candidate, pair.weight, pair.candidate_share)
    if math.isnan(base_value) or math.isnan(value):
        return None
    pair = pair if signed else contrast.by_distance(pair, base_value, value)
    difference = contrast.difference(pair, base_value, value)
    ends = contrast.interval(pair, difference, method)
    was, now = bound.badness(pair.base), bound.badness(pair.candidate)
    better, worse = int((now < was).sum()), int((now > was).sum())
    apart = ends.low > 0 or ends.high < 0
    verdict = ("worse" if bound.badness(value) > bound.badness(base_value) else "better") if apart else None
    return contrast.comparison(
        by=by,
        base_value=base_value,
        value=value,
        difference=difference,
        low=ends.low,
        high=ends.high,
        confidence=method.confidence,
        method=method.name,
        seed=None if method.name == "t" else method.seed,
        p_value=ends.p_value,
        p_adjusted=ends.p_value,
        better=better,
        worse=worse,
        equal=len(pair.base) - better - worse,
        n=len(pair.base),
        units=pair.weighing().units,
        no_interval=ends.lacks,
        verdict=verdict,
        worst=_worst(contrast, pair, places, worst) if worst else None,
    )


def without_interval(found: Sequence[Comparison]) -> Iterator[str]:
    """What is said of comparisons of rows that have no interval: for each candidate and loss why, and in how many groups."""
    lacking = [pair for pair in found if pair.no_interval is not None and pair.counted != WHOLE]
    counts = Counter((pair.candidate, pair.loss, pair.no_interval) for pair in lacking if pair.by is not None)
    totals = [(pair.candidate, pair.loss, pair.no_interval) for pair in lacking if pair.by is None]
    for candidate, loss, why in dict.fromkeys([*totals, *counts]):
        groups = counts[candidate, loss, why]
        there = "" if (candidate, loss, why) in totals or not groups else f" in {plural(groups, 'group')}"
        yield f"{candidate}: {loss} has no interval{there}: {why}"


def too_few_units(request: Request, found: Sequence[Comparison], method: Method) -> Iterator[str]:
    """A warning of verdicts on so few units that a tail of the interval holds less than one of the samples that can be drawn."""
    if method.name != "bootstrap" or not (request.inputs.unit or request.question.block):
        return
    judged = {pair.units for pair in found if pair.verdict is not None and pair.units is not None}
    few = [units for units in judged if math.comb(2 * units - 1, units) * (1 - method.confidence) < 2]
    if few:
        drawn = f"a bootstrap of {min(few):,} units draws from {math.comb(2 * min(few) - 1, min(few)):,} different samples"
        yield f"{drawn}, too few for a verdict at {method.confidence:g}; --method t goes by the number of units"


def _check_units_of_groups(request: Request, base: Costs) -> None:
    """UsageError for blocks of rows where a loss judges groups, DataError where the rows of a group are of several units."""
    of_groups = [bound for bound in base.binding.losses if base.binding.unit_of(bound.loss) == GROUP]
    for bound, words in zip(of_groups, base.group_words(), strict=True):
        if request.question.block is not None:
            problem = f"--block counts rows, and {bound.loss} is one value for a group of rows"
            raise UsageError(problem, hint="leave --block out")
        if base.rows.unit is None:
            continue
        (group, groups), (unit, _) = words.encoded(), base.rows.unit.encoded()
        differs = unit != unit[first_rows(group, len(groups))][group]
        if differs.any():
            assert base.waiting is not None
            where = base.waiting.places.locate(Use(RowField.UNIT), base.rows.number(int(differs.argmax())))
            raise DataError(f"{bound.loss}: the rows of a group are of different units, where the group is of one", where=where)


def _worst(contrast: Contrast, pair: Pair, places: Any, count: int) -> tuple[dict[str, Any], ...]:
    """The rows that got worse most, the worst first; of equal ones the earlier."""
    bound, base = contrast.bound, contrast.base
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.where(pair.candidate == pair.base, 0.0, pair.candidate - pair.base)
        worse = np.where(apart == 0, 0.0, bound.badness(pair.candidate) - bound.badness(pair.base))
    order = [at for at in np.lexsort((places, -worse))[:count] if worse[at] > 0]
    return tuple(
        {
            "row": base.rows.number(int(places[at])),
            "id": RowKey((name, words.at(int(places[at]))) for name, words in base.key_columns()),
            "difference": float((worse if bound.better == "best" else apart)[at]),
            "keep": {name: words.at(int(places[at])) for name, words in base.rows.keep.items()},
        }
        for at in order
    )
