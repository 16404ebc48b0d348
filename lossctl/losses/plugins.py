"""Losses that others declare: in a file named with --plugin, or in an installed package's entry point `lossctl.losses`.

Nothing is loaded unless it is named; what cannot be loaded is a UsageError that names it.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

from lossctl.errors import UsageError, shorten
from lossctl.text import shown

GROUP = "lossctl.losses"


def load_file(path: str) -> None:
    """Runs a Python file that declares losses with `@lossctl.loss`."""
    name = f"lossctl_plugin_{Path(path).stem}"
    try:
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError("it is not a Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    except Exception as problem:
        raise UsageError(f"the plugin cannot be loaded: {_words(problem)}", where=shown(path)) from problem


def load_entry_point(word: str | None = None) -> bool:
    """Loads the entry points of the name `word`, or all; says whether there were any."""
    from importlib.metadata import entry_points

    found = entry_points(group=GROUP) if word is None else entry_points(group=GROUP, name=word)
    for entry in found:
        try:
            entry.load()
        except Exception as problem:
            raise UsageError(
                f"the plugin {entry.value} cannot be loaded: {_words(problem)}", where=f"loss {entry.name}"
            ) from problem
    return bool(found)


def _words(problem: Exception) -> str:
    return shorten(f"{type(problem).__name__}: {shown(str(problem))}", 300)
