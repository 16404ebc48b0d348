"""The costs of every row streamed into a file while they are computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, Protocol

from lossctl.files.output import encoded
from lossctl.lazy import np
from lossctl.reports import csv_report, jsonl_report
from lossctl.reports.cells import Block, Plain
from lossctl.reports.full_tables import PIECE, beside, sample_columns
from lossctl.reports.lines import Dialect, block_lines
from lossctl.results.samples import SampleTable


class SampleFile(Protocol):
    """Takes samples in the order of rows, then is finished."""

    def write(self, samples: SampleTable) -> None:
        """Appends samples."""

    def finish(self) -> None:
        """Writes what stands at the end."""


class NpyFile:
    """(n,) for one loss, (n, losses) for more; the header gets its row count at the end."""

    def __init__(self, file: BinaryIO, losses: Sequence[str], carried: Sequence[str]) -> None:
        self.file, self.width, self.rows = file, len(losses), 0
        self.file.write(self._header(10**18))

    def write(self, samples: SampleTable) -> None:
        self.rows += len(samples)
        costs = [*samples.values.values()]
        self.file.write(np.ascontiguousarray(costs[0] if self.width == 1 else np.column_stack(costs)).data)

    def finish(self) -> None:
        self.file.seek(0)
        self.file.write(self._header(self.rows))

    def _header(self, rows: int) -> bytes:
        shape = f"({rows},)" if self.width == 1 else f"({rows}, {self.width})"
        text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
        return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


class LinesFile:
    """One line a row: key, kept columns and costs after the row's number."""

    def __init__(self, file: BinaryIO, columns: Sequence[str], dialect: Dialect) -> None:
        self.file, self.columns, self.dialect = file, columns, dialect

    def write(self, samples: SampleTable) -> None:
        for start in range(0, len(samples), PIECE):
            self.file.write(encoded(block_lines(_block(samples[start : start + PIECE]), self.dialect)))

    def finish(self) -> None:
        pass


def csv_file(file: BinaryIO, losses: Sequence[str], carried: Sequence[str]) -> SampleFile:
    """A header, then rows."""
    columns = _columns(losses, carried)
    file.write(encoded(csv_report.csv_line(columns)))
    return LinesFile(file, columns, csv_report.dialect(len(columns)))


def jsonl_file(file: BinaryIO, losses: Sequence[str], carried: Sequence[str]) -> SampleFile:
    """One object a row."""
    columns = _columns(losses, carried)
    return LinesFile(file, columns, jsonl_report.dialect(columns, named=True))


class ParquetFile:
    """The same columns."""

    def __init__(self, file: BinaryIO, losses: Sequence[str], carried: Sequence[str]) -> None:
        self.file, self.columns = file, ["row", *carried, *losses]
        self._writer: Any = None

    def write(self, samples: SampleTable) -> None:
        import pyarrow.parquet as pq

        from lossctl.reports.arrow_columns import block_table

        table = block_table(_block(samples), self.columns)
        self._writer = self._writer or pq.ParquetWriter(self.file, table.schema)
        self._writer.write_table(table)

    def finish(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _columns(losses: Sequence[str], carried: Sequence[str]) -> list[str]:
    """The names of the columns; a kept one whose name is taken gets `keep:` in front."""
    return ["row", *beside(["row", *losses], carried, "keep"), *losses]


def _block(samples: SampleTable) -> Block:
    return Block([Plain(samples.row), *map(Plain, samples.id.values()), *sample_columns(samples)], len(samples))


SAMPLE_FILES: dict[str, Callable[[BinaryIO, Sequence[str], Sequence[str]], SampleFile]] = {
    ".npy": NpyFile,
    ".csv": csv_file,
    ".parquet": ParquetFile,
    ".jsonl": jsonl_file,
}
