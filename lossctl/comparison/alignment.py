"""Several models on the same rows: paired by row number or by key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import starmap

import numpy as np

from lossctl.binding.binding import of_rows
from lossctl.columns.column import Numbers
from lossctl.columns.ragged import Ragged
from lossctl.columns.words import equal
from lossctl.comparison.counterparts import rows_of_other
from lossctl.comparison.model_costs import TARGET, Costs
from lossctl.errors import DataError
from lossctl.question.request import Request
from lossctl.record import replace
from lossctl.reduction.group_losses import GroupLosses
from lossctl.reduction.intervals import without_interval
from lossctl.reduction.loss_summaries import summaries_of_losses
from lossctl.reduction.loss_summary import LossSummary, summaries_of_rows
from lossctl.reduction.results import head_of, results_of
from lossctl.reduction.warnings import words_of_groups
from lossctl.scoring.asked import unit_of
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.groups import Groups
from lossctl.statistics.statistic import Asked, Scored
from lossctl.statistics.table import Statistics


def align(request: Request, models: Sequence[Costs]) -> list[Costs]:
    """The models on the rows that all of them used, in the order of the first one's, with their results on these.

    Its other rows count as dropped in the run of a model, for the other models' reason.
    Raises DataError where rows cannot be paired, or where paired rows have different targets.
    """
    first, *others = models
    if not others:
        return [first]
    drop_missing = request.question.drop_missing
    numbers = [np.arange(first.read.count), *(rows_of_other(first, other, drop_missing=drop_missing) for other in others)]
    places = [model.places(number) for model, number in zip(models, numbers, strict=True)]
    common = np.logical_and.reduce([place >= 0 for place in places])
    if not common.any():
        raise DataError("no row is used by every model", where=", ".join(model.run.run for model in models))
    lacking = _lacking(models, numbers, places)
    named = [first, *(replace(other, rows=replace(other.rows, key=())) for other in others)]  # by the key of the first's rows
    aligned = [
        replace(model.at(place[common]), lacking=reasons) for model, place, reasons in zip(named, places, lacking, strict=True)
    ]
    for other in aligned[1:]:
        _check_same_target(aligned[0], other)
        _check_same_weight_group_and_unit(aligned[0], other)
    return [_judged(request, model) for model in aligned]


def _judged(request: Request, model: Costs) -> Costs:
    """A model with what losses come to on the rows that are left of it."""
    run, rows = model.run, len(model.rows)
    if rows == run.used:
        return model
    own = model.at(np.argsort(model.rows.numbers()))  # in the order of its run, by which blocks are counted
    run = replace(run, used=rows, dropped=dict(Counter(run.dropped) + Counter(model.lacking)))
    grouped = own.groups()
    by = None if grouped is None else grouped[1]
    of_groups = GroupLosses(own.binding, Asked(unit=unit_of(request)))
    if own.waiting is not None:
        of_groups.judge(own.waiting)
    of_rows = _judged_rows(request, own, grouped)
    _, judged = summaries_of_losses(own.binding, of_rows, {}, own.waiting, of_groups, by)
    heads = [head_of(request, of_loss.bound) for of_loss in judged]
    results = results_of(request, run, judged, heads, list(own.rows.groups), by)
    said = [*words_of_groups(of_groups, results), *without_interval(request.question, judged)]
    warnings = [*model.warnings, *(f"{run.run}: {words}" for words in said)]
    return replace(model, run=replace(run, results=results), warnings=warnings)


def _judged_rows(request: Request, model: Costs, grouped: tuple[Numbers, Groups] | None) -> list[LossSummary]:
    """What the losses of rows give."""
    codes, groups = grouped or (None, None)
    grouping = None if codes is None or groups is None else Grouping(codes, len(groups))
    losses = of_rows(model.binding.losses)
    asked = Asked(unit=unit_of(request), block=request.question.block or 1)
    of_kinds: dict[bool, Statistics] = {}  # by what the weights of a loss are those of
    for bound in losses:
        if bool(bound.fit.elements) not in of_kinds:
            of_kind = of_kinds[bool(bound.fit.elements)] = Statistics(asked)
            rows, weights = model.rows, model.weights(bound)
            of_kind.add(Scored(rows.numbers, model.costs, model.shares, weights, grouping, groups, unit=rows.unit))
    return summaries_of_rows(losses, lambda bound: of_kinds[bool(bound.fit.elements)])


def _lacking(models: Sequence[Costs], numbers: Sequence[Numbers], places: Sequence[Numbers]) -> list[Counter[str]]:
    """Of each model how many of its used rows others do not use, by the reason of the first that does not.

    numbers, places: the row of each model for each of the first one's, and its place among those that are used; -1 where none.
    """
    apart = np.flatnonzero(np.logical_or.reduce([place < 0 for place in places]))
    reasons = np.full(len(apart), None)
    for model, number, place in reversed([*zip(models, numbers, places, strict=True)]):
        unused = place[apart] < 0
        reasons[unused] = model.reasons(number[apart[unused]])
    found = []
    for model, place in zip(models, places, strict=True):
        of_first = Counter(reasons[place[apart] >= 0].tolist())
        found.append(of_first + Counter(missing=len(model.rows) - int((place >= 0).sum())))
    return found


def _check_same_target(first: Costs, other: Costs) -> None:
    target, of_other = first.rows.roles.get(TARGET), other.rows.roles.get(TARGET)
    if isinstance(target, Ragged) and isinstance(of_other, Ragged):
        _check_same_rows(first, other, _differing_lists(target, of_other))
    if not (isinstance(target, np.ndarray) and isinstance(of_other, np.ndarray)) or target.shape != of_other.shape:
        return
    classes, others = first.run.classes or [], other.run.classes or []
    if classes != others and set(classes) == set(others) and target.ndim == 1:  # columns of classes in another order
        of_other = np.array([classes.index(name) for name in others], dtype=np.float64)[of_other.astype(np.int64)]
    if np.array_equal(target, of_other):  # as most are; looking closer takes several times the memory
        return
    apart = ~np.isclose(target, of_other, rtol=1e-6, atol=0, equal_nan=True)  # an element that is left out has none
    _check_same_rows(first, other, np.asarray(np.reshape(apart, (len(target), -1)).any(axis=1)))


def _differing_lists(target: Ragged, of_other: Ragged) -> Numbers:
    """The rows in which lists differ, in length or in a value (n,)."""
    counts = target.counts
    differs: Numbers = counts != of_other.counts
    if not differs.any() and target.values.shape == of_other.values.shape:
        apart = ~np.isclose(target.values, of_other.values, rtol=1e-6, atol=0, equal_nan=True)
        differs[np.repeat(np.arange(len(counts)), counts)[apart.reshape(len(apart), -1).any(axis=1)]] = True
    return differs


def _check_same_rows(first: Costs, other: Costs, differs: Numbers) -> None:
    """DataError at the first row whose target differs."""
    if differs.any():
        row = int(differs.argmax())
        where = f"{other.run.run} row {other.rows.number(row)}"
        problem = f"the target differs from that of {first.run.run} row {first.rows.number(row)}, so these are not the same rows"
        raise DataError(problem, where=where, hint="pair rows by key: --id COLUMN")


def _check_same_weight_group_and_unit(first: Costs, other: Costs) -> None:
    weights = _same(first.weight, other.weight) and _same(first.counts, other.counts)
    groups = list(first.rows.groups) == list(other.rows.groups) and all(
        equal(column, other.rows.groups[name]) for name, column in first.rows.groups.items()
    )
    groups = groups and all(starmap(equal, zip(first.group_words(), other.group_words(), strict=True)))
    of_first, of_other = first.rows.unit, other.rows.unit
    units = of_first is None or of_other is None or equal(of_first, of_other)
    for what, same in (("weights", weights), ("groups", groups), ("units", units)):
        if not same:
            problem = f"the {what} of some rows differ from those of {first.run.run}, so the rows cannot be compared"
            raise DataError(problem, where=other.run.run, hint="name one source for all: truth.csv:COLUMN")


def _same(column: Numbers | None, other: Numbers | None) -> bool:
    return column is other if column is None or other is None else np.array_equal(column, other)
