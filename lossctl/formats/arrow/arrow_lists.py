"""List columns of Arrow data: as arrays where all rows are as long as the first, as `Ragged` where they may differ."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from lossctl.columns.arrow_functions import list_flatten
from lossctl.columns.column import Numbers
from lossctl.columns.ragged import Ragged
from lossctl.errors import plural
from lossctl.formats.arrow.arrow_numbers import numbers, raw, valid
from lossctl.formats.nested import LISTS


class RowProblem(Exception):
    """A row of a column that cannot be what the others are. row: of the data that were given; element: within a list.

    column, hint: known where the column is.
    """

    column = ""
    hint: str | None = None

    def __init__(self, row: int, problem: str, element: int | None = None, *, length: bool = False) -> None:
        super().__init__(problem)
        self.row, self.problem, self.element = row, problem, element
        self.length = length  # whether it is a list that is not as long as the first


def is_list(kind_of: pa.DataType) -> bool:
    """Whether a column holds a list in each row."""
    return bool(pa.types.is_list(kind_of) or pa.types.is_large_list(kind_of) or pa.types.is_fixed_size_list(kind_of))


def value_type(kind_of: pa.DataType) -> pa.DataType:
    """The type of what the lists of a column hold; a type of no list itself, as one nested too deeply is."""
    for _ in range(LISTS):
        kind_of = kind_of.value_type if is_list(kind_of) else kind_of
    return kind_of


def list_axes(kind_of: pa.DataType, arrays: Iterable[Any]) -> tuple[int, ...]:
    """The lengths of the first list of a column and of the first within it; () where no row has one.

    arrays: what the column is made of, of which no more is read than is needed.
    """
    axes: list[int | None] = []
    while is_list(kind_of):
        axes.append(kind_of.list_size if pa.types.is_fixed_size_list(kind_of) else None)
        kind_of = kind_of.value_type
    arrays = iter(arrays)
    while None in axes and (array := next(arrays, None)) is not None:
        for place, known in enumerate(axes):
            found = list_lengths(array)[valid(array)]
            axes[place] = int(found[0]) if known is None and len(found) else known
            array = list_flatten(array)
    return () if axes[0] is None else tuple(axis or 0 for axis in axes)


def dense(array: Any, axes: tuple[int, ...]) -> Numbers:
    """Lists of given lengths as float64 (n, *axes), NaN where there is none. Raises RowProblem for one of another length."""
    if not is_list(array.type):
        return numbers(array)
    present, found = valid(array), list_lengths(array)
    length = axes[0] if axes else 0
    unequal = present & (found != length)
    if unequal.any():
        row = int(unequal.argmax())
        noun = "list" if is_list(array.type.value_type) else "number"
        raise RowProblem(row, f"a list of {plural(int(found[row]), noun)}; the first has {length or 'none'}", length=True)
    try:
        values = dense(list_flatten(array), axes[1:])
    except RowProblem as problem:
        row, element = divmod(problem.row, length)
        raise RowProblem(int(np.flatnonzero(present)[row]), problem.problem, element) from None
    axes = axes or (1,)
    if present.all():
        return values.reshape(len(array), *axes)
    rows = np.full((len(array), *axes), np.nan)
    rows[present] = values.reshape(-1, *axes)
    return rows


def ragged(array: Any, axes: tuple[int, ...]) -> Ragged:
    """Lists of any length. axes: those of one element, () for numbers. Raises RowProblem where an element has others."""
    present = valid(array)
    offsets = np.zeros(len(array) + 1, np.int64)
    np.cumsum(np.where(present, list_lengths(array), 0), out=offsets[1:])
    try:
        values = dense(list_flatten(array), axes)
    except RowProblem as problem:
        row = int(np.searchsorted(offsets, problem.row, side="right")) - 1
        raise RowProblem(row, problem.problem, problem.row - int(offsets[row])) from None
    return Ragged(values, offsets, None if present.all() else ~present)


def list_lengths(array: Any) -> Numbers:
    """How many values each list has; of one that is null any number."""
    if pa.types.is_fixed_size_list(array.type):
        return np.full(len(array), array.type.list_size)
    return np.diff(raw(array.offsets))
