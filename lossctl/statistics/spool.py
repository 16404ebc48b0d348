"""Columns of numbers in temporary files, for what needs all rows and must not hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

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
