"""Tables as Arrow has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from lossctl.columns.arrow_functions import cast, take
from lossctl.columns.arrow_words import integers, strings
from lossctl.reports.lines.cells import Block, Cells, Coded, Plain, Repeated
from lossctl.reports.tables.table import Table
from lossctl.results.document import Cell

if TYPE_CHECKING:
    from numpy.typing import NDArray


def arrow_table(table: Table) -> Any:
    """The rows of a table; what is missing in all rows of a column has no type."""
    parts = [block_table(block, table.columns) for block in table.blocks]
    if table.rows or not parts:
        columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
        parts.append(pa.table([_objects(cells) for cells in columns], names=list(table.columns)))
    return pa.concat_tables(parts, promote_options="default").combine_chunks()


def block_table(block: Block, columns: Sequence[str]) -> Any:
    """The rows of a block."""
    return pa.table([_array(cells) for cells in block.columns], names=list(columns))


def _array(cells: Cells) -> Any:
    if isinstance(cells, Repeated):
        return take(_objects([cells.cell]), integers(np.zeros(cells.rows)))
    if isinstance(cells, Coded):
        return take(_objects(cells.cells), integers(cells.codes))
    assert isinstance(cells, Plain)
    if isinstance(cells.values, np.ndarray):
        return _known(numbers(cells.values), cells.absent)
    return cast(cells.values.arrow(), pa.string())


def _objects(cells: Sequence[Cell]) -> Any:
    """Texts, numbers or truth values, null where None."""
    present = [cell for cell in cells if cell is not None]
    if not present:
        return pa.nulls(len(cells))
    texts = isinstance(present[0], str)
    filled: list[Any] = [type(present[0])() if cell is None else cell for cell in cells]
    array = cast(strings(filled), pa.string()) if texts else numbers(np.array(filled))
    return _known(array, np.array([cell is None for cell in cells]))


def numbers(values: NDArray[Any]) -> Any:
    """An array of numbers, without the import of pandas that `pa.array` brings."""
    if values.dtype == bool:
        return mask(np.flatnonzero(values), len(values))
    values = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, pa.py_buffer(values)])


def _known(array: Any, absent: NDArray[np.bool_] | None) -> Any:
    """Numbers, null where there is none."""
    if absent is None or not absent.any():
        return array
    if absent.all():
        return pa.nulls(len(array))
    known = mask(np.flatnonzero(~absent), len(array))
    return pa.Array.from_buffers(array.type, len(array), [known.buffers()[1], *array.buffers()[1:]])


def mask(rows: NDArray[np.int64], length: int) -> Any:
    """True in some rows of so many."""
    chosen = np.zeros(length, bool)
    chosen[rows] = True
    return pa.Array.from_buffers(pa.bool_(), length, [None, pa.py_buffer(np.packbits(chosen, bitorder="little"))])
