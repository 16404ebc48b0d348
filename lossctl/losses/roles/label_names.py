"""Labels that are words: the class that each stands for.

Labels are the same letter for letter. Only where none is so, a number is another spelling of itself: 1, 1.0 and True, but not 01.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from lossctl.columns.codes import first_rows
from lossctl.columns.words import Words
from lossctl.errors import listed, quoted
from lossctl.lazy import np, regex
from lossctl.losses.roles.block import Array, Facts, Fault
from lossctl.record import record
from lossctl.text import MISSING

Place: TypeAlias = Callable[[int], tuple[int, str]]  # the row of the run that a row of a block is, and where it stands

_SEEN, _LETTERS, _NUMBER = "label seen: ", "as letters: ", "as a number: "
_MANY = 12  # labels remembered for a message
_SPELLED = regex(r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,9})?", re.ASCII)


class UnknownLabel(Exception):
    """A label that no class has; `row` of the block."""

    def __init__(self, row: int, problem: str, hint: str | None = None) -> None:
        super().__init__(problem)
        self.row, self.problem, self.hint = row, problem, hint


@record
class LabelNames:
    """Names of classes in column order, or the one label that is class 1 of two.

    of_columns: the names are those of the predictions' columns; numbers: they are the numbers of the columns, `00` is 0.
    pattern: the option that names the columns by what follows their common beginning, where they were listed.
    """

    names: tuple[str, ...] = ()
    positive: str | None = None
    of_columns: bool = False
    numbers: bool = False
    pattern: tuple[str, str] | None = None

    def codes(self, labels: Words, facts: Facts, place: Place) -> Array:
        """The class of each label (n,), NaN where it is missing; notes what was seen. Raises UnknownLabel."""
        codes, distinct = labels.encoded()
        words, firsts = distinct.tolist(), first_rows(codes, len(distinct)).tolist()
        if self.positive is not None:
            classes = self._positive(self.positive, words, firsts, facts, place)
        else:
            classes = [self._class(word, row) for word, row in zip(words, firsts, strict=True)]
        return np.array(classes, dtype=np.float64)[codes]

    def settle(self, facts: Facts) -> Fault | None:
        """What the labels of all rows show to be wrong."""
        if self.positive is None:
            return None
        if spelling := settle_spelling(facts, self.positive):
            return spelling
        seen = {what.removeprefix(_SEEN): row for what, row in facts.first.items() if what.startswith(_SEEN)}
        others = [label for label in seen if not _is_noted(facts, self.positive, label)]
        said = f"the labels are {listed(sorted(seen))}"
        if len(others) == len(seen):
            named = ",".join([*others, self.positive])
            hint = (
                f"if {self.positive} is a class that does not occur: --classes {named} instead of --positive"
                if len(others) == 1
                else None
            )
            return Fault(min(seen.values(), default=(0, ""))[1], f"--positive {quoted(self.positive)} is no label; {said}", hint)
        if len(others) > 1:
            where = sorted(seen[label] for label in others)[1][1]
            return Fault(where, f"--positive leaves one other label, and there are more; {said}")
        return None

    def _positive(self, positive: str, words: Sequence[str], firsts: Sequence[int], facts: Facts, place: Place) -> list[float]:
        same = _same(words, positive)
        _note_spelling(words, firsts, same, positive, facts, place)
        classes = []
        for word, row, is_one in zip(words, firsts, same, strict=True):
            missing = not is_one and word.strip().lower() in MISSING
            if not missing and (is_one or sum(what.startswith(_SEEN) for what in facts.first) < _MANY):
                facts.first.setdefault(_SEEN + word, place(row))
            classes.append(float("nan") if missing else float(is_one))
        return classes

    def _class(self, word: str, row: int) -> float:
        if word in self.names:
            return float(self.names.index(word))
        if word.strip().lower() in MISSING:
            return float("nan")
        places = places_as_number(word, self.names, padded=self.numbers)
        if len(places) == 1:
            return float(places[0])
        if places:
            several = " and ".join(quoted(self.names[place]) for place in places)
            raise UnknownLabel(row, f"label {quoted(word)} is the number of {several}, and spelled as neither")
        raise UnknownLabel(row, f"label {quoted(word)} is none of the classes {listed(self.names)}", self._hint(word))

    def _hint(self, word: str) -> str | None:
        """How to say which column a label means."""
        if self.pattern is not None and self.pattern[0] + word in self.names:
            return f"what follows {self.pattern[0]} is the class with {self.pattern[1]}"
        if self.of_columns and self.numbers and number_of(word) is None:
            return "labels that are words: --classes A,B,... in column order"
        if not self.of_columns or self.numbers or word.strip() not in map(str, range(len(self.names))):
            return None
        if len(self.names) == 2:
            first, second = map(quoted, self.names)
            return f"--classes says which is which, in column order: --classes 1,0 if {first} is 1, --classes 0,1 if {second} is"
        order = ",".join(map(str, reversed(range(min(len(self.names), 10)))))
        return f"--classes says which number each column is, in column order, as --classes {order}"


def places_as_number(word: str, names: Sequence[str], *, padded: bool = False) -> list[int]:
    """The names that spell the number that a word does. padded: names are numbers with leading zeros as may be."""
    wanted = number_of(word)
    if wanted is None:
        return []
    return [place for place, name in enumerate(names) if (Decimal(name) if padded else number_of(name)) == wanted]


def number_of(text: str) -> Decimal | None:
    """The number that a text spells exactly, True and False as 1 and 0; None where it spells none, or has leading zeros."""
    word = text.strip(" \t")
    word = {"true": "1", "false": "0"}.get(word.lower(), word)
    return Decimal(word) if _SPELLED.fullmatch(word) else None


def is_missing(label: str) -> bool:
    """Whether a label is none, but says that there is none."""
    return label.strip(" \t").lower() in MISSING


def settle_spelling(facts: Facts, label: str) -> Fault | None:
    """Where an option's label was taken for a number in one block of rows, and stands letter for letter in another."""
    letters, number = (facts.first.get(how + label) for how in (_LETTERS, _NUMBER))
    if letters is None or number is None:
        return None
    return Fault(max(letters, number)[1], f"the label {quoted(label)} is spelled in several ways, so that it may be two labels")


def is_label(values: Any, label: str, facts: Facts, place: Place) -> Any:
    """Which of some labels, words or numbers (n,), are that of an option, or are missing; notes how it was spelled."""
    if isinstance(values, Words):
        codes, distinct = values.encoded()
        words = distinct.tolist()
        same = _same(words, label)
        _note_spelling(words, first_rows(codes, len(words)).tolist(), same, label, facts, place)
        return np.array(same, dtype=bool)[codes]
    if is_missing(label):
        return np.isnan(values)
    number = number_of(label)
    return np.zeros(len(values), dtype=bool) if number is None else values == float(number)


def _same(words: Sequence[str], label: str) -> list[bool]:
    """Which of some different words are a label: the one that is so letter for letter, else those that spell its number.

    Where the label is that a value is missing, each word that says so is one.
    """
    if is_missing(label):
        return [is_missing(word) for word in words]
    if label in words:
        return [word == label for word in words]
    wanted = number_of(label)
    return [wanted is not None and number_of(word) == wanted for word in words]


def _note_spelling(
    words: Sequence[str], firsts: Sequence[int], same: Sequence[bool], label: str, facts: Facts, place: Place
) -> None:
    for word, row, is_label in zip(words, firsts, same, strict=True):
        if is_label and not is_missing(label):
            facts.first.setdefault((_LETTERS if word == label else _NUMBER) + label, place(row))


def _is_noted(facts: Facts, positive: str, label: str) -> bool:
    """Whether a label that was seen was taken for the positive one."""
    return label == positive if _LETTERS + positive in facts.first else number_of(label) == number_of(positive) is not None
