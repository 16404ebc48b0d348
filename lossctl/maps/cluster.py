"""The ordered map over a Dask cluster: the same work, in the same order, on other processes."""

from __future__ import annotations

import importlib
import itertools
import logging
import os
import pickle
import platform
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np

from lossctl.errors import EnvironmentFailure, LossctlError, shorten
from lossctl.losses.plugins import load_files
from lossctl.text import shown

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_AHEAD = 2  # tasks under way for each thread of the cluster
_TASK_SECONDS = 0.1  # a task costs some 5 ms beside its work
_MOST = 256  # items of a task
_PATIENCE = 10  # seconds to reach a scheduler


class Cluster:
    """A Dask cluster, reached at an address, or started on this machine for `local`, where it listens on loopback alone.

    plugins: files that declare losses, loaded by each worker before its first task. Raises EnvironmentFailure where Dask is
    not installed or the scheduler does not answer.
    """

    def __init__(self, address: str, plugins: Sequence[str] = ()) -> None:
        try:
            distributed: Any = importlib.import_module("distributed")
        except ImportError:
            hint = "pip install 'lossctl[dask]'"
            raise EnvironmentFailure("--cluster needs Dask, which is not installed", hint=hint) from None
        dask_setup()
        self.plugins = tuple(plugins)
        self._local: Any = None
        try:
            if address == "local":
                self._local = distributed.LocalCluster(
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",  # with None it listens on port 8787, and warns where that is taken
                    scheduler_kwargs={"dashboard": False, "allowed_failures": 0},  # tried again here, item by item
                    threads_per_worker=1,
                    processes=True,
                    memory_limit=0,
                    preload=__name__,
                )
            self._client: Any = distributed.Client(self._local or address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as problem:
            words = shorten(f"{type(problem).__name__}: {shown(str(problem))}", 200)
            raise EnvironmentFailure(f"the cluster cannot be reached: {words}", where=shown(address)) from None

    def map(
        self, function: Callable[[Item], Answer], items: Iterable[Item], lost: Callable[[Item], Answer] | None = None
    ) -> Iterator[Answer]:
        """`map(function, items)` in order; a bounded number of items is under way. An item whose worker dies is tried once more.

        Raises the error of the first item that has one; EnvironmentFailure where workers died over an item twice, unless
        `lost(item)` is its answer then.
        """
        pending: deque[Any] = deque()
        items, size, folder = iter(items), 1, os.getcwd()
        ahead = _AHEAD * max(1, sum(self._client.nthreads().values()))
        try:
            while True:
                while len(pending) < ahead and (some := list(itertools.islice(items, size))):
                    pending.append((some, self._submit(function, some, folder)))
                if not pending:
                    return
                some, future = pending.popleft()
                try:
                    answers, error, seconds = _answer(future)
                except EnvironmentFailure:
                    yield from (self._again(function, item, folder, lost) for item in some)
                    continue
                yield from answers
                if error is not None:
                    raise error
                size = max(1, min(_MOST, round(len(answers) * _TASK_SECONDS / max(seconds, 1e-4))))
        finally:
            for _, future in pending:
                future.cancel()

    def _submit(self, function: Callable[[Item], Answer], items: list[Item], folder: str) -> Any:
        work = pickle.dumps((function, items))
        return self._client.submit(_work, work, self.plugins, folder, pure=False, retries=1)

    def _again(
        self, function: Callable[[Item], Answer], item: Item, folder: str, lost: Callable[[Item], Answer] | None
    ) -> Answer:
        """The answer to an item whose worker died, alone."""
        try:
            answers, error, _ = _answer(self._submit(function, [item], folder))
        except EnvironmentFailure:
            if lost is None:
                raise
            return lost(item)
        if error is not None:
            raise error
        answer: Answer = answers[0]
        return answer

    def differences(self) -> list[str]:
        """How workers differ from this machine in what may change the last bits."""
        own = _machine()
        found = self._client.run(_machine)
        return [f"worker {shown(worker)} has {', '.join(machine)}, this machine {', '.join(own)}; the last bits may differ"
                for worker, machine in sorted(found.items()) if tuple(machine) != own]  # fmt: skip

    def close(self) -> None:
        """Leaves the cluster; one that was started here ends."""
        self._client.close()
        if self._local is not None:
            self._local.close()


def dask_setup(_: object = None) -> None:
    """Keeps what Dask logs from stderr, such as a heartbeat that came late on a busy machine: what matters is raised.

    Workers that are started here call it, since this module is their `preload`; a filter, since Dask sets levels as it ends.
    """
    for handler in logging.getLogger("distributed").handlers:
        handler.addFilter(_nothing)


def _nothing(_: logging.LogRecord) -> bool:
    return False


def _work(work: bytes, plugins: Sequence[str], folder: str) -> tuple[list[Any], LossctlError | None, float]:
    """The answers to some items up to the first that has an error, that error, and the seconds that they took.

    Runs on a worker, which must see the files under the paths that this machine has. The work is unpacked here, after the losses
    that it may name have been declared.
    """
    if os.path.isdir(folder):
        os.chdir(folder)
    load_files(plugins)
    start = time.perf_counter()
    answers: list[Any] = []
    error: LossctlError | None = None
    try:
        function, items = pickle.loads(work)  # noqa: S301  it comes from our own client
        answers.extend(map(function, items))
    except LossctlError as problem:
        error = problem
    return answers, error, time.perf_counter() - start


def _answer(future: Any) -> Any:
    try:
        return future.result()
    except Exception as problem:
        if type(problem).__name__ in ("KilledWorker", "CommClosedError", "CancelledError"):
            raise EnvironmentFailure(f"the workers died: {shorten(shown(str(problem)), 300)}") from None
        raise


def _machine() -> tuple[str, str]:
    return f"NumPy {np.__version__}", platform.machine()
