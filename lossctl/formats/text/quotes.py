"""Where records end in text with quoted cells, told by counting quotes where these stand plainly around cells.

A line end belongs to a cell where an odd number of quotes stands before it. Quotes that stand elsewhere than at the ends of cells
mean other things to the csv module, which then has to tell.

Signs are bits, 64 of a word, and the parity of the quotes before each byte is a prefix sum of bits: Langdale & Lemire (2019),
VLDB J. 28(6), doi:10.1007/s00778-019-00578-5.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Bits: TypeAlias = NDArray[np.uint64]  # that of byte i is bit i % 64 of word i // 64

_CHUNK = 2**18  # bytes that are compared while they are in a core's cache
_ONE, _TOP = np.uint64(1), np.uint64(63)


class Cut(NamedTuple):
    """The byte at which the first records of a text end, how many they are, and on how many lines they stand."""

    end: int
    records: int
    lines: int


def cut_records(data: bytes, delimiter: str, most: int | None) -> Cut | None:
    """The first `most` records of complete lines, None: all that are complete.

    The answer is None where a quote does not stand at an end of a cell, or no record is complete.
    """
    quotes, delimiters, ends, returns = (_bits(data, sign) for sign in f'"{delimiter}\n\r')
    within = _odd(quotes)
    # a quote beside another is one within a cell: the cell is closed and opened again
    sides = delimiters | ends | quotes
    if (quotes & within & ~_after(sides)).any() or (quotes & ~within & ~_before(sides | returns)).any():
        return None
    records = ends & ~within
    counts = np.cumsum(np.bitwise_count(records), dtype=np.int64)
    count = int(counts[-1]) if most is None else min(most, int(counts[-1]))
    if count == 0:
        return None
    word = int(np.searchsorted(counts, count))
    bit = _place(int(records[word]), count - int(counts[word - 1] if word else 0))
    lines = int(np.bitwise_count(ends[:word]).sum(dtype=np.int64)) + (int(ends[word]) & ((2 << bit) - 1)).bit_count()
    return Cut(64 * word + bit + 1, count, lines)


def _bits(data: bytes, sign: str) -> Bits:
    """Which bytes are a sign."""
    bits = np.zeros(-(-len(data) // 64) * 8, np.uint8)
    if sign.encode() in data:
        values = np.frombuffer(data, np.uint8)
        for start in range(0, len(data), _CHUNK):
            some = np.packbits(values[start : start + _CHUNK] == ord(sign), bitorder="little")
            bits[start // 8 : start // 8 + len(some)] = some
    return bits.view("<u8")


def _odd(bits: Bits) -> Bits:
    """Before which bytes, themselves counted, an odd number of bits is set."""
    odd = bits.copy()
    for shift in (1, 2, 4, 8, 16, 32):
        odd ^= odd << np.uint64(shift)
    carried = np.bitwise_xor.accumulate(odd >> _TOP)
    odd[1:] ^= np.uint64(0) - carried[:-1]  # every bit of a word, or none
    return odd


def _after(bits: Bits) -> Bits:
    """The bytes behind those set; the first, which stands behind a line end, is one."""
    moved = bits << _ONE
    moved[1:] |= bits[:-1] >> _TOP
    moved[0] |= _ONE
    return moved


def _before(bits: Bits) -> Bits:
    """The bytes before those set."""
    moved = bits >> _ONE
    moved[:-1] |= bits[1:] << _TOP
    return moved


def _place(word: int, count: int) -> int:
    """The place of the count-th bit of a word that is set, from 1."""
    for _ in range(count - 1):
        word &= word - 1
    return (word & -word).bit_length() - 1
