"""Where a role is read from: tables that are shards in order, and the columns of each."""

from __future__ import annotations

import itertools
import math
import shlex
from collections.abc import Collection, Mapping, Sequence

from lossctl.binding.columns import Columns, find_columns
from lossctl.binding.names import column_option, source_text
from lossctl.errors import DataError, listed, quoted
from lossctl.files.streams import name_of
from lossctl.formats.table import Kind, Selection, Table
from lossctl.losses.roles.shapes import shape_text
from lossctl.question.src import Src
from lossctl.record import record, replace

_LONG = 200  # characters of the names of columns


@record
class RoleSource:
    """The shards of one role, a selection of columns of each.

    shape: the axes of a row, () for one number, of lists those of the first. lists: whether rows may differ in length.
    by_itself: found by a usual name. chosen: its columns in the first table.
    """

    tables: tuple[Table, ...]
    selections: tuple[Selection, ...]
    shape: tuple[int, ...]
    text: str
    chosen: Columns
    lists: bool = False
    by_itself: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(self.tables[0].columns[place] for place in self.selections[0].columns)

    @property
    def definition(self) -> str:
        """The names of its columns, which are many as the first, the last and a hash of all; empty for a bare array."""
        text = ",".join(name.replace("\\", "\\\\").replace(",", "\\,") for name in self.columns)
        if len(text) <= _LONG:
            return text
        from hashlib import sha256  # which imports OpenSSL

        return f"{self.columns[0]}..{self.columns[-1]} ({len(self.columns)} columns, {sha256(text.encode()).hexdigest()[:12]})"

    @property
    def values(self) -> int:
        """How many values a row has, of lists the first."""
        return math.prod(self.shape)

    def check(self, kind: Kind, *, ragged: bool) -> None:
        """DataError where a column cannot be read so. ragged: its lists may differ in length."""
        for table, selection in zip(self.tables, self.selections, strict=True):
            for place, column in enumerate(selection.columns):
                try:
                    table.check(column, kind, ragged=ragged)
                except DataError as problem:
                    hint = problem.hint or selection.hint(place)
                    raise DataError(problem.problem, where=problem.where, hint=hint) from None

    @property
    def begins_with_word(self) -> bool:
        """Whether it is a column of text whose first cell is a word; where a file says what its columns hold, `check` tells."""
        return not self.shape and self.tables[0].begins_with_word(self.selections[0].columns[0])

    @property
    def holds_numbers(self) -> bool:
        """Whether it can be read as numbers, as far as its files and its first cell say."""
        try:
            self.check(Kind.NUMBER, ragged=True)
        except DataError:
            return False
        return not self.begins_with_word

    def as_classes(self) -> RoleSource:
        """The same, which says of a pattern's column that holds no predictions how to name the others."""
        names = self.chosen.names
        if not self.chosen.pattern or not 2 < len(names) <= 20:
            return self
        others = (",".join(other for other in names if other != name) for name in names)
        pairs = zip(names, others, strict=True)
        hints = tuple(f"if {quoted(name)} is the name of no class: --classes {shlex.quote(rest)}" for name, rest in pairs)
        return replace(self, selections=tuple(replace(selection, hints=hints) for selection in self.selections))

    def check_single(self) -> None:
        """DataError where a row has more than one value."""
        if self.shape:
            several = len(self.columns) > 1
            problem = f"these are {len(self.columns)} columns" if several else "it holds vectors"
            hint = f"name one of {listed(self.columns)}" if several else None
            raise DataError(f"{problem}, where one of one value a row is wanted", where=self.text, hint=hint)

    def read_single(self) -> RoleSource:
        """The same, read as one number a row; DataError where a row has more, or none."""
        self.check_single()
        return self.read_as(Kind.NUMBER)

    def read_as(self, kind: Kind, *, ragged: bool = False, repeats: bool = False, unequal: str | None = None) -> RoleSource:
        """The same, its cells read as `kind`, its lists of any length where `ragged`; DataError where a column cannot be.

        repeats, unequal: as those of `Selection`.
        """
        if kind is Kind.TEXT:
            self.check_single()
        self.check(kind, ragged=ragged)
        read = (replace(selection, kind=kind, ragged=ragged, repeats=repeats, unequal=unequal) for selection in self.selections)
        return replace(self, selections=tuple(read))


def select(tables: Sequence[Table], columns: Sequence[Columns], file: str, *, by_itself: bool) -> RoleSource:
    """The columns of each table as one role. DataError where shards differ in shape, or in the names of a vector's columns.

    The columns of a vector are paired by name with those of the first shard: another order in another shard changes nothing.
    """
    filled = [place for place, table in enumerate(tables) if table.rows != 0] or [0]  # what an empty shard holds nothing tells
    tables, columns = [tables[place] for place in filled], [columns[place] for place in filled]
    places = [chosen.places for chosen in columns]
    names = [tables[0].columns[place] for place in places[0]]
    lists = all(len(chosen) == 1 and table.lists(chosen[0]) for table, chosen in zip(tables, places, strict=True))
    shapes = [_shape(table, chosen) for table, chosen in zip(tables, places, strict=True)]
    if len(set(map(len, shapes) if lists else shapes)) > 1:
        different = (f"{name_of(table.path)} {shape_text(shape)}" for table, shape in zip(tables, shapes, strict=True))
        raise DataError(f"shards of different shapes: {' and '.join(different)}")
    selections = tuple(
        Selection(_in_order_of(names, table, chosen), Kind.NUMBER, len(chosen) > 1)
        for table, chosen in zip(tables, places, strict=True)
    )
    column = source_text(tables[0], places[0])
    return RoleSource(tuple(tables), selections, shapes[0], f"{file}:{column}" if column else file, columns[0], lists, by_itself)


def shards(parts: Sequence[RoleSource]) -> RoleSource:
    """Sources one after the other as one role."""
    tables = [table for part in parts for table in part.tables]
    columns = [replace(part.chosen, places=selection.columns) for part in parts for selection in part.selections]
    whole = select(tables, columns, "", by_itself=all(part.by_itself for part in parts))
    return replace(whole, text=",".join(part.text for part in parts))


def find(tables: Sequence[Table], src: Src, file: str, classes: Sequence[str] | None = None) -> RoleSource:
    """The columns that a SRC names, in each of the tables; with `classes` those of a pattern that are called so."""
    return select(tables, [find_columns(table, src, classes) for table in tables], file, by_itself=False)


def holds_numbers(table: Table, place: int) -> bool:
    """Whether a column can be read as numbers, or lists of them, as far as its file and its first cell say."""
    try:
        table.check(place, Kind.NUMBER, ragged=True)
    except DataError:
        return False
    return not table.begins_with_word(place)


def check_distinct(sources: Mapping[str, RoleSource], named: Collection[str]) -> None:
    """DataError where one column serves two roles of which one was not named. sources: those in the run's own table."""
    for (name, source), (other, second) in itertools.combinations(sources.items(), 2):
        same = (source.tables, source.columns) == (second.tables, second.columns)
        if same and not (name in named and other in named):
            problem = f"{listed(source.columns)} would be both the {name} and the {other}"
            hint = f"name both: {column_option(name)}COLUMN {column_option(other)}COLUMN; a column of another file is FILE:COLUMN"
            raise DataError(problem, where=name_of(source.tables[0].path), hint=hint)


def _in_order_of(names: Sequence[str], table: Table, chosen: tuple[int, ...]) -> tuple[int, ...]:
    own = {table.columns[place]: place for place in chosen}
    if len(chosen) == 1 or list(own) == list(names):
        return chosen
    if set(own) != set(names):
        raise DataError(f"the columns are {listed(own)}, in the first shard {listed(names)}", where=name_of(table.path))
    return tuple(own[name] for name in names)


def _shape(table: Table, columns: tuple[int, ...]) -> tuple[int, ...]:
    shapes = {table.shape(column) for column in columns}
    if len(columns) == 1:
        return shapes.pop()
    if shapes != {()}:
        vector = next(column for column in columns if table.shape(column))
        problem = f"column {quoted(table.columns[vector])} holds vectors; side by side go columns of one number a row"
        raise DataError(problem, where=name_of(table.path))
    return (len(columns),)
