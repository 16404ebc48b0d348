"""Rows found by key: the words of one column, or of several together. Identity is the words themselves, letter for letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from lossctl.columns.codes import codes_of, first_rows
from lossctl.columns.column import Numbers
from lossctl.columns.words import PlacedWords, WordList, Words, concat_words, equal

Key: TypeAlias = Sequence[Words]


def find_rows(key: Key, wanted: Key) -> Numbers:
    """The row of `key` at which each of the wanted keys stands (n,), -1 where it does not; of equal ones the first."""
    if (placed := _places(key, wanted)) is not None:
        row_of = np.full(max(places.max(initial=-1) for places in placed) + 1, -1)
        row_of[placed[0][::-1]] = np.arange(len(placed[0]) - 1, -1, -1)
        return row_of[placed[1]]
    if len(key) == len(wanted) == 1:
        return key[0].find(wanted[0])
    if not all(isinstance(column, WordList) for column in (*key, *wanted)):
        from lossctl.columns.arrow_words import texts_of
        from lossctl.columns.word_search import find

        texts = [texts_of(column.arrow()) for column in key]
        found = find(texts, texts if wanted is key else [texts_of(column.arrow()) for column in wanted])
        if found is not None:
            return found
    codes, first = codes_of([concat_words(pair) for pair in zip(key, wanted, strict=True)])
    own, others = codes[: len(key[0])], codes[len(key[0]) :]
    return first_rows(own, len(first))[others]


def _places(key: Key, other: Key) -> tuple[Numbers, Numbers] | None:
    """The places of two keys, all columns of which are placed in the same words; None where they are not."""
    placed: list[tuple[Numbers, Numbers]] = []
    for own, others in zip(key, other, strict=True):
        if not (isinstance(own, PlacedWords) and isinstance(others, PlacedWords) and own.words is others.words):
            return None
        placed.append((own.places, others.places))
    return placed[0]


def same_rows(key: Key, other: Key) -> bool:
    """Whether two keys are the same in every row."""
    placed = _places(key, other)
    return np.array_equal(*placed) if placed is not None else all(map(equal, key, other))


def repeated_rows(key: Key) -> Numbers:
    """The first row of every key that stands more than once, in order."""
    first = find_rows(key, key)
    return np.unique(first[first != np.arange(len(first))])


def key_text(key: Key, row: int) -> str:
    """The key of a row as a message shows it."""
    return ",".join(column.at(row) for column in key)
