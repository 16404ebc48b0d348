"""The header of a .npy file, checked before anything that it claims is trusted; no Python object is ever made from a file.

Format: numpy.lib.format, versions 1.0 to 3.0.
"""

from __future__ import annotations

import ast
import math
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from lossctl.errors import DataError, quoted
from lossctl.files.streams import Readable
from lossctl.formats.table import Kind, squeezed
from lossctl.lazy import regex
from lossctl.record import record

_PIECE_BYTES = 8 * 2**20
_MAGIC = b"\x93NUMPY"
_HEADER_LIMIT = 64 * 1024
_AXES = 32  # no array of NumPy 1 has more, none of NumPy 2 more than 64
_WORDS = "words go into a table of text: pandas.Series(words, name='y').to_csv('y.csv', index=False)"
_NUMBERS = regex(r"[<>|=]?(b1|[iu][1248]|f[248])")
_TEXT = regex("[<>=|][US][0-9]+")


@record
class Layout:
    """How an array lies in its file, from byte `offset` on: `rows` rows, the axes of each in `shape`, () for one number.

    fortran: the first axis is the one whose numbers stand side by side.
    """

    dtype: np.dtype[Any]
    rows: int
    shape: tuple[int, ...]
    fortran: bool
    offset: int

    @cached_property
    def row_values(self) -> int:
        return math.prod(self.shape)

    @cached_property
    def row_bytes(self) -> int:
        return self.dtype.itemsize * self.row_values

    @cached_property
    def data_bytes(self) -> int:
        return self.rows * self.row_bytes


def read_layout(stream: Readable) -> Layout:
    """Reads a header from the front of a stream; DataError where it is no header of an array of numbers."""
    name = stream.name
    lead = stream.read(8)
    if lead[:6] != _MAGIC:
        if lead[:1] == b"\x80":
            raise DataError("a pickle, not a NumPy array; lossctl never unpickles", where=name, hint="save it with numpy.save")
        raise DataError("not a .npy file: it does not begin with \\x93NUMPY", where=name)
    length_bytes = {1: 2, 2: 4, 3: 4}.get(lead[6] if len(lead) == 8 else 0)
    if length_bytes is None:
        raise DataError("bad .npy header: unknown version", where=name)
    length = int.from_bytes(stream.read(length_bytes), "little")
    if length > _HEADER_LIMIT:
        raise DataError(f"bad .npy header: {length:,} bytes long, over the limit of {_HEADER_LIMIT:,}", where=name)
    text = stream.read(length)
    if len(text) < length:
        raise DataError("bad .npy header: the file ends within it", where=name)
    try:
        return _layout(text.decode("utf-8" if lead[6] == 3 else "latin-1", "replace"), 8 + length_bytes + length)
    except DataError as problem:
        raise DataError(problem.problem, where=name, hint=problem.hint) from None


@lru_cache(maxsize=64)
def _layout(text: str, offset: int) -> Layout:
    """The layout that a header names; DataError where it names none. The files of a batch have like headers."""
    described = _described(text)
    if described is None:
        raise DataError("bad .npy header: it does not describe an array")
    descr, fortran, shape = described
    if isinstance(descr, str) and "O" in descr:
        hint = "save numbers: numpy.save(path, array.astype(float))"
        raise DataError("the array holds Python objects; lossctl never unpickles", hint=hint)
    if not isinstance(descr, str) or not _NUMBERS.fullmatch(descr):
        kind = quoted(descr) if isinstance(descr, str) else "a structured type"
        words = _WORDS if _TEXT.fullmatch(str(descr)) else None
        raise DataError(f"the array's dtype is {kind}; expected integers, floats or booleans", hint=words)
    check_shape(shape)
    axes = squeezed(shape[1:])
    return Layout(np.dtype(descr), shape[0], axes, fortran and math.prod(axes) > 1, offset)


def _described(text: str) -> tuple[Any, bool, tuple[int, ...]] | None:
    """dtype, order and shape that a header names, None where it is not sound."""
    try:
        literal: Any = ast.parse(text.strip(), mode="eval").body
        header = ast.literal_eval(literal)
        descr, fortran, shape = header.pop("descr"), header.pop("fortran_order"), header.pop("shape")
        sound = not header and len(literal.keys) == 3 and isinstance(fortran, bool) and isinstance(shape, tuple)
        sound = sound and all(isinstance(axis, int) and not isinstance(axis, bool) and 0 <= axis < 2**63 for axis in shape)
    except (ValueError, SyntaxError, TypeError, KeyError, AttributeError, MemoryError, RecursionError):
        return None
    return (descr, fortran, shape) if sound else None


def check_shape(shape: tuple[int, ...], name: str | None = None) -> None:
    """DataError where an array has no rows that hold numbers."""
    if not 1 <= len(shape) <= _AXES or 0 in shape[1:]:
        expected = f"expected 1 to {_AXES} axes" if 0 not in shape[1:] else "its rows are empty"
        raise DataError(f"an array of shape {_shape_text(shape)}; {expected}", where=name)


def _shape_text(shape: tuple[int, ...]) -> str:
    return "(" + ", ".join(map(str, shape[:4])) + (", ..." if len(shape) > 4 else "," if len(shape) == 1 else "") + ")"


def check_dtype(dtype: np.dtype[Any], kind: Kind, name: str) -> None:
    """DataError where booleans stand for numbers; they are labels."""
    if dtype.kind == "b" and kind is Kind.NUMBER:
        raise DataError("the array's dtype is bool; booleans are labels, not predictions", where=name)


def piece_rows(row_bytes: int) -> int:
    """How many rows make a piece of a sensible size."""
    return max(1, math.ceil(_PIECE_BYTES / row_bytes))
