"""Columns of Arrow data (Parquet, Arrow files, what Arrow's readers of text give) as rows of roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from lossctl.columns import arrow_functions as pc
from lossctl.columns.arrow_words import ArrowWords, integers, scalar, strings
from lossctl.columns.column import Column, concat
from lossctl.columns.number_words import words_of
from lossctl.columns.words import CodedWords, WordList, Words, coded, concat_words
from lossctl.errors import DataError
from lossctl.formats.arrow.arrow_fields import field_at
from lossctl.formats.arrow.arrow_lists import RowProblem, dense, value_type
from lossctl.formats.arrow.arrow_lists import ragged as ragged_rows
from lossctl.formats.arrow.arrow_numbers import is_number, raw, valid
from lossctl.formats.table import Kind, Reader, Selection, Wanted
from lossctl.formats.text.cells import LABEL_WORDS, LISTED_WORDS


def check_type(kind_of: pa.DataType, kind: Kind, where: str) -> None:
    """DataError where values of an Arrow type cannot be read so."""
    plain = kind_of.value_type if pa.types.is_dictionary(kind_of) else kind_of
    words = is_text(plain)
    if kind is not Kind.TEXT:
        plain = value_type(plain)
    elif words or is_time(plain):
        return
    if pa.types.is_boolean(plain) and kind is Kind.NUMBER:
        raise DataError(f"the column's type is {kind_of}; booleans are labels, not predictions", where=where)
    if not (is_number(plain) or pa.types.is_boolean(plain)):
        hint = (LABEL_WORDS if words else LISTED_WORDS if is_text(plain) else None) if kind is Kind.LABEL else None
        expected = "text or numbers" if kind is Kind.TEXT else "numbers"
        raise DataError(f"the column's type is {kind_of}; expected {expected}", where=where, hint=hint)


def read_table(table: Any, wanted: Wanted, paths: Mapping[int, tuple[str, ...]], axes: Mapping[int, tuple[int, ...]]) -> Reader:
    """The rows of a table or record batch. paths: of columns by place; axes: of their lists. Raises RowProblem."""

    def column_at(place: int, selection: Selection) -> Any:
        try:
            rows: Any = rows_of(field_at(table, paths[place]), selection.kind, axes.get(place, ()), ragged=selection.ragged)
        except RowProblem as problem:
            problem.column = ".".join(paths[place])
            problem.hint = selection.unequal if problem.length else None
            raise
        return coded(rows) if selection.repeats and not isinstance(rows, CodedWords) else rows

    columns = {name: [column_at(place, selection) for place in selection.columns] for name, selection in wanted.items()}
    # a block at a time: side by side whole they would be a second copy
    return lambda start, stop: {
        name: wanted[name].joined([values[start:stop] for values in of_name]) for name, of_name in columns.items()
    }


def rows_of(column: Any, kind: Kind, axes: tuple[int, ...] = (), *, ragged: bool = False) -> Column:
    """A column as float64 or words (n,), or where it holds lists (n, *axes) or lists of any length.

    Raises RowProblem for a list of another length than the first, or within lists that may differ an element of other axes.
    """
    parts: list[Any] = []
    start = 0
    for chunk in chunks_of(column):
        try:
            parts.append(_rows_of(chunk, kind, axes, ragged=ragged))
        except RowProblem as problem:
            problem.row += start
            raise
        start += len(chunk)
    rows: Column = concat(parts)
    return rows


def _rows_of(array: Any, kind: Kind, axes: tuple[int, ...], *, ragged: bool) -> Column:
    if kind is Kind.TEXT:
        return words(array)
    if pa.types.is_dictionary(array.type):
        array = pc.decoded(array)
    if ragged:
        return ragged_rows(array, axes[1:])
    rows = dense(array, axes)
    return rows[:, 0] if rows.shape[1:] == (1,) else rows


def chunks_of(column: Any) -> list[Any]:
    """The arrays that a column is made of."""
    return list(column.chunks) or [pa.nulls(0)] if isinstance(column, pa.ChunkedArray) else [column]


def words(array: Any) -> Words:
    """An array of texts or numbers as words (n,), empty where it is null."""
    kind_of = array.type
    if pa.types.is_null(kind_of) or not len(array):
        return ArrowWords(strings([""] * len(array)))
    if pa.types.is_dictionary(kind_of):
        meanings = concat_words([words(array.dictionary), WordList([""])])
        codes, distinct = meanings.encoded()  # a file's dictionary may hold the same word twice
        code_of: Any = codes.astype(np.int32)
        return CodedWords(distinct, code_of[np.where(valid(array), raw(array.indices), len(meanings) - 1)])
    if is_text(kind_of):
        _check_utf_8(array)
        plain = pc.cast(array, pa.large_string()) if pa.types.is_string_view(kind_of) else array
        return ArrowWords(pc.fill_null(plain, scalar("", plain.type)))
    if is_time(kind_of):
        texts = _time_texts(array)
        return ArrowWords(pc.fill_null(texts, scalar("", texts.type)))
    if pa.types.is_decimal(kind_of):
        return ArrowWords(strings(["" if value is None else f"{value:f}" for value in array.to_pylist()]))
    if not array.null_count:
        return words_of(raw(array))
    known = valid(array)
    texts = pc.cast(words_of(raw(array)[known]).arrow(), pa.large_string())
    places = np.where(known, np.cumsum(known) - 1, len(texts))
    return ArrowWords(pc.take(pa.concat_arrays([texts, strings([""])]), integers(places)))


def _check_utf_8(array: Any) -> None:
    """RowProblem where texts hold other bytes, as those of a damaged file may; Arrow checks them where they are worked with."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        values = pc.cast(array, pa.large_binary()).to_pylist()
        row = next((row for row, value in enumerate(values) if value is not None and not _is_utf_8(value)), 0)
        raise RowProblem(row, "the text is not UTF-8") from None


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def is_time(kind_of: pa.DataType) -> bool:
    """Whether a column holds dates, or times of which no place needs to be known."""
    return bool(pa.types.is_date(kind_of) or (pa.types.is_timestamp(kind_of) and kind_of.tz in (None, "UTC")))


def _time_texts(array: Any) -> Any:
    """`2024-05-01`, or where the time is not midnight `2024-05-01 12:30:00.5`."""
    texts = pc.cast(array, pa.string())
    for pattern, instead in ((r"(\.[0-9]*[1-9])0+$", r"\1"), (r"\.0+$", ""), (" 00:00:00$", "")):
        texts = pc.replace_substring_regex(texts, pattern, instead)
    return texts


def is_text(kind_of: pa.DataType) -> bool:
    """Whether a column holds texts, not in a dictionary."""
    return bool(pa.types.is_string(kind_of) or pa.types.is_large_string(kind_of) or pa.types.is_string_view(kind_of))
