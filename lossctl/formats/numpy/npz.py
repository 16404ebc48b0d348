"""NumPy's .npz: a zip of arrays, the keys its columns. Members are read from front to back, which checks their CRC.

No path is ever made from a member's name, and memory does not depend on what a member claims to hold.
"""

from __future__ import annotations

from collections.abc import Sequence

from lossctl.errors import DataError, plural, quoted
from lossctl.files.sources import Source, at_any_place
from lossctl.files.zipped import Member, open_archive, open_member
from lossctl.formats.catalogue import Format
from lossctl.formats.numpy.npy import ArrayReader, stream_cutter
from lossctl.formats.numpy.npy_layout import Layout, check_dtype, read_layout
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Kind, RangeCutter, Selection, TypedTable


class NpzTable(TypedTable):
    """A .npz file, its arrays by key."""

    def __init__(self, source: Source) -> None:
        self.path = source.path
        self.stream = at_any_place(source, b"PK", "a .npz")
        self.zip = open_archive(self.stream, "a .npz")
        self.members = self.zip.infolist()
        self.columns = [member.filename.removesuffix(".npy") for member in self.members]
        self._layouts: dict[int, Layout] = {}
        self.rows = None
        if not self.columns:
            raise DataError("no arrays in the file", where=self.stream.name)

    def shape(self, column: int) -> tuple[int, ...]:
        return self._layout(column).shape

    def check(self, column: int, kind: Kind, *, ragged: bool = False) -> None:
        check_dtype(self._layout(column).dtype, kind, self._name(column))

    def cut(self, selections: Sequence[Selection]) -> RangeCutter:
        columns = dict.fromkeys(column for selection in selections for column in selection.columns)
        layouts = {column: self._layout(column) for column in columns}
        if len({layout.rows for layout in layouts.values()}) > 1:
            counts = ", ".join(
                f"{quoted(self.columns[column])} {plural(layout.rows, 'row')}" for column, layout in layouts.items()
            )
            raise DataError(f"arrays of different lengths: {counts}", where=self.stream.name)
        readers = {column: ArrayReader(self._open(column), self._layouts[column]) for column in columns}
        return stream_cutter(self.stream.name, readers, {column: self.columns[column] for column in columns}, self.stream.finish)

    def _layout(self, column: int) -> Layout:
        if column not in self._layouts:
            self._open(column)
        return self._layouts[column]

    def _open(self, column: int) -> Member:
        """The member, read up to its data."""
        info, name = self.members[column], self._name(column)
        member = open_member(self.zip, info, name)
        layout = read_layout(member)
        if info.file_size != layout.offset + layout.data_bytes:
            expected = plural(layout.data_bytes, "byte")
            raise DataError(f"the header says {expected} of data, the member has {info.file_size - layout.offset:,}", where=name)
        self._layouts[column] = layout
        return member

    def _name(self, column: int) -> str:
        return f"{self.stream.name}, array {quoted(self.columns[column])}"


def open_table(source: Source, _: Format, __: TableSyntax) -> NpzTable:
    """The arrays in a .npz file."""
    return NpzTable(source)
