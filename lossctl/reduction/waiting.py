"""Losses whose values belong to groups of rows, or to the whole dataset: judged when all rows are there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from lossctl.binding.binding import BoundForm
from lossctl.binding.use import RowField, Use
from lossctl.columns.codes import by_code, renumbered, rows_by_code
from lossctl.columns.column import Numbers
from lossctl.columns.words import Words
from lossctl.errors import DataError, InternalError, quoted
from lossctl.losses.declaration import GROUP
from lossctl.losses.roles.block import Array, Block
from lossctl.losses.roles.roles import BATCH
from lossctl.record import record, replace
from lossctl.reduction.loss_summary import LossSummary
from lossctl.reduction.whole_values import WholeCost, summary_of_wholes, value_of
from lossctl.rows.regrouping import words_of
from lossctl.rows.row_places import RowPlaces
from lossctl.rows.rows import Rows
from lossctl.scoring.costs import add_binned, answer_of
from lossctl.scoring.scoring import Scoring
from lossctl.statistics.exact.bin_sums import BinSums
from lossctl.statistics.exact.rounding import summed
from lossctl.statistics.groups import Groups, group_rows

JUDGED_AT_ONCE = 2**16  # rows, and those of their last group: what kernels make of them stands beside all rows


@record
class GroupCosts:
    """What a loss of groups gives: the cost of each group (g,) with its weight, and the `--by` group it is in.

    place: that of its first row among those that are waiting, in order. dropped: how many groups are left out.
    """

    cost: Array
    weight: Array | None
    place: Numbers
    code: Numbers | None = None
    dropped: int = 0

    def at(self, kept: Any) -> GroupCosts:
        """Some of the groups."""
        weight, code = (None if column is None else column[kept] for column in (self.weight, self.code))
        cost = self.cost[kept]
        return GroupCosts(cost, weight, self.place[kept], code, self.dropped + len(self.cost) - len(cost))


class UnequalWeights(DataError):
    """The rows of a group have different weights."""


class Waiting:
    """Rows of a run that losses waited for, all that some groups or the whole have, and the groups of `--by` that they are in."""

    def __init__(self, run: str, rows: Rows, places: RowPlaces, scoring: Scoring) -> None:
        self.run, self.rows, self.places, self.scoring = run, rows, places, scoring
        self.by: Groups | None = None
        self.code: Numbers | None = None
        if self.rows.groups:
            self.code, self.by = group_rows(list(self.rows.groups.values()))

    def at(self, places: Numbers) -> Waiting:
        """The rows at some places, as if there were no others."""
        return Waiting(self.run, self.rows.take(places), self.places, self.scoring)

    def whole(self, bound: BoundForm) -> LossSummary:
        """The value of a loss over all rows, and over each group of `--by`, NaN where one has none; DataError where all have."""
        places = self._places_by_group()
        judged = [
            self._judged(bound, self.rows, may_lack=False),
            *(self._judged(bound, self.rows.take(rows), may_lack=True) for rows in places),
        ]
        self._check_share(bound, judged[0], "")
        value = np.array([cost.value for cost in judged])
        if bound.loss.drops_empty and np.isnan(value[0]):
            raise DataError(f"{bound.loss}: there is nothing to order", where=self.run)
        rows = np.array([len(self.rows), *map(len, places)])
        given = self.rows.weight
        weight = (
            rows.astype(np.float64) if given is None else np.array([summed(given), *(summed(given[some]) for some in places)])
        )
        return summary_of_wholes(bound, rows, weight, value, np.array([cost.total for cost in judged]))

    def _check_share(self, bound: BoundForm, judged: WholeCost, of_rows: str, row: int | None = None) -> None:
        """DataError where there is nothing to divide by."""
        if not judged.share:
            problem = f"{bound.loss}: {bound.loss.loss.ratio or 'what the value is divided by'}{of_rows} is 0"
            where = self.run if row is None else self.places.locate(Use(RowField.ROLE, BATCH), row)
            raise DataError(problem, where=where, row=row)

    def costs(self, bound: BoundForm, code: Numbers | None = None, *, may_lack: bool = False) -> GroupCosts:
        """The cost of each group, in order of first rows, without those that have nothing to order, where such are dropped.

        code: what rows are told apart by before that. may_lack: whether a group with nothing to judge costs NaN, not an error.
        """
        codes = self._codes(bound, code)
        order = by_code(codes, int(codes.max()) + 1)
        starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
        bounds = [*starts.tolist(), len(order)]
        weight = self._group_weights(bound, order, starts)
        if bound.loss.loss.unit == GROUP:
            some = ((first, order[bounds[first] : bounds[end]], end - first) for first, end in _steps(starts, len(order)))
            seen = {name: column for name, column in self.rows.roles.items() if name != group_role(bound)}
            numbers = replace(self.rows, roles=seen, key=(), groups={}, keep={}, unit=None)  # words are slow to take
            values = [
                self._group_values(bound, numbers.take(rows), codes[rows] - first, count, may_lack=may_lack)
                for first, rows, count in some
            ]
            cost = np.concatenate(values)
        else:
            batches = (order[low:high] for low, high in itertools.pairwise(bounds))
            cost = np.array([self._batch_value(bound, batch, may_lack=may_lack) for batch in batches])
        costs = GroupCosts(cost, weight, order[starts], None if code is None else code[order][starts])
        return costs.at(~np.isnan(cost)) if bound.loss.drops_empty else costs

    def words(self, bound: BoundForm) -> Words:
        """The word of each row by which a loss of groups tells them apart."""
        return words_of(self.rows, group_role(bound))

    def first_of_group(self, bound: BoundForm, row: int, code: Numbers | None) -> int:
        """The row of the run that is the first of the group that a row is in, told apart as in `costs`."""
        codes, numbers = self._codes(bound, code), self.rows.numbers()
        return int(numbers[np.argmax(codes == codes[np.argmax(numbers == row)])])

    def _codes(self, bound: BoundForm, code: Numbers | None) -> Numbers:
        """The group of each row (n,), numbered by first rows."""
        codes, words = self.words(bound).encoded()
        if code is not None:
            codes, _ = renumbered(code * len(words) + codes, (int(code.max()) + 1) * len(words))
        return codes

    def _batch_value(self, bound: BoundForm, rows: Numbers, *, may_lack: bool) -> float:
        judged = self._judged(bound, self.rows.take(rows), may_lack=may_lack)
        if may_lack:
            return judged.value
        first = int(rows[0])
        self._check_share(bound, judged, f" of the group {quoted(self.words(bound).at(first))}", self.rows.number(first))
        return judged.value

    def _places_by_group(self) -> list[Numbers]:
        return [] if self.code is None or self.by is None else rows_by_code(self.code, len(self.by))

    def _group_weights(self, bound: BoundForm, order: Numbers, starts: Numbers) -> Array | None:
        if self.rows.weight is None:
            return None
        every = self.rows.weight[order]
        weight: Array = every[starts]
        differs = every != np.repeat(weight, np.diff(starts, append=len(order)))
        if differs.any():
            row = self.rows.number(int(order[differs.argmax()]))
            problem = f"{bound.loss}: the rows of a group have different weights, where the group has one"
            raise UnequalWeights(problem, where=self.places.locate(Use(RowField.WEIGHT), row), row=row)
        return weight

    def _group_values(self, bound: BoundForm, rows: Rows, codes: Numbers, count: int, *, may_lack: bool) -> Array:
        block = self._block(bound, rows)
        block.arrays[group_role(bound)] = codes
        answer = np.asarray(answer_of(block, bound, block.views(bound.form.roles), may_lack=may_lack))
        if answer.shape != (count,) or answer.dtype.kind not in "biuf":
            returned = f"{answer.dtype} of shape {answer.shape}"
            raise InternalError(
                f"loss {bound.loss.loss.name} returned {returned} for {count} groups; expected numbers ({count},)"
            )
        return answer.astype(np.float64)

    def _judged(self, bound: BoundForm, rows: Rows, *, may_lack: bool) -> WholeCost:
        block = self._block(bound, rows)
        if rows.weight is not None and not bound.form.weighted:
            raise DataError(f"{bound.loss} has no weights of rows", where=self.run, hint="leave -w out")
        if bound.loss.loss.pooled is not None:
            add_binned(sums := BinSums(), block, bound, rows.weight)
            return WholeCost(value_of(bound, sums))
        arguments = [*block.views(bound.form.roles), *([rows.weight] if bound.form.weighted else [])]
        answer = answer_of(block, bound, arguments, may_lack=may_lack)
        cost, share = answer if isinstance(answer, tuple) else (answer, None)
        try:
            if share is None:
                return WholeCost(float(cost))
            return WholeCost(float(cost) / float(share) if share else np.nan, float(share), float(cost))
        except (TypeError, ValueError):
            name = bound.loss.loss.name
            raise InternalError(f"loss {name} returned {type(cost).__name__} for a dataset; expected a number") from None

    def _block(self, bound: BoundForm, rows: Rows) -> Block:
        """All rows as a block, their values checked before."""
        arrays: dict[str, Any] = {name: rows.roles[name] for name, role in bound.form.roles.items() if not role.text}

        def locate(name: str, place: int, column: int | None) -> str:
            return self.places.locate(Use(RowField.ROLE, name), rows.number(place), column)

        return Block(len(rows), arrays, self.scoring.scale, self.scoring.normalize, locate=locate, number=rows.number)


def _steps(starts: Numbers, rows: int) -> Iterator[tuple[int, int]]:
    """Groups that are judged at once, the first and the one after the last of them. starts: the first row of each group."""
    firsts = np.searchsorted(starts, np.arange(0, rows, JUDGED_AT_ONCE))
    return itertools.pairwise(np.unique([*firsts, len(starts)]).tolist())


def group_role(bound: BoundForm) -> str:
    """The role by which a loss of groups tells them apart."""
    return BATCH if bound.loss.loss.unit != GROUP else next(name for name, role in bound.form.roles.items() if role.text)
