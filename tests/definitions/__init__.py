"""What every loss is, written from its formula in its source and never from its kernel, in arithmetic of 380 digits.

A file a kind of losses; a function a loss, called like it, whose positional arguments are roles and whose keywords parameters.
`python -m tests.definitions` says how far the kernels are from them.
"""

from __future__ import annotations

import importlib
import pkgutil

from tests.definitions.definition import DEFINITIONS as DEFINITIONS

for module in pkgutil.iter_modules(__path__):
    if module.name != "__main__":
        importlib.import_module(f"{__name__}.{module.name}")
