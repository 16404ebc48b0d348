"""The costs of several models on the same rows: scored run by run, then paired by row number or by key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lossctl.binding.binding import BoundForm
from lossctl.columns.column import Numbers, concat
from lossctl.columns.keys import Key
from lossctl.columns.words import equal
from lossctl.engine.judged import judged_rows
from lossctl.engine.results import results_of
from lossctl.engine.runs import Wanted, evaluate_run, joined_keys
from lossctl.engine.tally import Samples, Tally, by_elements
from lossctl.errors import DataError, plural
from lossctl.losses.roles.block import Array
from lossctl.question.inputs import RunInput
from lossctl.question.request import Request
from lossctl.results.document import Run
from lossctl.rows.pairing import check_none_missing, check_unique, join
from lossctl.rows.rows import Rows, concat_rows
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.groups import Groups, group_rows
from lossctl.statistics.statistic import Asked, Scored
from lossctl.statistics.table import Statistics

TARGET = "target"


@dataclass
class Costs:
    """What one model cost on its used rows, in order: one array (n,) for each loss.

    weight: what each row counts, its number of elements included where rows differ in that. judged: the keys of all rows that
    were judged, used or not, and their numbers in the run (m,); None where rows pair by their order.
    """

    run: Run
    losses: tuple[BoundForm, ...]
    rows: Rows
    costs: list[Array]
    shares: list[Array | None]
    weight: Array | None
    judged: tuple[Key, Numbers] | None
    warnings: list[str] = field(default_factory=list)

    def at(self, places: Numbers) -> Costs:
        """The rows at some places."""
        return replace(
            self,
            rows=self.rows.take(places),
            costs=[cost[places] for cost in self.costs],
            shares=[None if share is None else share[places] for share in self.shares],
            weight=None if self.weight is None else self.weight[places],
        )

    def groups(self) -> tuple[Numbers, Groups] | None:
        """The group of each row (n,), and the groups; None where rows are not grouped."""
        return group_rows(list(self.rows.groups.values())) if self.rows.groups else None


@dataclass
class _Collector:
    samples: list[Samples] = field(default_factory=list)
    tally: Tally | None = None

    def write(self, samples: Samples) -> None:
        self.samples.append(samples)

    def finish(self, tally: Tally) -> None:
        self.tally = tally


def costs_of(request: Request, run: RunInput, wanted: Wanted) -> Costs:
    """Scores a run and keeps the cost of each row."""
    collector = _Collector()
    found, warnings, losses = evaluate_run(request, run, replace(wanted, samples=collector, carry=(TARGET,)))
    tally, parts = collector.tally, collector.samples
    assert tally is not None
    rows = concat_rows([part.rows for part in parts])
    weight = rows.weight
    if tally.settled is tally.by_elements:
        weight = by_elements(weight, np.concatenate([_counts(part) for part in parts]))
    keyed = [judged for judged in tally.keys if judged.key]
    places = range(len(parts[0].costs))
    return Costs(
        run=found,
        losses=losses,
        rows=rows,
        costs=[concat([part.costs[place] for part in parts]) for place in places],
        shares=[_joined([part.shares[place] for part in parts]) for place in places],
        weight=weight,
        judged=(joined_keys(keyed), np.concatenate([judged.numbers for judged in keyed])) if keyed else None,
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
    run, rows = model.run, len(model.rows)
    if rows == run.used:
        return run
    reasons = {reason for other in others for reason in other.run.dropped}
    reason = reasons.pop() if len(reasons) == 1 else "missing"
    dropped = {**run.dropped, reason: run.dropped.get(reason, 0) + run.used - rows}
    codes, groups = model.groups() or (None, None)
    grouping = None if codes is None or groups is None else Grouping(codes, len(groups))
    statistics = Statistics(Asked(len(model.losses)))
    statistics.add(Scored(model.rows.numbers(), model.costs, model.shares, model.weight, grouping, groups))
    run = replace(run, used=rows, dropped=dropped)
    judged = judged_rows(model.losses, statistics)
    return replace(run, results=results_of(request, run, judged, list(model.rows.groups), groups))


def _places(first: Costs, other: Costs, *, drop_missing: bool) -> Numbers:
    """The place among the used rows of `other` of each used row of `first`, -1 where it has none."""
    numbers = first.rows.numbers()
    if first.judged is not None and other.judged is not None:
        numbers = _numbers_by_key(first, other, drop_missing=drop_missing)[_places_of(first.judged[1])[numbers]]
    elif first.run.rows != other.run.rows:
        lengths = f"{plural(first.run.rows, 'row')} and {plural(other.run.rows, 'row')}"
        raise DataError(
            f"different lengths: {lengths}", where=f"{first.run.run} and {other.run.run}", hint="pair rows by key: --id COLUMN"
        )
    own = _places_of(other.rows.numbers())
    return np.where((numbers >= 0) & (numbers < len(own)), own[np.minimum(numbers, len(own) - 1)], -1)


def _places_of(numbers: Numbers) -> Numbers:
    """Where each number up to the largest stands among some, -1 where it does not."""
    places = np.full(int(numbers.max()) + 1, -1)
    places[numbers] = np.arange(len(numbers))
    return places


def _numbers_by_key(first: Costs, other: Costs, *, drop_missing: bool) -> Numbers:
    """The row of the other run that has the key of each judged row of the first, -1 where none has."""
    assert first.judged is not None
    assert other.judged is not None
    (key, _), (other_key, other_numbers) = first.judged, other.judged
    found = join(key, other_key)
    if not found.one_to_one:
        check_unique(key, first.run.run)
        check_unique(other_key, other.run.run)
        if not drop_missing:
            check_none_missing(key, np.flatnonzero(found.places < 0), of=first.run.run, missing_from=other.run.run)
            check_none_missing(other_key, found.unknown, of=other.run.run, missing_from=first.run.run)
    return np.where(found.places < 0, -1, other_numbers[found.places])


def _check_same_target(first: Costs, other: Costs) -> None:
    one, two = first.rows.roles.get(TARGET), other.rows.roles.get(TARGET)
    if not (isinstance(one, np.ndarray) and isinstance(two, np.ndarray)) or one.shape != two.shape:
        return
    differs = ~np.isclose(one, two, rtol=1e-6, atol=0)
    if differs.any():
        row = int(differs.reshape(len(differs), -1).any(axis=1).argmax())
        where = f"{other.run.run} row {other.rows.number(row)}"
        problem = f"the target differs from that of {first.run.run} row {first.rows.number(row)}, so these are not the same rows"
        raise DataError(problem, where=where, hint="pair rows by key: --id COLUMN")


def _check_same_weight_and_group(first: Costs, other: Costs) -> None:
    weights = (first.weight is None) == (other.weight is None) and (
        first.weight is None or other.weight is None or np.array_equal(first.weight, other.weight)
    )
    groups = list(first.rows.groups) == list(other.rows.groups) and all(
        equal(column, other.rows.groups[name]) for name, column in first.rows.groups.items()
    )
    for what, same in (("weights", weights), ("groups", groups)):
        if not same:
            problem = f"the {what} of some rows differ from those of {first.run.run}, so the rows cannot be compared"
            raise DataError(problem, where=other.run.run, hint="name one source for all: truth.csv:COLUMN")


def _counts(samples: Samples) -> Numbers:
    return np.ones(len(samples.rows), np.int64) if samples.counts is None else samples.counts


def _joined(shares: Sequence[Array | None]) -> Array | None:
    present = [share for share in shares if share is not None]
    return np.concatenate(present) if present else None
