"""The costs of every row streamed into a file while they are computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from lossctl.files.output import encoded
from lossctl.lazy import np
from lossctl.reports.formats import csv_report, jsonl_report
from lossctl.reports.lines.cells import Block, Plain
from lossctl.reports.lines.line_format import LineFormat
from lossctl.reports.lines.rendering import block_lines
from lossctl.reports.tables.full_tables import PIECE, kept_columns, sample_columns
from lossctl.results.samples import SampleColumns, SampleTable
from lossctl.scoring.sample_sinks import TableSink


class NpyFile(TableSink):
    """(rows,) for one loss, (rows, losses) for more, NaN in the rows that were left out; the header gets the count at the end."""

    def __init__(self, file: BinaryIO, losses: Sequence[str], _: SampleColumns) -> None:
        self.file, self.width, self.rows = file, len(losses), 0
        self.file.write(self._header(10**18))

    def write(self, made: SampleTable) -> None:
        for start in range(0, len(made), PIECE):
            some = made[start : start + PIECE]
            self._fill(int(some.row[0]))
            costs = np.column_stack([*some.values.values()])
            rows = int(some.row[-1]) + 1 - self.rows
            if len(costs) < rows:
                used, costs = costs, np.full((rows, self.width), np.nan)
                costs[some.row - self.rows] = used
            self.rows += rows
            self.file.write(np.ascontiguousarray(costs).data)

    def finish(self, rows: int) -> None:
        self._fill(rows)
        self.file.seek(0)
        self.file.write(self._header(rows))

    def _fill(self, rows: int) -> None:
        """Writes rows that were left out, up to that one."""
        while self.rows < rows:
            count = min(rows - self.rows, PIECE)
            self.file.write(np.full((count, self.width), np.nan).data)
            self.rows += count

    def _header(self, rows: int) -> bytes:
        shape = f"({rows},)" if self.width == 1 else f"({rows}, {self.width})"
        text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
        return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


class LinesFile(TableSink):
    """One line a row: key, kept columns and costs after the row's number."""

    def __init__(self, file: BinaryIO, line_format: LineFormat) -> None:
        self.file, self.line_format = file, line_format

    def made_of(self, samples: SampleTable) -> list[bytes]:
        starts = range(0, len(samples), PIECE)
        return [encoded(block_lines(_block(samples[start : start + PIECE]), self.line_format)) for start in starts]

    def write(self, made: list[bytes]) -> None:
        self.file.writelines(made)

    def finish(self, rows: int) -> None:
        pass


def csv_file(file: BinaryIO, losses: Sequence[str], carried: SampleColumns) -> TableSink:
    """A header, then rows."""
    columns = _columns(losses, carried)
    line_format = csv_report.line_format_as_read(len(columns))
    file.write(encoded(line_format.line(columns)))
    return LinesFile(file, line_format)


def jsonl_file(file: BinaryIO, losses: Sequence[str], carried: SampleColumns) -> TableSink:
    """One object a row."""
    return LinesFile(file, jsonl_report.line_format(_columns(losses, carried), named=True))


class ParquetFile(TableSink):
    """The same columns."""

    def __init__(self, file: BinaryIO, losses: Sequence[str], carried: SampleColumns) -> None:
        self.file, self.columns = file, _columns(losses, carried)
        self._writer: Any = None

    def made_of(self, samples: SampleTable) -> Any:
        from lossctl.reports.lines.arrow_columns import block_table

        return block_table(_block(samples), self.columns)

    def write(self, made: Any) -> None:
        import pyarrow.parquet as pq

        self._writer = self._writer or pq.ParquetWriter(self.file, made.schema)
        self._writer.write_table(made)

    def finish(self, rows: int) -> None:
        if self._writer is not None:
            self._writer.close()


def _columns(losses: Sequence[str], carried: SampleColumns) -> list[str]:
    return ["row", *carried.id, *kept_columns(losses, carried.keep, *carried.id), *losses]


def _block(samples: SampleTable) -> Block:
    return Block([Plain(samples.row), *map(Plain, samples.id.values()), *sample_columns(samples)], len(samples))


SAMPLE_FILES: dict[str, Callable[[BinaryIO, Sequence[str], SampleColumns], TableSink]] = {
    ".npy": NpyFile,
    ".csv": csv_file,
    ".parquet": ParquetFile,
    ".jsonl": jsonl_file,
}
