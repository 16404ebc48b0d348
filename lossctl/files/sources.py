"""Where a table's bytes come from: the file at a path, or the copy of one that is gone once it has been read, as a pipe is."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

from lossctl.errors import DataError
from lossctl.files.streams import Readable, Stream
from lossctl.files.temporary import room_for
from lossctl.record import record

_READ = 2**20


class Spool:
    """An unnamed temporary file, there as long as it is known."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def __del__(self) -> None:
        self.file.close()


@record
class Source:
    """A file by its path. spooled: a copy of its bytes, where one was made.

    opened: the stream of what can be read once, where its first bytes were looked at. packed: the compression that they told, ""
    for none, None where the name tells.
    """

    path: str
    spooled: Spool | None = None
    opened: Stream | None = None
    packed: str | None = None

    def open(self) -> Stream:
        """A stream of the bytes from the first on; DataError where they cannot be read."""
        if self.opened is not None:
            return self.opened
        return Stream(self.path, None if self.spooled is None else SpoolReader(self.spooled))


class SpoolReader(io.RawIOBase):
    """A temporary file as one of its readers sees it, with a place of its own."""

    def __init__(self, spool: Spool) -> None:
        super().__init__()
        self._spool, self._file, self._at = spool, spool.file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._file.seek(self._at)
        count = self._file.readinto(buffer)  # type: ignore[attr-defined]  # every binary file has it
        self._at += count
        return int(count)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at}.get(whence)
        self._at = offset + (self._file.seek(0, io.SEEK_END) if start is None else start)
        return self._at

    def tell(self) -> int:
        return self._at


def copied(stream: Readable, path: str, lead: bytes = b"") -> Source:
    """The rest of a stream in a temporary file. lead: what was read of it before.

    Raises DataError where it cannot be read, EnvironmentFailure where there is no room for a copy.
    """
    import tempfile

    data = lead
    with room_for(stream.name):
        spool = Spool(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115  # it stays open as long as it is known
        while data or (data := stream.read(_READ)):
            data = data[spool.file.write(data) :]
    return Source(path, spool, packed="")


def at_any_place(source: Source, lead: bytes, what: str) -> Stream:
    """A stream that can be read at any place, spooled where it must be; DataError where such a one does not begin with `lead`."""
    stream = source.open()
    if stream.random:
        return stream
    start = stream.read(len(lead))
    if start != lead:
        raise DataError(f"not {what} file: it does not begin with {lead.decode()}", where=stream.name)
    return copied(stream, source.path, start).open()
