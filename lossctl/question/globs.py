"""Globs that the program expands itself: in quotes, in a configuration, or from Python."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lossctl.errors import UsageError, quoted
from lossctl.files.streams import is_url
from lossctl.text import shown

if TYPE_CHECKING:
    from pathlib import Path

_MAGIC = frozenset("*?[")  # that of glob, which most calls need not import


def is_glob(text: str, folder: Path | None = None) -> bool:
    """Whether a text is a pattern of files; a file that is called so is a file. folder: where it begins."""
    return not is_url(text) and not _MAGIC.isdisjoint(text) and not os.path.exists(os.path.join(folder or "", text))


def expanded(text: str, folder: Path | None = None) -> list[str]:
    """What a text names: the files and directories that match a glob, in the order of their names, or itself.

    UsageError where nothing matches.
    """
    if not is_glob(text, folder):
        return [text]
    import glob  # most calls have none: a shell expands them

    found = sorted(glob.glob(text, root_dir=folder, recursive=True))
    if not found:
        raise UsageError(f"{quoted(text)} matches no file")
    return found


def check_not_matched(globs: Iterable[str], outputs: Iterable[str]) -> None:
    """UsageError where a glob matches an output, which the next call would read."""
    parts = {text: os.path.realpath(text).split(os.sep) for text in globs}
    for path in outputs:
        names = os.path.realpath(path).split(os.sep)
        found = next((text for text in parts if _matches(names, parts[text])), None)
        if found is not None:
            raise UsageError(f"the output is matched by {quoted(found)}, and would be read by the next call", where=shown(path))


def _matches(names: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether a path is one that a glob finds; both by their parts."""
    if not names or not parts:
        return not names and not parts
    if parts[0] == "**":
        return _matches(names, parts[1:]) or (not names[0].startswith(".") and _matches(names[1:], parts))
    hidden = names[0].startswith(".") and not parts[0].startswith(".")
    return not hidden and fnmatch.fnmatchcase(names[0], parts[0]) and _matches(names[1:], parts[1:])
