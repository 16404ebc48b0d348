"""Files as bytes: opened with words for what can go wrong, watched for changes while they are read."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from lossctl.errors import DataError, UsageError, quoted
from lossctl.text import shown

if TYPE_CHECKING:
    from pathlib import Path

STDIN = "-"
WEB = "no files are read from the web"
_REASONS = {
    FileNotFoundError: "no such file",
    PermissionError: "no permission to read it",
    IsADirectoryError: "it is a directory",
    NotADirectoryError: "a part of its path is not a directory",
}


class Readable(Protocol):
    """Something that bytes are read from, in order. name: how messages call it."""

    name: str

    def read(self, count: int) -> bytes:
        """Exactly `count` bytes, fewer only at the end."""


class FileBytes(Readable, Protocol):
    """The bytes of a file."""

    def finish(self) -> None:
        """DataError where the file changed since it was opened."""


class Stream:
    """A file open for reading; `name` is how messages call it.

    seekable: a regular file, which its path opens again for reading at any place. reopens: the same, or an object in a store.
    random: `file` may be read at any place, as a copy also may. copy: of the bytes, where the path does not give them again.
    """

    def __init__(self, path: str, copy: RawIOBase | None = None) -> None:
        self.path = path
        self.name = name_of(path)
        self.file = self._opened = _open(path, self.name) if copy is None else BufferedReader(copy)
        remote = is_url(path)
        found = os.fstat(self.file.fileno()) if copy is None and path != STDIN and not remote else None
        self.seekable = found is not None and stat.S_ISREG(found.st_mode)
        self.reopens = self.seekable or remote
        self.random = self.reopens or copy is not None
        self.size = found.st_size if found is not None and self.seekable else None
        self._state = (found.st_size, found.st_mtime_ns) if found is not None and self.seekable else self._now()

    def start(self, count: int) -> bytes:
        """The first `count` bytes, which will be read again; before anything is read."""
        lead = self.file.peek(count)[:count]
        if len(lead) < count:
            lead = self.read(count)
            self.file = BufferedReader(cast(RawIOBase, _Rejoined(lead, cast(BinaryIO, self.file))))
        return lead

    def read(self, count: int) -> bytes:
        """Exactly `count` bytes, fewer only at the end."""
        try:
            return self.file.read(count)
        except OSError as problem:
            raise DataError(f"cannot be read: {problem.strerror or problem}", where=self.name) from problem

    def finish(self, *, reopened: bool = False) -> None:
        """DataError where a regular file changed since it was opened. reopened: pieces were read from its path anew."""
        if self._now(reopened=reopened) != self._state:
            raise changed(self.name)

    def _now(self, *, reopened: bool = False) -> tuple[int, int]:
        """Size and time of the last change, where both tell something."""
        if is_url(self.path):
            state: tuple[int, int] = self.file.raw.state()  # type: ignore[union-attr]
            return state
        if not self.seekable:
            return 0, 0
        now = os.stat(self.path) if reopened else os.fstat(self.file.fileno())
        return now.st_size, now.st_mtime_ns

    def __del__(self) -> None:
        """A stream is closed when nobody needs it any more, after errors too."""
        if self.path != STDIN and hasattr(self, "file"):
            self.file.close()
            self._opened.close()


class _Rejoined(RawIOBase):
    """Bytes that were read of a file, and the rest of it."""

    def __init__(self, lead: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._lead, self._rest = lead, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._lead:
            return int(self._rest.readinto(buffer))  # type: ignore[attr-defined]  # every binary file has it
        part, self._lead = self._lead[: len(buffer)], self._lead[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def name_of(path: str) -> str:
    """How messages call a file."""
    return "<stdin>" if path == STDIN else shown(path)


def name_of_source(text: str) -> str:
    """How messages call a source, whose column may follow: `-:y` is `<stdin>:y`."""
    return name_of(STDIN) + text.removeprefix(STDIN) if text == STDIN or text.startswith(f"{STDIN}:") else text


def unreadable(problem: OSError, path: str) -> DataError:
    """The error of a file or directory that cannot be read, in words."""
    if is_web(path):
        return DataError(WEB, where=name_of(path), hint=f"fetch it first: curl -LO {shlex.quote(path)}")
    reason = next((words for kind, words in _REASONS.items() if isinstance(problem, kind)), problem.strerror or str(problem))
    if isinstance(problem, FileNotFoundError):
        from lossctl.files.near_names import near_file  # at an error only

        reason += near_file(path)
    return DataError(f"cannot be read: {reason}", where=name_of(path))


def changed(name: str, what: str = "file") -> DataError:
    """The error of a file or directory that is not as it was when it was opened. name: how messages call it."""
    return DataError(f"the {what} changed while it was read; run again when it is complete", where=name)


def in_dataset(name: str) -> bool:
    """Whether what lies in a directory under a name is a shard of the dataset that the directory is."""
    return not name.startswith(("_", "."))


def without_query(path: str) -> str:
    """A path or URL up to the `?` after which a URL holds options."""
    return path.partition("?")[0] if is_url(path) else path


def is_url(path: str) -> bool:
    """Whether a file lies in an object store."""
    return path.startswith(("s3://", "gs://"))


def is_web(path: str) -> bool:
    """Whether a file is one of the web."""
    return path.lower().startswith(("http://", "https://", "ftp://"))


def is_device(path: str) -> bool:
    """Whether a source is standard input or another device by its name."""
    return path == STDIN or path.startswith("/dev/")


def read_once(path: str) -> bool:
    """Whether a source is gone when it has been read, as standard input and pipes are."""
    if is_device(path):
        return True
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):  # there is none
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def folder_of(path: str) -> Path:
    """Where the paths that a file names begin: in its folder, or, as it is a pipe or standard input, where they were typed."""
    from pathlib import Path  # most commands need none

    return Path() if read_once(path) else Path(path).parent


def _open(path: str, name: str) -> BufferedReader:
    if path == STDIN:
        if sys.stdin is None or sys.stdin.closed:
            raise UsageError("standard input is closed", where=name)
        if sys.stdin.isatty():
            raise UsageError("standard input is a terminal; pipe a file into it", where=name)
        return cast(BufferedReader, sys.stdin.buffer)
    if is_url(path):
        from lossctl.files.object_storage import open_object

        return open_object(path, name)
    try:
        return open(path, "rb")
    except OSError as problem:
        if os.path.exists(path) and stat.S_ISSOCK(os.stat(path).st_mode):
            raise DataError("it is a socket, not a file", where=name) from None
        if os.path.islink(path) and not os.path.exists(path) and isinstance(problem, FileNotFoundError):
            raise DataError(f"a link to a file that is not there: {quoted(os.readlink(path))}", where=name) from None
        raise unreadable(problem, path) from None
    except ValueError:  # a NUL in the name
        raise DataError("cannot be read: no such file", where=name) from None
