"""The process that a command runs in: what is set before anything is imported, its signals, and its end."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from lossctl.errors import NO_MEMORY, EnvironmentFailure, Terminated


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The console script: runs a command and ends the process with its exit code."""
    gc.set_threshold(100_000)  # what imports make is never garbage, and looking for it took 8 ms
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # NumPy would start threads for a library that no loss calls, or end where it cannot
    os.environ.pop("MPLBACKEND", None)  # matplotlib does not start with one that it lacks, and files need none
    signal.signal(signal.SIGTERM, _terminate)
    sys.unraisablehook = _raise_soon
    parent = _supervised() if _memory_is_limited() else None
    try:
        from lossctl.cli import run

        code = run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    except Terminated:
        code = 128 + signal.SIGTERM
    if parent is not None:
        os.write(parent, bytes([code]))
    os._exit(code)  # all is flushed and closed; taking NumPy's modules apart took 14 ms


def _raise_soon(lost: sys.UnraisableHookArgs) -> None:
    """Raises again, soon after, what a signal raised while an object was being freed: Python drops it there and prints it."""
    if issubclass(lost.exc_type, (KeyboardInterrupt, Terminated)):
        again = lost.exc_type

        def alarm(signum: int, frame: FrameType | None) -> None:
            raise again

        signal.signal(signal.SIGALRM, alarm)
        signal.setitimer(signal.ITIMER_REAL, 0.01)
    elif "--debug" in sys.argv:
        sys.__unraisablehook__(lost)


def _memory_is_limited() -> bool:
    try:
        import resource
    except ImportError:  # a system without such limits
        return False
    limits = (resource.RLIMIT_AS, resource.RLIMIT_DATA)
    return any(resource.getrlimit(limit)[0] != resource.RLIM_INFINITY for limit in limits)


def _supervised() -> int:
    """Goes on in a child, and returns the file descriptor that takes its exit code; the parent ends as the child does.

    Where memory is short, libraries in C end the process, be it with an exit code that means something else here.
    """
    answer, parent = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(answer)
        return parent
    os.close(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to both
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    code = os.read(answer, 1)
    os.waitpid(child, 0)
    if not code:
        os.write(2, f"lossctl: error: {NO_MEMORY}\n".encode())
    os._exit(code[0] if code else EnvironmentFailure.exit_code)


def _terminate(signum: int, frame: FrameType | None) -> None:
    raise Terminated
