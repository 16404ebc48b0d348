"""Parameters that depend on the classes: a matrix of costs, and a number of classes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lossctl.errors import DataError, plural, quoted
from lossctl.losses.domain import NON_NEGATIVE, Interval, OfClasses, Value, Whole
from lossctl.losses.vector_domain import Numbers, Vector, vector_of_file
from lossctl.record import record
from lossctl.text import as_number

if TYPE_CHECKING:
    from pathlib import Path


@record
class Square(Numbers, OfClasses):
    """A square matrix, a row and a column for each class, row after row: `@file.npy`, or `@file.csv` without a header."""

    each: Interval = NON_NEGATIVE

    def check(self, value: object) -> Vector:
        if isinstance(value, Iterable) and not isinstance(value, (str, Vector)):
            value = [number for row in value for number in (row if isinstance(row, Iterable) else [row])]
        vector = super().check(value)
        if math.isqrt(len(vector)) ** 2 != len(vector) or len(vector) < 4:
            raise ValueError(self.words())
        return vector

    def of_file(self, file: str, folder: Path | None) -> Vector:
        """The numbers of a .npy file, or of a .csv file without a header; DataError where it holds no matrix."""
        from lossctl.formats.numpy.npy import read_array

        if not file.lower().endswith(".npy"):
            return vector_of_file(file, folder, _csv_numbers)
        return vector_of_file(file, folder, lambda path: read_array(path, 2, "a matrix of numbers (c, c)"))

    def words(self) -> str:
        return f"a square matrix, @FILE.npy or @FILE.csv without a header, each {self.each.words()}"

    def inside(self) -> Sequence[Value]:
        return [Vector((0.0, 1.0, 2.0, 0.0)), Vector((0.0, 3.0, 1.0, 0.0))]

    def outside(self) -> Sequence[object]:
        return [(), (1.0, 2.0), (0.0, 1.0, -1.0, 0.0)]

    def for_classes(self, value: Value, classes: int) -> Value:
        """`value` for that many classes; ValueError where it has another number of rows."""
        assert isinstance(value, Vector)
        rows = math.isqrt(len(value))
        if rows != classes:
            raise ValueError(f"a matrix of {classes} rows and columns, one for each class; {rows} were given")
        return value


@record
class ClassRank(Whole, OfClasses):
    """A whole number from 1 on, below the number of classes: with as many, no row would be told from another."""

    def words(self) -> str:
        return f"{super().words()}, below the number of classes"

    def for_classes(self, value: Value, classes: int) -> Value:
        """`value` where it is below the number of classes; ValueError otherwise."""
        assert isinstance(value, float)
        if value >= classes:
            raise ValueError(f"below the number of classes, {classes}, or no row is wrong")
        return value


def _csv_numbers(path: str) -> list[float]:
    """The numbers of a square matrix of comma-separated lines; DataError at the first cell or line that is none of it."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            lines = file.read().splitlines()
    except OSError as problem:
        from lossctl.files.streams import unreadable  # at an error only

        raise unreadable(problem, path) from None
    except UnicodeDecodeError:
        raise DataError("not UTF-8", where=path) from None
    rows = [line.split(",") for line in lines]
    for place, cells in enumerate(rows, 1):
        if len(cells) != len(rows):
            wrong = f"{plural(len(cells), 'number')} of {plural(len(rows), 'row')}; expected a square matrix"
            raise DataError(wrong, where=f"{path} line {place}")
        for cell in cells:
            if as_number(cell.strip()) is None:
                raise DataError(f"{quoted(cell)} is not a number", where=f"{path} line {place}")
    return [float(cell) for cells in rows for cell in cells]
