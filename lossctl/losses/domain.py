"""What a parameter may be: each domain reads a text, checks a value, words itself and gives values to test with.

A value that does not fit raises ValueError with words that follow `must be`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol, TypeAlias

from lossctl.record import record
from lossctl.text import as_number, number_text

Value: TypeAlias = float | bool | str | tuple[float, ...] | None


class Domain(Protocol):
    """The values that a parameter may have."""

    def check(self, value: object) -> Value:
        """`value` in its normal form; ValueError where it does not belong."""

    def read(self, text: str) -> Value:
        """The value that a person typed; ValueError where it does not belong."""

    def words(self) -> str:
        """What follows `must be`."""

    def inside(self) -> Sequence[Value]:
        """Values that belong, for tests and completion."""

    def outside(self) -> Sequence[object]:
        """Values that do not."""


class OfClasses:
    """What a domain is beside whose values are known in full where the classes are; by default they are what they were."""

    def for_names(self, value: Value, names: Sequence[str]) -> Value:
        """`value` for classes of these names, none where they have no names; ValueError where it does not fit them."""
        return value

    def for_classes(self, value: Value, classes: int) -> Value:
        """`value` for that many classes; ValueError where it does not fit them."""
        return value

    def counted(self, value: Value, counts: Sequence[int]) -> Value:
        """`value` for classes of which there are so many rows; a text waits for these."""
        return value


@record
class Interval:
    """Real numbers from `low` to `high`; the ends belong unless left out by `open_low`, `open_high`."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    def check(self, value: object) -> float:
        if isinstance(value, bool) or (not isinstance(value, (int, float)) and not hasattr(value, "__float__")):
            raise ValueError(self.words())
        try:
            number = float(value)
        except (OverflowError, TypeError):  # an integer of 400 digits, an array
            raise ValueError(self.words()) from None
        above = number > self.low if self.open_low else number >= self.low
        below = number < self.high if self.open_high else number <= self.high
        if not (above and below):
            raise ValueError(self.words())
        return number

    def read(self, text: str) -> float:
        return self.check(read_number(text, self.words()))

    def words(self) -> str:
        bounds = [
            f"{'>' if self.open_low else '>='} {number_text(self.low)}" if self.low != -math.inf else "",
            f"{'<' if self.open_high else '<='} {number_text(self.high)}" if self.high != math.inf else "",
        ]
        ends = [left_out for end, left_out in ((self.low, self.open_low), (self.high, self.open_high)) if math.isinf(end)]
        if any(ends) and not all(ends):
            bounds.append("< inf" if self.open_high else "> -inf")
        number = "a finite number" if ends and all(ends) else "a number"
        return f"{number} {' and '.join(filter(None, bounds))}".strip()

    def inside(self) -> Sequence[float]:
        low = self.low if self.low != -math.inf else -3.0
        high = self.high if self.high != math.inf else low + 3.0
        middle = [low + (high - low) * share for share in (0.25, 0.5)]
        return [*middle, *([] if self.open_low else [low]), *([] if self.open_high else [self.high])]

    def outside(self) -> Sequence[object]:
        below = [self.low] if self.open_low else [math.nextafter(self.low, -math.inf)]
        above = [self.high] if self.open_high else [math.nextafter(self.high, math.inf)]
        return [
            *(math.nan, "x"),
            *(below if self.open_low or self.low != -math.inf else []),
            *(above if self.open_high or self.high != math.inf else []),
        ]


@record
class Either:
    """What belongs to one of several intervals."""

    parts: tuple[Interval, ...]

    def __init__(self, *parts: Interval) -> None:
        object.__setattr__(self, "parts", parts)

    def check(self, value: object) -> float:
        for part in self.parts:
            with suppress(ValueError):
                return part.check(value)
        raise ValueError(self.words())

    def read(self, text: str) -> float:
        return self.check(read_number(text, self.words()))

    def words(self) -> str:
        return ", or ".join(part.words() for part in self.parts)

    def inside(self) -> Sequence[float]:
        return [value for part in reversed(self.parts) for value in part.inside()]

    def outside(self) -> Sequence[object]:
        return [value for part in self.parts for value in part.outside() if not self._holds(value)]

    def _holds(self, value: object) -> bool:
        with suppress(ValueError):
            self.check(value)
            return True
        return False


FINITE = Interval(open_low=True, open_high=True)
POSITIVE = Interval(0, open_low=True, open_high=True)
NON_NEGATIVE = Interval(0, open_high=True)


@record
class Whole:
    """Whole numbers from `low` on."""

    low: float = 1.0

    def check(self, value: object) -> float:
        if isinstance(value, str):
            raise ValueError(self.words())
        try:
            number = Interval(self.low, open_high=True).check(value)
        except ValueError:
            raise ValueError(self.words()) from None
        if number != math.floor(number):
            raise ValueError(self.words())
        return number

    def read(self, text: str) -> float:
        return self.check(read_number(text, self.words()))

    def words(self) -> str:
        return f"a whole number >= {number_text(self.low)}"

    def inside(self) -> Sequence[float]:
        return [self.low, self.low + 4, self.low + 59]

    def outside(self) -> Sequence[object]:
        return [self.low - 1, self.low + 0.5, math.inf, "x"]


@record
class Flag:
    """true or false."""

    def check(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError(self.words())
        return value

    def read(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise ValueError(self.words())
        return text == "true"

    def words(self) -> str:
        return "true or false"

    def inside(self) -> Sequence[bool]:
        return [True, False]

    def outside(self) -> Sequence[object]:
        return [1.0, "yes"]


@record
class Choice:
    """One of some words or numbers."""

    options: tuple[str | float, ...]

    def __init__(self, *options: str | float) -> None:
        object.__setattr__(self, "options", options)

    def check(self, value: object) -> str | float:
        for option in self.options:
            if not isinstance(value, bool) and value == option:
                return option
        raise ValueError(self.words())

    def read(self, text: str) -> str | float:
        if text in self.options:
            return text
        return self.check(read_number(text, self.words()))

    def typed(self) -> list[str]:
        """The options as one types them."""
        return [option if isinstance(option, str) else number_text(option) for option in self.options]

    def words(self) -> str:
        return " or ".join(self.typed())

    def inside(self) -> Sequence[str | float]:
        return self.options

    def outside(self) -> Sequence[object]:
        return ["", "neither", True]


def read_number(text: str, words: str) -> float:
    """The number that a person typed; ValueError, with what it must be, where it is none."""
    number = as_number(text)
    if number is None:
        raise ValueError(words)
    return number
