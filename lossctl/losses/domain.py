"""What a parameter may be: each domain reads a text, checks a value, words itself and gives values to test with.

A value that does not fit raises ValueError with words that follow `must be`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeAlias

from lossctl.errors import plural
from lossctl.text import number_text

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


@dataclass(frozen=True)
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
        return self.check(_number(text, self.words()))

    def words(self) -> str:
        bounds = [
            f"{'>' if self.open_low else '>='} {number_text(self.low)}" if self.low != -math.inf else "",
            f"{'<' if self.open_high else '<='} {number_text(self.high)}" if self.high != math.inf else "",
        ]
        finite = "a finite number" if self.open_high and self.high == math.inf else "a number"
        return f"{finite} {' and '.join(filter(None, bounds))}".strip()

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


FINITE = Interval(open_low=True, open_high=True)
POSITIVE = Interval(0, open_low=True, open_high=True)
NON_NEGATIVE = Interval(0, open_high=True)


@dataclass(frozen=True)
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


@dataclass(frozen=True, init=False)
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
        return self.check(_number(text, self.words()))

    def typed(self) -> list[str]:
        """The options as one types them."""
        return [option if isinstance(option, str) else number_text(option) for option in self.options]

    def words(self) -> str:
        return " or ".join(self.typed())

    def inside(self) -> Sequence[str | float]:
        return self.options

    def outside(self) -> Sequence[object]:
        return ["", "neither", True]


class Vector(tuple[float, ...]):
    """Numbers that know the file they were read from, so that a long vector is shown by its name."""

    file: str | None = None

    def __reduce__(self) -> tuple[object, ...]:
        return (_vector, (tuple(self), self.file))


@dataclass(frozen=True)
class Numbers:
    """A vector `1,2,0.5` of numbers of `each`, or `@file.npy`; the i-th value (from 1) may have a range of its own."""

    each: Interval = FINITE
    scale: bool = False  # the lower end of the i-th range is divided by i

    def check(self, value: object) -> Vector:
        if isinstance(value, (str, bool)) or not isinstance(value, Iterable):
            value = (value,)
        numbers = tuple(value)
        if not numbers:
            raise ValueError(self.words())
        vector = Vector(self._check_at(place, number, len(numbers)) for place, number in enumerate(numbers, 1))
        vector.file = value.file if isinstance(value, Vector) else None
        return vector

    def read(self, text: str) -> Vector:
        if text.startswith("@"):
            return self.check(_vector_of_file(text[1:]))
        return self.check([_number(part, self.words()) for part in text.split(",")])

    def words(self) -> str:
        own = f", the i-th >= {number_text(self.each.low)}/i" if self.scale else ""
        bounds = Interval().words() if self.scale else self.each.words()
        return f"{bounds}, or a comma-separated vector of them{own}"

    def inside(self) -> Sequence[Value]:
        return [Vector((number,)) for number in self.each.inside()]

    def outside(self) -> Sequence[object]:
        return [(), *self.each.outside()]

    def _check_at(self, place: int, number: object, count: int) -> float:
        try:
            return self._range(place).check(number)
        except ValueError as problem:
            raise ValueError(f"{problem}{f' in place {place}' if count > 1 else ''}") from None

    def _range(self, place: int) -> Interval:
        return (
            Interval(self.each.low / place, self.each.high, self.each.open_low, self.each.open_high) if self.scale else self.each
        )


@dataclass(frozen=True)
class PerClass(Numbers):
    """One number for each class. `share`: one number alone is the share of class 1 of two, as alpha is of focal loss."""

    share: bool = field(default=False, kw_only=True)

    def words(self) -> str:
        each = self.each.words()
        return (
            f"{each}, or a comma-separated vector with {NON_NEGATIVE.words()} for each class"
            if self.share
            else f"a vector with one number for each class, each {each}"
        )

    def _check_at(self, place: int, number: object, count: int) -> float:
        if not self.share or count == 1:
            return super()._check_at(place, number, count)
        try:
            return NON_NEGATIVE.check(number)
        except ValueError as problem:
            raise ValueError(f"{problem} in place {place}") from None

    def for_classes(self, value: Vector, classes: int) -> Vector:
        """`value` for that many classes; ValueError where its length is another."""
        if self.share and len(value) == 1:
            if classes == 2:
                return Vector((1 - value[0], value[0]))
            raise ValueError(f"a vector of {classes} numbers, one for each class: one number alone serves two classes only")
        if len(value) != classes:
            raise ValueError(f"a vector of {plural(classes, 'number')}, one for each class; {len(value)} were given")
        return value


def _number(text: str, words: str) -> float:
    """A number as Python reads it from ASCII; `_` is not part of a number."""
    if not text.isascii() or "_" in text:
        raise ValueError(words)
    try:
        return float(text)
    except ValueError:
        raise ValueError(words) from None


def _vector(values: tuple[float, ...], file: str | None) -> Vector:
    vector = Vector(values)
    vector.file = file
    return vector


def _vector_of_file(file: str) -> Vector:
    from lossctl.sources.npy import read_vector

    return _vector(tuple(read_vector(Path(file))), file)
