"""The ordered map over threads: results in order, a bounded number of parts under way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")


def threaded_map(
    function: Callable[[Item], Result], items: Iterable[Item], jobs: int, ahead: int = 2, *, busy: bool = False
) -> Iterator[Result]:
    """`map(function, items)` on `jobs` threads; at most `ahead` items for each are under way, and one more is taken.

    busy: whether this thread has work with the results, so that it is one of those.
    """
    items = iter(items)
    head = list(islice(items, 1 if jobs == 1 else 2))
    if len(head) < 2:
        yield from map(function, chain(head, items))
        return
    from concurrent.futures import ThreadPoolExecutor

    pending: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(jobs - busy) as pool:
        try:
            for item in chain(head, items):
                if len(pending) >= ahead * jobs:
                    yield pending.popleft().result()
                pending.append(pool.submit(function, item))
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
