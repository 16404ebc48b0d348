"""Rows found by key: the words of one column, or of several together. Identity is the words themselves, letter for letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from lossctl.columns.column import Numbers
from lossctl.columns.words import Words, concat_words, equal

Key: TypeAlias = Sequence[Words]


def codes_of(key: Key) -> tuple[Numbers, int]:
    """A number for each distinct key (n,), in order of first row, and how many there are."""
    codes, distinct = key[0].encoded()
    count = len(distinct)
    for column in key[1:]:
        more, words = column.encoded()
        _, first, inverse = np.unique(codes * len(words) + more, return_index=True, return_inverse=True)
        rank = np.empty(len(first), np.int64)
        rank[np.argsort(first, kind="stable")] = np.arange(len(first))
        codes, count = rank[inverse], len(first)
    return codes, count


def find_rows(key: Key, wanted: Key) -> Numbers:
    """The row of `key` at which each of the wanted keys stands (n,), -1 where it does not; of equal ones the first."""
    if len(key) == len(wanted) == 1:
        return key[0].find(wanted[0])
    rows = len(key[0])
    codes, count = codes_of([concat_words(pair) for pair in zip(key, wanted, strict=True)])
    row_of = np.full(count, -1)
    row_of[codes[:rows][::-1]] = np.arange(rows - 1, -1, -1)
    return row_of[codes[rows:]]


def same_rows(key: Key, other: Key) -> bool:
    """Whether two keys are the same in every row."""
    return len(key) == len(other) and all(map(equal, key, other))


def repeated_rows(key: Key) -> Numbers:
    """The first row of every key that stands more than once, in order."""
    first = find_rows(key, key)
    return np.unique(first[first != np.arange(len(first))])


def key_text(key: Key, row: int) -> str:
    """The key of a row as a message shows it."""
    return ",".join(column.at(row) for column in key)
