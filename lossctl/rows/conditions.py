"""`--where`: which rows a condition holds for, decided on the distinct words of its column."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np

from lossctl.columns.column import Numbers
from lossctl.columns.number_words import exact_number, same_number
from lossctl.columns.words import Words
from lossctl.errors import quoted
from lossctl.formats.text.cells import CellError, number
from lossctl.question.inputs import Condition

_ORDER: dict[str, Callable[[Any, Any], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


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
    """Whether a word does. The same text is equal, and the same number; nothing is above or below an empty cell."""
    if condition.operator in ("=", "!="):
        equal = word == condition.value or same_number(word, condition.value)
        return equal == (condition.operator == "=")
    if not word:
        return False
    compare = _ORDER[condition.operator]
    limit = exact_number(condition.value)
    return compare(word, condition.value) if limit is None else _compares(compare, word, limit)


def _compares(compare: Callable[[Any, Any], bool], word: str, limit: Decimal) -> bool:
    """Whether a cell that must hold a number, or nothing, compares so with another."""
    if math.isnan(number(word)):
        return False
    exact = exact_number(word)
    return exact is not None and compare(exact, limit)
