"""The costs of several models on the same rows: scored run by run, then paired by row number or by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lossctl.columns.column import Column, Numbers, concat
from lossctl.columns.words import Words
from lossctl.engine.runs import Wishes, evaluate_run, results_of
from lossctl.engine.score import Samples
from lossctl.errors import DataError, examples, plural
from lossctl.losses.roles.block import Array
from lossctl.question.request import Request
from lossctl.question.src import Src
from lossctl.results.document import Run
from lossctl.statistics.accumulators import Statistics

TARGET = "target"


@dataclass
class Costs:
    """What one model cost on its used rows, in order: one array (n,) for each loss, and what is carried along."""

    run: Run
    row: Numbers
    costs: list[Array]
    shares: list[Array | None]
    weight: Array | None
    id: Words | None
    target: Array | None
    keep: dict[str, Column]
    group: list[tuple[str, ...]]
    warnings: list[str] = field(default_factory=list)

    def at(self, places: Numbers) -> Costs:
        """The rows at some places."""
        return replace(
            self,
            row=self.row[places],
            costs=[cost[places] for cost in self.costs],
            shares=[None if share is None else share[places] for share in self.shares],
            weight=None if self.weight is None else self.weight[places],
            id=None if self.id is None else self.id[places],
            target=None if self.target is None else self.target[places],
            keep={name: values[places] for name, values in self.keep.items()},
            group=[self.group[place] for place in places.tolist()] if self.group else [],
        )

    def columns(self) -> list[str]:
        """The names of what rows are grouped by."""
        return list(self.run.results[-1].by or ())

    def places_by_group(self) -> dict[tuple[str, ...] | None, Any]:
        """The places of each group's rows, in order of their first; under None all."""
        groups: dict[tuple[str, ...] | None, Any] = {None: slice(None)}
        for place, group in enumerate(self.group):
            groups.setdefault(group, []).append(place)
        return groups


@dataclass
class _Collector:
    parts: list[Samples] = field(default_factory=list)

    def write(self, samples: Samples) -> None:
        self.parts.append(samples)


def costs_of(request: Request, name: str, preds: tuple[Src, ...], wishes: Wishes) -> Costs:
    """Scores a run and keeps the cost of each row."""
    collector = _Collector()
    run, warnings = evaluate_run(request, name, preds, replace(wishes, sink=lambda _: collector, carry=(TARGET,)))
    parts = collector.parts

    def joined(values: list[Any]) -> Any:
        return None if values[0] is None else concat(values)

    return Costs(
        run=run,
        row=joined([part.row for part in parts]),
        costs=[joined([part.costs[place] for part in parts]) for place in range(len(request.losses))],
        shares=[joined([part.shares[place] for part in parts]) for place in range(len(request.losses))],
        weight=joined([part.weight for part in parts]),
        id=joined([part.id for part in parts]),
        target=joined([part.carried.get(TARGET) for part in parts]),
        keep={name: joined([part.keep[name] for part in parts]) for name in parts[0].keep},
        group=[group for part in parts for group in part.group],
        warnings=warnings,
    )


def align(models: Sequence[Costs], *, drop_missing: bool) -> list[Costs]:
    """The models on the rows that all of them used, in the order of the first one's.

    Raises DataError where rows cannot be paired, or where paired rows have different targets.
    """
    first, *others = models
    if not others:
        return [first]
    places = [_places(first, other, drop_missing=drop_missing) for other in others]
    common = np.logical_and.reduce([place >= 0 for place in places])
    if not common.any():
        raise DataError("no row is used by every model", where=", ".join(model.run.run for model in models))
    aligned = [first.at(np.flatnonzero(common)), *(other.at(place[common]) for other, place in zip(others, places, strict=True))]
    for other in aligned[1:]:
        _check_same_target(aligned[0], other)
        _check_same_weight_and_group(aligned[0], other)
    return aligned


def aligned_runs(request: Request, models: Sequence[Costs]) -> tuple[Run, ...]:
    """Each model's results on the rows that all of them used; its other rows count as dropped, for the other models' reason."""
    return tuple(_aligned_run(request, model, [other for other in models if other is not model]) for model in models)


def _aligned_run(request: Request, model: Costs, others: Sequence[Costs]) -> Run:
    run, rows = model.run, len(model.row)
    if rows == run.used:
        return run
    reasons = {reason for other in others for reason in other.run.dropped}
    reason = reasons.pop() if len(reasons) == 1 else "missing"
    dropped = {**run.dropped, reason: run.dropped.get(reason, 0) + run.used - rows}
    groups = [(group, _statistics(model, places)) for group, places in model.places_by_group().items()]
    run = replace(run, used=rows, dropped=dropped)
    return replace(run, results=results_of(request, run, model.columns(), groups))


def _statistics(model: Costs, places: Any) -> list[Statistics]:
    """The statistics of each loss over some rows."""
    found = []
    for cost, share in zip(model.costs, model.shares, strict=True):
        statistics = Statistics()
        row, weight = model.row[places], None if model.weight is None else model.weight[places]
        statistics.add(cost[places], weight, None if share is None else share[places], lambda at, row=row: int(row[at]))
        found.append(statistics)
    return found


def _places(first: Costs, other: Costs, *, drop_missing: bool) -> Numbers:
    """The place in `other` of each row of `first`, -1 where it has none."""
    if first.id is not None and other.id is not None:
        place_of = {key: place for place, key in enumerate(other.id.tolist())}
        places = np.array([place_of.get(key, -1) for key in first.id.tolist()])
        if not drop_missing:
            _check_keys(first, other)
            _check_keys(other, first)
        return places
    if first.run.rows != other.run.rows:
        lengths = f"{plural(first.run.rows, 'row')} and {plural(other.run.rows, 'row')}"
        raise DataError(
            f"different lengths: {lengths}", where=f"{first.run.run} and {other.run.run}", hint="pair rows by key: --id COLUMN"
        )
    found = np.searchsorted(other.row, first.row)
    found[found == len(other.row)] = 0
    return np.where(other.row[found] == first.row, found, -1)


def _check_keys(one: Costs, other: Costs) -> None:
    """DataError for keys of one model that the other's table lacks; rows that the other left out are no such keys."""
    assert one.id is not None
    assert other.id is not None
    known = set(other.id.tolist())
    absent = [key for key in one.id.tolist() if key not in known]
    left_out = other.run.rows - other.run.used
    if len(absent) > left_out:
        problem = f"{plural(len(absent), 'key')} of {one.run.run} missing: {examples(absent)}"
        raise DataError(problem, where=other.run.run, hint="leave such rows out: --missing drop")


def _check_same_target(first: Costs, other: Costs) -> None:
    if first.target is None or other.target is None or first.target.shape != other.target.shape:
        return
    differs = ~np.isclose(first.target, other.target, rtol=1e-6, atol=0)
    if differs.any():
        row = int(differs.reshape(len(differs), -1).any(axis=1).argmax())
        where = f"{other.run.run} row {other.row[row]}"
        problem = f"the target differs from that of {first.run.run} row {first.row[row]}, so these are not the same rows"
        raise DataError(problem, where=where, hint="pair rows by key: --id COLUMN")


def _check_same_weight_and_group(first: Costs, other: Costs) -> None:
    weights = (first.weight is None) == (other.weight is None) and (
        first.weight is None or other.weight is None or np.array_equal(first.weight, other.weight)
    )
    for what, same in (("weights", weights), ("groups", first.group == other.group)):
        if not same:
            problem = f"the {what} of some rows differ from those of {first.run.run}, so the rows cannot be compared"
            raise DataError(problem, where=other.run.run, hint="name one source for all: truth.csv:COLUMN")
