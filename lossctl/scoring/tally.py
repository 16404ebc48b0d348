"""What some rows gave. Tallies of consecutive parts merge into that of all their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from lossctl.binding.binding import BoundForm
from lossctl.columns.column import Numbers, concat
from lossctl.columns.keys import Key, find_rows
from lossctl.columns.words import concat_words
from lossctl.errors import LossctlError
from lossctl.losses.roles.block import Array, Facts
from lossctl.losses.text import BoundLoss
from lossctl.record import record, replace
from lossctl.rows.rows import Rows
from lossctl.rows.shared import SharedWords
from lossctl.statistics.exact.bin_sums import BinSums
from lossctl.statistics.statistic import Scored
from lossctl.statistics.table import Statistics


@record(frozen=False)
class Samples:
    """The costs of used rows: by each loss of rows a cost and where it has one a share (n,), and the rows that they are of.

    counts: how many elements each row has (n,), None where all have the same number by their shape.
    """

    rows: Rows
    costs: dict[BoundLoss, Array] = field(default_factory=dict)
    shares: dict[BoundLoss, Array] = field(default_factory=dict)
    counts: Numbers | None = None


@record(frozen=False)
class RowKeys:
    """The keys of `count` rows of a run as they were read, and the numbers of those that are not used, by reason."""

    count: int
    key: Key
    left_out: dict[str, Numbers]

    def judged(self) -> Numbers:
        """The numbers of the rows, of a whole run, that are judged at all: all but those that a condition leaves out."""
        return np.delete(np.arange(self.count), self.left_out.get("where", []))

    def of(self, numbers: Numbers) -> Key:
        """The key of some rows of a whole run."""
        return self.key if len(numbers) == self.count else tuple(column[numbers] for column in self.key)

    def filtered(self, key: Key) -> Numbers:
        """The row with each of some keys among those that a condition leaves out of a whole run (n,), -1 where none has it."""
        numbers = self.left_out.get("where", np.zeros(0, np.int64))
        if not len(numbers) or not len(key[0]):
            return np.full(len(key[0]), -1)
        places = find_rows(self.of(numbers), key)
        return np.where(places < 0, -1, numbers[places])

    @staticmethod
    def concat(parts: Sequence[RowKeys]) -> RowKeys:
        """Those of the whole run, whose parts in order these are."""
        reasons = dict.fromkeys(reason for part in parts for reason in part.left_out)
        return RowKeys(
            sum(part.count for part in parts),
            tuple(concat_words(columns) for columns in zip(*(part.key for part in parts), strict=True)),
            {reason: concat([part.left_out[reason] for part in parts if reason in part.left_out]) for reason in reasons},
        )


@record(frozen=False)
class Tally:
    """What some rows gave.

    rows: read; used: of these. statistics: of the losses of rows; by_elements: the same with each row counted as often as it has
    elements, None where rows have the same number by their shape. least, most: how many elements a row has. held: rows that
    losses of groups or of the whole dataset wait for; bins: the sums of those of the dataset that wait for none. refused: the
    losses of sets that are left out, each with what it says of the first row that it refuses, in the order in which they did.
    keys: those of all rows. shared: what the usual keys showed of tables whose rows pair by order. samples: what is made of them,
    kept only until it is given out.
    """

    statistics: Statistics
    by_elements: Statistics | None = None
    rows: int = 0
    used: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    least: int | None = None
    most: int | None = None
    held: list[Rows] = field(default_factory=list)
    bins: dict[BoundLoss, BinSums] = field(default_factory=dict)
    refused: dict[BoundLoss, LossctlError] = field(default_factory=dict)
    keys: list[RowKeys] = field(default_factory=list)
    shared: SharedWords = field(default_factory=SharedWords)
    samples: list[Any] = field(default_factory=list)

    def settled(self, bound: BoundForm) -> Statistics:
        """The statistics that hold for a loss: rows count by elements only where it judges these and they differ in them."""
        differ = bound.fit.elements and self.least != self.most
        return self.by_elements if self.by_elements is not None and differ else self.statistics

    def add(self, scored: Scored, counts: Numbers | None) -> None:
        """Adds used rows; counts: how many elements each has (n,), None where all have the same number."""
        self.statistics.add(scored)
        if self.by_elements is None:
            return
        counts = np.ones(len(scored.numbers()), np.int64) if counts is None else counts
        self._widen(int(counts.min()), int(counts.max()))
        self.by_elements.add(replace(scored, weight=by_elements(scored.weight, counts)))

    def merge(self, other: Tally) -> None:
        """Adds what the rows after these gave, samples left out."""
        self.rows, self.used = self.rows + other.rows, self.used + other.used
        self.drop(other.dropped)
        self.facts.merge(other.facts)
        self.statistics.merge(other.statistics)
        if self.by_elements is not None and other.by_elements is not None:
            self.by_elements.merge(other.by_elements)
            self._widen(other.least, other.most)
        self.held += other.held
        for loss, sums in other.bins.items():
            self.bins[loss].merge(sums)
        self.refused |= {loss: problem for loss, problem in other.refused.items() if loss not in self.refused}
        self.keys += other.keys
        self.shared.merge(other.shared)

    def drop(self, dropped: Mapping[str, int]) -> None:
        """Counts rows that were left out."""
        for reason, count in dropped.items():
            self.dropped[reason] = self.dropped.get(reason, 0) + count

    def _widen(self, least: int | None, most: int | None) -> None:
        if least is not None and most is not None:
            self.least = least if self.least is None else min(self.least, least)
            self.most = most if self.most is None else max(self.most, most)


def by_elements(weight: Array | None, counts: Numbers) -> Array:
    """The weights of rows that count as often as they have elements (n,)."""
    return counts.astype(np.float64) if weight is None else weight * counts
