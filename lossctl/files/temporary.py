"""Unnamed temporary files: each goes with its owner, whatever ends the process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from lossctl.errors import EnvironmentFailure


@contextmanager
def room_for(name: str | None = None) -> Iterator[None]:
    """EnvironmentFailure where a temporary file fails, as a full disk lets it. name: what is copied."""
    try:
        yield
    except OSError as problem:
        reason = f"no temporary copy can be made: {problem.strerror or problem}"
        raise EnvironmentFailure(reason, where=name, hint="TMPDIR names the folder in which it is made") from None


class TemporaryFile:
    """Bytes in a file, which is in memory while it is small. Raises EnvironmentFailure where there is no room for it."""

    def __init__(self) -> None:
        import tempfile

        self._file = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=2**20))  # noqa: SIM115 - closed with its owner
        self.size = 0

    def __del__(self) -> None:
        self._file.close()

    def append(self, data: bytes | memoryview) -> int:
        """Writes bytes at the end, and gives the place where they begin."""
        start = self.size
        with room_for():
            self._file.seek(start)
            self._file.write(data)
        self.size += memoryview(data).nbytes
        return start

    def read(self, start: int, count: int) -> bytearray:
        """So many bytes from a place on, fewer at the end."""
        with room_for():  # what was written last may only now leave a buffer
            self._file.seek(start)
            return bytearray(self._file.read(count))
