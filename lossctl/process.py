"""The process that a command runs in: what is set before anything is imported, its signals, and its end."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from lossctl.errors import Terminated


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The console script: runs a command and ends the process with its exit code."""
    gc.set_threshold(100_000)  # what imports make is never garbage, and looking for it took 8 ms
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy would start threads for a library that no loss calls
    signal.signal(signal.SIGTERM, _terminate)
    try:
        from lossctl.cli import run

        code = run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    except Terminated:
        code = 128 + signal.SIGTERM
    os._exit(code)  # all is flushed and closed; taking NumPy's modules apart took 14 ms


def _terminate(signum: int, frame: FrameType | None) -> None:
    raise Terminated
