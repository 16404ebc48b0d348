"""What leaves the program: standard output, checked; files, whole or not at all."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from lossctl.errors import EnvironmentFailure
from lossctl.text import shown


def write_stdout(chunks: Iterable[str | bytes]) -> None:
    """Writes and flushes; BrokenPipeError where the reader is gone, EnvironmentFailure where it cannot be written."""
    try:
        if sys.stdout is None:
            raise OSError("it is closed")
        for chunk in chunks:
            sys.stdout.buffer.write(encoded(chunk))
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as problem:
        raise EnvironmentFailure(f"cannot write to standard output: {_reason(problem)}") from None


def write_file(path: str, chunks: Iterable[str | bytes]) -> None:
    """Writes a file whole or not at all."""
    with replacing(path) as file:
        for chunk in chunks:
            file.write(encoded(chunk))


def append_file(path: str, data: bytes) -> None:
    """Appends to a file in one write."""
    try:
        with open(path, "ab", buffering=0) as file:
            file.write(data)
    except OSError as problem:
        raise unwritable(problem, path) from None


@contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """A file to write to that takes the place of `path` when all went well; until then the old file stands.

    Devices and pipes are written to as they are. Raises EnvironmentFailure naming the file.
    """
    import tempfile
    from pathlib import Path

    try:
        if is_stream(path):
            with os.fdopen(_open_stream(path), "wb") as stream:
                yield stream
            return
        target = Path(path).resolve()  # a link stays a link
        handle, name = tempfile.mkstemp(prefix=f".{target.name[:50]}.", suffix=".part", dir=target.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise unwritable(problem, path) from None


def unwritable(problem: OSError, path: str) -> EnvironmentFailure:
    """The error of a file that cannot be written, in words."""
    return EnvironmentFailure(f"cannot write: {_reason(problem)}", where=shown(path))


def is_stream(path: str) -> bool:
    """Whether a path names a device, a pipe or an open file, as /dev/stdout does wherever it leads."""
    try:
        return _descriptor(path) is not None or not (stat.S_ISREG(mode := os.stat(path).st_mode) or stat.S_ISDIR(mode))
    except (OSError, ValueError):
        return False


def _open_stream(path: str) -> int:
    """A descriptor that writes on where others who have the same open file stopped, or at the end."""
    process, number = _descriptor(path) or ("", "")
    if process in ("", str(os.getpid())) and number.isdecimal():
        return os.dup(int(number))
    return os.open(path, os.O_WRONLY | os.O_APPEND)


def _descriptor(path: str) -> tuple[str, str] | None:
    """The process (empty: this one) and number of the open file that a path names, through any links, if it does."""
    for _ in range(40):  # as many links as Linux follows
        folder, name = os.path.realpath(os.path.dirname(path) or "."), os.path.basename(path)
        if within := re.fullmatch(r"/dev/fd|/proc/(\d+)(?:/task/\d+)?/fd", folder):
            return within[1] or "", name
        path = os.path.join(folder, name)
        if not os.path.islink(path):
            break
        path = os.path.join(folder, os.readlink(path))
    return None


def encoded(chunk: str | bytes) -> bytes:
    """Text as UTF-8, bytes of file names that are none as escapes."""
    return chunk if isinstance(chunk, bytes) else chunk.encode("utf-8", "backslashreplace")


def _reason(problem: Exception) -> str:
    words = getattr(problem, "strerror", None) or str(problem)
    return words[:1].lower() + words[1:]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
