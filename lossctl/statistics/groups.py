"""Groups of rows by the words of one or several columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import is_not
from typing import TYPE_CHECKING, Any

import numpy as np

from lossctl.columns.codes import codes_of
from lossctl.columns.words import Words, concat_words
from lossctl.record import record
from lossctl.statistics.grouping import Grouping
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

    def take(self, places: Integers) -> Groups:
        """The groups at some places."""
        return Groups(tuple(column[places] for column in self.columns))

    def merge(self, other: Groups) -> tuple[Groups, Integers]:
        """The groups of both, these first and new ones after them in order, and the place there of each of the other's (m,)."""
        places = self.find(other)
        new = np.flatnonzero(places < 0)
        places[new] = len(self) + np.arange(len(new))
        return self.extended(other.take(new)), places

    def find(self, other: Groups) -> Integers:
        """The place here of each of the other's groups (m,), -1 where it is not here."""
        if len(self.columns) == 1:
            return self.columns[0].find(other.columns[0]).copy()
        codes, _ = codes_of(self.extended(other).columns)
        places = codes[len(self) :]
        return np.where(places < len(self), places, -1)

    def extended(self, other: Groups) -> Groups:
        """These and, after them, others that are not here."""
        if not len(other):
            return self
        return Groups(tuple(concat_words(pair) for pair in zip(self.columns, other.columns, strict=True)))


class KnownGroups:
    """The groups of the rows so far, and where those of the rows at hand stand among them.

    Rows of one piece come with the same words block after block: these are looked for once.
    """

    def __init__(self) -> None:
        self.groups: Groups | None = None
        self._at_hand: Groups | None = None
        self._places: Integers = np.zeros(0, np.int64)  # of the groups at hand, -1 of those that no row had yet

    def __len__(self) -> int:
        return 0 if self.groups is None else len(self.groups)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_at_hand": None}

    def place(self, grouping: Grouping, groups: Groups) -> Grouping:
        """Rows by their groups here, new ones added. grouping: the rows by what `groups` they have."""
        if self._at_hand is None or any(map(is_not, groups.columns, self._at_hand.columns)):
            self._at_hand = groups
            self._places = np.full(len(groups), -1) if self.groups is None else self.groups.find(groups)
        new = grouping.groups[self._places[grouping.groups] < 0]
        if len(new):
            self._places[new] = len(self) + np.arange(len(new))
            added = groups if len(new) == len(groups) else groups.take(new)
            self.groups = added if self.groups is None else self.groups.extended(added)
        return grouping.placed(self._places, len(self))

    def merge(self, groups: Groups) -> Integers:
        """The place here of each of some groups (m,), new ones added."""
        self._at_hand = None  # among which new ones may be
        self.groups, places = (groups, np.arange(len(groups))) if self.groups is None else self.groups.merge(groups)
        return places


def grouping_of(columns: Sequence[Words]) -> tuple[Grouping, Groups]:
    """Rows by groups, in whatever order costs least; some groups may have no rows."""
    if len(columns) == 1:
        codes, words = columns[0].codes()
        groups = Groups((words,))
    else:
        codes, groups = group_rows(columns)
    return Grouping(codes, len(groups)), groups


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
