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
    of_commands = {command.__name__: _fields(command) for _, command in FUNCTIONS.values()}
    shared = [field for field in next(iter(of_commands.values())) if all(field in fields for fields in of_commands.values())]
    classes = [_class("Data", "TypedDict", "Of all of them.", shared)]
    for name, fields in of_commands.items():
        own = [field for field in fields if field not in shared]
        classes.append(_class(name, "DataKeywords", f"Of the function of `{name.lower()}`.", own))
    return HEAD + "".join(classes)


def _fields(command: type) -> list[str]:
    return [f"    {name}: {annotation(declared)}\n" for name, declared in keywords_of(command).items() if name not in PARAMETERS]


def _class(name: str, parent: str, sentence: str, fields: list[str]) -> str:
    return f'\n\nclass {name}Keywords({parent}, total=False):\n    """{sentence}"""\n\n{"".join(fields)}'


if __name__ == "__main__":
    PATH.write_text(text())
