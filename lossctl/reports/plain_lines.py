"""The lines of a long block of numbers and plain words, by Arrow's writer of CSV: twice as fast as columns joined to lines.

It needs no pyarrow.compute either, whose import takes as long as the lines of 300,000 rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from lossctl.columns.arrow_words import text_bytes
from lossctl.reports.arrow_columns import numbers
from lossctl.reports.cells import Block, Cells, Plain, Repeated
from lossctl.reports.lines import Dialect

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# between these sizes Arrow writes numbers as Python does, and beyond those of exponents again
SMALL, LARGE, EXPONENTS = 1e-4, 1e10, 1e16
_FEW = 16  # one row of so many may hold numbers that Arrow writes in another way


def plain_lines(block: Block, dialect: Dialect) -> bytes | None:
    """The rows of a block as UTF-8; None where more than a delimiter is around cells, or many of them look otherwise there."""
    if dialect.delimiter is None:
        return None
    floats = {
        place: one_spelling(cells.values)
        for place, cells in enumerate(block.columns)
        if isinstance(cells, Plain) and isinstance(cells.values, np.ndarray) and cells.values.dtype == np.float64
    }
    odd = np.zeros(block.rows, bool)
    for values in floats.values():
        size = np.abs(values)
        odd |= ((size < SMALL) & (size > 0)) | ((size >= LARGE) & (size < EXPONENTS))
    rows = np.flatnonzero(odd)
    if len(rows) * _FEW > block.rows:
        return None
    columns = [_column(cells, floats.get(place), dialect) for place, cells in enumerate(block.columns)]
    if any(column is None for column in columns):
        return None
    sink = pa.BufferOutputStream()
    options = pacsv.WriteOptions(include_header=False, delimiter=dialect.delimiter, quoting_style="none")
    try:
        pacsv.write_csv(pa.record_batch(columns, names=[str(place) for place in range(len(columns))]), sink, options)
    except pa.ArrowInvalid:  # a cell holds a delimiter, a quote or a line end
        return None
    lines = sink.getvalue()
    return _rewritten(lines, rows, floats, dialect) if len(rows) else bytes(lines.to_pybytes())


def one_spelling(values: Floats) -> Floats:
    """The same numbers with one NaN and one zero."""
    return np.where(np.isnan(values), np.nan, values) + 0.0


def looks_otherwise(data: NDArray[np.uint8], dialect: Dialect) -> NDArray[np.bool_]:
    """Of each byte of texts whether the text that holds it looks otherwise in its line (n,)."""
    special = np.ones(256, bool)
    special[32:127] = False
    special[[*map(ord, dialect.special)]] = True
    found: NDArray[np.bool_] = special[data]
    return found


def _column(cells: Cells, floats: Floats | None, dialect: Dialect) -> Any:
    """A column as the writer takes it, its float64 where it holds such; None where it would write other texts."""
    if floats is not None:
        return numbers(floats)
    if isinstance(cells, Repeated):
        return _repeated(dialect.cell(cells.cell).encode("utf-8", "backslashreplace"), cells.rows)
    if not isinstance(cells, Plain):
        return None
    if isinstance(cells.values, np.ndarray):
        return numbers(cells.values) if cells.values.dtype.kind in "iu" else None
    texts = cells.values.arrow()
    data, bounds = text_bytes(texts)
    first = data[bounds[:-1][bounds[1:] > bounds[:-1]]]
    if looks_otherwise(data[bounds[0] : bounds[-1]], dialect).any() or np.isin(first, [*map(ord, dialect.first)]).any():
        return None
    return texts


def _repeated(text: bytes, rows: int) -> Any:
    offsets = np.arange(rows + 1) * len(text)
    return pa.Array.from_buffers(pa.large_string(), rows, [None, pa.py_buffer(offsets), pa.py_buffer(text * rows)])


def _rewritten(lines: Any, rows: NDArray[np.int64], floats: Mapping[int, Floats], dialect: Dialect) -> bytes:
    """Lines whose cells hold no delimiter, in some rows with every float64 as the dialect writes it."""
    ends = np.concatenate([[0], np.flatnonzero(np.frombuffer(lines, np.uint8) == ord("\n")) + 1])
    data, delimiter = memoryview(lines), str(dialect.delimiter).encode()
    pieces: list[Any] = []
    done = 0
    for row, start, end in zip(rows.tolist(), ends[rows].tolist(), ends[rows + 1].tolist(), strict=True):
        cells = bytes(data[start : end - 1]).split(delimiter)
        for place, values in floats.items():
            cells[place] = dialect.cell(float(values[row])).encode()
        pieces += [data[done:start], delimiter.join(cells), b"\n"]
        done = end
    return b"".join([*pieces, data[done:]])
