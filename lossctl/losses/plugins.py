"""Losses that others declare: in a file named with --plugin, or in an installed package's entry point `lossctl.losses`.

Nothing is loaded unless it is named; what cannot be loaded is a UsageError that names it.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Iterable

from lossctl.errors import UsageError, shorten
from lossctl.files.states import State, state_of
from lossctl.text import shown

GROUP = "lossctl.losses"


_LOADED: dict[str, tuple[str, State]] = {}  # the files that were run, and as what, by the modules they became


def load_files(paths: Iterable[str]) -> None:
    """Runs Python files that declare losses with `@lossctl.loss`: those that were not run yet as they are now."""
    for path in paths:
        name = f"lossctl_plugin_{os.fsencode(os.path.abspath(path)).hex()}"  # two files of one name are two modules
        state = state_of(path)
        if name not in _LOADED or _LOADED[name][1] != state:
            _load_file(path, name)
            _LOADED[name] = path, state


def _load_file(path: str, name: str) -> None:
    import importlib.util  # plugins are rare

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
        from lossctl.files.near_names import near_file  # at an error only

        near = near_file(path) if isinstance(problem, FileNotFoundError) and not os.path.exists(path) else ""
        raise UsageError(f"the plugin cannot be loaded: {_words(problem)}{near}", where=where) from problem


def origin(module: str) -> str:
    """What a person knows a module by: a plugin by its file."""
    return _LOADED[module][0] if module in _LOADED else module


def functions_of_plugins() -> dict[str, str]:
    """The functions that files of --plugin have and do not declare as losses, by their names, and the files."""
    return {
        function: shown(path)
        for name, (path, _) in _LOADED.items()
        for function, value in vars(sys.modules[name]).items()
        if inspect.isfunction(value) and value.__module__ == name
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
    import traceback

    path = os.path.abspath(path)
    lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == path]
    if isinstance(problem, SyntaxError) and problem.filename == path:
        return problem.lineno
    return lines[-1] if lines else None


def _words(problem: Exception) -> str:
    text = problem.msg if isinstance(problem, SyntaxError) else str(problem)  # its text would name the line again
    return shorten(f"{type(problem).__name__}: {shown(text)}", 300)
