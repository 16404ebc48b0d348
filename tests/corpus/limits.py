"""What a child process may do: Linux capabilities and memory."""

from __future__ import annotations

import ctypes
import resource
from collections.abc import Callable

_DROP_CAPABILITY = 24  # PR_CAPBSET_DROP
_READ_AND_WRITE_ALL = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


def limited(*, unprivileged: bool, memory: int | None) -> Callable[[], None] | None:
    """What runs in the child before the program. memory is in MiB."""
    if not unprivileged and memory is None:
        return None

    def prepare() -> None:
        if memory is not None:
            resource.setrlimit(resource.RLIMIT_DATA, (memory * 2**20, memory * 2**20))
        if unprivileged:  # fails where the right is absent anyway
            for capability in _READ_AND_WRITE_ALL:
                ctypes.CDLL(None).prctl(_DROP_CAPABILITY, capability, 0, 0, 0)

    return prepare
