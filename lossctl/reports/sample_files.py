"""The costs of every row streamed into a file while they are computed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, Protocol

import numpy as np

from lossctl.columns.words import Words
from lossctl.engine.score import Samples
from lossctl.files.output import encoded
from lossctl.reports.csv_report import csv_line
from lossctl.reports.jsonl_report import sample_line
from lossctl.reports.tables import beside


class SampleFile(Protocol):
    """Takes samples in the order of rows, then is finished."""

    def write(self, samples: Samples) -> None:
        """Appends samples."""

    def finish(self) -> None:
        """Writes what stands at the end."""


class NpyFile:
    """(n,) for one loss, (n, losses) for more; the header gets its row count at the end."""

    def __init__(self, file: BinaryIO, losses: Sequence[str], carried: Sequence[str]) -> None:
        self.file, self.width, self.rows = file, len(losses), 0
        self.file.write(self._header(10**18))

    def write(self, samples: Samples) -> None:
        self.rows += len(samples.row)
        costs = samples.costs[0] if self.width == 1 else np.column_stack(samples.costs)
        self.file.write(np.ascontiguousarray(costs).data)

    def finish(self) -> None:
        self.file.seek(0)
        self.file.write(self._header(self.rows))

    def _header(self, rows: int) -> bytes:
        shape = f"({rows},)" if self.width == 1 else f"({rows}, {self.width})"
        text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
        return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


class LinesFile:
    """One line a row."""

    def __init__(self, file: BinaryIO, losses: Sequence[str], carried: Sequence[str]) -> None:
        self.file = file
        self.columns = ["row", *beside(["row", *losses], carried, "keep"), *losses]
        self.begin()

    def begin(self) -> None:
        """Writes what stands before the rows."""

    def line(self, row: list[Any]) -> str:
        """One row as text."""
        raise NotImplementedError

    def write(self, samples: Samples) -> None:
        columns = [
            samples.row.tolist(),
            *(words.tolist() for words in _carried(samples).values()),
            *(cost.tolist() for cost in samples.costs),
        ]
        self.file.write(encoded("".join(self.line(list(row)) for row in zip(*columns, strict=True))))

    def finish(self) -> None:
        pass


class CsvFile(LinesFile):
    """A header, then rows."""

    def begin(self) -> None:
        self.file.write(encoded(csv_line(self.columns)))

    def line(self, row: list[Any]) -> str:
        return csv_line(row)


class JsonlFile(LinesFile):
    """One object a row."""

    def line(self, row: list[Any]) -> str:
        return sample_line(self.columns, row)


class ParquetFile:
    """Columns `row`, the kept ones, and one for each loss."""

    def __init__(self, file: BinaryIO, losses: Sequence[str], carried: Sequence[str]) -> None:
        self.file, self.losses = file, losses
        self._writer: Any = None

    def write(self, samples: Samples) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = {
            "row": pa.array(samples.row),
            **{name: words.arrow() for name, words in _carried(samples).items()},
            **dict(zip(self.losses, samples.costs, strict=True)),
        }
        table = pa.table({name: values if isinstance(values, pa.Array) else pa.array(values) for name, values in columns.items()})
        self._writer = self._writer or pq.ParquetWriter(self.file, table.schema)
        self._writer.write_table(table)

    def finish(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _carried(samples: Samples) -> dict[str, Words]:
    """The keys, where there are any, and the columns kept along."""
    return {**({} if samples.id is None else {"id": samples.id}), **samples.keep}


SAMPLE_FILES: dict[str, Callable[[BinaryIO, Sequence[str], Sequence[str]], SampleFile]] = {
    ".npy": NpyFile,
    ".csv": CsvFile,
    ".parquet": ParquetFile,
    ".jsonl": JsonlFile,
}
