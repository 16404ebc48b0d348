"""Words, or keys of several, found among others by sorted hashes: several times as fast as Arrow's hash table.

A hash only says where to look: words are compared themselves, byte by byte, and where two different ones share a hash all of its
run is looked at. Beside the sorted hashes only a block of words is worked on at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 64  # bytes of a word; longer ones are left to Arrow
_BLOCK = 2**15  # words whose bytes, read as numbers, stay in the cache
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: multiplying by it spreads what differs over the upper bits


class Texts:
    """n words as bytes. data: of all, one word after the other; bounds: where each begins and the last ends (n + 1,)."""

    def __init__(self, data: NDArray[np.uint8], bounds: NDArray[Any]) -> None:
        self.bounds, self.end = bounds, int(bounds[-1])
        if len(data) < self.end + 8:
            data = np.concatenate([data[: self.end], np.zeros(8, np.uint8)])
        self._data = data
        self._eights: NDArray[np.uint64] = np.ndarray(self.end + 1, "<u8", data, strides=(1,))  # eight bytes from each byte on
        lengths = np.diff(bounds)
        self.longest = int(lengths.max(initial=0))
        self._even = bool((lengths == self.longest).all())  # all words are as long

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @property
    def may_be_blank(self) -> bool:
        """Whether a word is empty, or begins with no visible sign of ASCII, as one that is nothing but white space does."""
        first = self._data[self.bounds[:-1]]
        return bool(((np.diff(self.bounds) == 0) | (first <= ord(" ")) | (first > ord("~"))).any())

    def _cells(self) -> NDArray[np.void]:
        """Words of one length, each as an item."""
        return np.ndarray(len(self), f"V{self.longest}", self._data, int(self.bounds[0]))

    def numbers(self, start: int, stop: int, longest: int) -> Iterator[Any]:
        """Some words as numbers: their lengths, then eight bytes after the other up to the longest word there may be."""
        starts = self.bounds[start:stop].astype(np.int64)
        lengths = self.bounds[start + 1 : stop + 1] - starts
        yield lengths.astype(np.uint64)
        for done in range(0, longest, 8):
            if self._even and done < self.longest:
                eights = self._eights[int(starts[0]) + done : int(starts[-1]) + done + 1 : self.longest]
                yield eights if self.longest - done >= 8 else eights & _MASKS[self.longest - done]
            else:
                yield self._eights[np.minimum(starts + done, self.end)] & _MASKS[np.clip(lengths - done, 0, 8)]

    def differ(self, places: NDArray[np.int64], other: Texts, start: int) -> Any:
        """Whether the words at some places are not those of another from `start` on."""
        count = len(places)
        if self._even and other._even and self.longest == other.longest > 0:
            mine, theirs = self._cells().take(places).view(np.uint8), other._cells()[start : start + count].view(np.uint8)
            return np.zeros(count, bool) if np.array_equal(mine, theirs) else (mine != theirs).reshape(count, -1).any(axis=1)
        mine, theirs = self.bounds[places].astype(np.int64), other.bounds[start : start + count].astype(np.int64)
        lengths = other.bounds[start + 1 : start + count + 1] - theirs
        differ = self.bounds[places + 1] - mine != lengths
        for done in range(0, other.longest, 8):
            own, others = (
                texts._eights[np.minimum(starts + done, texts.end)] for texts, starts in ((self, mine), (other, theirs))
            )
            differ |= (own ^ others) & _MASKS[np.clip(lengths - done, 0, 8)] != 0
        return differ


def find(key: Sequence[Texts], wanted: Sequence[Texts]) -> NDArray[np.int64] | None:
    """The row of each wanted key (m,), -1 where there is none, of equal ones the first; None where a word is too long.

    key, wanted: the columns of n and of m keys.
    """
    longest = [max(pair[0].longest, pair[1].longest) for pair in zip(key, wanted, strict=True)]
    if max(longest) > LONGEST:
        return None
    bits = np.uint64(max(len(key[0]), len(wanted[0]), 1).bit_length())
    hashes, rows = _sorted(_hashes(key, longest), bits)
    sought, seekers = (hashes, rows) if wanted is key else _sorted(_hashes(wanted, longest), bits)
    found = np.full(len(seekers), -1)
    if not len(hashes):
        return found
    if np.array_equal(hashes, sought) and bool((hashes[1:] != hashes[:-1]).all()):
        found[seekers] = rows
    else:
        places = np.minimum(np.searchsorted(hashes, sought), len(hashes) - 1)
        met = np.flatnonzero(hashes[places] == sought)
        found[seekers[met]] = rows[places[met]]
        del places, met
    unlike = _unlike(key, wanted, found)
    for at in np.flatnonzero(unlike[seekers]).tolist() if unlike.any() else ():
        low, high = (int(np.searchsorted(hashes, sought[at], side)) for side in ("left", "right"))
        run, seeker = rows[low:high], int(seekers[at])
        equal = (row for row in run.tolist() if not any(map(_differs, key, wanted, [row] * len(key), [seeker] * len(key))))
        found[seeker] = next(equal, -1)
    return found


def _differs(own: Texts, other: Texts, row: int, of_other: int) -> bool:
    return bool(own.differ(np.array([row]), other, of_other)[0])


def _unlike(key: Sequence[Texts], wanted: Sequence[Texts], found: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which wanted keys were found at a row that has another (m,)."""
    unlike = np.zeros(len(found), bool)
    if wanted is key:
        same = found == np.arange(len(found))
        if same.all():
            return unlike
    for start in range(0, len(found), _BLOCK):
        places = found[start : start + _BLOCK]
        differ = np.logical_or.reduce([own.differ(places, other, start) for own, other in zip(key, wanted, strict=True)])
        unlike[start : start + _BLOCK] = differ & (places >= 0)
    return unlike


def _hashes(key: Sequence[Texts], longest: Sequence[int]) -> NDArray[np.uint64]:
    """A number for each key (n,). longest: the bytes of the longest word of each column, the same for keys that are compared."""
    hashes = np.zeros(len(key[0]), np.uint64)
    for start in range(0, len(hashes), _BLOCK):
        mixed = hashes[start : start + _BLOCK]
        for texts, most in zip(key, longest, strict=True):
            for numbers in texts.numbers(start, start + len(mixed), most):
                mixed ^= numbers
                mixed *= _FACTOR
                mixed ^= mixed >> np.uint64(29)
        mixed *= _FACTOR
    return hashes


def _sorted(hashes: NDArray[np.uint64], bits: np.uint64) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The upper parts of hashes in order, in their place, and the row of each, those of equal ones in order.

    Both are sorted as one number.
    """
    of_row = (np.uint64(1) << bits) - np.uint64(1)
    hashes &= ~of_row
    hashes |= np.arange(len(hashes), dtype=np.uint64)
    hashes.sort()
    rows = (hashes & of_row).view(np.int64)
    hashes >>= bits
    return hashes, rows
