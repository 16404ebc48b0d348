"""Directories: their files, in name order, are the shards of one dataset."""

from __future__ import annotations

import os

from lossctl.errors import DataError, quoted
from lossctl.files.compression import compression_of
from lossctl.files.streams import STDIN, in_dataset, is_url, name_of, unreadable, without_query
from lossctl.formats.catalogue import format_of


def expand(path: str, input_format: str | None = None) -> list[str]:
    """The files that a path stands for: itself, or the files of a directory but those whose names begin with _ or a dot.

    Raises DataError where a directory has none, has directories in it, or files of several formats.
    """
    entries = _entries(path)
    if entries is None and without_query(path).endswith("/"):
        raise DataError("cannot be read: no such directory", where=name_of(path))
    if entries is None:
        return [path]
    shards = [(name, is_folder) for name, is_folder in sorted(entries) if in_dataset(name)]
    if not shards:
        raise DataError("the directory has no files (names that begin with _ or . do not count)", where=name_of(path))
    folder = next((name for name, is_folder in shards if is_folder), None)
    if folder is not None:
        raise DataError(f"the directory has another in it, {quoted(folder)}; a dataset is the files of one", where=name_of(path))
    files = [_join(path, name) for name, _ in shards]
    kinds = {(format_of(file, input_format), compression_of(file)): name for file, (name, _) in zip(files, shards, strict=True)}
    if len(kinds) > 1 and input_format is None:
        examples = " and ".join(quoted(name) for name in list(kinds.values())[:2])
        raise DataError(f"files of different formats in one directory: {examples}", where=name_of(path))
    return files


def _entries(path: str) -> list[tuple[str, bool]] | None:
    """What lies in a directory, each with whether it is a directory itself; None where the path is a file or nothing."""
    if is_url(path):
        from lossctl.files.object_storage import list_objects

        return list_objects(path, name_of(path))
    if path == STDIN or not os.path.isdir(path):
        return None
    try:
        with os.scandir(path) as found:
            return [(entry.name, entry.is_dir()) for entry in found]
    except OSError as problem:
        raise unreadable(problem, path) from None


def _join(path: str, name: str) -> str:
    if not is_url(path):
        return os.path.join(path, name)
    from urllib.parse import quote

    folder = without_query(path)
    return f"{folder.rstrip('/')}/{quote(name)}{path[len(folder) :]}"
