"""Keys found in keys, and the errors of those that are missing or stand twice."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from lossctl.columns.column import Numbers
from lossctl.columns.keys import Key, find_rows, key_text, repeated_rows, same_rows
from lossctl.columns.number_words import exact_number
from lossctl.errors import DataError, examples, plural, quoted
from lossctl.record import record
from lossctl.text import shown


@record
class Join:
    """Where each row of a first table is found in another: `places` (n,), -1 where it is not; `unknown`: rows of the other that
    the first lacks.
    """

    places: Numbers
    unknown: Numbers

    @property
    def one_to_one(self) -> bool:
        """Whether each row of either has one of the other: then no key stands twice, since equal ones are found at one place.

        That is so where every row is found, at places that are all those of the other and not fewer than the rows.
        """
        ends = self.places.min(initial=0), self.places.max(initial=-1) + 1
        return not len(self.unknown) and ends == (0, len(self.places))


def join(first: Key, other: Key) -> Join:
    """Finds the rows of one key in another, whose keys stand once each."""
    rows, others = len(first[0]), len(other[0])
    if same_rows(first, other) and not len(repeated_rows(first)):
        return Join(np.arange(rows), np.zeros(0, np.int64))
    places = find_rows(other, first)
    unknown = np.ones(others, bool)
    unknown[places if places.min(initial=0) >= 0 else places[places >= 0]] = False
    return Join(places, np.flatnonzero(unknown))


def check_unique(key: Key, name: str) -> None:
    """DataError with counts and examples where a key stands more than once."""
    repeated = repeated_rows(key)
    if len(repeated):
        problem = f"{plural(len(repeated), 'key')} more than once: {_examples(key, repeated)}"
        raise DataError(problem, where=name)


def check_none_missing(names: tuple[str, str], keys: tuple[Key, Key], missing: tuple[Numbers, Numbers]) -> None:
    """DataError with counts and examples where some rows of either of two tables, by their names, are missing from the other."""
    said = [
        (f"{plural(len(rows), 'key')} of {of} missing: {_examples(key, rows)}", where)
        for key, rows, of, where in zip(keys, missing, names, reversed(names), strict=True)
        if len(rows)
    ]
    if said:
        (problem, where), *more = said
        problem += "".join(f"; in {shown(other)} {words}" for words, other in more)
        raise DataError(problem, where=where, hint="leave such rows out: --missing drop")


def check_spelling(names: tuple[str, str], keys: tuple[Key, Key]) -> None:
    """DataError where two tables, of which neither has a key of the other, have the same numbers in other spellings."""
    (key, other), rows = keys, range(len(keys[1][0]))
    spelled = {_numbers(other, row): row for row in reversed(rows)}
    row = next((row for row in range(len(key[0])) if _numbers(key, row) in spelled), None)
    if row is not None:
        there = key_text(other, spelled[_numbers(key, row)])
        problem = f"no key of {names[0]} is there; {quoted(key_text(key, row))} and {quoted(there)} are the same number"
        raise DataError(problem, where=names[1], hint="keys pair as text; write them alike in both files")


def _numbers(key: Key, row: int) -> tuple[Decimal | str, ...]:
    """The words of a key, those that are numbers as such, whatever their spelling."""
    words = [column.at(row) for column in key]
    return tuple(word if (number := exact_number(word)) is None else number for word in words)


def _examples(key: Key, rows: Numbers) -> str:
    return examples([key_text(key, row) for row in rows[:6].tolist()])
