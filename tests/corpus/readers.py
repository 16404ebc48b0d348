"""The readers of text tables, each forced on files of any size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from unittest.mock import patch

from lossctl.formats.text import text_fast, text_piece

READERS = ("careful", "fast", "wide")


@contextmanager
def forced(reader: str) -> Iterator[None]:
    """Makes every table go through this reader; the fast one still says when it must be looked at closer."""
    with (
        patch.object(text_piece, "SMALL", 0),
        patch.object(text_fast, "WIDE", 0 if reader == "wide" else 10**9),
        patch.object(text_fast, "read_fast", return_value=None) if reader == "careful" else nullcontext(),
    ):
        yield
