"""Columns of Arrow data (Parquet, Arrow files, what Arrow's readers of text give) as rows of roles.

Values are taken from Arrow's buffers, never by its to_numpy(), which imports pandas. Decimals go by way of Python, since Arrow's
own cast does not round them correctly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from lossctl.columns.arrow_words import ArrowWords, integers, strings
from lossctl.columns.column import Column, Numbers, concat
from lossctl.columns.number_words import words_of
from lossctl.columns.words import Words
from lossctl.errors import DataError, plural
from lossctl.formats.table import Kind, Selection
from lossctl.formats.text.cells import LABEL_WORDS

_FLOATS = {"halffloat": "f2", "float": "f4", "double": "f8"}


class RowProblem(Exception):
    """A row of a column that cannot be what the others are; `row` of the data that were given."""

    def __init__(self, row: int, problem: str, column: str = "") -> None:
        super().__init__(problem)
        self.row, self.problem, self.column = row, problem, column


def check_type(kind_of: pa.DataType, kind: Kind, where: str) -> None:
    """DataError where values of an Arrow type cannot be read so."""
    plain = kind_of.value_type if pa.types.is_dictionary(kind_of) else kind_of
    words = _is_text(plain)
    if is_list(plain) and kind is not Kind.TEXT:
        plain = plain.value_type
    elif words and kind is Kind.TEXT:
        return
    if pa.types.is_boolean(plain) and kind is Kind.NUMBER:
        raise DataError(f"the column's type is {kind_of}; booleans are labels, not predictions", where=where)
    if not (_is_number(plain) or pa.types.is_boolean(plain)):
        hint = LABEL_WORDS if words and kind is Kind.LABEL else None
        expected = "text or numbers" if kind is Kind.TEXT else "numbers"
        raise DataError(f"the column's type is {kind_of}; expected {expected}", where=where, hint=hint)


def is_list(kind_of: pa.DataType) -> bool:
    """Whether a column holds a vector in each row."""
    return bool(pa.types.is_list(kind_of) or pa.types.is_large_list(kind_of) or pa.types.is_fixed_size_list(kind_of))


def list_length(column: Any) -> int | None:
    """The length of the first list in a column, None where no row has one."""
    if pa.types.is_fixed_size_list(column.type):
        return int(column.type.list_size)
    for chunk in chunks_of(column):
        lengths = _lengths(chunk)[valid(chunk)]
        if len(lengths):
            return int(lengths[0])
    return None


def read_table(
    table: Any, wanted: Mapping[str, Selection], names: Mapping[int, str], lengths: Mapping[int, int | None]
) -> dict[str, Column]:
    """The wanted rows of a table or record batch. names: of columns by place; lengths: of their lists. Raises RowProblem."""

    def column_at(place: int, kind: Kind) -> Any:
        try:
            return rows_of(table.column(names[place]), kind, lengths.get(place))
        except RowProblem as problem:
            raise RowProblem(problem.row, problem.problem, names[place]) from None

    read: dict[str, Column] = {}
    for name, selection in wanted.items():
        columns = [column_at(place, selection.kind) for place in selection.columns]
        read[name] = np.column_stack(columns) if selection.vector else columns[0]
    return read


def rows_of(column: Any, kind: Kind, length: int | None = None) -> Column:
    """A column as float64 or words (n,), or (n, length) where it holds lists. Raises RowProblem for a list of another length."""
    parts: list[Any] = []
    start = 0
    for chunk in chunks_of(column):
        try:
            parts.append(words(chunk) if kind is Kind.TEXT else _numbers_or_lists(chunk, length))
        except RowProblem as problem:
            raise RowProblem(start + problem.row, problem.problem) from None
        start += len(chunk)
    rows: Column = concat(parts)
    return rows


def chunks_of(column: Any) -> list[Any]:
    """The arrays that a column is made of."""
    return list(column.chunks) or [pa.nulls(0)] if isinstance(column, pa.ChunkedArray) else [column]


def numbers(array: Any) -> Numbers:
    """An array of numbers or booleans as float64 (n,), NaN where it is null."""
    kind_of = array.type
    if pa.types.is_dictionary(kind_of):
        return numbers(array.dictionary_decode())
    if pa.types.is_null(kind_of) or not len(array):
        return np.full(len(array), np.nan)
    if pa.types.is_decimal(kind_of):
        return np.array([np.nan if value is None else float(value) for value in array.to_pylist()], dtype=np.float64)
    values = _raw(array).astype(np.float64, copy=array.null_count > 0)
    if array.null_count:
        values[~valid(array)] = np.nan
    return values


def words(array: Any) -> Words:
    """An array of texts or numbers as words (n,), empty where it is null."""
    kind_of = array.type
    if pa.types.is_null(kind_of) or not len(array):
        return ArrowWords(strings([""] * len(array)))
    if pa.types.is_dictionary(kind_of):
        meanings = strings([*words(array.dictionary).tolist(), ""])
        places = np.where(valid(array), _raw(array.indices), len(meanings) - 1)
        return ArrowWords(pa.DictionaryArray.from_arrays(integers(places), meanings))
    if _is_text(kind_of):
        plain = array.cast(pa.large_string()) if pa.types.is_string_view(kind_of) else array
        return ArrowWords(plain.fill_null("") if array.null_count else plain)
    if pa.types.is_decimal(kind_of):
        return ArrowWords(strings(["" if value is None else f"{value:f}" for value in array.to_pylist()]))
    if not array.null_count:
        return words_of(_raw(array))
    known = valid(array)
    texts = words_of(_raw(array)[known]).arrow().cast(pa.large_string())
    places = np.where(known, np.cumsum(known) - 1, len(texts))
    return ArrowWords(pa.concat_arrays([texts, strings([""])]).take(integers(places)))


def valid(array: Any) -> Numbers:
    """Which values of an array are not null (n,)."""
    if not array.null_count:
        return np.ones(len(array), dtype=bool)
    if pa.types.is_null(array.type):
        return np.zeros(len(array), dtype=bool)
    return _raw(array.is_valid())


def _numbers_or_lists(array: Any, length: int | None) -> Numbers:
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if not is_list(array.type):
        return numbers(array)
    present, found = valid(array), _lengths(array)
    unequal = present & (found != (length or 0))
    if unequal.any():
        row = int(unequal.argmax())
        raise RowProblem(row, f"a list of {plural(int(found[row]), 'number')}; the first has {length or 'none'}")
    rows = np.full((len(array), length or 1), np.nan)
    rows[present] = numbers(array.flatten()).reshape(-1, length or 1)
    return rows[:, 0] if rows.shape[1] == 1 else rows


def _lengths(array: Any) -> Numbers:
    if pa.types.is_fixed_size_list(array.type):
        return np.full(len(array), array.type.list_size)
    return np.diff(_raw(array.offsets))


def _raw(array: Any) -> Numbers:
    """The values in an array's buffer, whatever stands in its nulls."""
    buffer = array.buffers()[1]
    if pa.types.is_boolean(array.type):
        bits = np.unpackbits(np.frombuffer(buffer, np.uint8), bitorder="little")
        return bits[array.offset : array.offset + len(array)].astype(bool)
    dtype = np.dtype(_FLOATS.get(str(array.type), str(array.type)))
    return np.frombuffer(buffer, dtype, len(array), array.offset * dtype.itemsize)


def _is_number(kind_of: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_integer(kind_of) or types.is_floating(kind_of) or types.is_decimal(kind_of) or types.is_null(kind_of))


def _is_text(kind_of: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind_of) or pa.types.is_large_string(kind_of) or pa.types.is_string_view(kind_of))
