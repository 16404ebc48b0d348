"""What a function or class says of itself, also under `python -OO`, which leaves docstrings out."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Any


def docstring(described: type | Callable[..., Any]) -> str:
    """Its docstring with even margins, "" where it has none."""
    if sys.flags.optimize < 2:
        return inspect.getdoc(described) or ""
    import ast
    import textwrap

    try:
        definition = ast.parse(textwrap.dedent(inspect.getsource(described))).body[0]
    except (OSError, TypeError, SyntaxError):  # it was not read from a file
        return ""
    assert isinstance(definition, (ast.FunctionDef, ast.ClassDef))
    return ast.get_docstring(definition) or ""
