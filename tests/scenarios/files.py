"""Tables as files of every format, each by its own library."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.scenarios.scenario import Cell, Table


def _text(delimiter: str) -> Callable[[Path, Table], None]:
    def write(path: Path, table: Table) -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
            writer.writerow(table)
            writer.writerows(["" if cell is None else cell for cell in row] for row in _rows(table))

    return write


def _jsonl(path: Path, table: Table) -> None:
    lines = [json.dumps(dict(zip(table, row, strict=True)), ensure_ascii=False) + "\n" for row in _rows(table)]
    path.write_text("".join(lines), encoding="utf-8")


def _parquet(path: Path, table: Table) -> None:
    pq.write_table(pa.table({name: pa.array(column) for name, column in table.items()}), path, row_group_size=5)


def _arrow(path: Path, table: Table) -> None:
    whole = pa.table({name: pa.array(column) for name, column in table.items()})
    with pa.ipc.new_file(path, whole.schema) as file:
        file.write_table(whole, max_chunksize=7)


def _npz(path: Path, table: Table) -> None:
    np.savez(path, **{name: array(column) for name, column in table.items()})


def array(column: list[Cell]) -> Any:
    """A column of numbers as NumPy has it, NaN where one is missing."""
    return np.array([np.nan if cell is None else cell for cell in column])


def _rows(table: Table) -> list[tuple[Cell, ...]]:
    return list(zip(*table.values(), strict=True))


WRITERS: dict[str, Callable[[Path, Table], None]] = {
    "csv": _text(","),
    "tsv": _text("\t"),
    "jsonl": _jsonl,
    "parquet": _parquet,
    "arrow": _arrow,
    "npz": _npz,  # of numbers alone
}
