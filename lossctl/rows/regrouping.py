"""Rows put together by group, wherever they stand: all that some groups have at a time, of a run that need not fit in memory."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING

import numpy as np

from lossctl.columns.codes import by_code
from lossctl.columns.integer_words import IntegerWords
from lossctl.columns.words import CodedWords, Words, coded
from lossctl.files.temporary import TemporaryFile
from lossctl.record import record, replace
from lossctl.rows.rows import Rows, concat_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

HELD = 2**23  # bytes of rows that wait in memory before groups are given out
_DIVIDED = 2**25  # bytes of a bucket beyond which it is divided, unless one group has them
_BITS = 5  # of a hash
_BUCKETS = 2**_BITS


class ComesAgain(Exception):
    """A group has rows after those that were given out as all that it has."""


class CompleteGroups:
    """Takes the rows of a run in order, and gives out all rows of some groups at a time, the rows in order.

    role: that by which groups are told apart. streams: whether groups may be given out when rows of another group follow, for a
    run that can be read again where that was wrong; otherwise, and where rows of groups mix, they go through a temporary file.
    """

    def __init__(self, role: str, *, streams: bool) -> None:
        self._role, self._streams, self._hashes = role, streams, Hashes()
        self._waiting: list[Rows] = []
        self._bytes, self._most = 0, HELD
        self._given: Integers = np.zeros(0, np.int64)  # the hashes of groups that were given out, in order
        self._buckets: _Buckets | None = None

    def add(self, rows: Rows) -> Iterator[Rows]:
        """Takes rows, and gives out groups that are complete. Raises ComesAgain where one was not when it was given out."""
        if self._buckets is not None:
            self._buckets.add(rows)
            return
        self._waiting.append(rows)
        self._bytes += rows.nbytes
        if self._bytes >= self._most:
            yield from self._passed_by(concat_rows(self._waiting))

    def rest(self) -> Iterator[Rows]:
        """Gives out what is left when all rows were added."""
        if self._buckets is not None:
            yield from self._buckets.groups()
        elif self._waiting:
            rows = concat_rows(self._waiting)
            self._waiting.clear()
            if len(self._given):
                self._end_groups(rows)
            yield rows

    def _passed_by(self, rows: Rows) -> Iterator[Rows]:
        """The groups of the rows that wait but for the last, of which more may come; none where rows of groups mix."""
        self._waiting.clear()
        start = self._end_groups(rows) if self._streams else None
        if start is None:
            self._buckets = _Buckets(self._role, self._hashes)
            self._buckets.add(rows)
            return
        places = np.arange(len(rows))
        self._waiting.append(last := rows.take(places[start:]))
        self._bytes = last.nbytes
        self._most = HELD + 2 * self._bytes
        if start:
            yield rows.take(places[:start])

    def _end_groups(self, rows: Rows) -> int | None:
        """The first row of the last group, all before which end here; None where rows of groups mix."""
        codes, words = words_of(rows, self._role).encoded()
        hashes = self._hashes.of(words)
        if (np.diff(codes) < 0).any() or np.isin(hashes, self._given).any():
            if len(self._given):
                raise ComesAgain
            return None
        self._given = np.union1d(self._given, hashes[:-1])
        return int(np.searchsorted(codes, codes[-1]))


class _Buckets:
    """Rows in a temporary file, those of a group in one bucket, which some bits of its word's hash tell, from bit `shift` on."""

    def __init__(self, role: str, hashes: Hashes, shift: int = 0) -> None:
        self._role, self._hashes, self._shift = role, hashes, shift
        self._file = TemporaryFile()
        self._of = [_Bucket() for _ in range(_BUCKETS)]

    def add(self, rows: Rows) -> None:
        group = coded(words_of(rows, self._role))
        others = replace(rows, roles={name: column for name, column in rows.roles.items() if name != self._role})
        hashes = self._hashes.of(group.words)
        bucket = hashes >> self._shift & _BUCKETS - 1
        row_lists, word_lists = _by_bucket(bucket[group.places]), _by_bucket(bucket)
        code = np.empty(len(hashes), np.int64)  # of each word in its bucket
        for words in word_lists:
            code[words] = np.arange(len(words))
        for of_bucket, places, words in zip(self._of, row_lists, word_lists, strict=True):
            if len(places):
                some = others.take(places).coded()
                some.roles[self._role] = CodedWords(group.words[words], code[group.places[places]])
                data = pickle.dumps(some, protocol=5)
                of_bucket.add(some, hashes[words], (self._file.append(data), len(data)))

    def groups(self) -> Iterator[Rows]:
        """All rows, those of a group together; a bucket that has too many for memory is divided once more."""
        for bucket in self._of:
            if bucket.bytes > _DIVIDED and bucket.mixed:
                divided = _Buckets(self._role, self._hashes, self._shift + _BITS)
                for place in bucket.places:
                    divided.add(self._read(*place))
                yield from divided.groups()
            elif bucket.places:
                yield concat_rows([self._read(*place) for place in bucket.places], emptied=True)

    def _read(self, start: int, size: int) -> Rows:
        rows: Rows = pickle.loads(self._file.read(start, size))  # noqa: S301  this process wrote it, into a file without a name
        return rows


class Hashes:
    """A number for each word of a run; what it is decides nothing but where rows wait.

    Where the first words are whole numbers no text is made of such; a table may hold them after other words, and before.
    """

    def __init__(self) -> None:
        self._of_numbers: bool | None = None

    def of(self, words: Words) -> Integers:
        """Those of some words, the same for each whenever it comes."""
        if self._of_numbers is None:
            self._of_numbers = isinstance(words, IntegerWords)
        if not self._of_numbers:
            return np.fromiter(map(hash, words.tolist()), np.int64, len(words))
        if isinstance(words, IntegerWords):
            return _spread(words.values)
        texts = words.tolist()
        hashes = np.fromiter(map(hash, texts), np.int64, len(texts))
        whole = [place for place, text in enumerate(texts) if _is_whole(text)]
        hashes[whole] = _spread(np.array([int(texts[place]) for place in whole], np.int64))
        return hashes


def _spread(values: Integers) -> Integers:
    """Whole numbers as others in which every bit hangs on many (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195)."""
    bits = values.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return (bits ^ bits >> np.uint64(32)).view(np.int64)


def _is_whole(text: str) -> bool:
    """Whether a text is what a whole number of 64 bits has."""
    return text.removeprefix("-").isdecimal() and len(text) < 21 and -(2**63) <= int(text) < 2**63 and str(int(text)) == text


@record(frozen=False)
class _Bucket:
    """Where rows of some groups stand in a file, in bytes. hash: of the first group; mixed: whether others have another."""

    places: list[tuple[int, int]] = field(default_factory=list)
    bytes: int = 0
    hash: int | None = None
    mixed: bool = False

    def add(self, rows: Rows, hashes: Integers, place: tuple[int, int]) -> None:
        self.places.append(place)
        self.bytes += rows.nbytes
        self.hash = int(hashes[0]) if self.hash is None else self.hash
        self.mixed = self.mixed or bool((hashes != self.hash).any())


def _by_bucket(bucket: Integers) -> list[Integers]:
    """The places (n,) of those in each bucket, in order."""
    return np.split(by_code(bucket, _BUCKETS), np.cumsum(np.bincount(bucket, minlength=_BUCKETS))[:-1])


def words_of(rows: Rows, role: str) -> Words:
    """The words by which the groups of rows are told apart."""
    words = rows.roles[role]
    assert isinstance(words, Words)  # as which the binder reads them
    return words
