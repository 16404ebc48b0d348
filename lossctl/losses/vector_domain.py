"""Parameters that are vectors: coefficients, and one number for each class."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from lossctl.errors import plural
from lossctl.losses.domain import FINITE, NON_NEGATIVE, Interval, OfClasses, Value, read_number
from lossctl.record import record
from lossctl.text import number_text

if TYPE_CHECKING:
    from pathlib import Path

SHARE = Interval(0, 1, open_low=True, open_high=True)


@record
class Level(Interval):
    """The level of the quantile or expectile that is predicted: a share."""


LEVEL = Level(0, 1, open_low=True, open_high=True)


class Vector(tuple[float, ...]):
    """Numbers that know the file they were read from: as it was named, by which a long vector is shown, and its path."""

    file: str | None = None
    path: str | None = None

    def __reduce__(self) -> tuple[object, ...]:
        return (_vector, (tuple(self), self.file, self.path))


@record
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
        if isinstance(value, Vector):
            vector.file, vector.path = value.file, value.path
        return vector

    def read(self, text: str) -> Vector:
        return self.check([read_number(part, self.words()) for part in text.split(",")])

    def of_file(self, file: str, folder: Path | None) -> Vector:
        """The numbers of a .npy file named in a folder, by default the working directory; DataError where it holds no vector."""
        from lossctl.formats.numpy.npy import read_array

        return vector_of_file(file, folder, lambda path: read_array(path, 1, "a vector of numbers (c,)"))

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


@record
class Levels(Numbers):
    """The level of each quantile that is predicted, in the order of the predictions' columns."""


@record
class SymmetricLevels(Levels):
    """Those of a median and of intervals in the middle: 0.5 and pairs q, 1 - q."""

    def check(self, value: object) -> Vector:
        levels = super().check(value)
        ordered = sorted(levels)
        pairs = zip(ordered, reversed(ordered), strict=True)
        if not all(math.isclose(low + high, 1, rel_tol=1e-9) for low, high in pairs) or 0.5 not in levels:
            raise ValueError(self.words())
        return levels

    def words(self) -> str:
        return "0.5 and pairs q,1-q of numbers > 0 and < 1, as in 0.1,0.5,0.9"

    def inside(self) -> Sequence[Value]:
        return [Vector((0.5,)), Vector((0.25, 0.5, 0.75))]

    def outside(self) -> Sequence[object]:
        return [*super().outside(), (0.1, 0.9), (0.1, 0.5, 0.8)]


@record
class PerClass(Numbers, OfClasses):
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

    def for_classes(self, value: Value, classes: int) -> Value:
        """`value` for that many classes; ValueError where its length is another. Texts stay until names or counts are known."""
        if not isinstance(value, Vector):
            return value
        if self.share and len(value) == 1:
            if classes == 2:
                return Vector((1 - value[0], value[0]))
            raise ValueError(f"a vector of {classes} numbers, one for each class: one number alone serves two classes only")
        if len(value) != classes:
            raise ValueError(f"a vector of {plural(classes, 'number')}, one for each class; {len(value)} were given")
        return value


def vector_of_file(file: str, folder: Path | None, numbers_of: Callable[[str], Iterable[float]]) -> Vector:
    """The numbers that a function reads from the path of a file named in a folder, by default the working directory."""
    path = file if folder is None else os.path.relpath(folder / file)
    return _vector(tuple(numbers_of(path)), file, path)


def _vector(values: tuple[float, ...], file: str, path: str) -> Vector:
    vector = Vector(values)
    vector.file, vector.path = file, path
    return vector
