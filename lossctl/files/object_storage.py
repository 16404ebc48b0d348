"""Files in object stores, s3:// and gs:// URLs, by Arrow's filesystems: Amazon S3 and what speaks like it, Google Cloud Storage.

Credentials come from where their own tools look for them (environment, profile, metadata server); options of the URL are
those of pyarrow.fs.FileSystem.from_uri, as ?region=eu-west-1 or ?endpoint_override=host:9000&scheme=http.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pyarrow.fs

from lossctl.errors import DataError, EnvironmentFailure, shorten
from lossctl.text import shown

_READ = 4 * 2**20
_PATIENCE = "retry_limit_seconds=20"  # for gs://, where Arrow would try again for a quarter of an hour
_DENIED = ("DENIED", "HTTP status 403", "INVALID_ACCESS_KEY", "INVALID_CLIENT_TOKEN", "SIGNATURE", "UNAUTHENTICATED")


class ObjectFile(io.RawIOBase):
    """An object open for reading at any place. A read is one request."""

    def __init__(self, url: str, name: str) -> None:
        super().__init__()
        self.name = name
        with _reaching(name):
            self.system, self.key = _system(url)
            self.state()
            self._file = self.system.open_input_file(self.key)

    def state(self) -> tuple[int, int]:
        """Size and time of the last change. Raises DataError where there is no such object."""
        with _reaching(self.name):
            info = self.system.get_file_info(self.key)
        if not info.is_file:
            raise DataError(f"cannot be read: {'it is a directory' if _is_directory(info) else 'no such file'}", where=self.name)
        return info.size, info.mtime_ns or 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _reaching(self.name):
            return int(self._file.readinto(buffer))

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())


def open_object(url: str, name: str) -> io.BufferedReader:
    """An object as a file. name: how messages call it."""
    return io.BufferedReader(ObjectFile(url, name), _READ)


def list_objects(url: str, name: str) -> list[tuple[str, bool]] | None:
    """The names directly below a URL, each with whether it is a directory; None where the URL is no directory."""
    with _reaching(name):
        system, key = _system(url)
        if not _is_directory(system.get_file_info(key)):
            return None
        found = system.get_file_info(pa.fs.FileSelector(key))
    return [(entry.base_name, _is_directory(entry)) for entry in found]


def state_of_object(url: str, name: str) -> tuple[object, ...]:
    """Size and time of the last change of an object; of a directory those of each object directly below it, with its name."""
    with _reaching(name):
        system, key = _system(url)
        info = system.get_file_info(key)
        found = system.get_file_info(pa.fs.FileSelector(key)) if _is_directory(info) else [info]
    return tuple(sorted((entry.base_name, entry.size or 0, entry.mtime_ns or 0) for entry in found))


def _is_directory(info: Any) -> bool:
    return bool(info.type == pa.fs.FileType.Directory)


@functools.lru_cache(256)
def _system(url: str) -> tuple[Any, str]:
    """The filesystem of a URL, and what it calls the object."""
    if url.startswith("gs://") and "retry_limit_seconds" not in url:
        url += ("&" if "?" in url else "?") + _PATIENCE
    system, key = pa.fs.FileSystem.from_uri(url)
    return system, key


@contextmanager
def _reaching(name: str) -> Iterator[None]:
    """Says in words why an object cannot be had. Raises DataError for what is not there, EnvironmentFailure for no way to it."""
    try:
        yield
    except FileNotFoundError:
        raise DataError("cannot be read: no such file", where=name) from None
    except pa.ArrowNotImplementedError as problem:
        raise EnvironmentFailure(f"this pyarrow cannot read it: {problem}", where=name) from None
    except pa.ArrowInvalid as problem:
        raise DataError(f"not a URL that can be read: {_words(problem)}", where=name) from None
    except OSError as problem:
        denied = any(sign in str(problem) for sign in _DENIED)
        hint = "credentials are taken from the environment, as AWS_PROFILE, or GOOGLE_APPLICATION_CREDENTIALS" if denied else None
        what = "no permission to read it" if denied else "cannot be reached"
        raise EnvironmentFailure(f"{what}: {_words(problem)}", where=name, hint=hint) from None


def _words(problem: Exception) -> str:
    said = str(problem).partition("AWS Error ")[2] or str(problem)
    return shorten(shown(said.partition("; Details")[0]), 200)
