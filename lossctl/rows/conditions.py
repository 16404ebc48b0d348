"""`--where`: which rows a condition holds for, decided on the distinct words of its column."""

from __future__ import annotations

import math
import operator
import shlex
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import numpy as np

from lossctl.columns.column import Numbers
from lossctl.columns.number_words import exact_number, same_number
from lossctl.columns.words import Words
from lossctl.errors import quoted
from lossctl.formats.text.cells import CellError, number
from lossctl.lazy import regex
from lossctl.question.inputs import Condition

_DIGIT = regex(r"\d")
_ORDER: dict[str, Callable[[Any, Any], bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


class NotComparable(Exception):
    """A cell that a condition does not order, as a word among numbers; `row` of the column."""

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
        except CellError as problem:
            raise NotComparable(int(np.argmax(codes == code)), problem.problem) from None
    return answers[codes]


def _satisfies(condition: Condition, word: str) -> bool:
    """Whether a word does. The same text is equal, and the same number; nothing is above or below an empty cell.

    Raises CellError where the order of a word and the value is neither that of numbers nor that of texts of one form.
    """
    if condition.operator in ("=", "!="):
        equal = word == condition.value or same_number(word, condition.value)
        return equal == (condition.operator == "=")
    if not word:
        return False
    compare = _ORDER[condition.operator]
    limit, exact = exact_number(condition.value), exact_number(word)
    if limit is None:
        return _in_text_order(condition, word, exact) and compare(word, condition.value)
    try:
        missing = math.isnan(number(word))
    except CellError:
        raise CellError(f"{quoted(word)} is not a number, which {condition.operator} compares") from None
    return not missing and exact is not None and compare(exact, limit)


def _in_text_order(condition: Condition, word: str, exact: Decimal | None) -> bool:
    """Whether a word has an order beside a text, which is by signs: CellError for 9 and 10kg, for 2024-01-10 and 2024/01/09."""
    value = quoted(condition.value)
    if exact is not None:
        raise CellError(f"{quoted(word)} is a number, and {value}, with which {condition.operator} compares it, is none")
    forms = [_DIGIT.sub("0", text) for text in (word, condition.value)]
    if condition.value[:1].isdigit() and not (forms[0].startswith(forms[1]) or forms[1].startswith(forms[0])):
        raise CellError(f"{quoted(word)} is not written as {value} is, and {condition.operator} compares texts sign by sign")
    return True


def meant_by(conditions: Iterable[Condition]) -> str | None:
    """What may have been meant by conditions that leave no row, of which a value begins with what is no part of it: `g==a`."""
    for condition in conditions:
        value = condition.value.lstrip("= ")
        if value != condition.value:
            typed = f"{condition.src.text}{condition.operator}{value}"
            return f"all that follows {condition.operator} is the value: --where {shlex.quote(typed)}"
    return None
