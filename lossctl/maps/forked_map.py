"""The ordered map over copies of this process: for items so small that threads would only wait for the interpreter."""

from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from typing import Any, NoReturn, TypeVar

from lossctl.lazy import np

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 16  # items whose results are sent together, which name what they share once
FEW = 64  # values of an array


def can_fork() -> bool:
    """Whether a copy of this process would be whole: a lock that another thread holds stays closed in it for good."""
    try:
        return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1
    except OSError:  # no /proc, which alone knows the threads of libraries too
        return False


def forked_map(
    function: Callable[[Item], Result], items: Sequence[Item], jobs: int, lost: Callable[[Item], Result]
) -> Iterator[Result]:
    """`map(function, items)` on at most `jobs` copies of this process, each of which takes every `jobs`-th chunk of items, and
    waits while nobody takes what it found.

    Items are inherited; results are pickled, and so is what a copy raises, which is raised here. Where a copy is ended from
    outside, each item of its chunk gets a copy of its own, and the result is `lost(item)` if that is ended too.
    """
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
    jobs = min(jobs, len(chunks))
    with ExitStack() as stack:
        lanes = [stack.enter_context(closing(_Lane(function, chunks[first::jobs]))) for first in range(jobs)]
        for place, chunk in enumerate(chunks):
            results = lanes[place % jobs].results()
            yield from [_alone(function, item, lost) for item in chunk] if results is None else results


def _alone(function: Callable[[Item], Result], item: Item, lost: Callable[[Item], Result]) -> Result:
    with closing(_Copy(function, [[item]])) as copy:
        results = copy.results()
    return lost(item) if results is None else results[0]


class _Lane:
    """A copy of this process that takes chunks of items, and another one for those that are left when it was ended."""

    def __init__(self, function: Callable[[Any], Any], chunks: Sequence[Sequence[Any]]) -> None:
        self._function, self._left = function, chunks
        self._copy: _Copy | None = _Copy(function, chunks)

    def results(self) -> list[Any] | None:
        """Those of the next chunk; None where the copy was ended."""
        self._copy = self._copy or _Copy(self._function, self._left)
        self._left = self._left[1:]
        results = self._copy.results()
        if results is None:
            self.close()
        return results

    def close(self) -> None:
        """Ends the copy, whatever it does."""
        if self._copy is not None:
            self._copy.close()
        self._copy = None


class _Copy:
    """A copy of this process that calls a function for chunks of items."""

    def __init__(self, function: Callable[[Any], Any], chunks: Sequence[Sequence[Any]]) -> None:
        read, write = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(read)
            _work(function, chunks, write)
        os.close(write)
        self._answers = open(read, "rb")  # noqa: SIM115  # closed by close()

    def results(self) -> list[Any] | None:
        """Those of the next chunk; None where it was ended from outside, be it within an answer."""
        try:
            results, problem = pickle.load(self._answers)  # noqa: S301  # a copy of this process wrote it
        except (EOFError, pickle.UnpicklingError):
            return None
        if problem is not None:
            raise problem
        return list(results)

    def close(self) -> None:
        """Ends it, whatever it does."""
        self._answers.close()
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)


class _Pickler(pickle.Pickler):
    """Sends arrays of a few numbers, of which results of small runs have some each, as lists: that takes a third of the time."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, np.ndarray) and 0 < value.size <= FEW and value.dtype.kind in "biufO":
            return np.array, (value.tolist(), value.dtype)
        return NotImplemented


def _work(function: Callable[[Any], Any], chunks: Sequence[Sequence[Any]], write: int) -> NoReturn:
    answers = open(write, "wb")  # noqa: SIM115  # the end of the process closes it
    try:
        for chunk in chunks:
            _Pickler(answers, pickle.HIGHEST_PROTOCOL).dump(([function(item) for item in chunk], None))
            answers.flush()
    except BaseException as problem:  # whatever it is, it is raised where results are taken
        answers.write(pickle.dumps(([], problem)))
        answers.flush()
    finally:
        os._exit(0)
