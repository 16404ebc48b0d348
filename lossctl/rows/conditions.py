"""`--where`: which rows a condition holds for, decided on the distinct words of its column."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from lossctl.columns.column import Numbers
from lossctl.columns.words import Words
from lossctl.errors import quoted
from lossctl.formats.text.cells import CellError, number
from lossctl.question.inputs import Condition

_ORDER: dict[str, Callable[[Any, Any], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_LEADING_ZERO = re.compile(r"[+-]?0\d")


class NotComparable(Exception):
    """A cell that is no number, compared with one; `row` of the column."""

    def __init__(self, row: int, problem: str) -> None:
        super().__init__(problem)
        self.row, self.problem = row, problem


def rows_for_which(condition: Condition, column: Words) -> Numbers:
    """Which rows satisfy a condition (n,). Raises NotComparable."""
    codes, words = column.encoded()
    answers = np.zeros(len(words), bool)
    for code, word in enumerate(words.tolist()):
        try:
            answers[code] = _satisfies(condition, word)
        except CellError:
            row = int(np.argmax(codes == code))
            raise NotComparable(row, f"{quoted(word)} is not a number, which {condition.operator} compares") from None
    return answers[codes]


def _satisfies(condition: Condition, word: str) -> bool:
    """Whether a word does. The same text is equal, and numbers without leading zeros; nothing is above or below an empty cell."""
    if condition.operator in ("=", "!="):
        return _equal(word, condition.value) == (condition.operator == "=")
    if not word:
        return False
    compare = _ORDER[condition.operator]
    limit = _number(condition.value)
    return compare(word, condition.value) if limit is None else compare(number(word), limit)


def _equal(word: str, value: str) -> bool:
    if word == value:
        return True
    left, right = _number(word), _number(value)
    return left is not None and left == right and not any(map(_LEADING_ZERO.match, (word.strip(), value.strip())))


def _number(text: str) -> float | None:
    """The number that a text is, None where it is none or missing."""
    try:
        value = number(text)
    except CellError:
        return None
    return None if value != value else value
