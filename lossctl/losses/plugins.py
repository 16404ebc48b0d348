"""Losses that others declare: in a file named with --plugin, or in an installed package's entry point `lossctl.losses`.

Nothing is loaded unless it is named; what cannot be loaded is a UsageError that names it.
"""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
import traceback
from pathlib import Path

from lossctl.errors import UsageError, shorten
from lossctl.text import shown

GROUP = "lossctl.losses"


_LOADED: dict[str, str] = {}  # the files that were run, by the modules they became


def load_file(path: str) -> None:
    """Runs a Python file that declares losses with `@lossctl.loss`."""
    name = f"lossctl_plugin_{Path(path).stem}"
    _LOADED[name] = path
    try:
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError("it is not a Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    except Exception as problem:
        line = _line(problem, path)
        where = shown(path) + ("" if line is None else f" line {line}")
        raise UsageError(f"the plugin cannot be loaded: {_words(problem)}", where=where) from problem


def functions_of_plugins() -> dict[str, str]:
    """The functions that files of --plugin have and do not declare as losses, by their names, and the files."""
    return {
        function: shown(path)
        for name, path in _LOADED.items()
        for function, one in vars(sys.modules[name]).items()
        if inspect.isfunction(one) and one.__module__ == name
    }


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


def _line(problem: Exception, path: str) -> int | None:
    """The last line of a file that took part in an error."""
    path = os.path.abspath(path)
    lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == path]
    if isinstance(problem, SyntaxError) and problem.filename == path:
        return problem.lineno
    return lines[-1] if lines else None


def _words(problem: Exception) -> str:
    text = problem.msg if isinstance(problem, SyntaxError) else str(problem)  # its text would name the line again
    return shorten(f"{type(problem).__name__}: {shown(text)}", 300)
