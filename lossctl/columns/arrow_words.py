"""Words in Arrow's buffers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from lossctl.columns import arrow_functions as pc
from lossctl.columns.word_search import Texts, find
from lossctl.columns.words import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray


class ArrowWords(Words):
    """Words in an Arrow array of strings, without nulls."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, rows: Any) -> ArrowWords:
        if isinstance(rows, slice):
            start, stop, _ = rows.indices(len(self))
            return ArrowWords(self.array.slice(start, max(0, stop - start)))
        places = np.flatnonzero(rows) if rows.dtype == bool else rows
        return ArrowWords(pc.take(self.array, integers(places)))

    def at(self, row: int) -> str:
        word: str = self.array[row].as_py()
        return word

    def tolist(self) -> list[str]:
        words: list[str] = self.array.to_pylist()
        return words

    def encoded(self) -> tuple[NDArray[np.int64], Words]:
        coded = pc.dictionary_encode(self.array)
        return from_arrow(coded.indices), ArrowWords(coded.dictionary)

    def find(self, words: Words) -> NDArray[np.int64]:
        own = self.arrow()
        others = own if words is self else words.arrow()
        texts = [texts_of(own)]
        found = find(texts, texts if words is self else [texts_of(others)])
        if found is not None:
            return found
        own, others = _alike(own, others)
        found = pc.index_in(others, value_set=own)
        return from_arrow(pc.fill_null(found, pc.cast(integers(np.array([-1])), found.type)[0]))

    def order(self) -> NDArray[np.int64]:
        return from_arrow(pc.array_sort_indices(self.arrow()))  # UTF-8 has the order of code points

    def blank(self) -> NDArray[np.bool_]:
        if not self._may_be_blank:
            return np.zeros(len(self), bool)
        trimmed = pc.utf8_trim_whitespace(self.array)
        blank: NDArray[np.bool_] = from_arrow(pc.cast(pc.equal(trimmed, scalar("", trimmed.type)), pa.int8())) == 1
        return blank

    def byte_counts(self) -> NDArray[np.int64]:
        return np.diff(texts_of(self.arrow()).bounds).astype(np.int64)

    def arrow(self) -> Any:
        return self.array

    @cached_property
    def _may_be_blank(self) -> bool:
        return texts_of(self.array).may_be_blank

    @staticmethod
    def concat(columns: Sequence[Words]) -> ArrowWords:
        """The rows of several columns, in order."""
        arrays = [column.arrow() for column in columns]
        large = sum(array.nbytes for array in arrays) >= 2**31  # what offsets of 32 bits reach
        if large or len({array.type for array in arrays}) > 1:
            arrays = [pc.cast(array, pa.large_string()) for array in arrays]
        return ArrowWords(pa.concat_arrays(arrays))


def integers(values: NDArray[Any]) -> Any:
    """An array of integers as Arrow has it, without the import of pandas that `pa.array` brings."""
    values = np.ascontiguousarray(values, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(values)])


def decimals(values: NDArray[np.int64]) -> Any:
    """The texts of whole numbers."""
    return pc.cast(integers(values), pa.string())


def same(first: Any, second: Any) -> bool:
    """Whether two arrays of strings hold the same words in the same order."""
    first, second = _alike(first, second)
    return bool(first.equals(second))


def texts_of(array: Any) -> Texts:
    """An array of strings as the bytes that it holds."""
    return Texts(*text_bytes(array))


def text_bytes(array: Any) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    """The bytes of an array of strings, and where each begins and the last ends (n + 1,); views of Arrow's buffers."""
    if not len(array):
        return np.zeros(0, np.uint8), np.zeros(1, np.int64)
    _, offsets, data = array.buffers()
    width = np.dtype(np.int64 if array.type == pa.large_string() else np.int32)
    bounds = np.frombuffer(offsets, width, len(array) + 1, array.offset * width.itemsize)
    return np.frombuffer(data or b"", np.uint8), bounds


def _alike(first: Any, second: Any) -> tuple[Any, Any]:
    if first.type == second.type:
        return first, second
    return pc.cast(first, pa.large_string()), pc.cast(second, pa.large_string())


def strings(words: Sequence[str]) -> Any:
    """An array of texts as Arrow has it, without the import of pandas that `pa.array` brings."""
    data = [word.encode("utf-8", "surrogatepass") for word in words]
    offsets = np.zeros(len(data) + 1, np.int64)
    np.cumsum([len(word) for word in data], out=offsets[1:])
    return pa.Array.from_buffers(pa.large_string(), len(data), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(data))])


def scalar(text: str, kind: Any) -> Any:
    """A text as Arrow's functions take it, without the import of pandas that `pa.scalar` and the text itself bring."""
    return pc.cast(strings([text]), kind)[0]


def from_arrow(array: Any) -> NDArray[np.int64]:
    """An array of integers without nulls, taken from its buffer: `to_numpy` would import pandas."""
    if not len(array):
        return np.zeros(0, np.int64)
    dtype = np.dtype(str(array.type))
    values = np.frombuffer(array.buffers()[1], dtype, len(array), array.offset * dtype.itemsize)
    return values.astype(np.int64, copy=False)
