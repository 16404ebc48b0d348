"""The elements of rows: what element-wise kernels see one after the other, and how their costs become those of rows.

Rows of equal numbers of elements are taken as they lie in an array; where rows are lists of unequal length, or some elements
are left out, `offsets` say which elements are a row's.
"""

from __future__ import annotations

import math

import numpy as np

from lossctl.columns.column import Column, Numbers
from lossctl.columns.ragged import Ragged
from lossctl.losses.roles.roles import Role
from lossctl.losses.roles.shapes import Fit
from lossctl.record import record


@record(frozen=False)
class Elements:
    """The elements of `rows` rows that are used. counts: how many each row has (n,), None where all have `each`.

    places: where the used ones stand among all that were read, None where all are used; starts: of lists, where each row's
    begin among all that were read (n + 1,).
    """

    rows: int
    each: int
    counts: Numbers | None = None
    places: Numbers | None = None
    starts: Numbers | None = None

    @property
    def size(self) -> int:
        """How many there are in all."""
        return self.rows * self.each if self.counts is None else int(self.counts.sum())

    def row_of(self, element: int) -> tuple[int, int]:
        """The row that an element belongs to, and its place there among all that were read."""
        place = element if self.places is None else int(self.places[element])
        if self.starts is None:
            return divmod(place, self.each)
        row = int(np.searchsorted(self.starts, place, side="right")) - 1
        return row, place - int(self.starts[row])

    def of_rows(self, rows: Numbers) -> Elements:
        """The elements of some rows; `places` of them are among the elements here."""
        if self.counts is None:
            places = (rows[:, np.newaxis] * self.each + np.arange(self.each)).reshape(-1)
            return Elements(len(rows), self.each, None, places)
        counts = self.counts[rows]
        starts = (np.cumsum(self.counts) - self.counts)[rows]
        places = np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        return Elements(len(rows), self.each, counts, places)

    def flat(self, column: Column, role: Role, fit: Fit) -> Numbers:
        """The values of a role, one element after the other: (size,), of class predictions and of rows of them (size, c)."""
        lists = isinstance(column, Ragged)
        values = column.values if isinstance(column, Ragged) else column
        assert isinstance(values, np.ndarray)
        axis = fit.class_axis if role.of_classes else None
        if axis is None and (lists or fit.elements):
            values = values.reshape(-1)
        elif axis is not None and fit.elements and not lists:
            if axis == len(fit.elements):
                values = values.reshape(-1, values.shape[-1])
            else:  # the values of a class stay together
                values = np.moveaxis(values, 1 + axis, 0).reshape(values.shape[1 + axis], -1).T
        return values if self.places is None else values.T.take(self.places, axis=-1).T

    def row_means(self, values: Numbers) -> Numbers:
        """The mean of each row's elements (n,), rounded about once: the leading bits of a row are added without rounding."""
        if self.counts is None and self.each == 1:
            return values
        if self.counts is None:
            return row_means(values.reshape(self.rows, self.each))
        if len(counts := np.unique(self.counts)) == 1:
            return row_means(values.reshape(self.rows, int(counts[0])))
        return _list_means(values, self.counts)

    def row_counts(self) -> Numbers:
        """How many elements each row has (n,)."""
        return np.full(self.rows, self.each) if self.counts is None else self.counts

    def row_sums(self, values: Numbers) -> Numbers:
        """The sum of each row's elements (n,)."""
        sums: Numbers = self.row_means(values) * self.row_counts()
        return sums


def elements_of(fit: Fit, rows: int, lists: Ragged | None, used: Numbers | None) -> Elements:
    """The elements of rows that fit so. lists: a column of lists, where rows are such; used: which elements are, None for all."""
    each = math.prod(fit.elements)
    if lists is None and used is None:
        return Elements(rows, each)
    offsets = np.arange(rows + 1) * each if lists is None else lists.offsets * math.prod(fit.elements[1:])
    if used is None:
        return Elements(rows, each, np.diff(offsets), None, offsets)
    before = np.concatenate([[0], np.cumsum(used)])
    return Elements(rows, each, np.diff(before[offsets]), np.flatnonzero(used), offsets)


def row_means(values: Numbers) -> Numbers:
    """The mean of each row (n, d) -> (n,), rounded about once: the rows' leading bits are added without rounding."""
    count = values.shape[1]
    largest = np.abs(values).max(axis=1)
    exponent = np.frexp(largest)[1]
    scaled = np.ldexp(values, -exponent[:, np.newaxis])  # below 1 in size: no sum overflows
    constant = 1.5 * 2.0 ** (math.ceil(math.log2(count)) + 1)
    with np.errstate(invalid="ignore"):
        leading = (scaled + constant) - constant
        total = leading.sum(axis=1) + (scaled - leading).sum(axis=1)
        beyond = values.sum(axis=1)
    means: Numbers = np.where(np.isinf(largest), beyond, np.ldexp(total / count, exponent))
    return means


def row_sums(column: Column) -> Numbers:
    """The sum of all that each row holds (n,), rounded about twice; rows of lists are not empty."""
    if isinstance(column, Ragged):
        of_lists: Numbers = _list_means(column.values, column.counts) * column.counts
        return of_lists
    assert isinstance(column, np.ndarray)
    flat = column.reshape(len(column), -1)
    sums: Numbers = row_means(flat) * flat.shape[1]
    return sums


def _list_means(values: Numbers, counts: Numbers) -> Numbers:
    """The same of rows that lie one after the other, of which none is empty: those of equal length together."""
    means = np.empty(len(counts))
    starts = np.cumsum(counts) - counts
    for count in np.unique(counts).tolist():
        rows = np.flatnonzero(counts == count)
        means[rows] = row_means(values[starts[rows][:, np.newaxis] + np.arange(count)])
    return means
