"""A piece of a text table: complete records, parsed by whoever scores them.

The fast reader gives clean columns or None for "look closer"; only then the careful one goes over the piece, to read what the
fast one does not know or to say which line is wrong. Both give the same values.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from lossctl.errors import quoted
from lossctl.sources.cells import Dialect, read_carefully, records
from lossctl.sources.table import Kind, Reader, Rows, Selection
from lossctl.text import MISSING

SMALL = 256 * 2**10  # below it importing pyarrow costs more than reading carefully


@dataclass(frozen=True)
class TextPiece:
    """`rows` records in UTF-8. first_line: the physical line of the first, from 1. quotes: whether any cell is quoted."""

    dialect: Dialect
    data: bytes
    rows: int
    first_line: int
    quotes: bool

    @contextmanager
    def open(self, wanted: Mapping[str, Selection]) -> Iterator[Reader]:
        columns = dict(zip(wanted, self._read(list(wanted.values())), strict=True))
        yield lambda start, stop: {name: values[start:stop] for name, values in columns.items()}

    def locate(self, row: int, selection: Selection, element: int | None) -> str:
        line = self.first_line + row
        if self.quotes:
            found = records(self.data.decode(), self.dialect.delimiter, self.dialect.name, self.first_line)
            line = next(itertools.islice(found, row, None)).line
        column = selection.column(element)
        return f"{self.dialect.name} line {line}" + ("" if column is None else f", column {quoted(self.dialect.columns[column])}")

    def _read(self, wanted: Sequence[Selection]) -> list[Rows]:
        if len(self.data) >= SMALL or "pyarrow" in sys.modules:
            columns = read_fast(self, wanted)
            if columns is not None:
                return columns
        return read_carefully(self.data.decode(), self.dialect, self.first_line, wanted)


def read_fast(piece: TextPiece, wanted: Sequence[Selection]) -> list[Rows] | None:
    """The wanted columns by Arrow's reader, or None where a cell or row is not plainly what it should be."""
    import pyarrow as pa
    import pyarrow.csv as pacsv

    from lossctl.sources.arrow_columns import rows_of

    names = [str(column) for column in range(len(piece.dialect.columns))]
    kinds = {str(column): selection.kind for selection in wanted for column in selection.columns}
    if len({(column, selection.kind) for selection in wanted for column in selection.columns}) > len(kinds):
        return None  # a column read as two kinds
    if len(names) > 1 and (piece.data.startswith((b"\n", b"\r\n")) or b"\n\n" in piece.data or b"\n\r\n" in piece.data):
        return None  # an empty line is a row too short, which Arrow takes for missing values
    try:
        table = pacsv.read_csv(
            pa.BufferReader(piece.data),
            read_options=pacsv.ReadOptions(use_threads=False, block_size=len(piece.data) + 1, column_names=names),
            parse_options=pacsv.ParseOptions(
                delimiter=piece.dialect.delimiter,
                newlines_in_values=piece.quotes,
                quote_char='"' if piece.quotes else False,
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                include_columns=list(kinds),
                column_types={name: pa.string() if kind is Kind.TEXT else pa.float64() for name, kind in kinds.items()},
                null_values=_missing_words(),
                strings_can_be_null=False,
                decimal_point=piece.dialect.decimal,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != piece.rows:
        return None
    columns: list[Rows] = []
    for selection in wanted:
        parts = [rows_of(table.column(str(column)), selection.kind) for column in selection.columns]
        if selection.kind is not Kind.TEXT and any(
            _needs_a_look(table.column(str(column)), part) for column, part in zip(selection.columns, parts, strict=True)
        ):
            return None
        columns.append(np.column_stack(parts) if selection.vector else parts[0])
    return columns


def _needs_a_look(column: object, values: Rows) -> bool:
    """Whether a number may have come from a text with another meaning: an overflow, or a NaN with a payload."""
    total = np.add.reduce(values)
    if np.isfinite(total):
        return False
    missing = int(column.null_count)  # type: ignore[attr-defined]
    return int(np.isnan(values).sum()) != missing or bool(np.isinf(values).any())


def _missing_words() -> list[str]:
    """Every spelling of a missing number, in any case."""
    spelled = (itertools.product(*((letter.lower(), letter.upper()) for letter in word)) for word in MISSING)
    return ["".join(letters) for letters in dict.fromkeys(itertools.chain.from_iterable(spelled))]
