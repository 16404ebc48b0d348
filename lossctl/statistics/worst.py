"""The costliest rows of each loss."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Self

import numpy as np

from lossctl.columns.column import concat
from lossctl.columns.words import Words
from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.statistic import Asked, Scored, Statistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lossctl.columns.column import Column


@record
class CostlyRow:
    """A costly row: its number in the run, the words of its key, and its cells of the columns kept along."""

    cost: float
    row: int
    id: tuple[str, ...]
    keep: dict[str, str | float]


@record
class Costliest:
    """Up to k rows, the costliest first; of equal costs the earlier rows. cost, number, each column of key and keep: (k,).

    badness: the costs as far as they are bad, where greater ones are not.
    """

    badness: Array
    cost: Array
    number: NDArray[np.int64]
    key: tuple[Words, ...]
    keep: Mapping[str, Column]

    def first(self, count: int) -> Costliest:
        """The `count` costliest of rows in any order."""
        bad = np.where(np.isnan(self.badness), -np.inf, self.badness)
        places = np.arange(len(bad))
        if len(bad) > count:
            places = np.flatnonzero(bad >= np.partition(bad, -count)[-count])
        places = places[np.lexsort((self.number[places], -bad[places]))[:count]]
        key = tuple(column[places] for column in self.key)
        keep = {name: column[places] for name, column in self.keep.items()}
        return Costliest(self.badness[places], self.cost[places], self.number[places], key, keep)

    def and_also(self, other: Costliest) -> Costliest:
        """The rows of both, in any order."""
        key = tuple(map(concat, zip(self.key, other.key, strict=True)))
        keep = {name: concat([column, other.keep[name]]) for name, column in self.keep.items()}
        bad = np.concatenate([self.badness, other.badness])
        return Costliest(bad, np.concatenate([self.cost, other.cost]), np.concatenate([self.number, other.number]), key, keep)


class Worst(Statistic):
    """The `count` costliest rows of each loss, over all groups. Cells of other rows are not kept."""

    def __init__(self, count: int, badness: Mapping[Hashable, Callable[[Array], Array]]) -> None:
        self.count, self.badness = count, badness
        self._losses: dict[Hashable, Costliest] = {}

    @classmethod
    def asked(cls, asked: Asked) -> Self | None:
        return cls(asked.worst, asked.badness) if asked.worst else None

    def add(self, scored: Scored) -> None:
        number, key, keep = scored.numbers(), scored.key, scored.keep
        for loss, cost in scored.costs.items():
            bad = self.badness[loss](cost) if loss in self.badness else cost
            self._take(loss, Costliest(bad, cost, number, key, keep).first(self.count))

    def merge(self, other: Worst, places: NDArray[np.int64], count: int) -> None:
        for loss, rows in other._losses.items():
            self._take(loss, rows)

    def rows(self, loss: Hashable) -> list[CostlyRow]:
        """The costliest rows of a loss, the costliest first."""
        kept = self._losses.get(loss)
        if kept is None:
            return []
        return [
            CostlyRow(
                cost,
                row,
                tuple(column.at(at) for column in kept.key),
                {name: cell(column, at) for name, column in kept.keep.items()},
            )
            for at, (cost, row) in enumerate(zip(kept.cost.tolist(), kept.number.tolist(), strict=True))
        ]

    def _take(self, loss: Hashable, rows: Costliest) -> None:
        mine = self._losses.get(loss)
        self._losses[loss] = rows if mine is None else mine.and_also(rows).first(self.count)


def cell(column: Column, row: int) -> str | float:
    """A cell as Python's own str, int or float."""
    if isinstance(column, Words):
        return column.at(row)
    number: float = column[row].item()  # type: ignore[union-attr]  # rows of one number each
    return number
