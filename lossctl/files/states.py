"""Whether two names are one file, and whether files are as they were: what guards them, watches them and keys results of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from lossctl.errors import LossctlError, UsageError
from lossctl.files.output import is_stream
from lossctl.files.streams import STDIN, changed, in_dataset, is_device, is_url, name_of
from lossctl.text import shown

State: TypeAlias = tuple[object, ...]
FileState: TypeAlias = tuple[int, int] | tuple[()]
Identity: TypeAlias = tuple[int, int] | str


def state_of(path: str) -> State:
    """Path, size in bytes and time of the last change, of a directory those of its files; the path alone where nothing tells.

    An object in a store has the size and time that the store gives, which is asked.
    """
    if is_url(path):
        from lossctl.files.object_storage import state_of_object

        try:
            return path, *state_of_object(path, name_of(path))
        except LossctlError:  # said by who reads it
            return (path,)
    if is_device(path):
        return (path,)
    if state := file_state(path):
        return path, *state
    return path, *((file, *file_state(file)) for file in sorted(_files_in(path)))


def file_state(path: str) -> FileState:
    """Size in bytes and time of the last change of a regular file; nothing where there is none."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return ()
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else ()


class Watch:
    """Files that must stay as they are while they are read."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.states = {path: state_of(path) for path in paths if not is_url(path)}  # objects are watched as they are read

    def finish(self) -> None:
        """DataError where a file is not as it was, or a directory has other files."""
        for path, state in self.states.items():
            if state_of(path) != state:
                raise changed(name_of(path), "directory" if os.path.isdir(path) else "file")


def check_outputs(outputs: Sequence[str], inputs: Iterable[str]) -> None:
    """UsageError where an output is an input by any name or link, lies in a directory that is read, or is named twice.

    Devices and pipes are only written to.
    """
    outputs = [path for path in outputs if not is_stream(path)]
    if not outputs:
        return
    read = {identity(path) for given in inputs for path in (given, *_files_in(given))}
    for path in outputs:
        if identity(path) in read:
            raise UsageError("the output is one of the inputs, which would be lost", where=shown(path))
        if any(identity(folder) in read for folder in _folders_of(path)):
            raise UsageError("the output lies in a directory that is read", where=shown(path))
    if len(set(map(identity, outputs))) < len(outputs):
        raise UsageError("one output file is named twice")


def identity(path: str) -> Identity:
    """What is the same for every name of a file: device and inode; of what is not there where it would be."""
    try:
        found = os.fstat(0) if path == STDIN else os.stat(path)
    except (OSError, ValueError):
        return os.path.realpath(path) if "\0" not in path else path
    return found.st_dev, found.st_ino


def _folders_of(path: str) -> Iterator[str]:
    """Every directory that a file is in."""
    folder = os.path.dirname(os.path.realpath(path))
    while folder != os.path.dirname(folder):
        yield folder
        folder = os.path.dirname(folder)


def _files_in(path: str) -> list[str]:
    """What lies in a directory and is read with it; nothing where the path is none."""
    try:
        names = os.listdir(path) if os.path.isdir(path) else []
    except OSError:
        return []
    return [os.path.join(path, name) for name in names if in_dataset(name)]
