"""Rows that are paired by order, and the usual keys of their tables, by which it is seen whether they belong together."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field

from lossctl.binding.keys import SharedKeys, key_option
from lossctl.binding.use import Use
from lossctl.columns.column import concat
from lossctl.columns.keys import repeated_rows
from lossctl.columns.number_words import exact_number, same_number
from lossctl.columns.words import Words, equal
from lossctl.errors import DataError, quoted
from lossctl.record import record

FIRST_ROWS = 10_000  # by whose keys it is decided whether a disagreement is an error


@record
class Difference:
    """The first row in which two columns differ: its number in the run, its words there, and where each stands."""

    row: int
    words: tuple[str, str]
    where: tuple[str, str]


@record
class Mispaired:
    """Rows that are paired by order and differ in a key. certain: each key stands once, so that they do not belong together."""

    difference: Difference
    certain: bool
    option: str | None

    @property
    def problem(self) -> str:
        """What differs, as a message says it behind the second place."""
        first, second = map(quoted, self.difference.words)
        return f"the key {second} is paired with {first} of {self.difference.where[0]}, since rows pair by order"

    def error(self) -> DataError:
        """The error of rows that do not belong together."""
        by_key = "" if self.option is None else f"pair rows by key: {self.option}; "
        hint = f"{by_key}if they belong together all the same: --in-order"
        return DataError(self.problem, where=self.difference.where[1], hint=hint)

    def warning(self) -> str:
        """The warning where keys repeat, and may be none."""
        return f"{self.difference.where[1]}: {self.problem}"


@record(frozen=False)
class SharedWords:
    """What the usual keys of tables showed: their words in the first `kept` rows, and where two of a name first differ.

    That of two parts merges into that of both, however a dataset is cut.
    """

    kept: int = FIRST_ROWS
    words: dict[Use, list[Words]] = field(default_factory=dict)
    differences: dict[tuple[Use, Use], Difference] = field(default_factory=dict)

    def add(self, first: int, columns: Mapping[Use, Words], locate: Callable[[Use, int], str]) -> None:
        """Takes rows from row `first` of the run on; locate: where the word of a use in one of these rows stands."""
        for use, words in columns.items():
            if first < self.kept:
                self.words.setdefault(use, []).append(words[: self.kept - first])
        for own, other in itertools.combinations(sorted(columns, key=lambda use: use.place), 2):
            if own.name == other.name and (own, other) not in self.differences:
                row = first_difference(columns[own], columns[other])
                if row is not None:
                    words_of_row = columns[own].at(row), columns[other].at(row)
                    where = locate(own, row), locate(other, row)
                    self.differences[own, other] = Difference(first + row, words_of_row, where)

    def merge(self, other: SharedWords) -> None:
        """Adds what the rows after these showed."""
        for use, words in other.words.items():
            self.words.setdefault(use, []).extend(words)
        self.differences = other.differences | self.differences

    def of_tables(self, place: int) -> dict[str, Words]:
        """The kept words of one of the sets of tables, by the names of columns."""
        return {use.name: concat(words) for use, words in self.words.items() if use.place == place}

    def by_name(self) -> dict[str, Words]:
        """The kept words of each name, of the first tables that have it."""
        last_first = sorted(self.words.items(), key=lambda of_use: -of_use[0].place)
        return {use.name: concat(words) for use, words in last_first}

    def mispaired(self, shared: SharedKeys) -> Iterator[Mispaired]:
        """Of each two sets of tables the first row in which their keys differ."""
        for places in itertools.combinations(range(len(shared)), 2) if self.differences else ():
            between = {own.name: of for (own, other), of in self.differences.items() if (own.place, other.place) == places}
            if between:
                names, certain = key_columns(*map(self.of_tables, places))
                found = [difference for name, difference in between.items() if name in names]
                if found:
                    yield Mispaired(min(found, key=lambda difference: difference.row), certain, key_option(names, shared))


def key_columns(own: Mapping[str, Words], other: Mapping[str, Words]) -> tuple[list[str], bool]:
    """The columns of both that hold no fractions in their first rows, and whether together they are there the keys of both."""
    first = [{name: words[:FIRST_ROWS] for name, words in columns.items()} for columns in (own, other)]
    names = [name for name in own if name in other and not any(_has_fractions(columns[name]) for columns in first)]
    certain = bool(names) and not any(len(repeated_rows([columns[name] for name in names])) for columns in first)
    return names, certain


def first_difference(own: Words, other: Words) -> int | None:
    """The first row in which two columns of equal length differ, other spellings of a number aside; None where none does."""
    if equal(own, other):
        return None
    pairs = enumerate(zip(own.tolist(), other.tolist(), strict=True))
    return next((row for row, (left, right) in pairs if left != right and not same_number(left, right)), None)


def _has_fractions(column: Words) -> bool:
    numbers = (exact_number(word.replace(",", ".")) for word in column.tolist())
    return any(number is not None and number != number.to_integral_value() for number in numbers)
