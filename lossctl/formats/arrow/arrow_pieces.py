"""Pieces of Arrow data in memory, cut from record batches as they are read."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from typing import Any

import pyarrow as pa

from lossctl.errors import DataError, is_scarcity, quoted, shorten
from lossctl.files.streams import Stream
from lossctl.formats.arrow.arrow_columns import check_type, read_table
from lossctl.formats.arrow.arrow_fields import SPARK, fields_of, is_spark_vector
from lossctl.formats.arrow.arrow_lists import RowProblem, is_list, list_axes
from lossctl.formats.numpy.npy_layout import piece_rows
from lossctl.formats.table import Kind, Reader, Selection, TypedTable, Wanted, cell_text, element_text, squeezed
from lossctl.record import record, replace
from lossctl.text import shown

_ABSURD = 2**44  # bytes


@record
class ArrowColumns:
    """The columns of a file that are read: their paths by place, of those that hold lists the axes of the first.

    coded: the names of texts that come as codes and a dictionary.
    """

    file: str
    paths: Mapping[int, tuple[str, ...]]
    axes: Mapping[int, tuple[int, ...]]
    coded: tuple[str, ...] = ()

    @property
    def row_values(self) -> int:
        """How many numbers make a row."""
        return sum(math.prod(self.axes.get(place, ())) or 1 for place in self.paths)

    @property
    def names(self) -> list[str]:
        """The columns of the file that they are, or are fields of."""
        return list(dict.fromkeys(path[0] for path in self.paths.values()))

    def read(self, table: Any, wanted: Wanted, first: int) -> Reader:
        """The reader of a table or record batch that begins at row `first` of the file."""
        try:
            return read_table(table, wanted, self.paths, self.axes)
        except RowProblem as problem:
            where = f"{self.file} row {first + problem.row}, column {quoted(problem.column)}"
            where += element_text(problem.element, (), "element")
            raise DataError(problem.problem, where=where, hint=problem.hint) from None

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        """Where a row of the file stands, its column and within a list the element."""
        return cell_text(
            f"{self.file} row {row}",
            selection,
            element,
            lambda place: ".".join(self.paths[place]),
            lambda place: self.axes.get(place, ()),
        )


@record
class ArrowPiece:
    """Rows of a record batch."""

    columns: ArrowColumns
    first: int
    rows: int
    batch: Any

    def open(self, wanted: Wanted) -> Reader:
        return self.columns.read(self.batch, wanted, self.first)

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return self.columns.locate(self.first + row, selection, element)

    def emptied(self) -> ArrowPiece:
        return replace(self, batch=None)


@record(frozen=False)
class Batches:
    """Gives out the rows of record batches, from row `first` of their file on, in the numbers asked for: a `Cutter`."""

    columns: ArrowColumns
    batches: Iterator[Any]
    finish: Callable[[], None]
    first: int = 0
    _left: list[Any] = field(default_factory=list)  # what is left of the last batch

    def take(self, rows: int | None) -> ArrowPiece | None:
        """A piece of at most `rows` rows, None at the end."""
        batch = self._left.pop() if self._left else next((batch for batch in self.batches if len(batch)), None)
        if batch is None:
            return None
        count = min(len(batch), rows or piece_rows(8 * self.columns.row_values))
        if count < len(batch):
            self._left.append(batch.slice(count))
        piece = ArrowPiece(self.columns, self.first, count, batch.slice(0, count))
        self.first += count
        return piece


class ArrowSchema(TypedTable):
    """The columns of an Arrow or Parquet file, as `Table` asks for them. what: the format's name."""

    def __init__(self, name: str, what: str, schema: Any) -> None:
        own = [((column,), kind_of) for column, kind_of in zip(schema.names, schema.types, strict=True)]
        fields = (field for path, kind_of in own for field in fields_of(kind_of, path))
        found = [*own, *(field for field in fields if ".".join(field[0]) not in schema.names)]  # a column's own name wins
        self.name, self.what, self.types = name, what, [kind_of for _, kind_of in found]
        self.paths = [path for path, _ in found]
        self.columns: Sequence[str] = tuple(map(".".join, self.paths))
        self._axes: dict[int, tuple[int, ...]] = {}

    def shape(self, column: int) -> tuple[int, ...]:
        return squeezed(self.axes(column))

    def lists(self, column: int) -> bool:
        return is_list(self.types[column])

    def check(self, column: int, kind: Kind, *, ragged: bool = False) -> None:
        where = f"{self.name}, column {quoted(self.columns[column])}"
        if is_spark_vector(self.types[column]):
            hint = SPARK.format(self.columns[column])
            raise DataError("the column holds structs; expected numbers", where=where, hint=hint)
        check_type(self.types[column], kind, where)
        if 0 in self.axes(column)[ragged:]:
            raise DataError("the lists are empty", where=where)

    def wanted(self, selections: Sequence[Selection]) -> ArrowColumns:
        """The columns that some selections read."""
        places = dict.fromkeys(place for selection in selections for place in selection.columns)
        axes = {place: self.axes(place) for place in places if self.lists(place)}
        coded = tuple(self.columns[place] for place in places if self.is_coded(place))
        return ArrowColumns(self.name, {place: self.paths[place] for place in places}, axes, coded)

    def is_coded(self, column: int) -> bool:
        """Whether the texts of a column are better had as a dictionary and the codes of its words."""
        return False

    def axes(self, column: int) -> tuple[int, ...]:
        """The axes of the first list of a column and of the first within it; () where it holds none."""
        if column not in self._axes:
            with reading(self.name, self.what):
                kind_of = self.types[column]
                self._axes[column] = list_axes(kind_of, self.arrays_of(column)) if is_list(kind_of) else ()
        return self._axes[column]

    def arrays_of(self, column: int) -> Iterator[Any]:
        """The arrays that a column is made of, from the front; of a stream its first."""
        raise NotImplementedError


def arrow_file(stream: Stream) -> Any:
    """A file as Arrow reads it at any place."""
    return pa.OSFile(os.fsencode(stream.path)) if stream.seekable else pa.PythonFile(stream.file, "r")


@contextmanager
def reading(name: str, what: str) -> Iterator[None]:
    """Says in words what Arrow finds wrong with a file. what: the format's name. Raises MemoryError where there is no more."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError) as problem:
        if is_scarcity(problem) and not _is_absurd(problem):
            raise MemoryError(str(problem)) from None
        if isinstance(problem, pa.ArrowNotImplementedError):
            raise DataError(f"cannot be read: {_words(problem)}", where=name) from None
        raise DataError(f"not a valid {what} file: {_words(problem)}", where=name) from None


def _is_absurd(problem: Exception) -> bool:
    """Whether more memory was asked for than any machine has, which a damaged file does."""
    size = re.search(r"of size (\d{1,20})", str(problem))
    return size is not None and int(size[1]) >= _ABSURD


def _words(problem: Exception) -> str:
    return shorten(shown(str(problem).partition("\n")[0]), 160)
