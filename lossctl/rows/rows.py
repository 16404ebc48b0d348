"""Rows of a run, as columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import field
from operator import attrgetter
from typing import Any

import numpy as np

from lossctl.binding.use import RowField, Use
from lossctl.columns.column import Column, Numbers, concat
from lossctl.columns.partly_read import PartlyRead
from lossctl.columns.ragged import Ragged
from lossctl.columns.words import Words, coded
from lossctl.record import record, replace

_BYTES_OF_A_WORD = 16


@record(frozen=False)
class Rows:
    """`count` rows, from row `first` of the run on; `places` of those that are left among them, None where all are.

    roles, keep and groups by name; weight, key, unit, conditions where they are asked for. lacking: of tables paired by key, why
    a row cannot be used: MISSING, LEFT_OUT, or 0. unread: why rows could not be read, of each column of which some could not be.
    shared: keys that tables share whose rows pair by order, of rows as they were read.
    """

    first: int
    count: int
    roles: dict[str, Column]
    weight: Numbers | None = None
    key: tuple[Words, ...] = ()
    groups: dict[str, Words] = field(default_factory=dict)
    keep: dict[str, Words] = field(default_factory=dict)
    conditions: tuple[Words, ...] = ()
    unit: Words | None = None
    lacking: Numbers | None = None
    unread: tuple[Numbers, ...] = ()
    shared: dict[Use, Words] = field(default_factory=dict)
    places: Numbers | None = None

    def __len__(self) -> int:
        return self.count

    def take(self, rows: Any) -> Rows:
        """The rows at some places (n,)."""
        places = rows if self.places is None else self.places[rows]
        return replace(self._each(lambda column: column[rows]), count=len(rows), places=places, shared={})

    def place(self, row: int) -> int:
        """Where a row stands among those that were read."""
        return row if self.places is None else int(self.places[row])

    def number(self, row: int) -> int:
        """The row of the run that a row is."""
        return self.first + self.place(row)

    def numbers(self) -> Numbers:
        """The rows of the run that all are (n,)."""
        numbers: Numbers = np.arange(self.first, self.first + self.count) if self.places is None else self.first + self.places
        return numbers

    @property
    def nbytes(self) -> int:
        """About how much memory they take."""
        columns = [*self.roles.values(), self.weight, self.places, *self.key, *self.groups.values(), *self.keep.values()]
        return sum(_bytes_of(column) for column in columns if column is not None)

    def keeping(self, roles: Collection[str], *, carried: bool = True) -> Rows:
        """The same with those roles alone, which stay when the readers' buffers are filled again; words of roles as codes.

        carried: whether keys, units and what is kept along stay too.
        """
        kept = replace(self, roles={name: self.roles[name] for name in self.roles if name in roles}, shared={})
        kept = replace(kept, conditions=(), lacking=None, unread=())
        if not carried:
            kept = replace(kept, key=(), keep={}, unit=None)
        kept = kept._each(lambda column: column.copy() if isinstance(column, np.ndarray) else column)
        return replace(kept, roles={name: _coded(column) for name, column in kept.roles.items()})

    def coded(self) -> Rows:
        """The same, words as codes, with no words beside those that they have."""
        return self._each(_coded)

    def _each(self, change: Callable[[Any], Any]) -> Rows:
        def of(columns: Mapping[str, Any]) -> dict[str, Any]:
            return {name: change(column) for name, column in columns.items()}

        return replace(
            self,
            roles=of(self.roles),
            weight=None if self.weight is None else change(self.weight),
            key=tuple(map(change, self.key)),
            groups=of(self.groups),
            keep=of(self.keep),
            conditions=tuple(map(change, self.conditions)),
            unit=None if self.unit is None else change(self.unit),
            lacking=None if self.lacking is None else change(self.lacking),
            unread=tuple(map(change, self.unread)),
        )


def _coded(column: Column) -> Column:
    return coded(column) if isinstance(column, Words) else column


def _bytes_of(column: Column) -> int:
    if isinstance(column, Words):
        return _BYTES_OF_A_WORD * len(column)
    return int(column.values.nbytes + column.offsets.nbytes if isinstance(column, Ragged) else column.nbytes)


MISSING, LEFT_OUT = 1, 2  # why a row that was paired by key cannot be used: a table lacks it, or a condition leaves it out


def rows_of(first: int, columns: Mapping[Use, Any]) -> Rows:
    """Rows from the columns that were read for them, whatever tables they are read from."""
    named: dict[RowField, dict[str, Any]] = {RowField.ROLE: {}, RowField.GROUP: {}, RowField.KEEP: {}}
    placed: dict[RowField, tuple[Any, ...]] = {RowField.KEY: (), RowField.CONDITION: ()}
    alone: dict[RowField, Any] = {RowField.WEIGHT: None, RowField.UNIT: None, RowField.LACKING: None}
    shared: dict[Use, Words] = {}
    unread: list[Numbers] = []
    for use in sorted(columns, key=attrgetter("place")):
        column = columns[use]
        if isinstance(column, PartlyRead):
            unread.append(column.errors)
            column = column.values
        if use.field in named:
            named[use.field][use.name] = column
        elif use.field in placed:
            placed[use.field] += (column,)
        elif use.field in alone:
            alone[use.field] = column
        else:
            shared[use] = column
    return Rows(
        first=first,
        count=len(next(iter(columns.values()))),
        roles=named[RowField.ROLE],
        weight=alone[RowField.WEIGHT],
        key=placed[RowField.KEY],
        groups=named[RowField.GROUP],
        keep=named[RowField.KEEP],
        conditions=placed[RowField.CONDITION],
        unit=alone[RowField.UNIT],
        lacking=alone[RowField.LACKING],
        unread=tuple(unread),
        shared=shared,
    )


def concat_rows(parts: Sequence[Rows], *, emptied: bool = False) -> Rows:
    """The rows of several parts of a run, in order.

    emptied: the columns that have names are taken out of the parts, one after the other, so that all are not in memory twice.
    """
    out_of: Callable[[dict[str, Any], str], Any] = dict.pop if emptied else dict.__getitem__

    def joined(columns: Sequence[Any]) -> Any:
        return None if columns[0] is None else concat(columns)

    def by_name(dicts: Sequence[dict[str, Any]]) -> dict[str, Any]:
        return {name: joined([out_of(columns, name) for columns in dicts]) for name in list(dicts[0])}

    ends = [part.first + len(part) for part in parts]
    joins = all(part.places is None for part in parts) and ends[:-1] == [part.first for part in parts[1:]]
    return Rows(
        first=parts[0].first if joins else 0,
        count=sum(map(len, parts)),
        roles=by_name([part.roles for part in parts]),
        weight=joined([part.weight for part in parts]),
        key=tuple(map(joined, zip(*(part.key for part in parts), strict=True))),
        groups=by_name([part.groups for part in parts]),
        keep=by_name([part.keep for part in parts]),
        unit=joined([part.unit for part in parts]),
        places=None if joins else np.concatenate([part.numbers() for part in parts]),
    )
