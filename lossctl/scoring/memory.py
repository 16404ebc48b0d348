"""How the C library keeps memory."""

from __future__ import annotations

import ctypes
import functools
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # M_ of mallopt(3)
_LARGEST = 32 * 2**20  # what glibc takes for the latter


@functools.cache
def keep_freed_memory() -> None:
    """Makes glibc's malloc keep the arrays of a block for the next one, where it would give each back to the system.

    A page fault for every 4 KiB of every array cost more than the arithmetic: 12 times as much in workers of Dask, which sets
    these thresholds low.
    """
    _glibc("mallopt", _MMAP_THRESHOLD, _LARGEST)
    _glibc("mallopt", _TRIM_THRESHOLD, 4 * _LARGEST)


@contextmanager
def giving_back_freed_memory() -> Iterator[None]:
    """Has what is freed given back to the system: what comes next is too large for where small arrays were."""
    _glibc("mallopt", _TRIM_THRESHOLD, 0)
    try:
        yield
    finally:
        _glibc("malloc_trim", 0)  # what is not at the end of a heap
        _glibc("mallopt", _TRIM_THRESHOLD, 4 * _LARGEST)


def _glibc(name: str, *arguments: int) -> None:
    """Calls a function that other C libraries do not have."""
    function = getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    if function is not None:
        function(*arguments)
