"""Groups of rows by the words of one or several columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lossctl.columns.codes import codes_of
from lossctl.columns.words import Words, concat_words
from lossctl.record import record
from lossctl.text import as_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


_LOOK = 2**12  # words that are made Python's texts at a time


@record(frozen=False)
class Groups:
    """The distinct groups of rows: a word of each group in each column. Two groups differ in at least one word."""

    columns: tuple[Words, ...]

    def __len__(self) -> int:
        return len(self.columns[0])

    def merge(self, other: Groups) -> tuple[Groups, Integers]:
        """The groups of both, these first and new ones after them in order, and the place there of each of the other's (m,)."""
        if not len(self):
            return other, np.arange(len(other))
        if len(self.columns) == 1:
            return self._merge_words(other)
        places, groups = group_rows([concat_words(pair) for pair in zip(self.columns, other.columns, strict=True)])
        return groups if len(groups) > len(self) else self, places[len(self) :]

    def _merge_words(self, other: Groups) -> tuple[Groups, Integers]:
        """The same for one column, whose words need no codes."""
        places = self.columns[0].find(other.columns[0])
        new = np.flatnonzero(places < 0)
        if not len(new):
            return self, places
        places = places.copy()
        places[new] = len(self) + np.arange(len(new))
        return Groups((concat_words([self.columns[0], other.columns[0][new]]),)), places


def group_rows(columns: Sequence[Words]) -> tuple[Integers, Groups]:
    """The code of each row's group (n,), and the groups by code, in order of their first rows."""
    if len(columns) == 1:
        codes, words = columns[0].encoded()
        return codes, Groups((words,))
    codes, first = codes_of(columns)
    return codes, Groups(tuple(column[first] for column in columns))


def sorted_places(groups: Groups) -> Integers:
    """The groups in the order in which results show them: column by column, as numbers where all its words are but empty ones.

    Empty words come first. A word is a number where it is ASCII without underscores and `float` reads it; equal numbers are in
    the order of their texts, NaN after all others.
    """
    return np.lexsort([_ranks(column) for column in reversed(groups.columns)])


def _ranks(column: Words) -> Integers:
    """The place of each word (n,) among the sorted distinct ones."""
    codes, distinct = column.encoded()
    values = _numbers(distinct)
    if values is None:
        order = distinct.order()
    else:
        words = distinct.tolist()
        order = np.array(
            sorted(range(len(words)), key=lambda at: (words[at] != "", values[at] != values[at], values[at], words[at])), np.int64
        )
    ranks = np.empty(len(distinct), np.int64)
    ranks[order] = np.arange(len(distinct))
    return ranks[codes]


def _numbers(words: Words) -> list[float] | None:
    """The numbers that words are, the empty one below all; None where one is no number."""
    values: list[float] = []
    for start in range(0, len(words), _LOOK):
        for word in words[start : start + _LOOK].tolist():
            value = as_number(word) if word else -math.inf
            if value is None:
                return None
            values.append(value)
    return values
