"""Typed texts -> values, each with the message that says what was expected."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from lossctl.effects import Option
from lossctl.errors import UsageError, did_you_mean, quoted
from lossctl.text import as_number, number_text

DIGITS = 18  # of a whole number: it fits into 64 bits


def choice(option: str, value: str, valid: Sequence[str], hint: str | None = None) -> str:
    """`value` where it is one of the words; UsageError, with the hint, otherwise."""
    if value not in valid:
        raise UsageError(f"{option} has no {quoted(value)}" + did_you_mean(value, valid), hint=hint)
    return value


def value_hint(option: Option, value: str) -> str | None:
    """What to type for a value of other programs that an option does not have."""
    from lossctl.options.other_words import instead_of_value  # at an error only

    answer = instead_of_value(option, value)
    if answer is None or not answer.startswith("-"):
        return answer
    return f"type {answer}" + ("" if answer.startswith(f"{option.flag} ") else f" instead of {option.flag}")


def whole(option: str, value: str, least: int) -> int:
    """A whole number typed for an option; UsageError where it is none or below `least`."""
    number = read_whole(value)
    if number is None or number < least:
        length = f" of at most {DIGITS} digits" if len(value) > DIGITS else ""
        raise UsageError(f"{option} is a whole number >= {least}{length}, not {quoted(value)}")
    return number


def read_whole(text: str) -> int | None:
    """The number that at most 18 digits are; None for any other text. Python refuses to read thousands of them."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None


def read_confidence(text: str) -> float:
    """A level between 0 and 1."""
    level = as_number(text)
    if level is None or not 0 < level < 1:
        share = read_share(text.removesuffix("%").strip())
        hint = f"{text} of 100 is --confidence {number_text(float(share))}" if share and 50 <= 100 * share < 100 else None
        raise UsageError(f"--confidence is a number between 0 and 1, as 0.95, not {quoted(text)}", hint=hint)
    return level


def read_share(percent: str) -> Fraction | None:
    """The share of a number from 0 to 100 as one types it, `99.9`; None where it is none."""
    if not re.fullmatch(rf"\d{{1,3}}(?:\.\d{{1,{DIGITS}}})?", percent, re.ASCII) or Fraction(percent) > 100:
        return None
    return Fraction(percent) / 100


def split_listed(texts: Iterable[str]) -> tuple[str, ...]:
    """The parts of comma-separated texts, each once."""
    return tuple(dict.fromkeys(part for text in texts for part in text.split(",") if part))


def read_jobs(text: str | None) -> int:
    """How many threads --jobs asks for, by default one for each core that the process may use."""
    if text is not None:
        return whole("--jobs", text, 1)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
