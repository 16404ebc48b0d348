"""Comparisons of aligned models: differences, intervals, counts, and the rows that got worse most."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from lossctl.engine.aligned import Costs
from lossctl.engine.ordered_map import threaded_map
from lossctl.errors import DataError
from lossctl.losses.roles.block import Array
from lossctl.losses.text import BoundLoss
from lossctl.question.request import Request
from lossctl.results.document import Comparison
from lossctl.statistics.accumulators import Statistics
from lossctl.statistics.paired import Method, Pair, holm, interval


def comparisons_of(request: Request, models: Sequence[Costs], method: Method, *, worst: int = 0) -> tuple[Comparison, ...]:
    """Each candidate with the first model, for each loss, over all rows and over each group; p-values adjusted over all."""
    base, *candidates = models
    columns = base.columns()
    found = [
        _comparison(
            request,
            bound,
            place,
            base,
            candidate,
            rows,
            method,
            worst,
            None if group is None else dict(zip(columns, group, strict=True)),
        )
        for candidate in candidates
        for group, rows in base.places_by_group().items()
        for place, bound in enumerate(request.losses)
    ]
    adjusted = holm([one.p_value for one in found])
    return tuple(replace(one, p_adjusted=p) for one, p in zip(found, adjusted, strict=True))


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
    pair = Pair(
        base.costs[place][rows],
        candidate.costs[place][rows],
        None if base.weight is None else base.weight[rows],
        _rows(base.shares[place], rows),
        _rows(candidate.shares[place], rows),
        bound.loss.finish,
    )
    base_value = value_of(bound, pair.base, pair.weight, pair.base_share)
    value = value_of(bound, pair.candidate, pair.weight, pair.candidate_share)
    difference = _difference(pair, base_value, value)

    def parallel(function: Callable[[range], Array], items: Sequence[range]) -> Iterator[Array]:
        return threaded_map(function, items, request.jobs)

    ends = interval(pair, difference, method, parallel)
    better, worse = int((pair.candidate < pair.base).sum()), int((pair.candidate > pair.base).sum())
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
        worst=_worst(base, pair, np.arange(len(base.row))[rows], worst) if worst else None,
    )


def value_of(bound: BoundLoss, cost: Array, weight: Array | None, share: Array | None) -> float:
    """The headline mean of some rows."""
    statistics = Statistics(spread=False)
    statistics.add(cost, weight, share, int)
    mean = statistics.mean()
    return bound.loss.finish(mean) if bound.loss.finish else mean


def _difference(pair: Pair, base_value: float, value: float) -> float:
    """Candidate minus base; of plain means the mean of the differences, which rounds once."""
    if np.array_equal(pair.base, pair.candidate):
        return 0.0
    if math.isinf(value) and math.isinf(base_value):
        raise DataError("both models cost inf, which leaves no difference", hint="limit probabilities: clip=1e-7")
    if not pair.is_plain_mean or math.isinf(value) or math.isinf(base_value):
        return value - base_value
    statistics = Statistics(spread=False)
    statistics.add(pair.candidate - pair.base, pair.weight, None, int)
    return statistics.mean()


def _worst(base: Costs, pair: Pair, places: Any, count: int) -> tuple[dict[str, Any], ...]:
    """The rows that got worse most, the worst first; of equal ones the earlier."""
    with np.errstate(invalid="ignore"):
        apart = np.where(pair.candidate == pair.base, 0.0, pair.candidate - pair.base)
    order = [at for at in np.lexsort((places, -apart))[:count] if apart[at] > 0]
    return tuple(
        {
            "row": int(base.row[places[at]]),
            "id": None if base.id is None else base.id.at(int(places[at])),
            "difference": float(apart[at]),
            "keep": {name: values.at(int(places[at])) for name, values in base.keep.items()},  # type: ignore[union-attr]  # words,
        }
        for at in order
    )


def _rows(values: Array | None, rows: Any) -> Array | None:
    return None if values is None else values[rows]
