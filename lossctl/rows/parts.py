"""Parts of a dataset: rows of every table it is read from, in step, to be read by whoever scores them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import field
from typing import Any, TypeAlias

from lossctl.binding.use import Use
from lossctl.columns.column import concat
from lossctl.errors import NoRows
from lossctl.formats.table import Piece, Selection, Table, Wanted, emptied
from lossctl.record import record, replace
from lossctl.rows.rows import Rows, rows_of

RowReader: TypeAlias = Callable[[int, int], Rows]


@record
class Slice:
    """Rows `start` to `stop` of a piece."""

    piece: Piece
    start: int
    stop: int
    wanted: Wanted

    def __len__(self) -> int:
        return self.stop - self.start


@record
class Part:
    """Rows of a run: for each feed the slices that hold them. first: their first row in the run. Pickles."""

    first: int
    rows: int
    feeds: tuple[tuple[Slice, ...], ...]

    def open(self) -> RowReader:
        """A function of (start, stop) that gives those rows; what it gave before may be overwritten."""
        readers = [[(len(slice_), slice_.start, slice_.piece.open(slice_.wanted)) for slice_ in slices] for slices in self.feeds]

        def read(start: int, stop: int) -> Rows:
            columns: dict[Use, Any] = {}
            for slices in readers:
                columns |= _read(slices, start, stop)
            return rows_of(self.first + start, columns)

        return read

    def emptied(self) -> Part:
        """The same to locate its rows, without what they are read from."""
        return replace(
            self, feeds=tuple(tuple(replace(slice_, piece=emptied(slice_.piece)) for slice_ in slices) for slices in self.feeds)
        )

    def head(self, rows: int) -> Part:
        """Its first rows."""
        return replace(self, rows=min(rows, self.rows), feeds=tuple(tuple(_first(rows, slices)) for slices in self.feeds))

    def locate(self, use: Use, row: int, element: int | None = None) -> str:
        """Where a value stands: file, line or row, and column. element: its place in the row, counted in C order."""
        for slices in self.feeds:
            if use not in slices[0].wanted:
                continue
            for slice_ in slices:
                if row < len(slice_):
                    return slice_.piece.locate(slice_.start + row, slice_.wanted[use], element)
                row -= len(slice_)
        raise KeyError(use)


@record(frozen=False)
class Feed:
    """What is read from the same tables, which are the shards of one dataset in order."""

    tables: tuple[Table, ...]
    wanted: list[dict[Use, Selection]] = field(default_factory=list)

    def pieces(self) -> Generator[tuple[Piece, Wanted], int | None, None]:
        """The pieces of all shards; send the number of rows wanted next, None for as many as suit. NoRows where none has any."""
        rows: int | None = None
        empty: list[NoRows] = []
        for table, wanted in zip(self.tables, self.wanted, strict=True):
            cutter = table.cut(list(wanted.values()))
            try:
                piece = cutter.take(rows)
            except NoRows as problem:
                empty.append(problem)
                continue
            while piece is not None:
                rows = yield piece, wanted
                piece = cutter.take(rows)
            cutter.finish()
        if len(empty) == len(self.tables):
            raise empty[0]

    @property
    def known_rows(self) -> int | None:
        """The number of rows where it is known before reading."""
        counts = [table.rows for table in self.tables]
        return None if None in counts else sum(filter(None, counts))


class FeedReader:
    """Gives out the rows of a feed in the numbers asked for."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.rows = 0
        self._pieces = feed.pieces()
        self._started = False
        self._left: Slice | None = None

    def take(self, rows: int | None) -> tuple[Slice, ...]:
        """Slices of `rows` rows, fewer only at the end; None: one piece."""
        taken: list[Slice] = []
        wanted = rows
        while wanted is None or wanted > 0:
            slice_ = self._next(wanted) if self._left is None else self._left
            if slice_ is None:
                break
            size = len(slice_)
            count = size if wanted is None else min(wanted, size)
            if count == size:
                taken.append(slice_)
                self._left = None
            else:
                taken.append(replace(slice_, stop=slice_.start + count))
                self._left = replace(slice_, start=slice_.start + count)
            self.rows += count
            if wanted is None:
                break
            wanted -= count
        return tuple(taken)

    def count_rest(self) -> int:
        """The number of rows in all, read to the end."""
        while self.take(None):
            pass
        return self.rows

    def _next(self, rows: int | None) -> Slice | None:
        try:
            piece, wanted = self._pieces.send(rows) if self._started else next(self._pieces)
        except StopIteration:
            return None
        self._started = True
        return Slice(piece, 0, piece.rows, wanted)


def _first(rows: int, slices: Iterable[Slice]) -> Iterator[Slice]:
    """Slices of as many rows at most."""
    for slice_ in slices:
        if rows > 0:
            yield replace(slice_, stop=min(slice_.stop, slice_.start + rows))
        rows -= len(slice_)


def read_slice(slice_: Slice) -> dict[Use, Any]:
    """All columns of a slice."""
    return slice_.piece.open(slice_.wanted)(slice_.start, slice_.stop)


def _read(slices: Sequence[tuple[int, int, Any]], start: int, stop: int) -> dict[Use, Any]:
    parts: list[dict[Use, Any]] = []
    at = 0
    for rows, offset, reader in slices:
        low, high = max(start, at), min(stop, at + rows)
        if low < high:
            parts.append(reader(low - at + offset, high - at + offset))
        at += rows
    return parts[0] if len(parts) == 1 else {use: concat([part[use] for part in parts]) for use in parts[0]}
