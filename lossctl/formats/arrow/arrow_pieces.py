"""Pieces of Arrow data in memory, cut from record batches as they are read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from lossctl.columns.column import Column
from lossctl.errors import DataError, quoted, shorten
from lossctl.files.streams import Stream
from lossctl.formats.arrow.arrow_columns import RowProblem, check_type, is_list, read_table
from lossctl.formats.numpy.npy_layout import piece_rows
from lossctl.formats.table import Kind, Reader, Selection
from lossctl.record import record
from lossctl.text import shown


@record
class ArrowColumns:
    """The columns of a file that are read: their names by place, and the lengths of those that hold lists."""

    file: str
    names: Mapping[int, str]
    lengths: Mapping[int, int | None]

    @property
    def row_values(self) -> int:
        """How many numbers make a row."""
        return sum(self.lengths.get(place) or 1 for place in self.names)

    def read(self, table: Any, wanted: Mapping[str, Selection], first: int) -> dict[str, Column]:
        """The wanted rows of a table or record batch that begins at row `first` of the file."""
        try:
            return read_table(table, wanted, self.names, self.lengths)
        except RowProblem as problem:
            where = f"{self.file} row {first + problem.row}, column {quoted(problem.column)}"
            raise DataError(problem.problem, where=where) from None

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        """Where a row of the file stands, its column and within a list the element."""
        column = selection.column(element)
        where = f"{self.file} row {row}" + ("" if column is None else f", column {quoted(self.names[column])}")
        return where + ("" if element is None or selection.vector else f", element {element}")


@record
class ArrowPiece:
    """Rows of a record batch."""

    columns: ArrowColumns
    first: int
    rows: int
    batch: Any

    @contextmanager
    def open(self, wanted: Mapping[str, Selection]) -> Iterator[Reader]:
        yield slices_of(self.columns.read(self.batch, wanted, self.first))

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return self.columns.locate(self.first + row, selection, element)


@dataclass
class Batches:
    """Gives out the rows of record batches, from row `first` of their file on, in the numbers asked for."""

    columns: ArrowColumns
    batches: Iterator[Any]
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


class ArrowSchema:
    """The columns of an Arrow or Parquet file, as `Table` asks for them."""

    is_array = False
    header = False

    def __init__(self, name: str, schema: Any) -> None:
        self.name, self.types = name, list(schema.types)
        self.columns: Sequence[str] = tuple(schema.names)
        self._lengths: dict[int, int | None] = {}

    def width(self, column: int) -> int | None:
        return None if self._length(column) == 1 else self._length(column)

    def check(self, column: int, kind: Kind) -> None:
        where = f"{self.name}, column {quoted(self.columns[column])}"
        check_type(self.types[column], kind, where)

    def wanted(self, selections: Sequence[Selection]) -> ArrowColumns:
        """The columns that some selections read."""
        places = dict.fromkeys(place for selection in selections for place in selection.columns)
        lengths = {place: self._length(place) for place in places if is_list(self.types[place])}
        return ArrowColumns(self.name, {place: self.columns[place] for place in places}, lengths)

    def first_length(self, column: int) -> int | None:
        """The length of the first list in a column, None where no row has one."""
        raise NotImplementedError

    def _length(self, column: int) -> int | None:
        """The length of a column's lists, None where it holds none."""
        if column not in self._lengths:
            self._lengths[column] = self.first_length(column) if is_list(self.types[column]) else None
            if self._lengths[column] == 0:
                raise DataError("the lists are empty", where=f"{self.name}, column {quoted(self.columns[column])}")
        return self._lengths[column]


def slices_of(columns: Mapping[str, Column]) -> Reader:
    """The reader of columns that are held in memory."""
    return lambda start, stop: {name: values[start:stop] for name, values in columns.items()}


def arrow_file(stream: Stream) -> Any:
    """A file as Arrow reads it at any place."""
    return pa.OSFile(os.fsencode(stream.path)) if stream.seekable else pa.PythonFile(stream.file, "r")


@contextmanager
def reading(name: str, what: str) -> Iterator[None]:
    """Says in words what Arrow finds wrong with a file. what: the format's name."""
    try:
        yield
    except MemoryError:
        raise
    except pa.ArrowNotImplementedError as problem:
        raise DataError(f"cannot be read: {_words(problem)}", where=name) from None
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError) as problem:
        raise DataError(f"not a valid {what} file: {_words(problem)}", where=name) from None


def _words(problem: Exception) -> str:
    return shorten(shown(str(problem).partition("\n")[0]), 160)
