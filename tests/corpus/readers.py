"""The two readers of text tables, each forced on files of any size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from lossctl.sources import text_piece

READERS = ("careful", "fast")


@contextmanager
def forced(reader: str) -> Iterator[None]:
    """Makes every table go through this reader; the fast one still says when it must be looked at closer."""
    change = (
        patch.object(text_piece, "SMALL", 0) if reader == "fast" else patch.object(text_piece, "read_fast", return_value=None)
    )
    with change:
        yield
