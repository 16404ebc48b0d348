"""Columns of numbers in temporary files, for what needs all rows and must not hold them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PIECE = 2**18  # rows that are read at a time


class Spool:
    """Values of one type in a file, which is in memory while it is small and goes with its owner."""

    def __init__(self, dtype: Any, data: bytes = b"") -> None:
        import tempfile

        self.dtype = np.dtype(dtype)
        self._file: BinaryIO = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=2**20))  # noqa: SIM115 - closed with its owner
        self._file.write(data)
        self.rows = len(data) // self.dtype.itemsize

    def __del__(self) -> None:
        self._file.close()

    def __reduce__(self) -> Any:
        self._file.seek(0)
        data = self._file.read()
        return Spool, (self.dtype, data)

    def write(self, values: NDArray[Any]) -> None:
        self._file.seek(0, 2)
        self._file.write(np.ascontiguousarray(values, self.dtype).data)
        self.rows += len(values)

    def read(self) -> Iterator[NDArray[Any]]:
        """All values, piece by piece."""
        for start in range(0, self.rows, _PIECE):
            self._file.seek(start * self.dtype.itemsize)
            yield np.frombuffer(bytearray(self._file.read(_PIECE * self.dtype.itemsize)), self.dtype)

    def extend(self, other: Spool) -> None:
        """Adds the values of another behind these."""
        for values in other.read():
            self.write(values)
