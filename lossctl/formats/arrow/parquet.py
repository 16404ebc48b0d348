"""Parquet: row groups are read by whoever scores them; large ones, or rows asked for in other numbers, batch by batch.

Format: https://parquet.apache.org/docs/file-format/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lossctl.errors import DataError, plural
from lossctl.files.sources import Source, at_any_place
from lossctl.files.streams import Stream
from lossctl.formats.arrow.arrow_columns import is_text
from lossctl.formats.arrow.arrow_fields import field_at
from lossctl.formats.arrow.arrow_pieces import ArrowColumns, ArrowPiece, ArrowSchema, Batches, arrow_file, reading
from lossctl.formats.arrow.parquet_file import ParquetFile
from lossctl.formats.catalogue import Format
from lossctl.formats.numpy.npy_layout import piece_rows
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Reader, Selection, Wanted
from lossctl.record import record

_GROUP_LIMIT = 64 * 2**20  # bytes of wanted columns, as stored or as numbers, up to which a row group is read in one go


@record
class GroupPiece:
    """A row group, whose first row is row `first` of the file."""

    path: str
    columns: ArrowColumns
    group: int
    first: int
    rows: int

    def open(self, wanted: Wanted) -> Reader:
        stream = Stream(self.path)
        with reading(self.columns.file, "Parquet"):
            file = ParquetFile(arrow_file(stream), self.columns.coded)
            table = file.row_group(self.group, self.columns.names)
        _check_rows(table.num_rows, self.rows, self.columns.file)
        read = self.columns.read(table, wanted, self.first)
        del file, stream, table  # closed, since pieces of many files may be open at once, and freed where it was copied
        return read

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return self.columns.locate(self.first + row, selection, element)


class ParquetTable(ArrowSchema):
    """A Parquet file, of which the footer is read."""

    def __init__(self, source: Source) -> None:
        self.path = source.path
        self.stream = at_any_place(source, b"PAR1", "a valid Parquet")
        with reading(self.stream.name, "Parquet"):
            self.file = ParquetFile(arrow_file(self.stream))
            super().__init__(self.stream.name, "Parquet", self.file.schema)
        metadata = self.file.metadata
        self.group_rows = [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]
        self.rows: int | None = metadata.num_rows
        _check_rows(sum(self.group_rows), metadata.num_rows, self.name)

    def arrays_of(self, column: int) -> Iterator[Any]:
        batches = self.file.batches(1024, range(len(self.group_rows)), [self.paths[column][0]])
        return (field_at(batch, self.paths[column], measured=True) for batch in batches)

    def is_coded(self, column: int) -> bool:
        """Where a text takes less than the four bytes of its length: so it is stored."""
        name = self.columns[column]
        if len(self.paths[column]) > 1 or not is_text(self.types[column]) or not self.group_rows:
            return False
        return any(chunk.total_uncompressed_size < 4 * chunk.num_values for chunk in self.chunks(0, [name]))

    def chunks(self, group: int, names: Sequence[str]) -> list[Any]:
        """What the footer says of the columns of a row group. Raises DataError where the file cannot be read so.

        Arrow ends the process where what it asks a footer for is damaged there; reading a row says so in words.
        """
        with reading(self.name, "Parquet"):
            next(self.file.batches(1, [group], names), None)
        metadata = self.file.metadata
        described = metadata.row_group(group)
        found = []
        for place in range(metadata.num_columns):
            column = metadata.schema.column(place)
            if column.path in names or column.path.startswith(tuple(f"{name}." for name in names)):
                found.append(described.column(place))
        return found

    def cut(self, selections: Sequence[Selection]) -> ParquetCutter:
        return ParquetCutter(self, self.wanted(selections))


class ParquetCutter:
    """Cuts a Parquet file into row groups and, where those are too large, batches of rows."""

    def __init__(self, table: ParquetTable, columns: ArrowColumns) -> None:
        self.table, self.columns = table, columns
        self.group = self.first = 0
        self._batches: Batches | None = None  # of the current row group, where it is not read in one go

    def take(self, rows: int | None) -> GroupPiece | ArrowPiece | None:
        while self.group < len(self.table.group_rows):
            count = self.table.group_rows[self.group]
            by_itself = self.table.stream.reopens and 0 < count <= (rows or count)
            if self._batches is None and by_itself and self._size() <= _GROUP_LIMIT:
                piece = GroupPiece(self.table.path, self.columns, self.group, self.first, count)
                self._next_group()
                return piece
            self._batches = self._batches or Batches(self.columns, self._read(), self.finish, self.first)
            if (rest := self._batches.take(rows)) is not None:
                return rest
            _check_rows(self._batches.first - self.first, count, self.table.name)
            self._next_group()
        return None

    def finish(self) -> None:
        self.table.stream.finish(reopened=True)

    def _next_group(self) -> None:
        self.first += self.table.group_rows[self.group]
        self.group += 1
        self._batches = None

    def _size(self) -> int:
        """What the wanted columns of the current row group take, as stored or as numbers; some pages unpack a thousandfold."""
        group = self.table.file.metadata.row_group(self.group)
        stored = group.total_byte_size
        if stored > _GROUP_LIMIT:  # of all columns
            names = self.columns.names
            stored = sum(chunk.total_uncompressed_size for chunk in self.table.chunks(self.group, names))
        return int(max(stored, 8 * self.columns.row_values * group.num_rows))

    def _read(self) -> Iterator[Any]:
        rows = piece_rows(8 * self.columns.row_values)
        with reading(self.table.name, "Parquet"):
            yield from self.table.file.batches(rows, [self.group], self.columns.names, use_threads=True)


def open_table(source: Source, _: Format, __: TableSyntax) -> ParquetTable:
    """The table in a Parquet file."""
    return ParquetTable(source)


def read_values(path: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of all columns and the rows, as Python has such values; DataError where the file cannot be read so."""
    stream = Stream(path)
    with reading(stream.name, "Parquet"):
        table = ParquetFile(arrow_file(stream)).read()
        rows = [*zip(*(column.to_pylist() for column in table.columns), strict=True)]
    stream.finish()
    return table.column_names, rows


def _check_rows(found: int, expected: int, name: str) -> None:
    if found != expected:
        raise DataError(f"not a valid Parquet file: it says {plural(expected, 'row')} and has {found:,}", where=name)
