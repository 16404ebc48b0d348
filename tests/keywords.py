"""Writes the types of the keywords of Python functions, from the records of the commands: `python -m tests.keywords`."""

from __future__ import annotations

from pathlib import Path

import lossctl
from lossctl.python.keywords import annotation, keywords_of
from lossctl.python.messages import FUNCTIONS

PATH = Path(lossctl.__file__).parent / "python" / "typed.py"
HEAD = '''\
"""The types of keywords, as editors and type checkers read them; written from the options by `python -m tests.keywords`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict

Text: TypeAlias = "str | os.PathLike[str] | float | None"
Texts: TypeAlias = "str | os.PathLike[str] | float | Sequence[str | float] | None"
Columns: TypeAlias = Any  # names of columns, or what NumPy makes an array of
Roles: TypeAlias = Mapping[str, Any]
'''
PARAMETERS = ("loss", "target", "pred")  # what the functions name themselves


def text() -> str:
    """The whole file."""
    return HEAD + "".join(_class(command) for _, command in FUNCTIONS.values())


def _class(command: type) -> str:
    fields = "".join(
        f"    {name}: {annotation(declared)}\n" for name, declared in keywords_of(command).items() if name not in PARAMETERS
    )
    name = command.__name__
    return f'\n\nclass {name}Keywords(TypedDict, total=False):\n    """Of the function of `{name.lower()}`."""\n\n{fields}'


if __name__ == "__main__":
    PATH.write_text(text())
