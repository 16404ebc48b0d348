"""One run of a command as a whole process: wall and CPU time, peak memory, and what it printed.

This process stays small, since the peak of a child begins with the memory of its parent.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

NUMBER = re.compile(r"-?\d+\.?\d*(?:e[+-]?\d+)?")


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


def values(output: Iterable[str]) -> list[float]:
    """The numbers of an output in ascending order; of a comparison in JSON its difference alone."""
    text = "".join(output)
    difference = re.search(r'"difference": ([^,]+)', text)
    return sorted(map(float, NUMBER.findall(difference[1] if difference else text)))


def summary(output: Iterable[str]) -> list[float]:
    """Number, sum, sum of squares, least and greatest of the last numbers of the lines below the last empty one.

    It stands for a long output, of which this process may keep nothing.
    """
    nothing = (0, 0.0, 0.0, float("inf"), float("-inf"))
    n, total, squares, least, greatest = nothing
    for line in output:
        if not line.strip():
            n, total, squares, least, greatest = nothing
        elif number := NUMBER.fullmatch(line.rstrip("\r\n").rpartition(",")[2]):
            value = float(number[0])
            n, total, squares, least, greatest = n + 1, total + value, squares + value**2, min(least, value), max(greatest, value)
    return [n, total, squares, least, greatest]


def run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], read: Callable[[Iterable[str]], list[float]] = values
) -> tuple[Figures, list[float]]:
    """Runs a command in a folder and waits for it; gives its figures and what `read` makes of the lines that it prints.

    Raises CommandFailed with what it said.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile() as said:
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
        return Figures(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6), read(output)
