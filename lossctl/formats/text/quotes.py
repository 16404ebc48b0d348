"""Where records end in text with quoted cells, told by counting quotes where these stand plainly around cells.

A line end belongs to a cell where an odd number of quotes stands before it. Quotes that stand elsewhere than at the ends of cells
mean other things to the csv module, which then has to tell.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_QUOTE, _LINE_FEED = ord('"'), ord("\n")


class Cut(NamedTuple):
    """The byte at which the first records of a text end, how many they are, and on how many lines they stand."""

    end: int
    records: int
    lines: int


def cut_records(data: bytes, delimiter: str, most: int | None) -> Cut | None:
    """The first `most` records of complete lines, None: all that are complete.

    The answer is None where a quote does not stand at an end of a cell, or no record is complete.
    """
    values = np.frombuffer(data, np.uint8)
    places = np.flatnonzero((values == _QUOTE) | (values == _LINE_FEED))
    is_quote = values[places] == _QUOTE
    quotes = places[is_quote]
    # a line end is the last byte, which stands before the first
    before, after = values[quotes[::2] - 1], values[quotes[1::2] + 1]
    # a quote beside another is one within a cell: the cell is closed and opened again
    if not (_of(before, delimiter, '\n"').all() and _of(after, delimiter, '\n\r"').all()):
        return None
    ends = np.flatnonzero(~is_quote)
    odd = np.bitwise_xor.accumulate(is_quote)[ends]
    records = ends[~odd]
    if not len(records):
        return None
    count = len(records) if most is None else min(most, len(records))
    last = records[count - 1]
    return Cut(int(places[last]) + 1, count, int(np.searchsorted(ends, last)) + 1)


def _of(values: NDArray[np.uint8], delimiter: str, others: str) -> NDArray[np.bool_]:
    """Which bytes are the delimiter or one of some others."""
    wanted = np.zeros(256, bool)
    wanted[[ord(delimiter), *map(ord, others)]] = True
    return wanted[values]
