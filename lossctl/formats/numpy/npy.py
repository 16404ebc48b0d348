"""NumPy's .npy: a regular file is read at any place, block by block; a pipe from front to back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from lossctl.columns.column import Column, Numbers
from lossctl.columns.number_words import words_of
from lossctl.errors import DataError, plural, quoted
from lossctl.files.sources import Source
from lossctl.files.streams import Readable, Stream, name_of
from lossctl.formats.catalogue import Format
from lossctl.formats.numpy.npy_layout import Layout, check_dtype, piece_rows, read_layout
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Kind, RangeCutter, Reader, Selection, TypedTable, Wanted, element_text
from lossctl.record import record, replace

_SMALL = 2**17  # bytes up to which an array is read as it is opened, not block by block


def read_as(kind: Kind, raw: Numbers) -> Column:
    """Numbers of any width and byte order as float64, or as words (n,)."""
    return words_of(raw) if kind is Kind.TEXT else raw.astype(np.float64, copy=False)


@record
class FilePiece:
    """Rows `first` to `first + rows` of an array in a regular file."""

    path: str
    layout: Layout
    first: int
    rows: int

    def open(self, wanted: Wanted) -> Reader:
        stream = Stream(self.path)
        buffer = np.empty(0, self.layout.dtype)  # reused: what is read is looked at before the next rows are

        def read(start: int, stop: int) -> dict[Any, Column]:
            nonlocal buffer
            size = (stop - start) * self.layout.row_values
            if buffer.size < size:
                buffer = np.empty(size, self.layout.dtype)
            raw = self._read(stream.file.raw, self.first + start, self.first + stop, buffer[:size])
            return {name: read_as(selection.kind, raw) for name, selection in wanted.items()}

        return read

    def _read(self, file: Any, start: int, stop: int, buffer: Numbers) -> Numbers:
        layout, count = self.layout, stop - start
        if not layout.fortran:
            self._fill(file, buffer, layout.offset + start * layout.row_bytes)
            return buffer.reshape(count, *layout.shape)
        for place, column in enumerate(buffer.reshape(layout.row_values, count)):
            self._fill(file, column, layout.offset + (place * layout.rows + start) * layout.dtype.itemsize)
        return np.ascontiguousarray(buffer.reshape(count, *layout.shape, order="F"))

    def _fill(self, file: Any, raw: Numbers, offset: int) -> None:
        view = raw.reshape(-1).view(np.uint8).data
        file.seek(offset)
        while view:
            count = file.readinto(view)
            if not count:
                raise DataError("the file changed while it was read: it became shorter", where=self.path)
            view = view[count:]

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return f"{name_of(self.path)} row {self.first + row}" + element_text(element, self.layout.shape, "column")


@record
class BytesPiece:
    """Rows of arrays already read: for each column its bytes and layout."""

    name: str
    first: int
    rows: int
    data: Mapping[int, bytes]
    layouts: Mapping[int, Layout]
    keys: Mapping[int, str]

    def open(self, wanted: Wanted) -> Reader:
        arrays = {
            column: np.frombuffer(data, self.layouts[column].dtype).reshape(self.rows, *self.layouts[column].shape)
            for column, data in self.data.items()
        }

        def read(start: int, stop: int) -> dict[Any, Column]:
            columns: dict[str, list[Any]] = {
                name: [read_as(selection.kind, arrays[column][start:stop]) for column in selection.columns]
                for name, selection in wanted.items()
            }
            return {name: parts[0] if len(parts) == 1 else np.column_stack(parts) for name, parts in columns.items()}

        return read

    def emptied(self) -> BytesPiece:
        return replace(self, data={})

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        column = selection.column(element)
        where = f"{self.name} row {self.first + row}"
        if column is None:
            return where
        where += f", array {quoted(self.keys[column])}" if self.keys[column] else ""
        return where if selection.vector else where + element_text(element, self.layouts[column].shape, "column")


class ArrayReader:
    """Reads an array from front to back; a Fortran-ordered one is held whole, since its rows lie scattered."""

    def __init__(self, stream: Readable, layout: Layout) -> None:
        self.stream, self.layout, self.row = stream, layout, 0
        self._whole: bytes | None = None
        if layout.fortran:
            values = np.frombuffer(self._exactly(layout.data_bytes), layout.dtype)
            self._whole = values.reshape(layout.rows, *layout.shape, order="F").tobytes()

    def rows(self, count: int) -> bytes:
        start, size = self.row * self.layout.row_bytes, count * self.layout.row_bytes
        self.row += count
        return self._exactly(size) if self._whole is None else self._whole[start : start + size]

    def finish(self) -> None:
        """Reads on to the end, where a checksum is verified; DataError where there are bytes beyond the array."""
        if self.stream.read(1):
            problem = f"the header says {plural(self.layout.data_bytes, 'byte')} of data, the file has more"
            raise DataError(problem, where=self.stream.name)

    def _exactly(self, size: int) -> bytes:
        data = self.stream.read(size)
        if len(data) < size:
            problem = f"the header says {plural(self.layout.data_bytes, 'byte')} of data, the file ends before"
            raise DataError(problem, where=self.stream.name)
        return data


def stream_cutter(
    name: str, readers: Mapping[int, ArrayReader], keys: Mapping[int, str], finish: Callable[[], None]
) -> RangeCutter:
    """Cuts arrays that are read from front to back: pieces hold their bytes."""
    layouts = {column: reader.layout for column, reader in readers.items()}

    def piece(first: int, count: int) -> BytesPiece:
        return BytesPiece(name, first, count, {column: reader.rows(count) for column, reader in readers.items()}, layouts, keys)

    def finish_all() -> None:
        for reader in readers.values():
            reader.finish()
        finish()

    suit = piece_rows(sum([layout.row_bytes for layout in layouts.values()]))
    return RangeCutter(min([layout.rows for layout in layouts.values()]), suit, piece, finish_all)


class NpyTable(TypedTable):
    """A .npy file: one array, a column without a name."""

    columns: Sequence[str] = ("",)
    is_array = True

    def __init__(self, source: Source) -> None:
        self.source, self.path = source, source.path
        self.stream = source.open()
        self.layout: Layout = read_layout(self.stream)
        self.rows: int | None = self.layout.rows
        if self.stream.size is not None:
            found = self.stream.size - self.layout.offset
            if found != self.layout.data_bytes:
                expected = plural(self.layout.data_bytes, "byte")
                raise DataError(f"the header says {expected} of data, the file has {found:,}", where=self.stream.name)

    def shape(self, column: int) -> tuple[int, ...]:
        return self.layout.shape

    def check(self, column: int, kind: Kind, *, ragged: bool = False) -> None:
        check_dtype(self.layout.dtype, kind, self.stream.name)

    def cut(self, selections: Sequence[Selection]) -> RangeCutter:
        if self.stream.seekable and self.layout.data_bytes > _SMALL:
            return RangeCutter(
                self.layout.rows,
                piece_rows(self.layout.row_bytes),
                lambda first, count: FilePiece(self.path, self.layout, first, count),
                partial(self.stream.finish, reopened=True),
            )
        reader = ArrayReader(self.stream, self.layout)
        return stream_cutter(self.stream.name, {0: reader}, {0: ""}, self.stream.finish)


def open_table(source: Source, _: Format, __: TableSyntax) -> NpyTable:
    """The array in a .npy file."""
    return NpyTable(source)


def read_array(path: str, axes: int, words: str) -> list[float]:
    """The numbers, in C order, of a .npy file that holds an array of some axes, as `class_weight=@weights.npy` names one."""
    table = NpyTable(Source(path))
    if len(table.layout.shape) != axes - 1 or not table.rows:
        raise DataError(f"expected {words}", where=path)
    selection = Selection((0,), Kind.NUMBER, False)
    read = FilePiece(path, table.layout, 0, table.rows).open({"": selection})
    return [float(value) for value in read(0, table.rows)[""].reshape(-1)]  # type: ignore[union-attr]  # numbers were selected
