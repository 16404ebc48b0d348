"""Rows laid out by group once, for all that is summed of them."""

from __future__ import annotations

from copy import copy
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lossctl.columns.codes import by_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

_PIECE = 16  # rows: groups of more are cut into pieces
_CHUNK = 2**14  # rows that are worked on at a time, with their products and their parts in a core's cache


class Chunk(NamedTuple):
    """Consecutive rows, and which of them (counted from the first) are the next rows of which consecutive pieces."""

    rows: slice
    spans: list[tuple[slice, slice]]


class Grouping:
    """The groups of n rows, and an order in which values of each group are combined by array operations.

    A loop over segments costs 20 to 50 ns each, which with groups of two or three rows is most of the time. So groups are cut
    into pieces of at most 16 rows; the first rows of all pieces come first, then all second rows, and so on, the longest pieces
    first: the j-th rows are then combined with those before them in one operation (the jagged diagonals of sparse matrices; Saad
    1989, SIAM J. Sci. Stat. Comput. 10(6), doi:10.1137/0910073).

    codes: the group of each row (n,), of `count` groups.
    groups: those that have rows (m,); sizes: their numbers of rows. order: the rows as they are laid out (n,).
    """

    def __init__(self, codes: Integers, count: int) -> None:
        self.codes, self.count = codes, count
        sizes = np.bincount(codes, minlength=count)
        self.groups = np.flatnonzero(sizes)
        self.sizes = sizes[self.groups]
        pieces = -(-self.sizes // _PIECE)  # of each group
        group = np.repeat(np.arange(len(pieces)), pieces)
        within = np.arange(len(group)) - (np.cumsum(pieces) - pieces)[group]
        start = (np.cumsum(self.sizes) - self.sizes)[group] + _PIECE * within
        length = np.minimum(self.sizes[group] - _PIECE * within, _PIECE)
        longest_first = np.argsort((_PIECE - length).astype(np.uint8), kind="stable")
        start, depths = start[longest_first], np.bincount(length, minlength=_PIECE + 1)
        self.pieces = len(start)
        self.widths = (self.pieces - np.cumsum(depths))[:_PIECE].tolist()  # pieces of more than j rows
        rows = by_code(codes, count)
        self.order = np.concatenate([rows[start[:width] + depth] for depth, width in enumerate(self.widths)])
        place = np.empty(self.pieces, np.int64)
        place[longest_first] = np.arange(self.pieces)
        self._first = place[within == 0]
        self._many = np.flatnonzero(pieces > 1)
        self._parts = place[np.isin(group, self._many)] if len(self._many) else place[:0]
        self._part_starts = np.cumsum(pieces[self._many]) - pieces[self._many]
        self.piece_group = group[longest_first]
        self.chunks = self._chunks(len(codes))

    def placed(self, places: Integers, count: int) -> Grouping:
        """The same rows where each group stands at another place, of `count`."""
        moved = copy(self)
        moved.codes, moved.groups, moved.count = places[self.codes], places[self.groups], count
        return moved

    def _chunks(self, rows: int) -> list[Chunk]:
        chunks: list[Chunk] = []
        bounds = np.concatenate([[0], np.cumsum(self.widths)]).tolist()
        for start in range(0, rows, _CHUNK):
            stop = min(start + _CHUNK, rows)
            spans = []
            for low, high in pairwise(bounds):
                first, last = max(low, start), min(high, stop)
                if first < last:
                    spans.append((slice(first - start, last - start), slice(first - low, last - low)))
            chunks.append(Chunk(slice(start, stop), spans))
        return chunks

    def extremes(self, ufunc: np.ufunc, values: Callable[[slice], NDArray[Any]], empty: Any, dtype: Any = float) -> NDArray[Any]:
        """np.minimum or np.maximum of each group's values (m,); values: of some rows as laid out; empty: its neutral value."""
        pieces = np.full(self.pieces, empty, dtype)
        for chunk in self.chunks:
            some = values(chunk.rows)
            for rows, places in chunk.spans:
                ufunc(pieces[places], some[rows], out=pieces[places])
        found: NDArray[Any] = pieces[self._first]
        if len(self._many):
            found[self._many] = ufunc.reduceat(pieces[self._parts], self._part_starts)
        return found

    def totals(self, pieces: Integers) -> tuple[Integers, list[tuple[int, int]]]:
        """The sum of each group's pieces (m,); of those near 2**63 it is 0, and the sum is told apart with its place."""
        found = pieces[self._first]
        if not len(self._many):
            return found, []
        parts = pieces[self._parts]
        high = np.add.reduceat(parts >> 32, self._part_starts)
        low = np.add.reduceat(parts & (2**32 - 1), self._part_starts)
        large = np.abs(high) >= 2**28
        apart = zip(self._many[large].tolist(), high[large].tolist(), low[large].tolist(), strict=True)
        found[self._many] = np.where(large, 0, (high << 32) + low)
        return found, [(place, (up << 32) + down) for place, up, down in apart]
