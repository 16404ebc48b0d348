"""The readers of text tables, each forced on files of any size."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from unittest.mock import patch

from lossctl.formats.text import text_fast, text_piece

READERS = ("careful", "numpy", "fast", "wide")


@contextmanager
def forced(reader: str) -> Iterator[None]:
    """Makes every table go through this reader; the fast ones still say when it must be looked at closer."""
    with (
        patch.object(text_piece, "has_arrow", return_value=reader != "numpy"),
        patch.object(text_piece, "SMALL", 2**30 if reader == "numpy" else 0),
        patch.object(text_piece, "FEW", 2**30 if reader == "numpy" else 0),
        patch.object(text_fast, "WIDE", 0 if reader == "wide" else 10**9),
        patch.object(text_fast, "read_fast", return_value=None) if reader == "careful" else nullcontext(),
    ):
        yield
