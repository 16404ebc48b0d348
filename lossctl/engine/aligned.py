"""The costs of several models on the same rows: scored run by run, then paired by row number or by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from lossctl.binding.binding import Binding
from lossctl.columns.column import Numbers, concat
from lossctl.columns.words import Words, equal
from lossctl.engine.counterparts import rows_of_other
from lossctl.engine.judged import judged_rows
from lossctl.engine.results import results_of
from lossctl.engine.runs import Wanted, evaluate_run
from lossctl.engine.tally import RowKeys, Samples, Tally, by_elements
from lossctl.errors import DataError
from lossctl.losses.roles.block import Array
from lossctl.question.inputs import RunInput
from lossctl.question.request import Request
from lossctl.record import record, replace
from lossctl.results.document import Run
from lossctl.rows.rows import Rows, concat_rows
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.groups import Groups, group_rows
from lossctl.statistics.statistic import Asked, Scored
from lossctl.statistics.table import Statistics

TARGET = "target"


@record(frozen=False)
class Costs:
    """What one model cost on its used rows, in order: one array (n,) for each loss.

    weight: what each row counts; counts: how many elements it has, None where all have as many. read: the keys of all rows, and
    why some are not used. shared: the words of the usual keys of all rows, of the first of its tables that has each; none with
    --id. lacking: how many more rows are left out since other models do not use them, by reason.
    """

    run: Run
    binding: Binding
    rows: Rows
    costs: list[Array]
    shares: list[Array | None]
    weight: Array | None
    counts: Numbers | None
    read: RowKeys
    shared: Mapping[str, Words]
    lacking: Mapping[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def at(self, places: Numbers) -> Costs:
        """The rows at some places."""
        return replace(
            self,
            rows=self.rows.take(places),
            costs=[cost[places] for cost in self.costs],
            shares=[None if share is None else share[places] for share in self.shares],
            weight=None if self.weight is None else self.weight[places],
            counts=None if self.counts is None else self.counts[places],
        )

    def weights(self, loss: int) -> Array | None:
        """What each row counts in a loss: its number of elements too where the loss judges these."""
        if self.counts is None or not self.binding.losses[loss].fit.elements:
            return self.weight
        return by_elements(self.weight, self.counts)

    def places(self, numbers: Numbers) -> Numbers:
        """The places among its used rows of some rows of the run, of which -1 is none: -1 where a row is not used."""
        places = np.full(self.read.count + 1, -1)
        places[self.rows.numbers()] = np.arange(len(self.rows))
        return places[numbers]

    def reasons(self, numbers: Numbers) -> Any:
        """Why it does not use some rows, which are `missing` where they are -1."""
        reasons = np.full(self.read.count + 1, "missing", object)
        for reason, rows in self.read.left_out.items():
            reasons[rows] = reason
        return reasons[numbers]

    def key_columns(self) -> Iterable[tuple[str, Words]]:
        """The columns of the rows' keys with what they are called."""
        return zip(self.binding.key_headers, self.rows.key, strict=True)

    def groups(self) -> tuple[Numbers, Groups] | None:
        """The group of each row (n,), and the groups; None where rows are not grouped."""
        return group_rows(list(self.rows.groups.values())) if self.rows.groups else None


@record(frozen=False)
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
    found, warnings, binding, _ = evaluate_run(request, run, replace(wanted, samples=collector, carry=(TARGET,)))
    tally, parts = collector.tally, collector.samples
    assert tally is not None
    rows = concat_rows([part.rows for part in parts])
    differ = tally.by_elements is not None and tally.least != tally.most
    places = range(len(parts[0].costs))
    return Costs(
        run=found,
        binding=binding,
        rows=rows,
        costs=[concat([part.costs[place] for part in parts]) for place in places],
        shares=[_joined([part.shares[place] for part in parts]) for place in places],
        weight=rows.weight,
        counts=np.concatenate([_counts(part) for part in parts]) if differ else None,
        read=RowKeys.concat(tally.keys),
        shared=tally.shared.by_name(),
        warnings=warnings,
    )


def align(models: Sequence[Costs], *, drop_missing: bool) -> list[Costs]:
    """The models on the rows that all of them used, in the order of the first one's.

    Raises DataError where rows cannot be paired, or where paired rows have different targets.
    """
    first, *others = models
    if not others:
        return [first]
    numbers = [np.arange(first.read.count), *(rows_of_other(first, other, drop_missing=drop_missing) for other in others)]
    places = [model.places(number) for model, number in zip(models, numbers, strict=True)]
    common = np.logical_and.reduce([place >= 0 for place in places])
    if not common.any():
        raise DataError("no row is used by every model", where=", ".join(model.run.run for model in models))
    lacking = _lacking(models, numbers, places)
    aligned = [
        replace(model.at(place[common]), lacking=reasons) for model, place, reasons in zip(models, places, lacking, strict=True)
    ]
    for other in aligned[1:]:
        _check_same_target(aligned[0], other)
        _check_same_weight_and_group(aligned[0], other)
    return aligned


def aligned_runs(request: Request, models: Sequence[Costs]) -> tuple[Run, ...]:
    """Each model's results on the rows that all of them used; its other rows count as dropped, for the other models' reason."""
    return tuple(_aligned_run(request, model) for model in models)


def _aligned_run(request: Request, model: Costs) -> Run:
    run, rows = model.run, len(model.rows)
    if rows == run.used:
        return run
    dropped = dict(Counter(run.dropped) + Counter(model.lacking))
    codes, groups = model.groups() or (None, None)
    grouping = None if codes is None or groups is None else Grouping(codes, len(groups))
    of_kinds: dict[bool, Statistics] = {}  # by what the weights of a loss are those of
    for place, bound in enumerate(model.binding.losses):
        if bool(bound.fit.elements) not in of_kinds:
            of_kind = of_kinds[bool(bound.fit.elements)] = Statistics(Asked(len(model.costs)))
            of_kind.add(Scored(model.rows.numbers, model.costs, model.shares, model.weights(place), grouping, groups))
    statistics = [of_kinds[bool(bound.fit.elements)] for bound in model.binding.losses]
    run = replace(run, used=rows, dropped=dropped)
    judged = judged_rows(model.binding.losses, statistics)
    return replace(run, results=results_of(request, run, judged, list(model.rows.groups), groups))


def _lacking(models: Sequence[Costs], numbers: Sequence[Numbers], places: Sequence[Numbers]) -> list[Counter[str]]:
    """Of each model how many of its used rows others do not use, by the reason of the first that does not.

    numbers, places: the row of each model for each of the first one's, and its place among those that are used; -1 where none.
    """
    reasons = np.full(len(numbers[0]), None)
    for model, number, place in reversed([*zip(models, numbers, places, strict=True)]):
        reasons[place < 0] = model.reasons(number[place < 0])
    found = []
    for model, place in zip(models, places, strict=True):
        of_first = Counter(reason for reason in reasons[place >= 0].tolist() if reason is not None)
        found.append(of_first + Counter(missing=len(model.rows) - int((place >= 0).sum())))
    return found


def _check_same_target(first: Costs, other: Costs) -> None:
    target, of_other = first.rows.roles.get(TARGET), other.rows.roles.get(TARGET)
    if not (isinstance(target, np.ndarray) and isinstance(of_other, np.ndarray)) or target.shape != of_other.shape:
        return
    classes, others = first.run.classes or [], other.run.classes or []
    if classes != others and set(classes) == set(others) and target.ndim == 1:  # columns of classes in another order
        of_other = np.array([classes.index(name) for name in others], dtype=np.float64)[of_other.astype(np.int64)]
    differs = ~np.isclose(target, of_other, rtol=1e-6, atol=0)
    if differs.any():
        row = int(differs.reshape(len(differs), -1).any(axis=1).argmax())
        where = f"{other.run.run} row {other.rows.number(row)}"
        problem = f"the target differs from that of {first.run.run} row {first.rows.number(row)}, so these are not the same rows"
        raise DataError(problem, where=where, hint="pair rows by key: --id COLUMN")


def _check_same_weight_and_group(first: Costs, other: Costs) -> None:
    weights = _same(first.weight, other.weight) and _same(first.counts, other.counts)
    groups = list(first.rows.groups) == list(other.rows.groups) and all(
        equal(column, other.rows.groups[name]) for name, column in first.rows.groups.items()
    )
    for what, same in (("weights", weights), ("groups", groups)):
        if not same:
            problem = f"the {what} of some rows differ from those of {first.run.run}, so the rows cannot be compared"
            raise DataError(problem, where=other.run.run, hint="name one source for all: truth.csv:COLUMN")


def _same(column: Numbers | None, other: Numbers | None) -> bool:
    return column is other if column is None or other is None else np.array_equal(column, other)


def _counts(samples: Samples) -> Numbers:
    return np.ones(len(samples.rows), np.int64) if samples.counts is None else samples.counts


def _joined(shares: Sequence[Array | None]) -> Array | None:
    present = [share for share in shares if share is not None]
    return np.concatenate(present) if present else None
