"""Which of the rows that were read are used, and which of their elements: words become classes, and the rest is left out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import field
from functools import partial
from typing import Any

import numpy as np

from lossctl.binding.use import RowField, Use
from lossctl.columns.column import Column, Numbers
from lossctl.columns.ragged import Ragged
from lossctl.columns.words import Words
from lossctl.errors import DataError, plural
from lossctl.losses.roles.block import Facts
from lossctl.losses.roles.label_names import UnknownLabel, is_label, is_missing
from lossctl.record import record
from lossctl.rows.parts import Part
from lossctl.rows.row_policy import RowPolicy
from lossctl.rows.rows import LEFT_OUT, MISSING, Rows

OF_ROWS = "leave such rows out: --nan drop"
OF_ELEMENTS = "leave such elements out: --ignore nan; such rows: --nan drop"


@record(frozen=False)
class UsedRows:
    """The rows of a block that are used.

    elements: which elements of them are (of all, one after the other), None where all are. lists: a column of lists that says
    how many a row has. left_out: the numbers of the others in the run, by reason. finite: the roles of which every value is known
    to be a finite number.
    """

    rows: Rows
    elements: Numbers | None = None
    left_out: dict[str, Numbers] = field(default_factory=dict)
    finite: set[str] = field(default_factory=set)

    @property
    def lists(self) -> Ragged | None:
        return next((column for column in self.rows.roles.values() if isinstance(column, Ragged)), None)


def used_rows(part: Part, start: int, rows: Rows, policy: RowPolicy, facts: Facts) -> UsedRows:
    """The used rows of the block that begins at row `start` of a part. Raises DataError for a missing value or unknown label."""
    selected = _Selection(part, start, policy, UsedRows(rows))
    selected.take_conditions()
    selected.take_pairs()
    selected.refuse_unread()
    selected.take_lists()
    selected.ignore_labels(facts)
    selected.name_labels(facts)
    selected.take_complete()
    return selected.used


@record(frozen=False)
class _Selection:
    part: Part
    start: int
    policy: RowPolicy
    used: UsedRows

    def take_conditions(self) -> None:
        rows = self.used.rows
        if rows.lacking is not None:  # tables that are paired by key were filtered before
            self._leave_out("where", rows.lacking == LEFT_OUT)
        elif rows.conditions:
            masks = [self._holds(place) for place in range(len(rows.conditions))]
            self._leave_out("where", ~np.logical_and.reduce(masks))

    def _holds(self, place: int) -> Numbers:
        from lossctl.rows.conditions import NotComparable, rows_for_which  # most commands have none

        try:
            return rows_for_which(self.policy.conditions[place], self.used.rows.conditions[place])
        except NotComparable as problem:
            raise DataError(problem.problem, where=self._locate(Use(RowField.CONDITION, place=place), problem.row)) from None

    def take_pairs(self) -> None:
        if self.used.rows.lacking is not None:
            self._leave_out("missing", self.used.rows.lacking == MISSING)

    def refuse_unread(self) -> None:
        """DataError where a row is left that could not be read, whatever else might leave it out: it is not a missing value."""
        errors = (error for of_row in zip(*self.used.rows.unread, strict=True) for error in of_row if error is not None)
        if (error := next(errors, None)) is not None:
            raise error

    def take_lists(self) -> None:
        """Leaves out rows without elements; DataError where the lists of a row differ in length."""
        if self.used.lists is None:
            return
        ignored = self.policy.ignored if self.policy.ignore is not None and is_missing(self.policy.ignore) else ()
        for name in sorted(self._lists(), key=lambda name: name not in ignored):  # without a target a row needs no prediction
            self._leave_out_missing(name, ignored)
        (first, column), *others = self._lists().items()
        for name, other in others:
            differ = column.counts != other.counts
            if differ.any():
                row = int(differ.argmax())
                lengths = f"{plural(int(other.counts[row]), 'element')}, {first} has {int(column.counts[row]):,}"
                raise DataError(f"{name} has {lengths}; nothing is broadcast", where=self._locate(Use(RowField.ROLE, name), row))
        self._leave_out("empty", column.counts == 0)

    def ignore_labels(self, facts: Facts) -> None:
        """Leaves out rows with what `--ignore` names, or such elements, and rows of which no element is left."""
        ignore, roles = self.policy.ignore, self.used.rows.roles
        if ignore is None:
            return
        of_elements = [name for name in self.policy.ignored if self._has_elements(roles[name])]
        one_a_row = [name for name in self.policy.ignored if _one_a_row(roles[name])]
        ignored = [is_label(roles[name], ignore, facts, partial(self._place, name)) for name in one_a_row]
        self._leave_out("ignore", np.logical_or.reduce(ignored) if ignored else None)
        if not of_elements or not len(self.used.rows):
            return
        labels = {name: _flat(self.used.rows.roles[name]) for name in of_elements}
        left = ~np.logical_or.reduce(
            [is_label(values, ignore, facts, partial(self._place, name)) for name, values in labels.items()]
        )
        if left.all():
            return
        self.used.elements = left
        self._leave_out("ignore", ~self._rows_with(left))

    def name_labels(self, facts: Facts) -> None:
        """Labels that were read as words become class numbers."""
        names = self.policy.label_names
        for name in self.policy.labels:
            words = self.used.rows.roles[name]
            if names is None or not isinstance(words, Words):
                continue
            try:
                self.used.rows.roles[name] = names.codes(words, facts, partial(self._place, name))
            except UnknownLabel as unknown:
                raise DataError(unknown.problem, where=self._place(name, unknown.row)[1], hint=unknown.hint) from None

    def _place(self, name: str, row: int) -> tuple[int, str]:
        """The row of the run that a row is, and where its label stands."""
        return self.used.rows.number(row), self._locate(Use(RowField.ROLE, name), row)

    def take_complete(self) -> None:
        """Leaves rows with a missing value out where they are to be dropped; DataError at the first otherwise."""
        missing: list[Numbers] = []
        rows = self.used.rows
        columns: list[tuple[Use, Any]] = [(Use(RowField.ROLE, name), column) for name, column in rows.roles.items()]
        columns += [
            (Use(kind), column)
            for kind, column in ((RowField.WEIGHT, rows.weight), (RowField.UNIT, rows.unit))
            if column is not None
        ]
        for use, column in columns:
            if isinstance(column, Words):
                blank = column.byte_counts() == 0 if use.name in self.policy.blanks else column.blank()
                if blank.any() and not self.policy.drop_nan:
                    raise _missing_value(self._locate(use, int(blank.argmax())))
                missing.append(blank)
                continue
            values = column.values if isinstance(column, Ragged) else column
            if np.isfinite(np.add.reduce(values, axis=None)):  # NaN would have made the sum NaN, infinity infinite or NaN
                self.used.finite.add(use.name)
                continue
            absent = self._absent(use.name, column, np.isnan(values))
            if not absent.any():
                continue
            if not self.policy.drop_nan:
                hint = OF_ELEMENTS if use.name in self.policy.ignored and self._has_elements(column) else OF_ROWS
                raise _missing_value(self._locate(use, *self._first(column, absent)), hint)
            missing.append(self._rows_with(absent) if isinstance(column, Ragged) else _any_in_row(absent))
        self._leave_out("nan", np.logical_or.reduce(missing) if missing else None)

    def _absent(self, name: str, column: Column, absent: Numbers) -> Numbers:
        """Which values are missing, those of elements left out not counted."""
        classes = dict(self.policy.elementwise).get(name, -1)
        if self.used.elements is None or classes == -1:
            return absent
        if isinstance(column, Ragged):
            left = self.used.elements
            return absent & (left[:, np.newaxis] if classes is not None else left.reshape(absent.shape))
        assert self.policy.elements is not None
        left = self.used.elements.reshape(len(column), *self.policy.elements.elements)
        return absent & (left if classes is None else np.expand_dims(left, 1 + classes))

    def _first(self, column: Column, absent: Numbers) -> tuple[int, int | None]:
        """The row of the first missing value, and its place there where the row has several."""
        if isinstance(column, Ragged):
            element, *inner = (int(place) for place in np.argwhere(absent)[0])
            row = int(np.searchsorted(column.offsets, element, side="right")) - 1
            width = 1 if absent.ndim == 1 else absent.shape[1]
            return row, (element - int(column.offsets[row])) * width + (inner[0] if inner else 0)
        row, *places = (int(place) for place in np.argwhere(absent)[0])
        return row, int(np.ravel_multi_index(places, absent.shape[1:])) if places else None

    def _has_elements(self, column: Column) -> bool:
        return self.policy.elements is not None and not _one_a_row(column)

    def _rows_with(self, elements: Numbers) -> Numbers:
        """Which rows have at least one of some elements (n,)."""
        some: Numbers = elements if elements.ndim == 1 else np.asarray(elements.any(axis=1))
        lists = self.used.lists
        if lists is None:
            return _any_in_row(some.reshape(len(self.used.rows), -1))
        within = len(some) // max(1, len(lists.values))  # of lists in the lists of a row
        before = np.concatenate([[0], np.cumsum(some)])[lists.offsets * within]
        return np.diff(before) > 0

    def _lists(self) -> dict[str, Ragged]:
        return {name: column for name, column in self.used.rows.roles.items() if isinstance(column, Ragged)}

    def _leave_out_missing(self, name: str, ignored: Collection[str]) -> None:
        """Leaves out the rows that have no list in a role; DataError at the first where they are neither ignored nor dropped."""
        missing = self._lists()[name].missing
        if missing is not None and missing.any() and name not in ignored and not self.policy.drop_nan:
            raise _missing_value(self._locate(Use(RowField.ROLE, name), int(missing.argmax())))
        self._leave_out("ignore" if name in ignored else "nan", missing)

    def _leave_out(self, reason: str, left_out: Numbers | None) -> None:
        """Leaves rows out, counted under a reason."""
        if left_out is None or not left_out.any():
            return
        used, kept = self.used, np.flatnonzero(~left_out)
        numbers = used.rows.numbers()[left_out]
        used.left_out[reason] = np.concatenate([used.left_out[reason], numbers]) if reason in used.left_out else numbers
        if used.elements is not None:
            lists = used.lists
            of_lists = None if lists is None else lists.counts * (len(used.elements) // max(1, len(lists.values)))
            each = np.full(len(used.rows), len(used.elements) // len(used.rows)) if of_lists is None else of_lists
            used.elements = used.elements[np.repeat(~left_out, each)]
        used.rows = used.rows.take(kept)

    def _locate(self, use: Use, row: int, element: int | None = None) -> str:
        return self.part.locate(use, self.start + self.used.rows.place(row), element)


def _any_in_row(values: Numbers) -> Numbers:
    return np.asarray(values.reshape(len(values), -1).any(axis=1))


def _missing_value(where: str, hint: str = OF_ROWS) -> DataError:
    return DataError("a value is missing (empty or NaN)", where=where, hint=hint)


def _one_a_row(column: Column) -> bool:
    return isinstance(column, Words) or (isinstance(column, np.ndarray) and column.ndim == 1)


def _flat(column: Column) -> Numbers:
    values = column.values if isinstance(column, Ragged) else column
    assert isinstance(values, np.ndarray)
    return values.reshape(-1)
