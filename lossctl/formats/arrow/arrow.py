"""Arrow files and streams, and Feather (version 2 is an Arrow file): record batches from front to back.

Format: https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import Any

import pyarrow as pa

from lossctl.errors import DataError
from lossctl.files.sources import Source, copied
from lossctl.files.streams import Stream
from lossctl.formats.arrow.arrow_fields import field_at
from lossctl.formats.arrow.arrow_pieces import ArrowColumns, ArrowSchema, Batches, arrow_file, reading
from lossctl.formats.catalogue import Format
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Selection

_FILE, _FEATHER_1 = b"ARROW1", b"FEA1"
_AT_ONCE = 2**24  # bytes


class Watched:
    """A stream's bytes for Arrow's reader, which takes their end for the end of the rows; `ended`: they did end."""

    closed = False

    def __init__(self, stream: Stream) -> None:
        self.stream, self.ended = stream, False

    def read(self, count: int) -> bytes:
        """At most that many bytes; what a header claims is never allocated before it is there."""
        pieces: list[bytes] = []
        left = count
        while left and (piece := self.stream.read(min(left, _AT_ONCE))):
            pieces.append(piece)
            left -= len(piece)
        self.ended = self.ended or left > 0
        return b"".join(pieces)


class ArrowTable(ArrowSchema):
    """An Arrow file or stream, of which the schema is read."""

    rows = None

    def __init__(self, source: Source) -> None:
        self.source, self.path = source, source.path
        self.stream = source.open()
        start = self.stream.file.peek(len(_FILE))
        self.is_file = start.startswith(_FILE)
        if start.startswith(_FEATHER_1):
            hint = "write it again with pandas' to_feather or R's arrow, which make version 2"
            raise DataError("a Feather file of version 1 is not read", where=self.stream.name, hint=hint)
        if self.is_file and not self.stream.random:
            self.source = copied(self.stream, self.path)
            self.stream = self.source.open()
        self._bytes = Watched(self.stream)
        self._measured: list[Any] = []  # what was read of a stream to measure its lists
        with reading(self.stream.name, "Arrow"):
            reader = self._file() if self.is_file else pa.ipc.open_stream(pa.PythonFile(self._bytes, "r"))
            super().__init__(self.stream.name, "Arrow", reader.schema)
        self._stream = iter(() if self.is_file else reader)

    def arrays_of(self, column: int) -> Iterator[Any]:
        if not self.is_file and not self._measured:
            self._measured += islice(self._stream, 1)
        batches = self._of_file([self.paths[column][0]]) if self.is_file else self._measured
        for batch in batches:
            # Arrow ends the process where lists begin beyond their values
            batch.column(self.paths[column][0]).validate(full=True)
            yield field_at(batch, self.paths[column], measured=True)

    def cut(self, selections: Sequence[Selection]) -> Batches:
        columns = self.wanted(selections)
        return Batches(columns, self.batches(columns), partial(self.stream.finish, reopened=self.is_file))

    def batches(self, columns: ArrowColumns) -> Iterator[Any]:
        """The record batches with some columns, each checked. Raises DataError for damage, or a stream without a proper end."""
        with reading(self.name, "Arrow"):
            for batch in self._of_file(columns.names) if self.is_file else chain(self._measured, self._stream):
                chosen = batch.select(columns.names)
                chosen.validate(full=True)
                yield chosen
        if self._bytes.ended:
            raise DataError("the Arrow stream ends early: it has no mark at its end", where=self.name)
        if not self.is_file and self.stream.read(1):
            raise DataError("there are more bytes after the end of the Arrow stream", where=self.name)

    def _of_file(self, names: list[str]) -> Iterator[Any]:
        file = self._file(sorted(self.paths.index((name,)) for name in names))
        return (file.get_batch(number) for number in range(file.num_record_batches))

    def _file(self, places: list[int] | None = None) -> Any:
        """A reader of a file's columns at some places, None for all; the others' data are not touched."""
        options = pa.ipc.IpcReadOptions(included_fields=places, use_threads=False)
        return pa.ipc.open_file(arrow_file(self.stream), options=options)


def open_table(source: Source, _: Format, __: TableSyntax) -> ArrowTable:
    """The table in an Arrow or Feather file."""
    return ArrowTable(source)
