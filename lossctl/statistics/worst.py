"""The costliest rows of each loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from lossctl.columns.column import concat
from lossctl.columns.words import Words
from lossctl.losses.roles.block import Array
from lossctl.statistics.statistic import Asked, Scored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lossctl.columns.column import Column


class WorstRow(NamedTuple):
    """A costly row: its number in the run, the words of its key, and its cells of the columns kept along."""

    cost: float
    row: int
    id: tuple[str, ...]
    keep: dict[str, str | float]


class Costliest(NamedTuple):
    """Up to k rows, the costliest first; of equal costs the earlier rows. cost, number, each column of key and keep: (k,)."""

    cost: Array
    number: NDArray[np.int64]
    key: tuple[Words, ...]
    keep: dict[str, Column]

    def first(self, count: int) -> Costliest:
        """The `count` costliest of rows in any order."""
        cost = np.where(np.isnan(self.cost), -np.inf, self.cost)
        places = np.arange(len(cost))
        if len(cost) > count:
            places = np.flatnonzero(cost >= np.partition(cost, -count)[-count])
        places = places[np.lexsort((self.number[places], -cost[places]))[:count]]
        key = tuple(column[places] for column in self.key)
        return Costliest(
            self.cost[places], self.number[places], key, {name: column[places] for name, column in self.keep.items()}
        )

    def and_also(self, other: Costliest) -> Costliest:
        """The rows of both, in any order."""
        key = tuple(map(concat, zip(self.key, other.key, strict=True)))
        keep = {name: concat([column, other.keep[name]]) for name, column in self.keep.items()}
        return Costliest(np.concatenate([self.cost, other.cost]), np.concatenate([self.number, other.number]), key, keep)


class Worst:
    """The `count` costliest rows of each loss, over all groups. Cells of other rows are not kept."""

    def __init__(self, losses: int, count: int) -> None:
        self.count = count
        self._losses: list[Costliest | None] = [None] * losses

    @classmethod
    def asked(cls, asked: Asked) -> Self | None:
        return cls(asked.losses, asked.worst) if asked.worst else None

    def add(self, scored: Scored) -> None:
        self._take([Costliest(cost, scored.number, scored.key, scored.keep).first(self.count) for cost in scored.costs])

    def merge(self, other: Worst, places: NDArray[np.int64], count: int) -> None:
        self._take(other._losses)

    def fields(self, loss: int) -> dict[str, Array]:
        return {}

    def rows(self, loss: int) -> list[WorstRow]:
        """The costliest rows of a loss, the costliest first."""
        kept = self._losses[loss]
        if kept is None:
            return []
        return [
            WorstRow(
                cost,
                row,
                tuple(column.at(at) for column in kept.key),
                {name: cell(column, at) for name, column in kept.keep.items()},
            )
            for at, (cost, row) in enumerate(zip(kept.cost.tolist(), kept.number.tolist(), strict=True))
        ]

    def _take(self, losses: list[Costliest | None] | list[Costliest]) -> None:
        for place, (mine, others) in enumerate(zip(self._losses, losses, strict=True)):
            if mine is None or others is None:
                self._losses[place] = mine or others
            else:
                self._losses[place] = mine.and_also(others).first(self.count)


def cell(column: Column, row: int) -> str | float:
    """A cell as Python's own str, int or float."""
    if isinstance(column, Words):
        return column.at(row)
    number: float = column[row].item()  # type: ignore[union-attr]  # rows of one number each
    return number
