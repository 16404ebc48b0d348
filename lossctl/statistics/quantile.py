"""Exact weighted quantiles of all rows and of groups, none of which need fit in memory."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.statistics.exact.exact_sum import EVERY_BIT, ExactSum
from lossctl.statistics.spool import Buckets, Spool
from lossctl.statistics.statistic import Asked, Scored, Statistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

Read: TypeAlias = Callable[[], "Iterator[NDArray[Any]]"]  # gives the rows again, piece by piece

_IN_MEMORY = 2**20  # rows that are sorted at once
_ROW = np.dtype([("code", np.int32), ("value", np.float64), ("weight", np.float64)])


class Quantiles(Statistic):
    """The costs of some losses, with weights and groups where there are any, in temporary files until quantiles are asked for.

    All rows have weights or none has; the same for groups.
    """

    def __init__(self) -> None:
        self.sizes = np.zeros(0, np.int64)  # rows of each group
        self._costs: dict[Hashable, Spool] = defaultdict(partial(Spool, np.float64))
        self._weights: Spool | None = None
        self._codes: Spool | None = None

    @classmethod
    def asked(cls, asked: Asked) -> Self | None:
        return cls() if asked.quantiles else None

    def add(self, scored: Scored) -> None:
        codes, count = (None, 0) if scored.grouping is None else (scored.grouping.codes, scored.grouping.count)
        self.append(scored.costs, scored.weight, codes, count)

    def append(
        self, costs: Mapping[Hashable, Array], weight: Array | None, codes: Integers | None = None, count: int = 0
    ) -> None:
        """Adds rows: the costs of each loss, their weights, and their groups (n,), of `count` groups."""
        for loss, cost in costs.items():
            self._costs[loss].write(cost)
        if weight is not None:
            self._weights = self._weights or Spool(np.float64)
            self._weights.write(weight)
        if codes is not None:
            self._codes = self._codes or Spool(np.int32)
            self._codes.write(codes)
            sizes = np.bincount(codes, minlength=max(count, len(self.sizes)))
            sizes[: len(self.sizes)] += self.sizes
            self.sizes = sizes

    def merge(self, other: Quantiles, places: Integers, count: int) -> None:
        """Adds the rows of others; places: the group here of each of theirs, of `count` groups."""
        for loss, costs in other._costs.items():
            self._costs[loss].extend(costs)
        for weight in () if other._weights is None else other._weights.read():
            self.append({}, weight)
        for codes in () if other._codes is None else other._codes.read():
            self.append({}, None, places[codes], count)

    def values(self, loss: Hashable, shares: Sequence[Fraction]) -> Array:
        """The quantiles of a loss (shares, 1 + groups): of all rows, then of each group.

        A quantile is the least value whose cumulative weight reaches a share (0 to 1) of the total: the inverted CDF.
        """
        of_all = self._quantiles(lambda: self._read(loss, grouped=False), np.array([self._costs[loss].rows]), shares)
        if self._codes is None:
            return of_all
        return np.hstack([of_all, self._quantiles(lambda: self._read(loss, grouped=True), self.sizes, shares)])

    def _read(self, loss: Hashable, *, grouped: bool) -> Iterator[NDArray[Any]]:
        """The rows as records, piece by piece."""
        weights = None if self._weights is None else self._weights.read()
        codes = self._codes.read() if grouped and self._codes is not None else None
        for cost in self._costs[loss].read():
            rows = np.zeros(len(cost), _ROW)
            rows["value"] = cost
            if weights is not None:
                rows["weight"] = next(weights)
            if codes is not None:
                rows["code"] = next(codes)
            yield rows

    def _quantiles(self, read: Read, sizes: Integers, shares: Sequence[Fraction]) -> Array:
        """The quantiles of groups of some sizes (shares, groups): consecutive groups that fit in memory are sorted together."""
        if sizes.sum() <= _IN_MEMORY:
            return self._sorted(read, len(sizes), shares)
        if len(sizes) == 1:
            return self._searched(read, shares)
        starts = _bucket_starts(sizes.tolist())
        buckets = Buckets(_ROW, len(starts))
        for rows in read():
            bucket = np.searchsorted(starts, rows["code"], side="right") - 1
            rows["code"] -= np.array(starts, np.int32)[bucket]
            buckets.write(rows, bucket)
        groups = [sizes[start:stop] for start, stop in itertools.pairwise([*starts, len(sizes)])]
        return np.hstack([self._quantiles(partial(buckets.read, at), of_bucket, shares) for at, of_bucket in enumerate(groups)])

    def _sorted(self, read: Read, groups: int, shares: Sequence[Fraction]) -> Array:
        from lossctl.statistics.quantile_search import sorted_quantiles  # most ask for no quantile

        rows = np.concatenate([np.zeros(0, _ROW), *read()])
        weights = None if self._weights is None else rows["weight"]
        return sorted_quantiles(rows["code"].astype(np.int64), groups, rows["value"], weights, shares)

    def _searched(self, read: Read, shares: Sequence[Fraction]) -> Array:
        from lossctl.statistics.quantile_search import searched_quantile  # as above

        weighted, total = self._weights is not None, ExactSum(EVERY_BIT)
        for rows in read():
            total.add(rows["weight"] if weighted else np.ones(len(rows)))

        def chunks() -> Iterator[tuple[Array, Array | None]]:
            return ((rows["value"], rows["weight"] if weighted else None) for rows in read())

        return np.array([[searched_quantile(chunks, total.fraction(), share)] for share in shares])


def _bucket_starts(sizes: list[int]) -> list[int]:
    """The first groups of runs of groups that have no more rows together than fit in memory, or are one group."""
    starts, rows = [0], 0
    for group, size in enumerate(sizes):
        if rows and rows + size > _IN_MEMORY:
            starts.append(group)
            rows = 0
        rows += size
    return starts
