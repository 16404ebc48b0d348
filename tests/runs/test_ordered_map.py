"""The ordered map over threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from lossctl.maps.ordered_map import threaded_map


@pytest.mark.parametrize(("jobs", "busy", "threads"), [(1, False, 1), (1, True, 1), (2, True, 1), (3, False, 3), (3, True, 2)])
def test_where_this_thread_has_work_with_the_results_it_is_one_of_the_jobs(jobs: int, threads: int, *, busy: bool) -> None:
    at_once = threading.Barrier(threads)
    seen: set[int] = set()

    def work(item: int) -> int:
        seen.add(threading.get_ident())
        at_once.wait(timeout=20)  # until as many threads are here
        return -item

    assert list(threaded_map(work, range(6), jobs, busy=busy)) == [0, -1, -2, -3, -4, -5]
    assert len(seen) == threads
    assert (threading.get_ident() in seen) == (jobs == 1)


def test_the_next_item_is_taken_while_all_threads_work() -> None:
    taken = threading.Event()

    def items() -> Iterator[int]:
        yield from range(2)
        taken.set()
        yield 2

    assert list(threaded_map(lambda item: item if taken.wait(timeout=20) else None, items(), 2, ahead=1)) == [0, 1, 2]
