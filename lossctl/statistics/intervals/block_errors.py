"""Standard errors where consecutive rows hang together: blocks of them are the units (Künsch 1989, Ann. Statist. 17(3))."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Self

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.statistics.intervals.standard_errors import Errors, StandardErrors, errors_of, errors_of_units
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.spool import Spool
from lossctl.statistics.statistic import Scored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


class BlockErrors(StandardErrors):
    """Rows in their order in temporary files, since where a block begins is known only when all rows before it are counted.

    Blocks are counted over used rows, within each group; a shorter last one is a unit too.
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._above: dict[Hashable, Spool] = defaultdict(partial(Spool, np.float64))
        self._below: dict[Hashable, Spool] = defaultdict(partial(Spool, np.float64))  # of losses with shares
        self._weight: Spool | None = None
        self._codes: Spool | None = None

    def add(self, scored: Scored) -> None:
        weight = scored.weight
        if weight is not None:
            self._weight = self._weight or Spool(np.float64)
            self._weight.write(weight)
        if scored.grouping is not None:
            self._codes = self._codes or Spool(np.int32)
            self._codes.write(scored.grouping.codes)
        for loss, cost in scored.costs.items():
            finite = np.where(np.isfinite(cost), cost, 0.0)
            with np.errstate(over="ignore"):
                self._above[loss].write(finite if weight is None else weight * finite)
        for loss, share in scored.shares.items():
            self._below[loss].write(share if weight is None else weight * share)

    def merge(self, other: Self, places: Integers, count: int) -> None:
        for loss, above in other._above.items():
            self._above[loss].extend(above)
        for loss, below in other._below.items():
            self._below[loss].extend(below)
        if other._weight is not None:
            self._weight = self._weight or Spool(np.float64)
            self._weight.extend(other._weight)
        if other._codes is not None:
            self._codes = self._codes or Spool(np.int32)
            for codes in other._codes.read():
                self._codes.write(places[codes])

    def errors(self, loss: Hashable, moments: LossMoments) -> Errors:
        count = len(moments.counts)
        found = [self._errors(loss, np.array([moments.total(loss).rows]), grouped=False)]
        if count:
            found.append(self._errors(loss, moments.counts.rows, grouped=True))
        units, error = (np.concatenate(columns) for columns in zip(*found, strict=True))
        return errors_of(units, error, loss, moments)

    def _errors(self, loss: Hashable, rows: Integers, *, grouped: bool) -> tuple[Integers, Array]:
        """rows: how many each group has (g,)."""
        blocks = -(-rows // self._rows)
        first = np.cumsum(blocks) - blocks  # of each group's blocks
        seen = np.zeros(len(rows), np.int64)
        above, below, weights = np.zeros((3, int(blocks.sum())))
        for codes, over, under, weight in self._pieces(loss, grouped=grouped):
            order = np.argsort(codes, kind="stable")
            sizes = np.bincount(codes, minlength=len(rows))
            within = np.empty(len(codes), np.int64)
            within[order] = np.arange(len(codes)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            unit = first[codes] + (seen[codes] + within) // self._rows
            with np.errstate(over="ignore", invalid="ignore"):  # such a block makes the error unknown
                for sums, added in ((above, over), (below, under), (weights, weight)):
                    np.add.at(sums, unit, added)  # row by row, wherever a piece begins
            seen += sizes
        return errors_of_units(np.repeat(np.arange(len(rows)), blocks), above, below, len(rows), weights > 0)

    def _pieces(self, loss: Hashable, *, grouped: bool) -> Iterator[tuple[Integers, Array, Array, Array]]:
        codes = self._codes.read() if grouped and self._codes is not None else None
        below, weights = (None if spool is None else spool.read() for spool in (self._below.get(loss), self._weight))
        for over in self._above[loss].read():
            code = np.zeros(len(over), np.int64) if codes is None else next(codes).astype(np.int64)
            weight = np.ones(len(over)) if weights is None else next(weights)
            yield code, over, weight if below is None else next(below), weight
