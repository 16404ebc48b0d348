"""Which rows of two models belong together: by order, or by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lossctl.binding.keys import key_option
from lossctl.columns.column import Numbers
from lossctl.errors import DataError, plural, quoted
from lossctl.files.streams import name_of
from lossctl.rows.join import check_none_missing, check_spelling, check_unique, join
from lossctl.rows.shared import Difference, Mispaired, first_difference, key_columns

if TYPE_CHECKING:
    from lossctl.comparison.model_costs import Costs


def rows_of_other(first: Costs, other: Costs, *, drop_missing: bool) -> Numbers:
    """The row of another model that belongs to each row of the first, -1 where none does."""
    if first.read.key and other.read.key:
        return _numbers_by_key(first, other, drop_missing=drop_missing)
    if first.run.rows != other.run.rows:
        lengths = f"{plural(first.run.rows, 'row')} and {plural(other.run.rows, 'row')}"
        where = f"{name_of(first.run.run)} and {name_of(other.run.run)}"
        raise DataError(f"different lengths: {lengths}", where=where, hint="pair rows by key: --id COLUMN")
    _check_belong_together(first, other)
    return np.arange(first.read.count)


def _check_belong_together(first: Costs, other: Costs) -> None:
    """DataError where usual keys say that rows which pair by order are not the same; a warning where the keys repeat."""
    keys, of_other = first.shared, other.shared
    names, certain = key_columns(keys, of_other)
    apart = {name: row for name in names if (row := first_difference(keys[name], of_other[name])) is not None}
    if not apart:
        return
    name = min(apart, key=lambda name: apart[name])
    row, column = apart[name], quoted(name or "1")
    where = tuple(f"{model.run.run} row {row}, column {column}" for model in (first, other))
    difference = Difference(row, (keys[name].at(row), of_other[name].at(row)), (where[0], where[1]))
    mispaired = Mispaired(difference, certain, key_option(names, (*first.binding.shared, *other.binding.shared)))
    if certain:
        raise mispaired.error()
    other.warnings.append(mispaired.warning())


def _numbers_by_key(first: Costs, other: Costs, *, drop_missing: bool) -> Numbers:
    """The same by key. Keys that a condition leaves out on one side are not missing there; DataError for other missing ones."""
    judged, other_judged = first.read.judged(), other.read.judged()
    key, other_key = first.read.of(judged), other.read.of(other_judged)
    found = join(key, other_key)
    numbers = np.full(first.read.count, -1)
    numbers[judged] = np.where(found.places < 0, -1, other_judged[found.places])
    if found.one_to_one:
        return numbers
    names = first.run.run, other.run.run
    check_unique(key, names[0])
    check_unique(other_key, names[1])
    lacking = np.flatnonzero(found.places < 0)
    if len(lacking) == len(judged):
        check_spelling(names, (key, other_key))
    of_other = other.read.filtered(tuple(column[lacking] for column in key))
    of_first = first.read.filtered(tuple(column[found.unknown] for column in other_key))
    numbers[judged[lacking]] = of_other
    numbers[of_first[of_first >= 0]] = other_judged[found.unknown[of_first >= 0]]
    if not drop_missing:
        check_none_missing(names, (key, other_key), (lacking[of_other < 0], found.unknown[of_first < 0]))
    return numbers
