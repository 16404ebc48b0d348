"""Exact sums of rows that lie in bins, numbered from 0 on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.statistics.exact.exact_sum import CHUNK, WIDTH, ExactSum, times_power, unit
from lossctl.statistics.exact.rounding import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

_HALF = WIDTH // 2
_ADDED = 53 - CHUNK.bit_length()  # bits of multiples of a unit that a double adds without rounding, as many as a chunk has


class BinSums:
    """The sums of w cost and of w in each bin, without weights w = 1. Merges to the same bits in any grouping."""

    def __init__(self) -> None:
        self.rows = np.zeros(0, np.int64)  # of each bin
        self._cost = _SumsByBin()
        self._weight: _SumsByBin | None = None

    def add(self, cost: Array, place: Integers, weight: Array | None) -> None:
        """Adds rows: their costs, which are finite, the bins that they lie in, and their weights (n,)."""
        for start in range(0, len(place), CHUNK):
            some = slice(start, start + CHUNK)
            self._add_chunk(cost[some], place[some], None if weight is None else weight[some])

    def _add_chunk(self, cost: Array, place: Integers, weight: Array | None) -> None:
        place = place.astype(np.intp, copy=False)  # once, since it counts four times
        self.rows = _together(self.rows, np.bincount(place))
        if weight is None:
            self._cost.add_rows(place, cost)
            return
        self._cost.add_rows(place, weight, cost)
        self._weight = self._weight or _SumsByBin()
        self._weight.add_rows(place, weight)

    def merge(self, other: BinSums) -> None:
        """Adds what the sums of other rows hold."""
        self.rows = _together(self.rows, other.rows)
        self._cost.merge(other._cost)
        if other._weight is not None:
            self._weight = self._weight or _SumsByBin()
            self._weight.merge(other._weight)

    def sums(self) -> tuple[Array, Array]:
        """Those of w cost and of w in each bin (b,), each rounded once."""
        bins = len(self.rows)
        return self._cost.by_bin(bins), self.rows.astype(float) if self._weight is None else self._weight.by_bin(bins)

    def weight(self) -> float:
        """The sum of w over all bins."""
        return float(self.rows.sum()) if self._weight is None else self._weight.in_all()


class _SumsByBin(ExactSum):
    """A sum of each bin. What counts does so beside the largest value of all.

    A level holds the multiples of its unit by bin, (2, bins): those of 2**32 units, and the rest.
    """

    __slots__ = ("place",)

    def add_rows(self, place: Integers, *factors: Array) -> None:
        """Adds the products of factors (n,) of at most a chunk of rows to the bins that they lie in."""
        self.place = place
        self.add(*factors) if len(factors) == 1 else self.add_product(*factors)

    def by_bin(self, bins: int) -> Array:
        """The sums (bins,), each rounded to the nearest double."""
        return np.array([self._rounded(slice(place, place + 1)) for place in range(bins)])

    def in_all(self) -> float:
        """The sum over all bins."""
        return self._rounded(slice(None))

    def _rounded(self, bins: slice) -> float:
        lowest = min(self.levels, default=0)
        total = 0
        for level, multiples in self.levels.items():
            high, low = multiples[:, bins].sum(axis=1).tolist()
            total += ((high << 32) + low) << (WIDTH * (level - lowest))
        return rounded(times_power(total, unit(lowest)))

    def _total(self, shifted: Array, constant: np.float64, level: int) -> Any:
        assert self.exponent is not None
        unit_of_level = constant / (1.5 * 2.0**52)
        values = shifted - constant
        total = np.zeros(1, np.int64)
        if min(WIDTH, self.exponent - unit(level)) > _ADDED:
            coarse = constant * 2.0**_HALF
            high = (values + coarse) - coarse
            values -= high
            total = (np.bincount(self.place, high) / (unit_of_level * 2.0**_HALF)).astype(np.int64) << _HALF
        total = total + (np.bincount(self.place, values) / unit_of_level).astype(np.int64)
        return np.stack([total >> 32, total & (2**32 - 1)])

    def _count(self, level: int, multiples: Any) -> None:
        self.levels[level] = _together(self.levels.get(level, multiples[:, :0]), multiples)


def _together(first: Integers, second: Integers) -> Integers:
    """The sums of two arrays of bins (..., b), of which one may have more."""
    short, long = sorted((first, second), key=lambda bins: bins.shape[-1])
    total = long.copy()
    total[..., : short.shape[-1]] += short
    return total
