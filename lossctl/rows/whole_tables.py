"""Tables read whole, since their rows are paired by key with those of others."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lossctl.binding.use import RowField, Use
from lossctl.columns.column import Numbers, concat
from lossctl.columns.keys import Key
from lossctl.errors import DataError
from lossctl.files.states import state_of
from lossctl.files.streams import name_of, read_once
from lossctl.formats.table import Selection, Table, emptied
from lossctl.record import record, replace
from lossctl.rows.conditions import NotComparable, rows_for_which
from lossctl.rows.parts import Feed, FeedReader, Slice, read_slice

if TYPE_CHECKING:
    from lossctl.rows.dataset import Dataset


@record
class WholeTable:
    """A table read whole: its columns, its key, which of its rows the conditions leave, and where they stand."""

    name: str
    columns: dict[Use, Any]
    key: Key
    left: Numbers | None
    slices: tuple[Slice, ...]

    def rows_left(self) -> Numbers:
        return np.arange(len(self.key[0])) if self.left is None else np.flatnonzero(self.left)

    @property
    def other_columns(self) -> dict[Use, Any]:
        """Its columns without its key."""
        return {use: column for use, column in self.columns.items() if use.field is not RowField.KEY}

    def key_left(self) -> Key:
        """The key of the rows that are left."""
        return self.key if self.left is None else tuple(column[self.rows_left()] for column in self.key)


class SharedTables:
    """Tables that several runs pair their rows with, each read once while its file stays as it is.

    files: those that the runs share, and that are no run's own.
    """

    def __init__(self, files: Collection[str]) -> None:
        self._files = frozenset(files)
        self._tables: dict[Any, WholeTable] = {}

    def has(self, table: WholeTable) -> bool:
        """Whether a table is one of them."""
        return any(table is known for known in self._tables.values())

    def read(self, dataset: Dataset, feed: Feed) -> WholeTable:
        """The table of a feed, as `read_whole` gives it."""
        if not all(map(self._is_shared, feed.tables)) or any(use.field is RowField.CONDITION for use in feed.wanted[0]):
            return read_whole(dataset, feed)
        of_tables = ((state_of(table.path), table.syntax, tuple(table.columns)) for table in feed.tables)
        known_by = tuple(of_tables), tuple(frozenset(wanted.items()) for wanted in feed.wanted)
        if known_by not in self._tables:
            self._tables[known_by] = read_whole(dataset, feed)
        return self._tables[known_by]

    def _is_shared(self, table: Table) -> bool:
        return table.path in self._files and os.path.isfile(table.path) and not read_once(table.path)


def read_whole(dataset: Dataset, feed: Feed) -> WholeTable:
    """The table of a feed. Raises DataError where it has no rows, or a row without a key."""
    reader = FeedReader(feed)
    slices: list[Slice] = []

    def taken() -> Iterator[Slice]:
        while some := reader.take(None):
            slices.extend(some)
            yield from some

    name = name_of(feed.tables[0].path)
    parts: list[dict[Use, Any]] = []
    for part in dataset.slice_map(read_slice, taken()):
        slices[len(parts)] = replace(slices[len(parts)], piece=emptied(slices[len(parts)].piece))
        parts.append(part)
    if not parts:
        raise DataError("no rows", where=name)
    columns = {use: concat([part.pop(use) for part in parts]) for use in [*parts[0]]}
    key = tuple(column for use, column in columns.items() if use.field is RowField.KEY)
    left: Numbers | None = None
    for use in [use for use in columns if use.field is RowField.CONDITION]:
        try:
            holds = rows_for_which(dataset.binding.conditions[use.place][0], columns.pop(use))
        except NotComparable as problem:
            raise DataError(problem.problem, where=locate_in(slices, problem.row, slices[0].wanted[use], None)) from None
        left = holds if left is None else left & holds
    whole = WholeTable(name, columns, key, left, tuple(slices))
    _check_not_empty(whole)
    return whole


def _check_not_empty(whole: WholeTable) -> None:
    for place, column in enumerate(whole.key_left()):
        blank = column.blank()
        if blank.any():
            selection = whole.slices[0].wanted[Use(RowField.KEY, place=place)]
            row = int(whole.rows_left()[int(blank.argmax())])
            raise DataError("the key is empty", where=locate_in(whole.slices, row, selection, None))


def locate_in(slices: Sequence[Slice], row: int, selection: Selection, element: int | None) -> str:
    """Where a row of some slices stands, and its column."""
    for slice_ in slices:
        if row < len(slice_):
            return slice_.piece.locate(slice_.start + row, selection, element)
        row -= len(slice_)
    raise IndexError(row)
