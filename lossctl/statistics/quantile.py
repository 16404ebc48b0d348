"""The exact weighted quantile of values that need not fit in memory."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import BinaryIO, cast

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.statistics.exact_sum import EVERY_BIT, ExactSum

_CHUNK = 2**20  # values looked at in one step
_BINS = 2**16


class QuantileFile:
    """Values, with weights where there are any, kept in a temporary file until the quantile is asked for."""

    def __init__(self) -> None:
        self._values: BinaryIO = _spool()
        self._weights: BinaryIO = _spool()
        self._total = ExactSum(EVERY_BIT)
        self._rows = 0
        self._weighted = False

    def __del__(self) -> None:
        """The files go with their owner."""
        self._values.close()
        self._weights.close()

    def add(self, values: Array, weights: Array | None) -> None:
        """Appends values (n,) and their weights; all calls give weights or none does."""
        self._rows += len(values)
        self._values.write(np.ascontiguousarray(values).data)
        if weights is not None:
            self._weighted = True
            self._weights.write(np.ascontiguousarray(weights).data)
            self._total.add(weights)

    def quantile(self, share: Fraction) -> float:
        """The least value whose cumulative weight reaches `share` (0 to 1) of the total: the inverted CDF."""
        target = share * (self._total.fraction() if self._weighted else self._rows)
        low, high, below = 0, 2**64, Fraction(0)  # the answer's key is in [low, high); `below` is the weight of smaller keys
        while high - low > 1:
            width = max(1, (high - low) // _BINS)
            sums = self._histogram(low, high, width)
            for place, weight in sums:
                if below + weight >= target and (weight > 0 or target == 0):
                    low, high = low + place * width, min(high, low + (place + 1) * width)
                    break
                below += weight
            else:
                return math.nan
        return _value(low)

    def _histogram(self, low: int, high: int, width: int) -> list[tuple[int, Fraction]]:
        """The exact weight in each occupied bin of keys, in order."""
        counts = np.zeros(_BINS + 1, np.int64)
        sums: dict[int, ExactSum] = {}
        self._values.seek(0)
        self._weights.seek(0)
        while raw := self._values.read(8 * _CHUNK):
            keys = _keys(np.frombuffer(raw))
            inside = (keys >= np.uint64(low)) & (keys <= np.uint64(high - 1))
            bins = ((keys[inside] - np.uint64(low)) // np.uint64(width)).astype(np.int64)
            if not self._weighted:
                counts += np.bincount(bins, minlength=_BINS + 1)
                continue
            weights = np.frombuffer(self._weights.read(8 * _CHUNK))[inside]
            order = np.argsort(bins, kind="stable")
            places, starts = np.unique(bins[order], return_index=True)
            for place, group in zip(places.tolist(), np.split(weights[order], starts[1:]), strict=True):
                sums.setdefault(place, ExactSum(EVERY_BIT)).add(group)
        if not self._weighted:
            return [(place, Fraction(count)) for place, count in enumerate(counts.tolist()) if count]
        return [(place, sums[place].fraction()) for place in sorted(sums)]


def _spool() -> BinaryIO:
    """A file that is in memory while it is small."""
    import tempfile

    return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=2**20))


def _keys(values: Array) -> np.ndarray:
    """Unsigned integers in the order of the values; -0 and 0 are one."""
    bits = (values + 0.0).view(np.int64)
    return np.where(bits < 0, ~bits, bits ^ np.int64(-(2**63))).view(np.uint64)


def _value(key: int) -> float:
    """The value of a key."""
    bits = key ^ 2**63 if key >= 2**63 else ~key & (2**64 - 1)
    return float(np.array([bits], np.uint64).view(np.float64)[0])
