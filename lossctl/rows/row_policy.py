"""Which rows are left out, and how labels are read."""

from __future__ import annotations

from lossctl.losses.roles.label_names import LabelNames
from lossctl.losses.roles.shapes import Fit
from lossctl.question.inputs import Condition
from lossctl.record import record


@record
class RowPolicy:
    """Which rows are left out, and what label words mean.

    labels: the roles that are labels. ignored: those that `ignore` is about. elements: how the rows of element-wise roles are
    judged, None where every loss judges rows; elementwise: those roles, each with the axis of its rows that holds classes
    (None: none does). blanks: roles of words that are not missing where they are all blanks. by_first_cell: roles read as words
    since the first cell is one, which conditions may leave out.
    """

    drop_nan: bool = False
    ignore: str | None = None
    labels: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    label_names: LabelNames | None = None
    conditions: tuple[Condition, ...] = ()
    elements: Fit | None = None
    elementwise: tuple[tuple[str, int | None], ...] = ()
    blanks: tuple[str, ...] = ()
    by_first_cell: tuple[str, ...] = ()
