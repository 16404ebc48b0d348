"""Comparisons of aligned models: differences, intervals, counts, and the rows that got worse most."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from lossctl.columns.codes import first_rows, rows_by_code
from lossctl.columns.column import Numbers
from lossctl.engine.model_costs import Costs, Values
from lossctl.engine.ordered_map import threaded_map
from lossctl.errors import DataError, UsageError
from lossctl.losses.declaration import GROUP, WHOLE
from lossctl.losses.roles.block import Array
from lossctl.losses.text import BoundLoss
from lossctl.question.request import Request
from lossctl.record import replace
from lossctl.results.document import Comparison
from lossctl.results.observed import Paired
from lossctl.results.samples import RowKey
from lossctl.statistics.groups import sorted_places
from lossctl.statistics.holm import holm
from lossctl.statistics.moments import Moments
from lossctl.statistics.paired import Method, Pair, ParallelMap, interval


def comparisons_of(request: Request, models: Sequence[Costs], method: Method, *, worst: int = 0) -> tuple[Comparison, ...]:
    """Each candidate with the first model, for each loss, over all rows and over each group; p-values adjusted over all."""
    base, *candidates = models
    losses = base.binding.losses
    _check_units_of_groups(request, base)
    found = [
        _paired(request, loss, base, candidate, rows, method, worst, by)
        or _unpaired(base, candidate, at * len(losses) + loss, method)
        for candidate in candidates
        for at, (by, rows) in enumerate(places_by_group(base))
        for loss in range(len(losses))
    ]
    adjusted = holm([math.nan if comparison.p_value is None else comparison.p_value for comparison in found])
    return tuple(
        comparison if comparison.p_value is None else replace(comparison, p_adjusted=p)
        for comparison, p in zip(found, adjusted, strict=True)
    )


def paired_of(models: Sequence[Costs]) -> tuple[Paired, ...]:
    """The costs of all rows, or groups, by each candidate and the first model, for each loss that has several."""
    base, *candidates = models
    found = []
    for candidate in candidates:
        for loss, bound in enumerate(base.binding.losses):
            unit = base.binding.unit_of(bound.loss)
            if unit != WHOLE:
                costs = [values.cost for values in _values(base, candidate, loss, slice(None))]
                found.append(Paired(str(bound.loss), (base.run.run, candidate.run.run), costs[0], costs[1], unit))
    return tuple(found)


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


def _unpaired(base: Costs, candidate: Costs, at: int, method: Method) -> Comparison:
    """Two results that nothing pairs below: their difference, without what would say how sure it is. at: where they stand."""
    was, now = base.run.results[at], candidate.run.results[at]
    bound = base.binding.losses[at % len(base.binding.losses)]
    return Comparison(
        loss=was.loss,
        by=was.by,
        base=base.run.run,
        candidate=candidate.run.run,
        base_value=was.value,
        value=now.value,
        difference=_apart(was.value, now.value),
        low=None,
        high=None,
        confidence=method.confidence,
        method="none",
        seed=None,
        p_value=None,
        p_adjusted=None,
        better=None,
        worse=None,
        equal=None,
        n=now.n,
        units=None,
        counted=base.binding.unit_of(bound.loss),
    )


def _paired(
    request: Request,
    loss: int,
    base: Costs,
    candidate: Costs,
    rows: Any,
    method: Method,
    worst: int,
    by: dict[str, str] | None,
) -> Comparison | None:
    """Of what a loss costs by rows, or by groups of them; None where nothing pairs."""
    paired = pair_of(request, loss, base, candidate, rows)
    if paired is None:
        return None
    pair, places = paired
    bound = base.binding.losses[loss].loss
    base_value = value_of(bound, pair.base, pair.weight, pair.base_share)
    value = value_of(bound, pair.candidate, pair.weight, pair.candidate_share)
    difference = difference_of(pair, base_value, value)
    parallel = parallel_of(request)
    ends = interval(pair, difference, method, parallel)
    was, now = bound.badness(pair.base), bound.badness(pair.candidate)
    better, worse = int((now < was).sum()), int((now > was).sum())
    between = bound.best_between(base_value, value)
    judged = interval(*mirrored(pair, bound, base_value, value), method, parallel) if between else ends
    apart = judged.low > 0 or judged.high < 0
    verdict = ("worse" if bound.badness(value) > bound.badness(base_value) else "better") if apart else None
    return Comparison(
        loss=str(bound),
        by=by,
        base=base.run.run,
        candidate=candidate.run.run,
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
        units=pair.units,
        counted=base.binding.unit_of(bound),
        verdict=verdict,
        worst=_worst(bound, base, pair, places, worst) if worst else None,
    )


def parallel_of(request: Request) -> ParallelMap:
    """A map of functions over the numbers of resamples, in as many threads as the request has."""
    return lambda function, items: threaded_map(function, items, request.jobs)


def pair_of(request: Request, loss: int, base: Costs, candidate: Costs, rows: Any) -> tuple[Pair, Numbers] | None:
    """What the loss at a place costs by two models, for some rows or groups of these, and the places of these in the base.

    None where it is one value for all, or no group has one by both.
    """
    bound = base.binding.losses[loss].loss
    if base.binding.unit_of(bound) == WHOLE:
        return None
    of_base, of_candidate = _values(base, candidate, loss, rows)
    places = of_base.places
    if not len(places):
        return None
    units = _units(request, base, places)
    return Pair(of_base.cost, of_candidate.cost, of_base.weight, of_base.share, of_candidate.share, bound.finish, units), places


def _values(base: Costs, candidate: Costs, loss: int, rows: Any) -> tuple[Values, Values]:
    """The costs of some rows by two models, or of those groups of them that have one by both."""
    of_base, of_candidate = base.values(loss, rows), candidate.values(loss, rows)
    if np.array_equal(of_base.places, of_candidate.places):
        return of_base, of_candidate
    _, here, there = np.intersect1d(of_base.places, of_candidate.places, return_indices=True)
    return of_base.at(here), of_candidate.at(there)


def mirrored(pair: Pair, bound: BoundLoss, base_value: float, value: float) -> tuple[Pair, float]:
    """The pair with the base on the candidate's side of the best value, as far from it as it is, and how much farther that is."""
    share = 1.0 if pair.base_share is None else pair.base_share
    turned = replace(pair, base=2 * (bound.loss.best or 0.0) * share - pair.base)
    return turned, bound.badness(value) - bound.badness(base_value)


def _units(request: Request, base: Costs, places: Numbers) -> Numbers | None:
    """The unit of each of some rows (of groups the first ones), None where each is its own; blocks are counted among them."""
    if base.rows.unit is not None:
        return base.rows.unit[places].encoded()[0]
    block = request.question.block
    return None if block is None else np.arange(len(places)) // block


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
            where = f"{base.run.run} row {base.rows.number(int(differs.argmax()))}"
            raise DataError(f"{bound.loss}: the rows of a group are of different units, where the group is of one", where=where)


def value_of(bound: BoundLoss, cost: Array, weight: Array | None, share: Array | None) -> float:
    """The headline mean of some rows."""
    moments = Moments(spread=False)
    moments.add(cost, weight, share, partial(np.arange, len(cost)))
    mean = moments.mean()
    return mean if bound.finish is None else bound.finish(mean)


def difference_of(pair: Pair, base_value: float, value: float) -> float:
    """Candidate minus base; of plain means the mean of the differences, which rounds once."""
    if np.array_equal(pair.base, pair.candidate):
        return 0.0
    if not pair.is_plain_mean or math.isinf(value) or math.isinf(base_value):
        return _apart(base_value, value)
    moments = Moments(spread=False)
    moments.add(pair.candidate - pair.base, pair.weight, None, partial(np.arange, len(pair.base)))
    return moments.mean()


def _apart(base_value: float, value: float) -> float:
    """Candidate minus base; DataError where both are infinite."""
    if math.isinf(value) and math.isinf(base_value):
        raise DataError("both models cost inf, which leaves no difference", hint="limit probabilities: clip=1e-7")
    return value - base_value


def _worst(bound: BoundLoss, base: Costs, pair: Pair, places: Any, count: int) -> tuple[dict[str, Any], ...]:
    """The rows that got worse most, the worst first; of equal ones the earlier."""
    with np.errstate(invalid="ignore"):
        apart = np.where(pair.candidate == pair.base, 0.0, pair.candidate - pair.base)
        worse = np.where(apart == 0, 0.0, bound.badness(pair.candidate) - bound.badness(pair.base))
    order = [at for at in np.lexsort((places, -worse))[:count] if worse[at] > 0]
    return tuple(
        {
            "row": base.rows.number(int(places[at])),
            "id": RowKey((name, words.at(int(places[at]))) for name, words in base.key_columns()),
            "difference": float(apart[at]),
            "keep": {name: words.at(int(places[at])) for name, words in base.rows.keep.items()},
        }
        for at in order
    )
