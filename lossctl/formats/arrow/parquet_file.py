"""A Parquet file as Arrow reads it, without `pyarrow.parquet`, whose import waits for every file system that Arrow knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from pyarrow._parquet import ParquetReader

_BUFFER = 2**20  # bytes that are read ahead of a column


class ParquetFile:
    """The footer of a file, and its columns when they are asked for by the names of the outermost ones.

    coded: the names of columns that come as codes and a dictionary. Raises Arrow's exceptions, as its methods do.
    """

    def __init__(self, file: Any, coded: Sequence[str] = ()) -> None:
        self._reader = ParquetReader()
        self._reader.open(file, buffer_size=_BUFFER, read_dictionary=list(coded), page_checksum_verification=True)
        self.metadata, self.schema = self._reader.metadata, self._reader.schema_arrow

    def row_group(self, group: int, names: Collection[str]) -> Any:
        """Columns of a row group, as a table; side by side where no others can be read meanwhile."""
        return self._reader.read_row_group(group, self._places(names), use_threads=self.metadata.num_row_groups == 1)

    def batches(self, rows: int, groups: Sequence[int], names: Collection[str], *, use_threads: bool = False) -> Iterator[Any]:
        """Columns of row groups, as record batches of at most so many rows."""
        batches: Iterator[Any] = self._reader.iter_batches(rows, groups, self._places(names), use_threads)
        return batches

    def read(self) -> Any:
        """All columns, as a table."""
        return self._reader.read_all(use_threads=False)

    def _places(self, names: Collection[str]) -> list[int]:
        return [place for place, path in enumerate(self._reader.column_paths) if path[0] in names]
