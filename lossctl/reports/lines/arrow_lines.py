"""The lines of a long block, made column by column in Arrow's buffers: what Python would write of each cell, to the byte."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from lossctl.columns import arrow_functions as pc
from lossctl.columns.arrow_words import integers, scalar, strings, text_bytes
from lossctl.reports.lines.arrow_columns import mask, numbers
from lossctl.reports.lines.cells import Block, Cells, Coded, Plain, Repeated
from lossctl.reports.lines.line_format import LineFormat

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]

# Arrow has exponents below 1e-6 and from 1e10, Python, with two digits or more, below 1e-4 and from 1e16
_SMALL, _LARGE, _EXPONENTS = 1e-4, 1e10, 1e16
_OF_SMALL = [(r"e-(\d)$", r"e-0\1")] + [
    (rf"^(-?)0\.{'0' * (exponent - 1)}([1-9])(\d{{{least},}})$", rf"\1\2{point}\3e-0{exponent}")
    for exponent in (5, 6)
    for least, point in ((1, "."), (0, ""))
]
_OF_LARGE = [(rf"^(-?\d)\.(\d{{{exponent}}})(\d+)e\+{exponent}$", r"\1\2.\3") for exponent in range(10, 16)]


def arrow_lines(block: Block, line_format: LineFormat) -> bytes:
    """The rows of a block as UTF-8."""
    pieces: list[Any] = [line_format.around[0]]
    for cells, after in zip(block.columns, line_format.around[1:], strict=True):
        if isinstance(cells, Repeated):
            pieces[-1] += line_format.cell(cells.cell) + after
        else:
            quote = line_format.quote if _is_text(cells) else ""
            pieces[-1] += quote
            pieces += [_texts(cells, line_format), quote + after]
    filled = [piece for piece in pieces if not isinstance(piece, str) or piece]
    joined = pc.binary_join_element_wise(*_one_type([*filled, ""]))  # the last is what stands between the others
    if line_format.json and len(odd := _not_finite(block)):
        joined = _replaced(joined, odd, [line_format.line(row) for row in block.at(odd).lists()])
    data, bounds = text_bytes(joined)
    return data[bounds[0] : bounds[-1]].tobytes()


def number_texts(values: NDArray[np.float64], *, json: bool = False) -> Any:
    """The texts of `number_text` for each of n numbers, or of `repr`, which JSON has."""
    values = np.where(np.isnan(values), np.nan, values) + 0.0  # one NaN, one zero
    size, whole = np.abs(values), values == np.floor(values)
    texts = pc.cast(numbers(values), pa.string())
    texts = _rewritten(texts, (size < _SMALL) & (size > 0), _OF_SMALL)
    texts = _rewritten(texts, (size >= _LARGE) & (size < _EXPONENTS) & ~whole, _OF_LARGE)
    whole &= size < _EXPONENTS
    if not json:
        whole &= size >= _LARGE
    if len(rows := np.flatnonzero(whole)):
        written = pc.cast(numbers(values[rows].astype(np.int64)), pa.string())
        if json:
            written = pc.binary_join_element_wise(written, *(scalar(text, pa.string()) for text in ("0", ".")))
        texts = pc.replace_with_mask(texts, mask(rows, len(values)), written)
    return texts


def _rewritten(texts: Any, chosen: NDArray[np.bool_], patterns: Sequence[tuple[str, str]]) -> Any:
    """Texts of numbers, in chosen rows with each pattern replaced."""
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return texts
    written = pc.take(texts, integers(rows))
    for pattern, replacement in patterns:
        written = pc.replace_substring_regex(written, pattern, replacement)
    return pc.replace_with_mask(texts, mask(rows, len(texts)), written)


def _texts(cells: Cells, line_format: LineFormat) -> Any:
    """Each cell as it stands in its line."""
    if isinstance(cells, Coded):
        return pc.take(strings([line_format.cell(cell) for cell in cells.cells]), integers(cells.codes))
    assert isinstance(cells, Plain)
    if _is_text(cells):
        return _word_texts(cells.values.arrow(), line_format)  # type: ignore[union-attr]
    values: Any = cells.values
    texts = number_texts(values, json=line_format.json) if values.dtype.kind == "f" else pc.cast(numbers(values), pa.string())
    return _replaced(texts, cells.lacking, [line_format.cell(None)] * len(cells.lacking))


def _word_texts(words: Any, line_format: LineFormat) -> Any:
    """Texts; those that hold a special character are written one by one, each different one once."""
    data, offsets = text_bytes(words)
    special = np.ones(256, bool)
    special[32:127] = False
    special[[*map(ord, line_format.special)]] = True
    first = np.zeros(256, bool)
    first[[*map(ord, line_format.first)]] = True
    places = np.flatnonzero(special[data[offsets[0] : offsets[-1]]]) + offsets[0]
    holding = np.zeros(len(words), bool)
    holding[np.searchsorted(offsets, places, side="right") - 1] = True
    filled = np.flatnonzero(offsets[1:] > offsets[:-1])
    holding[filled] |= first[data[offsets[:-1][filled]]]
    rows = np.flatnonzero(holding)
    texts: dict[bytes, str] = {}
    written = []
    for row in rows.tolist():
        word = data[offsets[row] : offsets[row + 1]].tobytes()
        if word not in texts:
            text = line_format.cell(word.decode("utf-8", "surrogatepass"))
            texts[word] = text[len(line_format.quote) : len(text) - len(line_format.quote)]
        written.append(texts[word])
    return _replaced(words, rows, written)


def _not_finite(block: Block) -> Rows:
    """The rows with a number that is not finite."""
    odd = np.zeros(block.rows, bool)
    for cells in block.columns:
        if isinstance(cells, Plain) and not _is_text(cells):
            odd |= ~np.isfinite(np.asarray(cells.values)) & (True if cells.absent is None else ~cells.absent)
    return np.flatnonzero(odd)


def _is_text(cells: Cells) -> bool:
    return isinstance(cells, Plain) and not isinstance(cells.values, np.ndarray)


def _one_type(pieces: Sequence[Any]) -> list[Any]:
    """Arrays of strings with offsets of one width, and texts."""
    large = any(not isinstance(piece, str) and piece.type == pa.large_string() for piece in pieces)
    kind = pa.large_string() if large else pa.string()
    return [scalar(piece, kind) if isinstance(piece, str) else pc.cast(piece, kind) for piece in pieces]


def _replaced(array: Any, rows: Rows, texts: Sequence[str]) -> Any:
    """Strings with others in some rows, which are in order."""
    if not len(rows):
        return array
    return pc.replace_with_mask(array, mask(rows, len(array)), pc.cast(strings(texts), array.type))
