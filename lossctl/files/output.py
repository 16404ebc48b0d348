"""What leaves the program: standard output, checked; files, whole or not at all."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
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
        raise EnvironmentFailure(f"cannot write: {_reason(problem)}", where=shown(path)) from None


@contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """A file to write to that takes the place of `path` when all went well; until then the old file stands.

    Devices and pipes are written to as they are. Raises EnvironmentFailure naming the file.
    """
    import tempfile

    target = Path(path)
    try:
        if target.exists() and not stat.S_ISREG(target.stat().st_mode):
            with target.open("wb") as device:
                yield device
            return
        target = target.resolve()  # a link stays a link
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
        raise EnvironmentFailure(f"cannot write: {_reason(problem)}", where=shown(path)) from None


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
