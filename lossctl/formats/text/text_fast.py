"""The fast reader of text tables, by Arrow: clean columns, or None for "look closer"."""

from __future__ import annotations

import codecs
import functools
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from lossctl.columns.arrow_words import ArrowWords
from lossctl.columns.column import Column
from lossctl.formats.arrow.arrow_columns import rows_of
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Kind, Selection
from lossctl.formats.text.cells import Dialect
from lossctl.formats.text.text_numpy import is_even
from lossctl.text import MISSING

WIDE = 1000  # columns; from here on what Arrow does for each column outweighs what it does for each cell


def read_fast(data: bytes, rows: int, dialect: Dialect, wanted: Sequence[Selection], *, quotes: bool) -> list[Column] | None:
    """The wanted columns of `rows` records, or None where a cell or row is not plainly what it should be."""
    names = [str(column) for column in range(len(dialect.columns))]
    if dialect.syntax.thousands is not None:
        return None
    if data.startswith(codecs.BOM_UTF8):
        return None  # within a file it is part of a cell; Arrow takes it for a mark at the start of each piece
    if b"\r" in data and _has_lone_carriage_return(np.frombuffer(data, np.uint8)):
        return None  # it ends a row for Arrow, and none for us
    if len(names) >= WIDE and not quotes:
        columns = _read_wide(data, rows, dialect, wanted)
        if columns is not None:
            return columns
    parts: dict[tuple[int, Kind], Any] = {}
    for kinds in _parses(wanted):
        table = _parse(data, rows, dialect, names, kinds, quotes=quotes)
        if table is None:
            return None
        parts |= {(int(name), kind): _values(table.column(name), kind, dialect.syntax) for name, kind in kinds.items()}
    if any(part is None for part in parts.values()):
        return None
    return [selection.joined([parts[column, selection.kind] for column in selection.columns]) for selection in wanted]


def _parses(wanted: Sequence[Selection]) -> list[dict[str, Kind]]:
    """The kind of each column, for each parse: a column that is read as two kinds takes a second."""
    parses: list[dict[str, Kind]] = []
    for column, kind in dict.fromkeys((str(column), selection.kind) for selection in wanted for column in selection.columns):
        free = next((kinds for kinds in parses if column not in kinds), None)
        if free is None:
            parses.append({column: kind})
        else:
            free[column] = kind
    return parses


def _read_wide(data: bytes, rows: int, dialect: Dialect, wanted: Sequence[Selection]) -> list[Column] | None:
    """The same of a table that is all numbers, parsed as a single column: cell after cell, row after row."""
    width, delimiter = len(dialect.columns), dialect.delimiter.encode()
    if not is_even(data, rows, dialect):
        return None
    kinds = {selection.kind for selection in wanted}
    table = (
        None if Kind.TEXT in kinds else _parse(data.replace(delimiter, b"\n"), rows * width, dialect, ["0"], {"0": Kind.NUMBER})
    )
    cells = None if table is None else _values(table.column("0"), Kind.NUMBER, dialect.syntax)
    if cells is None:
        return None
    cells = cells.reshape(rows, width)
    return [cells[:, list(selection.columns)] if selection.vector else cells[:, selection.columns[0]] for selection in wanted]


def _parse(
    data: bytes, rows: int, dialect: Dialect, names: list[str], kinds: Mapping[str, Kind], *, quotes: bool = False
) -> Any | None:
    """An Arrow table of the columns that have a kind; None where Arrow refuses a cell or finds another number of rows."""
    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            read_options=pacsv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
            parse_options=pacsv.ParseOptions(
                delimiter=dialect.delimiter,
                newlines_in_values=quotes,
                quote_char='"' if quotes else False,
                ignore_empty_lines=len(names) > 1,  # a row too short, so that their number tells; of one column a missing value
            ),
            convert_options=pacsv.ConvertOptions(
                include_columns=list(kinds),
                column_types={name: pa.string() if kind is Kind.TEXT else pa.float64() for name, kind in kinds.items()},
                null_values=[*_missing_words(), *dialect.syntax.missing],
                strings_can_be_null=False,
                decimal_point=dialect.syntax.decimal,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return table if table.num_rows == rows else None


def _values(column: Any, kind: Kind, syntax: TableSyntax) -> Any:
    """A column's values; None where a number may come from a text with another meaning: an overflow, a NaN with a payload."""
    if kind is Kind.TEXT:
        return ArrowWords(pa.concat_arrays(column.chunks))  # none is null, and all are UTF-8
    values: Any = rows_of(column, kind)
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.add.reduce(values)
    if not np.isfinite(total):
        unclear = int(np.isnan(values).sum()) != column.null_count or bool(np.isinf(values).any())
        if unclear:
            return None
    return np.where(np.isin(values, [*syntax.missing_numbers]), np.nan, values) if syntax.missing_numbers else values


def _has_lone_carriage_return(data: Any) -> bool:
    """Whether one is not followed by a line feed, as it is at the end of a line; the last byte of data is a line feed."""
    return bool((data[np.flatnonzero(data == ord("\r")) + 1] != ord("\n")).any())


@functools.cache
def _missing_words() -> list[str]:
    """Every spelling of a missing number, in any case."""
    spelled = (itertools.product(*((letter.lower(), letter.upper()) for letter in word)) for word in MISSING)
    return ["".join(letters) for letters in dict.fromkeys(itertools.chain.from_iterable(spelled))]
