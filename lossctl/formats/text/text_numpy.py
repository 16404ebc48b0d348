"""The reader of small text tables of plain numbers, by NumPy: clean columns, or None for "look closer".

NumPy's parser gives the bits of `float()`, and importing Arrow would cost more than it saves. What NumPy would pass over is
looked for before: it skips blank lines, does not count the fields beyond the wanted ones, and strips more than blanks.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np

from lossctl.columns.column import Column
from lossctl.formats.table import Kind, Selection
from lossctl.formats.text.cells import Dialect

_OTHER_BLANKS = bytes(code for code in range(32) if code not in b"\t\n")


def read_numbers(data: bytes, rows: int, dialect: Dialect, wanted: Sequence[Selection]) -> list[Column] | None:
    """The wanted columns of `rows` records without quotes, or None where a cell or row is not plainly what it should be."""
    if not dialect.syntax.plain or any(selection.kind is Kind.TEXT for selection in wanted):
        return None
    data = data.replace(b"\r\n", b"\n")
    if not data.isascii() or len(data.translate(None, _OTHER_BLANKS)) < len(data) or not is_even(data, rows, dialect):
        return None
    columns = sorted({column for selection in wanted for column in selection.columns})
    try:
        cells = np.loadtxt(io.StringIO(data.decode()), np.float64, None, dialect.delimiter, usecols=columns, ndmin=2)
    except ValueError:
        return None
    if len(cells) != rows or np.isinf(cells).any():  # infinity may be an overflow
        return None
    places = [np.searchsorted(columns, selection.columns) for selection in wanted]
    return [
        np.ascontiguousarray(cells[:, of_vector if selection.vector else of_vector[0]])
        for selection, of_vector in zip(wanted, places, strict=True)
    ]


def is_even(data: bytes, rows: int, dialect: Dialect) -> bool:
    """Whether each line has as many fields as the table has columns; of one column none is empty."""
    width, delimiter, line_end = len(dialect.columns), ord(dialect.delimiter), ord("\n")
    if width == 1:
        return not data.startswith(b"\n") and b"\n\n" not in data and dialect.delimiter.encode() not in data
    values = np.frombuffer(data, np.uint8)
    ends = values[(values == line_end) | (values == delimiter)]
    if len(ends) != rows * width:
        return False
    ends = ends.reshape(rows, width)
    return bool((ends[:, -1] == line_end).all() and (ends[:, :-1] == delimiter).all())
