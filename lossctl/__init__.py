"""Losses of prediction files you can trust."""

import importlib  # nothing else: under `python -m lossctl` the working directory may still be the first place to look

TYPE_CHECKING = False  # as type checkers know it, without the import of typing
if TYPE_CHECKING:
    from lossctl.errors import LossctlError
    from lossctl.losses.declaration import Param, loss
    from lossctl.losses.registry import LOSSES
    from lossctl.python.batch import batch
    from lossctl.python.check import check
    from lossctl.python.compare import compare
    from lossctl.python.evaluate import evaluate

__version__ = "0.1.0"
__all__ = ["LOSSES", "LossctlError", "Param", "__version__", "batch", "check", "compare", "evaluate", "loss"]

_HOMES = {
    "LOSSES": "lossctl.losses.registry",
    "LossctlError": "lossctl.errors",
    "Param": "lossctl.losses.declaration",
    "batch": "lossctl.python.batch",
    "check": "lossctl.python.check",
    "compare": "lossctl.python.compare",
    "evaluate": "lossctl.python.evaluate",
    "loss": "lossctl.losses.declaration",
}


def __getattr__(name: str) -> object:
    """The public names, from their homes on first use: importing lossctl imports nothing heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module 'lossctl' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
