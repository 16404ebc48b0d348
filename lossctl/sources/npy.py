"""NumPy's .npy: the header is checked before anything it claims is trusted, and no Python object is ever made from a file.

Format: numpy.lib.format, versions 1.0 to 3.0. A regular file is read at any place, block by block; a pipe from front to back.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from lossctl.errors import DataError, plural, quoted
from lossctl.sources.formats import Format
from lossctl.sources.streams import Stream, name_of
from lossctl.sources.syntax import TableSyntax
from lossctl.sources.table import Kind, Reader, Rows, Selection
from lossctl.text import number_text

_MAGIC = b"\x93NUMPY"
_HEADER_LIMIT = 64 * 1024
_PIECE_BYTES = 8 * 2**20
_NUMBERS = re.compile(r"[<>|=]?(b1|[iu][1248]|f[248])")


class Readable(Protocol):
    """Something that bytes are read from, in order."""

    name: str

    def read(self, count: int) -> bytes:
        """Exactly `count` bytes, fewer only at the end."""


@dataclass(frozen=True)
class Layout:
    """How an array lies in its file: `rows` rows of `width` numbers (None: one number), from byte `offset` on."""

    dtype: np.dtype[Any]
    rows: int
    width: int | None
    fortran: bool
    offset: int

    @property
    def row_bytes(self) -> int:
        return self.dtype.itemsize * (self.width or 1)

    @property
    def data_bytes(self) -> int:
        return self.rows * self.row_bytes


def read_layout(stream: Readable) -> Layout:
    """Reads a header from the front of a stream; DataError where it is no header of an array of numbers, one or two axes."""
    name = stream.name
    lead = stream.read(8)
    if lead[:6] != _MAGIC:
        if lead[:1] == b"\x80":
            raise DataError("a pickle, not a NumPy array; lossctl never unpickles", where=name, hint="save it with numpy.save")
        raise DataError("not a .npy file: it does not begin with \\x93NUMPY", where=name)
    length_bytes = {1: 2, 2: 4, 3: 4}.get(lead[6] if len(lead) == 8 else 0)
    if length_bytes is None:
        raise DataError("bad .npy header: unknown version", where=name)
    length = int.from_bytes(stream.read(length_bytes), "little")
    if length > _HEADER_LIMIT:
        raise DataError(f"bad .npy header: {length:,} bytes long, over the limit of {_HEADER_LIMIT:,}", where=name)
    text = stream.read(length)
    if len(text) < length:
        raise DataError("bad .npy header: the file ends within it", where=name)
    dtype, fortran, shape = _header(text.decode("utf-8" if lead[6] == 3 else "latin-1", "replace"), name)
    if len(shape) not in (1, 2) or 0 in shape[1:]:
        raise DataError(f"an array of shape {_shape_text(shape)}; expected (n,) or (n, d)", where=name)
    width = shape[1] if len(shape) == 2 else None
    return Layout(dtype, shape[0], None if width == 1 else width, fortran and width not in (None, 1), 8 + length_bytes + length)


def _header(text: str, name: str) -> tuple[np.dtype[Any], bool, tuple[int, ...]]:
    try:
        header = ast.literal_eval(text.strip())
        descr, fortran, shape = header.pop("descr"), header.pop("fortran_order"), header.pop("shape")
        sound = not header and isinstance(fortran, bool) and isinstance(shape, tuple)
        sound = sound and all(isinstance(axis, int) and not isinstance(axis, bool) and 0 <= axis < 2**63 for axis in shape)
    except (ValueError, SyntaxError, TypeError, KeyError, AttributeError, MemoryError, RecursionError):
        raise DataError("bad .npy header: it does not describe an array", where=name) from None
    if not sound:
        raise DataError("bad .npy header: it does not describe an array", where=name)
    if isinstance(descr, str) and "O" in descr:
        hint = "save numbers: numpy.save(path, array.astype(float))"
        raise DataError("the array holds Python objects; lossctl never unpickles", where=name, hint=hint)
    if not isinstance(descr, str) or not _NUMBERS.fullmatch(descr):
        kind = quoted(descr) if isinstance(descr, str) else "a structured type"
        raise DataError(f"the array's dtype is {kind}; expected integers, floats or booleans", where=name)
    return np.dtype(descr), fortran, shape


def _shape_text(shape: tuple[int, ...]) -> str:
    return "(" + ", ".join(map(str, shape[:4])) + (", ..." if len(shape) > 4 else "," if len(shape) == 1 else "") + ")"


def read_as(kind: Kind, raw: Rows) -> Rows:
    """Numbers of any width and byte order as float64, or as texts (n,) in an object array."""
    if kind is not Kind.TEXT:
        return raw.astype(np.float64)
    texts = [number_text(value) if isinstance(value, float) else str(value) for value in raw.tolist()]
    return np.array(texts, dtype=object)


@dataclass(frozen=True)
class FilePiece:
    """Rows `first` to `first + rows` of an array in a regular file."""

    path: str
    layout: Layout
    first: int
    rows: int

    @contextmanager
    def open(self, wanted: Mapping[str, Selection]) -> Iterator[Reader]:
        with open(self.path, "rb", buffering=0) as file:

            def read(start: int, stop: int) -> dict[str, Rows]:
                raw = self._read(file, self.first + start, self.first + stop)
                return {name: read_as(selection.kind, raw) for name, selection in wanted.items()}

            yield read

    def _read(self, file: Any, start: int, stop: int) -> Rows:
        layout, count = self.layout, stop - start
        if not layout.fortran:
            raw = np.empty((count, layout.width) if layout.width else count, layout.dtype)
            self._fill(file, raw, layout.offset + start * layout.row_bytes)
            return raw
        assert layout.width is not None
        columns = np.empty((layout.width, count), layout.dtype)
        for place, column in enumerate(columns):
            self._fill(file, column, layout.offset + (place * layout.rows + start) * layout.dtype.itemsize)
        return np.ascontiguousarray(columns.T)

    def _fill(self, file: Any, raw: Rows, offset: int) -> None:
        view = raw.reshape(-1).view(np.uint8).data
        file.seek(offset)
        while view:
            count = file.readinto(view)
            if not count:
                raise DataError("the file changed while it was read: it became shorter", where=self.path)
            view = view[count:]

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        return f"{name_of(self.path)} row {self.first + row}" + _column_text(element)


@dataclass(frozen=True)
class BytesPiece:
    """Rows of arrays already read: for each column its bytes and layout."""

    name: str
    first: int
    rows: int
    data: Mapping[int, bytes]
    layouts: Mapping[int, Layout]
    keys: Mapping[int, str]

    @contextmanager
    def open(self, wanted: Mapping[str, Selection]) -> Iterator[Reader]:
        arrays = {
            column: np.frombuffer(data, self.layouts[column].dtype).reshape(self.rows, self.layouts[column].width or 1)
            for column, data in self.data.items()
        }

        def one(column: int, kind: Kind, start: int, stop: int) -> Rows:
            rows = arrays[column][start:stop]
            return read_as(kind, rows if self.layouts[column].width else rows[:, 0])

        def read(start: int, stop: int) -> dict[str, Rows]:
            columns = {
                name: [one(column, selection.kind, start, stop) for column in selection.columns]
                for name, selection in wanted.items()
            }
            return {name: parts[0] if len(parts) == 1 else np.column_stack(parts) for name, parts in columns.items()}

        yield read

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        column = selection.column(element)
        key = "" if column is None or not self.keys[column] else f", array {quoted(self.keys[column])}"
        return f"{self.name} row {self.first + row}{key}" + (_column_text(element) if len(selection.columns) == 1 else "")


def _column_text(element: int | None) -> str:
    return "" if element is None else f", column {element}"


class FileCutter:
    """Cuts a regular file into ranges of rows; nothing is read."""

    def __init__(self, stream: Stream, layout: Layout) -> None:
        self.stream, self.layout, self.first = stream, layout, 0

    def take(self, rows: int | None) -> FilePiece | None:
        left = self.layout.rows - self.first
        count = min(left, rows or piece_rows(self.layout.row_bytes))
        if count == 0:
            return None
        piece = FilePiece(self.stream.path, self.layout, self.first, count)
        self.first += count
        return piece

    def close(self) -> None:
        self.stream.close()


class ArrayReader:
    """Reads an array from front to back; a Fortran-ordered one is held whole, since its rows lie scattered."""

    def __init__(self, stream: Readable, layout: Layout) -> None:
        self.stream, self.layout, self.row = stream, layout, 0
        self._whole: bytes | None = None
        if layout.fortran:
            columns = np.frombuffer(self._exactly(layout.data_bytes), layout.dtype).reshape(layout.width or 1, layout.rows)
            self._whole = np.ascontiguousarray(columns.T).tobytes()

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


class StreamCutter:
    """Cuts arrays that are read from front to back: pieces hold their bytes."""

    def __init__(self, name: str, readers: Mapping[int, ArrayReader], keys: Mapping[int, str], close: Callable[[], None]) -> None:
        self.name, self.readers, self.keys, self.first = name, readers, keys, 0
        self._close = close

    def take(self, rows: int | None) -> BytesPiece | None:
        layouts = {column: reader.layout for column, reader in self.readers.items()}
        left = min(layout.rows for layout in layouts.values()) - self.first
        count = min(left, rows or piece_rows(sum(layout.row_bytes for layout in layouts.values())))
        if count == 0:
            for reader in self.readers.values():
                reader.finish()
            return None
        data = {column: reader.rows(count) for column, reader in self.readers.items()}
        piece = BytesPiece(self.name, self.first, count, data, layouts, self.keys)
        self.first += count
        return piece

    def close(self) -> None:
        self._close()


class NpyTable:
    """A .npy file: one array, a column without a name."""

    columns: Sequence[str] = ("",)
    is_array = True
    header = False

    def __init__(self, path: str) -> None:
        self.path = path
        self.stream = Stream(path)
        self.layout = read_layout(self.stream)
        self.rows: int | None = self.layout.rows
        if self.stream.size is not None:
            found = self.stream.size - self.layout.offset
            if found != self.layout.data_bytes:
                expected = plural(self.layout.data_bytes, "byte")
                raise DataError(f"the header says {expected} of data, the file has {found:,}", where=self.stream.name)

    def width(self, column: int) -> int | None:
        return self.layout.width

    def check(self, column: int, kind: Kind) -> None:
        check_dtype(self.layout.dtype, kind, self.stream.name)

    def cut(self, selections: Sequence[Selection]) -> FileCutter | StreamCutter:
        if self.stream.seekable:
            return FileCutter(self.stream, self.layout)
        reader = ArrayReader(self.stream, replace(self.layout, offset=0))
        return StreamCutter(self.stream.name, {0: reader}, {0: ""}, self.stream.close)


def open_table(path: str, _: Format, __: TableSyntax) -> NpyTable:
    """The array in a .npy file."""
    return NpyTable(path)


def read_vector(path: Path) -> list[float]:
    """The numbers of a .npy file that holds a vector, as `class_weight=@weights.npy` names one."""
    table = NpyTable(str(path))
    try:
        if table.layout.width is not None or not table.rows:
            raise DataError("expected a vector of numbers (c,)", where=str(path))
        with FilePiece(str(path), table.layout, 0, table.rows).open({"": Selection((0,), Kind.NUMBER, False)}) as read:
            return [float(value) for value in read(0, table.rows)[""]]
    finally:
        table.stream.close()


def check_dtype(dtype: np.dtype[Any], kind: Kind, name: str) -> None:
    """DataError where booleans stand for numbers; they are labels."""
    if dtype.kind == "b" and kind is Kind.NUMBER:
        raise DataError("the array's dtype is bool; booleans are labels, not predictions", where=name)


def piece_rows(row_bytes: int) -> int:
    """How many rows make a piece of a sensible size."""
    return max(1, math.ceil(_PIECE_BYTES / row_bytes))
