"""One run of a command as a whole process: wall and CPU time, peak memory, and what it printed.

This process stays small, since the peak of a child begins with the memory of its parent.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Figures:
    """Seconds, and MB (10**6 bytes) of peak resident memory."""

    wall: float
    cpu: float
    peak: float

    @classmethod
    def median_of(cls, several: Sequence[Figures]) -> Figures:
        """The median of each figure by itself."""
        return cls(*(median(values) for values in zip(*((one.wall, one.cpu, one.peak) for one in several), strict=True)))


class CommandFailed(Exception):
    """A command ended with another code than 0."""


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[Figures, str]:
    """Runs a command in a folder and waits for it. Raises CommandFailed with what it said."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as said:
        actions = [(os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, said.fileno(), 2)]
        with contextlib.chdir(folder):
            start = time.perf_counter()
            process = os.posix_spawn(command[0], list(command), environment, file_actions=actions)
            _, status, usage = os.wait4(process, 0)
            wall = time.perf_counter() - start
        if os.waitstatus_to_exitcode(status):
            said.seek(0)
            raise CommandFailed(f"{' '.join(command)}: {said.read().decode(errors='replace')[-400:]}")
        output.seek(0)
        return Figures(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6), output.read().decode()
