"""Rows paired by key: of the tables of one dataset, and of the models that are compared. There is no other pairing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from lossctl.binding.use import Field, Use
from lossctl.columns.column import Numbers, concat
from lossctl.columns.keys import Key, find_rows
from lossctl.errors import DataError
from lossctl.files.streams import name_of
from lossctl.formats.table import Kind, Reader, Selection, Wanted
from lossctl.record import record
from lossctl.rows.conditions import NotComparable, rows_for_which
from lossctl.rows.join import Join, check_none_missing, check_spelling, check_unique, join
from lossctl.rows.parts import Feed, FeedReader, Part, Slice, read_slice
from lossctl.rows.rows import LEFT_OUT, MISSING

if TYPE_CHECKING:
    from lossctl.rows.dataset import Dataset

_PART_ROWS = 2**18
_REASON = Use(Field.LACKING)


@record(frozen=False)
class PairedPiece:
    """Rows of a table in the order of another. places: each row's row in its own table; slices: where that stands.

    columns: of the whole table, or where `gathered` of these rows alone, in their order.
    """

    columns: Mapping[Use, Any]
    places: Numbers
    slices: tuple[Slice, ...]
    gathered: bool = False

    @property
    def rows(self) -> int:
        return len(self.places)

    @property
    def wanted(self) -> Wanted:
        """The columns as they were selected in their table."""
        selections = {_REASON: Selection((0,), Kind.NUMBER, False), **self.slices[0].wanted}
        return {use: selections[use] for use in self.columns}

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process gets the rows of this piece alone."""
        rows = slice(0, self.rows) if self.gathered else self.places
        own = {use: column[rows] for use, column in self.columns.items()}
        return (PairedPiece, (own, self.places, self.slices, True))

    @contextmanager
    def open(self, wanted: Wanted) -> Iterator[Reader]:
        def read(start: int, stop: int) -> dict[Any, Any]:
            rows = slice(start, stop) if self.gathered else self.places[start:stop]
            return {use: self.columns[use][rows] for use in wanted}

        yield read

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return _locate(self.slices, int(self.places[row]), selection, element)


@record
class _Whole:
    """A table read whole: its columns, its key, which of its rows the conditions leave, and where they stand."""

    name: str
    columns: dict[Use, Any]
    key: Key
    left: Numbers | None
    slices: tuple[Slice, ...]

    def rows_left(self) -> Numbers:
        return np.arange(len(self.key[0])) if self.left is None else np.flatnonzero(self.left)

    def key_left(self) -> Key:
        """The key of the rows that are left."""
        return self.key if self.left is None else tuple(column[self.rows_left()] for column in self.key)


def paired_parts(dataset: Dataset) -> Iterator[Part]:
    """The rows of all tables paired by their keys, compared as text, in the order of the first table.

    Raises DataError for keys that are empty, stand twice in a table, or are missing from one (unless such are dropped).
    """
    own_use = next(use for use, _ in dataset.binding.uses())
    feeds = sorted(dataset.feeds, key=lambda feed: own_use not in feed.wanted[0])
    first, *others = (_read(dataset, feed) for feed in feeds)
    reason: Numbers = np.zeros(len(first.key[0]), np.int8)
    places: list[Numbers] = []
    if first.left is not None:
        reason[~first.left] = LEFT_OUT
    unknown = [_match(first, other, reason, places, dataset) for other in others]
    dataset.extra = _count_extra(unknown)
    for start in range(0, len(reason), _PART_ROWS):
        rows = np.arange(start, min(start + _PART_ROWS, len(reason)))
        own = {use: column[start : start + len(rows)] for use, column in first.columns.items()}
        pieces = [PairedPiece({**own, _REASON: reason[rows]}, rows, first.slices, gathered=True)]
        for other, place in zip(others, places, strict=True):
            columns = {use: column for use, column in other.columns.items() if use.field is not Field.KEY}
            pieces.append(PairedPiece(columns, place[rows], other.slices))
        yield Part(start, len(rows), tuple((Slice(piece, 0, piece.rows, piece.wanted),) for piece in pieces))


def _match(
    first: _Whole, other: _Whole, reason: Numbers, places: list[Numbers], dataset: Dataset
) -> tuple[Key, Numbers, Numbers]:
    """Finds the rows of the first table in another, and notes why a row cannot be used: its key, the rows of the other that the
    first lacks, and whether a condition left them out.
    """
    whole = first.left is None and other.left is None
    found = join(first.key, other.key) if whole else _join_left(first, other)
    if not found.one_to_one:
        for table in (first, other):
            check_unique(table.key_left(), table.name)
    absent = found.places < 0
    if absent.all():
        check_spelling((first.name, other.name), (first.key, other.key))
    filtered = np.zeros(len(absent), bool)
    if other.left is not None:
        filtered = ~absent & ~other.left[found.places]
    lacking = absent & (reason == 0)
    unknown_left = found.unknown if other.left is None else found.unknown[other.left[found.unknown]]
    if not dataset.drop_missing:
        check_none_missing((first.name, other.name), (first.key, other.key), (np.flatnonzero(lacking), unknown_left))
    reason[filtered & (reason == 0)] = LEFT_OUT
    reason[lacking] = MISSING
    places.append(np.where(absent, 0, found.places))
    left_out = np.zeros(len(found.unknown), bool) if other.left is None else ~other.left[found.unknown]
    return other.key, found.unknown, left_out


def _join_left(first: _Whole, other: _Whole) -> Join:
    """The join of tables of which conditions leave out rows: a row that is left is found before one that is not."""
    order = np.argsort(~other.left, kind="stable") if other.left is not None else np.arange(len(other.key[0]))
    found = join(first.key, tuple(column[order] for column in other.key))
    places = np.where(found.places < 0, -1, order[found.places])
    return Join(places, np.sort(order[found.unknown]))


def _count_extra(unknown: Sequence[tuple[Key, Numbers, Numbers]]) -> dict[str, int]:
    """How many keys the first table lacks, by reason; one that several tables have counts once."""
    if not any(len(rows) for _, rows, _ in unknown):
        return {}
    columns = range(len(unknown[0][0]))
    key = tuple(concat([other[column][rows] for other, rows, _ in unknown]) for column in columns)
    left_out = np.concatenate([left for _, _, left in unknown])
    first_rows = find_rows(key, key)
    by_key = np.zeros(len(left_out), bool)
    np.logical_or.at(by_key, first_rows, left_out)
    where = int(by_key[np.unique(first_rows)].sum())
    missing = len(np.unique(first_rows)) - where
    return {reason: count for reason, count in (("where", where), ("missing", missing)) if count}


def _read(dataset: Dataset, feed: Feed) -> _Whole:
    reader = FeedReader(feed)
    slices: list[Slice] = []

    def taken() -> Iterator[Slice]:
        while some := reader.take(None):
            slices.extend(some)
            yield from some

    name = name_of(feed.tables[0].path)
    parts = list(dataset.slice_map(read_slice, taken()))
    if not parts:
        raise DataError("no rows", where=name)
    columns = {use: concat([part[use] for part in parts]) for use in parts[0]}
    del parts
    key = tuple(column for use, column in columns.items() if use.field is Field.KEY)
    left: Numbers | None = None
    for use in [use for use in columns if use.field is Field.CONDITION]:
        try:
            holds = rows_for_which(dataset.binding.conditions[int(use.name)][0], columns.pop(use))
        except NotComparable as problem:
            raise DataError(problem.problem, where=_locate(slices, problem.row, slices[0].wanted[use], None)) from None
        left = holds if left is None else left & holds
    whole = _Whole(name, columns, key, left, tuple(slices))
    _check_not_empty(whole)
    return whole


def _check_not_empty(whole: _Whole) -> None:
    for place, column in enumerate(whole.key_left()):
        blank = column.blank()
        if blank.any():
            selection = whole.slices[0].wanted[Use(Field.KEY, str(place))]
            row = int(whole.rows_left()[int(blank.argmax())])
            raise DataError("the key is empty", where=_locate(whole.slices, row, selection, None))


def _locate(slices: Sequence[Slice], row: int, selection: Selection, element: int | None) -> str:
    for one in slices:
        if row < len(one):
            return one.piece.locate(one.start + row, selection, element)
        row -= len(one)
    raise IndexError(row)
