"""Comparisons of aligned models: differences, intervals, counts, and the rows that got worse most."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from lossctl.columns.column import Numbers
from lossctl.engine.aligned import Costs
from lossctl.engine.ordered_map import threaded_map
from lossctl.errors import DataError
from lossctl.losses.roles.block import Array
from lossctl.losses.text import BoundLoss
from lossctl.question.request import Request
from lossctl.record import replace
from lossctl.results.document import Comparison
from lossctl.results.observed import Paired
from lossctl.results.samples import RowKey
from lossctl.statistics.grouping import rows_by_code
from lossctl.statistics.groups import sorted_places
from lossctl.statistics.holm import holm
from lossctl.statistics.moments import Moments
from lossctl.statistics.paired import Method, Pair, ParallelMap, interval


def comparisons_of(request: Request, models: Sequence[Costs], method: Method, *, worst: int = 0) -> tuple[Comparison, ...]:
    """Each candidate with the first model, for each loss, over all rows and over each group; p-values adjusted over all."""
    base, *candidates = models
    found = [
        _comparison(request, bound.loss, place, base, candidate, rows, method, worst, by)
        for candidate in candidates
        for by, rows in places_by_group(base)
        for place, bound in enumerate(base.binding.losses)
    ]
    adjusted = holm([comparison.p_value for comparison in found])
    return tuple(replace(comparison, p_adjusted=p) for comparison, p in zip(found, adjusted, strict=True))


def paired_of(models: Sequence[Costs]) -> tuple[Paired, ...]:
    """The costs of all rows by each candidate and the first model, for each loss."""
    base, *candidates = models
    return tuple(
        Paired(str(bound.loss), (base.run.run, candidate.run.run), base.costs[place], candidate.costs[place])
        for candidate in candidates
        for place, bound in enumerate(base.binding.losses)
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


def _comparison(
    request: Request,
    bound: BoundLoss,
    place: int,
    base: Costs,
    candidate: Costs,
    rows: Any,
    method: Method,
    worst: int,
    by: dict[str, str] | None,
) -> Comparison:
    pair = pair_of(request, place, base, candidate, rows)
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
        verdict=verdict,
        worst=_worst(bound, base, pair, np.arange(len(base.rows))[rows], worst) if worst else None,
    )


def parallel_of(request: Request) -> ParallelMap:
    """A map of functions over the numbers of resamples, in as many threads as the request has."""
    return lambda function, items: threaded_map(function, items, request.jobs)


def pair_of(request: Request, place: int, base: Costs, candidate: Costs, rows: Any) -> Pair:
    """Some rows of two models, as the loss at a place costs them."""
    return Pair(
        base.costs[place][rows],
        candidate.costs[place][rows],
        _rows(base.weights(place), rows),
        _rows(base.shares[place], rows),
        _rows(candidate.shares[place], rows),
        base.binding.losses[place].loss.finish,
        _units(request, base, np.arange(len(base.rows))[rows]),
    )


def mirrored(pair: Pair, bound: BoundLoss, base_value: float, value: float) -> tuple[Pair, float]:
    """The pair with the base on the candidate's side of the best value, as far from it as it is, and how much farther that is."""
    share = 1.0 if pair.base_share is None else pair.base_share
    turned = replace(pair, base=2 * (bound.loss.best or 0.0) * share - pair.base)
    return turned, bound.badness(value) - bound.badness(base_value)


def _units(request: Request, base: Costs, places: Numbers) -> Numbers | None:
    """The unit of each of some rows by number, None where each is its own; blocks are counted among these rows."""
    if base.rows.unit is not None:
        return base.rows.unit[places].encoded()[0]
    block = request.question.block
    return None if block is None else np.arange(len(places)) // block


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
    if math.isinf(value) and math.isinf(base_value):
        raise DataError("both models cost inf, which leaves no difference", hint="limit probabilities: clip=1e-7")
    if not pair.is_plain_mean or math.isinf(value) or math.isinf(base_value):
        return value - base_value
    moments = Moments(spread=False)
    moments.add(pair.candidate - pair.base, pair.weight, None, partial(np.arange, len(pair.base)))
    return moments.mean()


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


def _rows(values: Array | None, rows: Any) -> Array | None:
    return None if values is None else values[rows]
