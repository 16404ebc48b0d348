"""Codes: whole numbers from 0 on that stand for the words of a column, or of several columns together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lossctl.columns.words import Words
from lossctl.lazy import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

_SPARSE = 8  # codes for each row up to which they are looked up in a table: with more of them rows are sorted


def codes_of(columns: Sequence[Words]) -> tuple[Integers, Integers]:
    """The code of each row's words (n,), numbered by first rows, and these first rows."""
    codes, words = columns[0].encoded()
    first = first_rows(codes, len(words))
    for column in columns[1:]:
        more, words = column.encoded()
        codes, first = renumbered(codes * len(words) + more, len(first) * len(words))
    return codes, first


def renumbered(codes: Integers, count: int) -> tuple[Integers, Integers]:
    """Codes below `count` (n,) numbered by their first rows, and these first rows."""
    if is_dense(count, len(codes)):
        first = np.flatnonzero(first_rows(codes, count)[codes] == np.arange(len(codes)))
        code_of = np.empty(count, np.int64)
        code_of[codes[first]] = np.arange(len(first))
        return code_of[codes], first
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    order = by_code(first, len(codes))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[inverse], first[order]


def is_dense(count: int, rows: int) -> bool:
    """Whether a table of `count` numbers is cheaper than looking for those of some rows."""
    return count <= _SPARSE * rows


def first_rows(codes: Integers, count: int) -> Integers:
    """The first row of each code below `count`, -1 of one that no row has."""
    first = np.full(count, -1)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # of several rows the last one written stays
    return first


def by_code(codes: Integers, count: int) -> Integers:
    """The rows (n,) by their codes below `count`, those of one code in order."""
    order = np.argsort((codes & 0xFFFF).astype(np.uint16), kind="stable")  # of 16 bits it is a radix sort
    for shift in range(16, max(count - 1, 1).bit_length(), 16):
        order = order[np.argsort((codes[order] >> shift).astype(np.uint16), kind="stable")]
    return order


def rows_by_code(codes: Integers, count: int) -> list[Integers]:
    """The rows of each code that has some, codes and rows in order."""
    order = by_code(codes, count)
    return np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
