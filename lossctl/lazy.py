"""NumPy, imported when a kernel first runs: listing and checking losses must not wait for it.

What `lazy import numpy as np` (PEP 810) will say from Python 3.15 on.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

__all__ = ["np"]


class _Lazy(ModuleType):
    def __getattr__(self, name: str) -> Any:
        module = importlib.import_module(self.__name__)
        self.__dict__.update(module.__dict__)
        return getattr(module, name)


if TYPE_CHECKING:
    import numpy as np
else:
    np = _Lazy("numpy")
