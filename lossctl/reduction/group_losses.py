"""Losses whose values belong to groups of rows: judged some groups at a time, each with all rows that it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossctl.binding.binding import Binding, BoundForm
from lossctl.columns.column import Numbers
from lossctl.errors import DataError, UsageError, plural
from lossctl.losses.declaration import GROUP, ROW
from lossctl.losses.roles.block import Array
from lossctl.losses.text import BoundLoss
from lossctl.record import replace
from lossctl.reduction.loss_summary import LossSummary, summaries_of_rows
from lossctl.reduction.waiting import UnequalWeights, Waiting, group_role
from lossctl.rows.parts import Part
from lossctl.rows.regrouping import CompleteGroups
from lossctl.rows.row_places import RowPlaces
from lossctl.rows.rows import Rows, concat_rows
from lossctl.scoring.memory import giving_back_freed_memory
from lossctl.scoring.scoring import Scoring
from lossctl.scoring.tally import Samples
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.groups import Groups
from lossctl.statistics.intervals.standard_errors import Errors
from lossctl.statistics.statistic import Asked, Scored
from lossctl.statistics.table import Statistics


class GroupLosses:
    """What the losses of groups of a run give.

    asked: of rows. sampled: with the cost of each group.
    """

    def __init__(self, binding: Binding, asked: Asked, *, sampled: bool = False) -> None:
        self.run = binding.run
        self.said: list[str] = []
        losses = [bound for bound in binding.losses if bound.loss.loss.unit != ROW and binding.unit_of(bound.loss) == GROUP]
        # a group is a unit; of units and blocks of rows it may have several
        asked = Asked(asked.spread, unit=asked.unit if asked.unit == "row" else None)
        self._totals = {bound.loss: _Total(bound, asked, sampled=sampled) for bound in losses}
        self._within = {bound.loss: _Total(bound, asked) for bound in losses}
        self.roles = list(dict.fromkeys(map(group_role, losses)))  # by which they tell groups apart

    def __len__(self) -> int:
        return len(self._totals)

    def leave_out(self, losses: Iterable[BoundLoss]) -> None:
        """Judges some of them no more."""
        for loss in losses:
            self._totals.pop(loss, None)

    def judge(self, waiting: Waiting, role: str | None = None) -> None:
        """Takes all rows of some groups; those of one role, or by whichever role losses tell them apart."""
        for loss, total in self._totals.items():
            if role in (None, group_role(total.bound)):
                total.add(waiting)
                if waiting.code is not None:
                    self._within[loss].add(waiting, waiting.code)

    def judged(self, bound: BoundForm, by: Groups | None) -> LossSummary:
        """The moments of a loss, each group once, over all and over the groups of `--by`. DataError where a group has a fault."""
        of_all = self._totals[bound.loss]
        total, groups = of_all.judged(), plural(of_all.count + of_all.dropped, "group")
        if total is None:
            raise DataError(f"{bound.loss}: there is nothing to order in any of {groups}", where=self.run)
        if of_all.dropped:
            self.said.append(f"{bound.loss} leaves out {of_all.dropped:,} of {groups}: nothing to order")
        if by is None:
            return total
        within = self._within[bound.loss]
        return _joined(total, within.judged() or total, within.statistics.groups, by)

    def samples(self) -> Samples:
        """The cost of each group, in the order of their first rows, with what these carry; UsageError where groups differ."""
        found = {loss: total.in_order() for loss, total in self._totals.items()}
        first, (rows, _) = next(iter(found.items()))
        for other, (of_rows, _) in found.items():
            if not np.array_equal(of_rows.numbers(), rows.numbers()):
                raise UsageError(f"{first} and {other} judge different groups; their values go one loss at a time")
        return Samples(rows, {loss: cost for loss, (_, cost) in found.items()})


class WaitingRows:
    """The rows that losses wait for, in order: judged as soon as groups have all theirs, or held for losses of the whole.

    apart: whether losses of groups may judge them apart, where no other loss needs all rows at once. streams: whether the run can
    be read again, so that a group may be judged before it is known to have no more rows.
    """

    def __init__(self, losses: GroupLosses, scoring: Scoring, *, apart: bool, streams: bool) -> None:
        self._losses, self._scoring = losses, scoring
        self._places = RowPlaces()
        apart = apart and len(losses) == len(scoring.waiting)
        self._groups = {role: CompleteGroups(role, streams=streams) for role in losses.roles} if apart else {}

    @property
    def judges(self) -> bool:
        """Whether rows are judged as they come."""
        return bool(self._groups)

    def noted(self, parts: Iterable[Part]) -> Iterable[Part]:
        """Parts as they come, whose rows can be located where some wait."""
        return self._places.noted(parts) if self._scoring.waiting else parts

    def add(self, held: list[Rows]) -> None:
        """Takes the next rows, which are held no longer. Raises ComesAgain where a group that was judged has more."""
        while held and self._groups:
            rows = held.pop(0)
            for role, groups in self._groups.items():
                self._judge(role, groups.add(rows))

    def finish(self, held: list[Rows]) -> Waiting | None:
        """Judges what is left by groups, and gives the rows that are still held, which are all, None where none are."""
        for role, groups in self._groups.items():
            self._judge(role, groups.rest())
        if not held:
            return None
        with giving_back_freed_memory():
            waiting = self._waiting(concat_rows(held, emptied=True))
            held.clear()
        self._losses.judge(waiting)
        return waiting

    def _judge(self, role: str, complete: Iterator[Rows]) -> None:
        for rows in complete:
            self._losses.judge(self._waiting(rows), role)

    def _waiting(self, rows: Rows) -> Waiting:
        return Waiting(self._losses.run, rows, self._places, self._scoring)


class _Total:
    """The costs of groups, of which some are added at a time. sampled: whether each is kept, with its first row."""

    def __init__(self, bound: BoundForm, asked: Asked, *, sampled: bool = False) -> None:
        self.bound, self.sampled = bound, sampled
        self.statistics = Statistics(asked)
        self.count = self.dropped = 0
        self._samples: list[tuple[Rows, Array]] = []
        self._problem: tuple[tuple[bool, int], DataError] | None = None

    def add(self, waiting: Waiting, code: Numbers | None = None) -> None:
        """Adds groups, told apart by a code before all; then one with nothing to judge has no value."""
        try:
            costs = waiting.costs(self.bound, code, may_lack=code is not None)
        except DataError as problem:
            self._refused(problem, waiting, code)
            return
        self.count, self.dropped = self.count + len(costs.cost), self.dropped + costs.dropped
        if not len(costs.cost):
            return
        number = waiting.rows.numbers()[costs.place]
        by = None if costs.code is None else waiting.by
        grouping = None if costs.code is None or by is None else Grouping(costs.code, len(by))
        self.statistics.add(Scored(lambda: number, {self.bound.loss: costs.cost}, {}, costs.weight, grouping, by))
        if self.sampled:
            self._samples.append((waiting.rows.take(costs.place).keeping(()), costs.cost))

    def judged(self) -> LossSummary | None:
        """What they come to, None where all are dropped that have nothing to order. DataError where one has a fault."""
        if self._problem is not None:
            raise self._problem[1]
        if not self.count:
            return None
        (judged,) = summaries_of_rows([self.bound], lambda _: self.statistics)
        return replace(judged, counted=GROUP)

    def in_order(self) -> tuple[Rows, Array]:
        """The first rows of the groups, in order, and their costs."""
        rows = concat_rows([rows for rows, _ in self._samples])
        order = np.argsort(rows.numbers())
        return rows.take(order), np.concatenate([cost for _, cost in self._samples])[order]

    def _refused(self, problem: DataError, waiting: Waiting, code: Numbers | None) -> None:
        """Keeps the fault that is told: unequal weights before all else, then that of the group which begins first."""
        first = -1 if problem.row is None else waiting.first_of_group(self.bound, problem.row, code)
        place = (not isinstance(problem, UnequalWeights), first)
        if self._problem is None or place < self._problem[0]:
            self._problem = place, problem


def _joined(total: LossSummary, within: LossSummary, groups: Groups | None, by: Groups) -> LossSummary:
    """The moments of all, then those of each group of `--by`. groups: those that `within` has moments of, None where none has."""
    places = np.zeros(0, np.int64) if groups is None else by.merge(groups)[1]

    def joined(of_all: Array, of_groups: Array) -> Array:
        every = np.zeros(1 + len(by), of_all.dtype)
        every[0], every[1 + places] = of_all[0], of_groups[1:]
        return every

    fields = {name: joined(of_all, within.fields[name]) for name, of_all in total.fields.items()}
    weight = joined(total.weight, within.weight)
    # a group of `--by` whose groups are all dropped, or one of whose groups has nothing to judge
    without = (fields["n"] == 0) | np.isnan(fields["mean"])
    for name in ("mean", "sum", "std", "min", "max"):
        fields[name] = np.where(without, np.nan, fields[name])
    errors = None
    if total.errors is not None and within.errors is not None:
        columns: dict[str, Any] = {name: joined(of_all, vars(within.errors)[name]) for name, of_all in vars(total.errors).items()}
        errors = Errors(**columns)
    return replace(total, fields=fields, weight=np.where(without, 1.0, weight), errors=errors)
