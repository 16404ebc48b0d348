"""Tables as Arrow has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from lossctl.columns.arrow_words import integers
from lossctl.reports.cells import Block, Cells, Coded, Plain, Repeated
from lossctl.reports.table import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray


def arrow_table(table: Table) -> Any:
    """The rows of a table; what is missing in all rows of a column has no type."""
    parts = [block_table(block, table.columns) for block in table.blocks]
    if table.rows or not parts:
        columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
        parts.append(pa.table([pa.array(list(cells)) for cells in columns], names=list(table.columns)))
    return pa.concat_tables(parts, promote_options="default").combine_chunks()


def block_table(block: Block, columns: Sequence[str]) -> Any:
    """The rows of a block."""
    return pa.table([_array(cells) for cells in block.columns], names=list(columns))


def _array(cells: Cells) -> Any:
    if isinstance(cells, Repeated):
        return pa.repeat(pa.scalar(cells.cell), cells.rows) if cells.cell is not None else pa.nulls(cells.rows)
    if isinstance(cells, Coded):
        known = pa.array(list(cells.cells))
        return known.take(integers(cells.codes))
    assert isinstance(cells, Plain)
    if isinstance(cells.values, np.ndarray):
        return numbers(cells.values)
    return cells.values.arrow().cast(pa.string())


def numbers(values: NDArray[Any]) -> Any:
    """An array of numbers, without the import of pandas that `pa.array` brings."""
    if values.dtype == bool:
        return mask(np.flatnonzero(values), len(values))
    values = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, pa.py_buffer(values)])


def mask(rows: NDArray[np.int64], length: int) -> Any:
    """True in some rows of so many."""
    chosen = np.zeros(length, bool)
    chosen[rows] = True
    return pa.Array.from_buffers(pa.bool_(), length, [None, pa.py_buffer(np.packbits(chosen, bitorder="little"))])
