"""How the C library keeps memory."""

from __future__ import annotations

import functools

import numpy as np


@functools.cache
def keep_freed_memory() -> None:
    """Makes glibc's malloc keep the arrays of a block for the next one, where it would give each back to the system.

    A freed mapping of this size raises its thresholds for mapping and for trimming (mallopt(3), M_MMAP_THRESHOLD). Nothing is
    touched, so it costs no memory. A page fault for every 4 KiB of every array cost more than the arithmetic.
    """
    np.empty(24 * 2**20, np.uint8)
