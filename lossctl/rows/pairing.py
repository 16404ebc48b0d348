"""Rows paired by key: of the tables of one dataset, and of the models that are compared. There is no other pairing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lossctl.binding.use import RowField, Use
from lossctl.columns.column import Numbers, concat
from lossctl.columns.keys import Key, find_rows
from lossctl.columns.words import PlacedWords
from lossctl.formats.table import Kind, Reader, Selection, Wanted
from lossctl.record import record, replace
from lossctl.rows.join import Join, check_none_missing, check_spelling, check_unique, join
from lossctl.rows.parts import Part, Slice
from lossctl.rows.rows import LEFT_OUT, MISSING
from lossctl.rows.whole_tables import WholeTable, locate_in, read_whole

if TYPE_CHECKING:
    from lossctl.rows.dataset import Dataset

_PART_ROWS = 2**18
_REASON = Use(RowField.LACKING)


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

    def open(self, wanted: Wanted) -> Reader:
        def read(start: int, stop: int) -> dict[Any, Any]:
            rows = slice(start, stop) if self.gathered else self.places[start:stop]
            return {use: self.columns[use][rows] for use in wanted}

        return read

    def emptied(self) -> PairedPiece:
        return PairedPiece({}, self.places, self.slices)

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return locate_in(self.slices, int(self.places[row]), selection, element)


def paired_parts(dataset: Dataset) -> Iterator[Part]:
    """The rows of all tables paired by their keys, compared as text, in the order of the first table.

    Raises DataError for keys that are empty, stand twice in a table, or are missing from one (unless such are dropped).
    """
    own_use = next(use for use, _ in dataset.binding.uses())
    feeds = sorted(dataset.feeds, key=lambda feed: own_use not in feed.wanted[0])
    read = read_whole if dataset.shared is None else dataset.shared.read
    first, *others = (read(dataset, feed) for feed in feeds)
    reason: Numbers = np.zeros(len(first.key[0]), np.int8)
    places: list[Numbers] = []
    if first.left is not None:
        reason[~first.left] = LEFT_OUT
    unknown = [_match(first, other, reason, places, dataset) for other in others]
    dataset.extra = _count_extra(unknown)
    columns = [other.other_columns for other in others]
    slices = [other.slices for other in others]
    if dataset.shared is not None and dataset.shared.has(others[0]) and not reason.any() and not len(unknown[0][1]):
        own_key = {use: PlacedWords(column, places[0]) for use, column in others[0].columns.items() if use.field is RowField.KEY}
        first = replace(first, columns=first.columns | own_key, key=())
    del others, unknown  # with them their keys
    for start in range(0, len(reason), _PART_ROWS):
        rows = np.arange(start, min(start + _PART_ROWS, len(reason)))
        own = {use: column[start : start + len(rows)] for use, column in first.columns.items()}
        pieces = [PairedPiece({**own, _REASON: reason[rows]}, rows, first.slices, gathered=True)]
        pieces += [PairedPiece(*of_other) for of_other in zip(columns, (place[rows] for place in places), slices, strict=True)]
        yield Part(start, len(rows), tuple((Slice(piece, 0, piece.rows, piece.wanted),) for piece in pieces))


def _match(
    first: WholeTable, other: WholeTable, reason: Numbers, places: list[Numbers], dataset: Dataset
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


def _join_left(first: WholeTable, other: WholeTable) -> Join:
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
