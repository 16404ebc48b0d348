"""Which rows of a block are used: what is read is told apart, labels that are words become classes, and rows are left out."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lossctl.binding.binder import BY, ID, KEEP
from lossctl.columns.column import Column, Numbers
from lossctl.columns.words import Words
from lossctl.errors import DataError
from lossctl.losses.roles.block import Facts
from lossctl.losses.roles.label_names import LabelNames, UnknownLabel, is_label
from lossctl.record import record
from lossctl.rows.dataset import MISSING_KEY, Part


@record
class RowPolicy:
    """Which rows are left out, and what label words mean. labels: the roles that are labels."""

    drop_nan: bool = False
    ignore: str | None = None
    labels: tuple[str, ...] = ()
    label_names: LabelNames | None = None


@dataclass
class UsedRows:
    """The rows of a block that are used: role columns, what is carried along, and their places in the block."""

    roles: dict[str, Column]
    keep: dict[str, Column]
    by: dict[str, Column]
    id: Words | None
    places: Numbers | None  # None where all rows are used
    rows: int
    dropped: dict[str, int]
    finite: set[str] = field(default_factory=set)  # the roles of which every value is known to be finite

    def place(self, row: int) -> int:
        """The row of the block that a used row is."""
        return row if self.places is None else int(self.places[row])


def used_rows(part: Part, start: int, columns: dict[str, Column], policy: RowPolicy, facts: Facts) -> UsedRows:
    """The used rows of the block that begins at row `start` of a part. Raises DataError for a missing value or unknown label."""
    carried = {
        kind: {name.removeprefix(kind): values for name, values in columns.items() if name.startswith(kind)}
        for kind in (KEEP, BY, ID)
    }
    lacking = columns.get(MISSING_KEY)
    roles = {name: values for name, values in columns.items() if not name.startswith((KEEP, BY, ID)) and name != MISSING_KEY}
    rows = len(next(iter(columns.values())))
    used = UsedRows(roles, carried[KEEP], carried[BY], carried[ID].get("0"), None, rows, {})
    if lacking is not None:
        _leave_out(used, "missing", lacking > 0)
    if policy.ignore is not None:
        ignored = [
            is_label(used.roles[name], policy.ignore)
            for name in policy.labels
            if isinstance(used.roles[name], Words) or used.roles[name].ndim == 1
        ]
        _leave_out(used, "ignore", np.logical_or.reduce(ignored) if ignored else None)
    if policy.label_names is not None:
        _name_labels(part, start, used, policy, policy.label_names, facts)
    _leave_out(used, "nan", _missing(part, start, used, drop=policy.drop_nan))
    return used


def _leave_out(used: UsedRows, reason: str, left_out: Numbers | None) -> None:
    """Leaves rows out, counted under a reason."""
    if left_out is None or not left_out.any():
        return
    kept = np.flatnonzero(~left_out)
    used.dropped[reason] = used.rows - len(kept)
    used.places = kept if used.places is None else used.places[kept]
    used.rows = len(kept)
    used.roles, used.keep, used.by = (
        {name: values[kept] for name, values in some.items()} for some in (used.roles, used.keep, used.by)
    )
    used.id = None if used.id is None else used.id[kept]


def _name_labels(part: Part, start: int, used: UsedRows, policy: RowPolicy, names: LabelNames, facts: Facts) -> None:
    """Labels that were read as texts become class numbers."""

    for name in policy.labels:
        words = used.roles[name]
        if not isinstance(words, Words):
            continue

        def place(row: int, name: str = name) -> tuple[int, str]:
            at = start + used.place(row)
            return part.first + at, part.locate(name, at, None)

        try:
            used.roles[name] = names.codes(words, facts, place)
        except UnknownLabel as unknown:
            raise DataError(unknown.problem, where=part.locate(name, start + used.place(unknown.row), None)) from None


def _missing(part: Part, start: int, used: UsedRows, *, drop: bool) -> Numbers | None:
    """Which rows miss a value, None where none does; DataError at the first unless such rows are to be dropped."""
    missing: list[Numbers] = []
    for name, values in used.roles.items():
        if np.isfinite(np.add.reduce(values, axis=None)):  # NaN would have made the sum NaN, infinity infinite or NaN
            used.finite.add(name)
            continue
        absent = np.isnan(values)
        if not absent.any():
            continue
        if not drop:
            row, *element = (int(place) for place in np.argwhere(absent)[0])
            where = part.locate(name, start + used.place(row), element[0] if element else None)
            raise DataError("a value is missing (empty or NaN)", where=where, hint="leave such rows out: --nan drop")
        missing.append(np.asarray(absent.reshape(len(absent), -1).any(axis=1)))
    return np.logical_or.reduce(missing) if missing else None
