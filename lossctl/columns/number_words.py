"""Numbers as words: the shortest text that reads back as each, as people see it."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np

from lossctl.columns.integer_words import IntegerWords
from lossctl.columns.words import WordList, Words
from lossctl.lazy import regex
from lossctl.text import number_text

_NUMBER = regex(r"[ \t]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|[+-]?inf(?:inity)?)[ \t]*", re.IGNORECASE)
_LEADING_ZERO = regex(r"[ \t]*[+-]?0[0-9]")


def words_of(values: Any) -> Words:
    """Words of an array (n,) of numbers of any width or booleans: `892` for 892 and for 892.0, none for NaN."""
    if values.dtype.kind == "f" and bool((np.abs(values) < 2.0**53).all()) and bool((values == np.rint(values)).all()):
        values = values.astype(np.int64)  # and -0.0 is 0
    if values.dtype.kind not in "iu":
        return WordList([_word(value) for value in values.tolist()])
    if not len(values) or values.max() < 2**63:
        return IntegerWords(values.astype(np.int64))  # a copy, since readers fill their buffers again
    import pyarrow as pa

    from lossctl.columns.arrow_functions import cast
    from lossctl.columns.arrow_words import ArrowWords

    values = np.ascontiguousarray(values, np.uint64)
    return ArrowWords(cast(pa.Array.from_buffers(pa.uint64(), len(values), [None, pa.py_buffer(values)]), pa.string()))


def exact_number(word: str) -> Decimal | None:
    """The number that a word is, without rounding; None where it is none."""
    try:
        return Decimal(found[1]) if (found := _NUMBER.fullmatch(word)) else None
    except InvalidOperation:  # an exponent beyond all bounds
        return None


def same_number(first: str, second: str) -> bool:
    """Whether two words are spellings of one number, as 892 and 892.0; one with leading zeros, 0892, is a name."""
    if _LEADING_ZERO.match(first) or _LEADING_ZERO.match(second):
        return False
    number = exact_number(first)
    return number is not None and number == exact_number(second)


def _word(value: Any) -> str:
    return str(value) if not isinstance(value, float) else number_text(value) if value == value else ""
