"""Where a role is read from: tables that are shards in order, and the columns of each."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from lossctl.binding.names import column_option, find_columns, source_text
from lossctl.errors import DataError, listed, quoted
from lossctl.files.streams import name_of
from lossctl.formats.table import Kind, Selection, Table
from lossctl.question.src import Src
from lossctl.record import record


@record
class RoleSource:
    """The shards of one role, a selection of columns of each. width: of the vector in a row, None for one number."""

    tables: tuple[Table, ...]
    selections: tuple[Selection, ...]
    width: int | None
    text: str
    by_itself: bool = False  # found by a usual name

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(self.tables[0].columns[place] for place in self.selections[0].columns)

    def read_as(self, kind: Kind) -> RoleSource:
        """The same, its cells read as `kind`; DataError where a column cannot be."""
        for table, selection in zip(self.tables, self.selections, strict=True):
            for place in selection.columns:
                table.check(place, kind)
        return replace(self, selections=tuple(replace(selection, kind=kind) for selection in self.selections))


def select(tables: Sequence[Table], columns: Sequence[tuple[int, ...]], file: str, *, by_itself: bool) -> RoleSource:
    """The columns of each table as one role. DataError where shards differ in shape, or in the names of a vector's columns.

    The columns of a vector are paired by name with those of the first shard: another order in another shard changes nothing.
    """
    names = [tables[0].columns[place] for place in columns[0]]
    widths = {_width(table, chosen) for table, chosen in zip(tables, columns, strict=True)}
    if len(widths) > 1:
        shapes = " and ".join(
            f"{name_of(table.path)} {_shape(_width(table, chosen))}" for table, chosen in zip(tables, columns, strict=True)
        )
        raise DataError(f"shards of different shapes: {shapes}")
    selections = tuple(
        Selection(_in_order_of(names, table, chosen), Kind.NUMBER, len(chosen) > 1)
        for table, chosen in zip(tables, columns, strict=True)
    )
    column = source_text(tables[0], columns[0])
    return RoleSource(tuple(tables), selections, widths.pop(), f"{file}:{column}" if column else file, by_itself)


def shards(parts: Sequence[RoleSource]) -> RoleSource:
    """Sources one after the other as one role."""
    tables = [table for part in parts for table in part.tables]
    columns = [selection.columns for part in parts for selection in part.selections]
    whole = select(tables, columns, "", by_itself=all(part.by_itself for part in parts))
    return replace(whole, text=",".join(part.text for part in parts))


def find(tables: Sequence[Table], src: Src, file: str) -> RoleSource:
    """The columns that a SRC names, in each of the tables."""
    return select(tables, [find_columns(table, src) for table in tables], file, by_itself=False)


def check_distinct(sources: Mapping[str, RoleSource], named: Collection[str]) -> None:
    """DataError where one column serves two roles of which one was not named. sources: those in the run's own table."""
    for (one, source), (other, second) in itertools.combinations(sources.items(), 2):
        same = (source.tables, source.columns) == (second.tables, second.columns)
        if same and not (one in named and other in named):
            problem = f"{listed(source.columns)} would be both the {one} and the {other}"
            hint = f"name both: {column_option(one)}COLUMN {column_option(other)}COLUMN; a column of another file is FILE:COLUMN"
            raise DataError(problem, where=name_of(source.tables[0].path), hint=hint)


def _in_order_of(names: Sequence[str], table: Table, chosen: tuple[int, ...]) -> tuple[int, ...]:
    own = {table.columns[place]: place for place in chosen}
    if len(chosen) == 1 or list(own) == list(names):
        return chosen
    if set(own) != set(names):
        raise DataError(f"the columns are {listed(own)}, in the first shard {listed(names)}", where=name_of(table.path))
    return tuple(own[name] for name in names)


def _width(table: Table, columns: tuple[int, ...]) -> int | None:
    widths = {table.width(column) for column in columns}
    if len(columns) == 1:
        return widths.pop()
    if widths != {None}:
        vector = next(column for column in columns if table.width(column) is not None)
        problem = f"column {quoted(table.columns[vector])} holds vectors; side by side go columns of one number a row"
        raise DataError(problem, where=name_of(table.path))
    return len(columns)


def _shape(width: int | None) -> str:
    return "(n,)" if width is None else f"(n, {width})"
