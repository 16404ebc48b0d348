"""Zstandard files as the plain bytes in them, by Arrow's reader: Python has one of its own only from 3.14 on."""

from __future__ import annotations

import pyarrow as pa

from lossctl.errors import DataError
from lossctl.files.streams import Stream


class PlainZstd:
    """The plain bytes of a compressed stream, all its frames in order."""

    def __init__(self, stream: Stream) -> None:
        self.stream, self.name = stream, stream.name
        self._plain = pa.CompressedInputStream(pa.PythonFile(stream.file, "r"), "zstd")
        self._empty = True

    def read(self, count: int) -> bytes:
        """Exactly `count` bytes, fewer only at the end; DataError where the data are damaged or cut short."""
        try:
            data = bytes(self._plain.read(count))
        except OSError as problem:
            if "Truncated" in str(problem):
                raise DataError("compressed data ends early", where=self.name) from None
            words = str(problem).rpartition(": ")[2]
            raise DataError(f"not zstd data, or damaged: {words}", where=self.name) from None
        if self._empty and not data:  # not even a frame
            raise DataError("compressed data ends early", where=self.name)
        self._empty = False
        return data

    def finish(self) -> None:
        self.stream.finish()
