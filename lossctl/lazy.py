"""NumPy and regular expressions, made when they are first used: listing and checking losses must not wait for them.

`np` is what `lazy import numpy as np` (PEP 810) will say from Python 3.15 on. `regex(...)` is `re.compile(...)`, compiled when it
first matches.
"""

from __future__ import annotations

import importlib
import re
from types import ModuleType
from typing import TYPE_CHECKING, Any

__all__ = ["np", "regex"]


class _Lazy(ModuleType):
    def __getattr__(self, name: str) -> Any:
        module = importlib.import_module(self.__name__)
        self.__dict__.update(module.__dict__)
        return getattr(module, name)


class _Regex:
    def __init__(self, *given: Any) -> None:
        self._given = given

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    from re import compile as regex

    import numpy as np
else:
    np = _Lazy("numpy")
    regex = _Regex
