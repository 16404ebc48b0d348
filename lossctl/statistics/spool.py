"""Columns of numbers in temporary files, for what needs all rows and must not hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from lossctl.columns.codes import by_code
from lossctl.files.temporary import TemporaryFile

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PIECE = 2**18  # rows that are read at a time


class Spool:
    """Values of one type in a temporary file."""

    def __init__(self, dtype: Any, data: bytes = b"") -> None:
        self.dtype = np.dtype(dtype)
        self._file = TemporaryFile()
        self._file.append(data)

    def __reduce__(self) -> Any:
        return Spool, (self.dtype, bytes(self._file.read(0, self._file.size)))

    @property
    def rows(self) -> int:
        rows: int = self._file.size // self.dtype.itemsize
        return rows

    def write(self, values: NDArray[Any]) -> None:
        self._file.append(np.ascontiguousarray(values, self.dtype).data)

    def read(self) -> Iterator[NDArray[Any]]:
        """All values, piece by piece."""
        size = _PIECE * self.dtype.itemsize
        for start in range(0, self._file.size, size):
            yield np.frombuffer(self._file.read(start, size), self.dtype)

    def extend(self, other: Spool) -> None:
        """Adds the values of another behind these."""
        for values in other.read():
            self.write(values)


class Buckets:
    """Values of one type in a temporary file, apart by buckets, of which there are `count`."""

    def __init__(self, dtype: Any, count: int) -> None:
        self.dtype = np.dtype(dtype)
        self._file = TemporaryFile()
        self._stretches: list[list[tuple[int, int]]] = [[] for _ in range(count)]  # of each bucket, in bytes

    def write(self, values: NDArray[Any], bucket: NDArray[np.int64]) -> None:
        """Adds values (n,) to the buckets that they are in (n,)."""
        order, sizes = by_code(bucket, len(self._stretches)), np.bincount(bucket) * self.dtype.itemsize
        starts = self._file.append(np.ascontiguousarray(values[order], self.dtype).data) + np.cumsum(sizes) - sizes
        for place in np.flatnonzero(sizes).tolist():
            self._stretches[place].append((int(starts[place]), int(sizes[place])))

    def read(self, bucket: int) -> Iterator[NDArray[Any]]:
        """The values of a bucket, piece by piece."""
        stretches = self._stretches[bucket]
        together = 1 + len(stretches) * _PIECE * self.dtype.itemsize // max(1, sum(size for _, size in stretches))
        for first in range(0, len(stretches), together):
            data = (self._file.read(*stretch) for stretch in stretches[first : first + together])
            yield np.frombuffer(b"".join(data), self.dtype)
