"""How the C library keeps memory."""

from __future__ import annotations

import ctypes
import functools
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # M_ of mallopt(3)
_LARGEST = 32 * 2**20  # what glibc takes for the latter


@functools.cache
def keep_freed_memory() -> None:
    """Makes glibc's malloc keep the arrays of a block for the next one, where it would give each back to the system.

    A page fault for every 4 KiB of every array cost more than the arithmetic: 12 times as much in workers of Dask, which sets
    these thresholds low. Other C libraries have no such function.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGEST)
        mallopt(_TRIM_THRESHOLD, 4 * _LARGEST)
