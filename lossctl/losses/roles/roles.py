"""The inputs of losses: what each may hold, how it is checked once a block, and what the kernel gets for it.

A role is its shape, the domain of its values, and the view that a kernel gets of them. In a shape `n` counts the rows; an axis
of one letter has the same length in all roles of a loss that have it; `...` stands for any further axes: the loss is of
elements, and its kernel sees them one after the other, (m,), whatever rows they lie in.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, TypeAlias

from lossctl.errors import DataError
from lossctl.lazy import np
from lossctl.losses.domain import FINITE, NON_NEGATIVE, Interval
from lossctl.losses.roles.block import Array, Block, Facts, Fault
from lossctl.losses.roles.class_checks import checked_predictions
from lossctl.losses.roles.class_predictions import Labels, Predictions
from lossctl.losses.roles.group_rows import GroupRows
from lossctl.losses.roles.other_scales import ROW_SUM
from lossctl.losses.roles.role_values import only, within
from lossctl.losses.roles.suspicions import suspect_labels, suspect_predicted
from lossctl.record import record
from lossctl.text import number_text


@record
class Role:
    """An input of a loss: real numbers of a shape within a domain, and what the page says of it (by default just that)."""

    shape: str
    domain: Interval = FINITE
    meaning: str = "real"
    reads_scale: ClassVar[bool] = False  # probabilities, logits or log-probabilities, as `--from` says
    scales: ClassVar[tuple[str, ...]] = ("probs", "logits", "logprobs")  # of which one that reads a scale takes these
    of_classes: ClassVar[bool] = False  # a number for each class, which has an axis of its own
    ordered: ClassVar[bool] = False  # the classes are an order, that of their columns
    labels: ClassVar[bool] = False  # True and False are 1 and 0
    by_rows: ClassVar[bool] = False  # the kernel sees elements and answers for the rows that they make
    or_labels: ClassVar[bool] = False  # predictions that may be labels themselves
    as_words: ClassVar[bool] = False  # words, of which the kernel sees what the role makes of them
    text: ClassVar[bool] = False  # words, of which the kernel sees which are the same
    or_numbers: ClassVar[bool] = False  # words that may be numbers instead
    blanks: ClassVar[bool] = False  # words of which one that is all blanks is not missing
    summed: ClassVar[bool] = False  # rows of any number of elements, of which the kernel sees the sum

    @property
    def words(self) -> str:
        """What it may hold, for the loss's page."""
        bounds = (
            "" if self.domain == FINITE else ", " + self.domain.words().removeprefix("a finite number ").removeprefix("a number ")
        )
        return f"{self.meaning} {self.shape}{bounds}"

    @property
    def elementwise(self) -> bool:
        """Whether a row may hold any number of elements."""
        return "..." in self.shape

    @property
    def axes(self) -> tuple[str, ...]:
        """The letters of the axes after that of the rows."""
        return tuple(filter(None, self.shape.strip("()").replace(" ", "").split(",")[1:]))

    def view(self, block: Block, name: str) -> Any:
        """What the kernel gets; DataError at the first value that does not fit."""
        values = within(block, name, self.domain)
        lacking = 0 if self.elementwise else 1 + len(self.axes) - values.ndim  # an axis of one number
        return values.reshape(*values.shape, *[1] * lacking) if lacking else values

    def settle(self, name: str, facts: Facts) -> Fault | None:
        """What the rows together show to be wrong."""
        return None


@record
class DivisorRole(Role):
    """Real numbers that something is divided by; a kernel refuses 0 where it has no meaning."""

    shape: str = "(n, ...)"
    meaning: str = "real, not 0,"


@record
class LimitedRole(Role):
    """Real numbers of which parameters allow some; a kernel refuses the others."""

    shape: str = "(n, ...)"
    meaning: str = "real, of the signs that the parameters allow,"


@record
class GroupRole(Role):
    """The group that a row belongs to, as the query of a ranked document. The kernel gets where the groups' rows lie."""

    shape: str = "(n,)"
    text: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return f"groups {self.shape}: words or numbers, the same for all rows of a group"

    def view(self, block: Block, name: str) -> GroupRows:
        return GroupRows(block.arrays[name])


@record
class MarginLabelRole(Role):
    """-1 and +1, or 0 and 1, of the scores in the role `of`; the kernel gets -1.0 and +1.0."""

    shape: str = "(n,)"
    labels: ClassVar[bool] = True
    of: str = "pred"

    @property
    def words(self) -> str:
        return f"labels {self.shape}: -1 and 1, or 0 and 1"

    def view(self, block: Block, name: str) -> Array:
        values = block.arrays[name]
        only(block, name, (-1.0, 0.0, 1.0), "-1 and 1, or 0 and 1")
        for label in (-1, 0):
            seen = values == label
            if seen.any():
                block.note(f"{name} {label}", name, int(np.argmax(seen)))
        if (scores := block.arrays.get(self.of)) is not None and scores.ndim == 1:
            suspect_predicted(block, name, lambda rows: bool(((scores[rows] > 0) == (values[rows] == 1)).all()))
        return np.asarray(2.0 * (values == 1) - 1)

    def settle(self, name: str, facts: Facts) -> Fault | None:
        minus, zero = (facts.first.get(f"{name} {label}") for label in (-1, 0))
        if minus is None or zero is None:
            return None
        return Fault(max(minus, zero)[1], "labels -1 and 0 in one dataset; expected -1 and 1, or 0 and 1")


@record
class PairLabelRole(Role):
    """0 and 1."""

    shape: str = "(n,)"
    labels: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return f"labels {self.shape}: 0 and 1"

    def view(self, block: Block, name: str) -> Array:
        return only(block, name, (0.0, 1.0), "0 or 1")


@record
class ClassPredictionRole(Role):
    """Class predictions: the probability of class 1 (n,), or one of each class (n, c), on the scale that `--from` names.

    Of elements one axis holds the classes: (n, c, ...) or (n, ..., c). The kernel sees (m,) or (m, c).
    """

    shape: str = "(n, ...)"
    reads_scale: ClassVar[bool] = True
    of_classes: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return "class probabilities (n,), (n, c), (n, c, ...) or (n, ..., c); logits or log-probabilities with --from"

    def view(self, block: Block, name: str) -> Predictions:
        return checked_predictions(block, name)


@record
class ClassLabelRole(Role):
    """Class labels of the predictions in the role `of`: 0..c-1, one-hot rows, or soft rows that sum to 1 where `soft`."""

    shape: str = "(n, ...)"
    labels: ClassVar[bool] = True
    of: str = "pred"
    soft: bool = False

    @property
    def words(self) -> str:
        return "labels (n,) or (n, ...): 0..c-1; one-hot rows (n, c)"

    def view(self, block: Block, name: str) -> Labels:
        predictions, values = block.arrays[self.of], block.arrays[name]
        classes = predictions.shape[1] if predictions.ndim == 2 else 2
        if values.ndim == 2:
            return self._rows(block, name, values)
        with np.errstate(invalid="ignore"):
            index = values.astype(np.intp)
        if values.min() >= 0 and values.max() < classes and (index == values).all():
            suspect_labels(block, name, self.of, index)
            return Labels(classes, index=index)
        if predictions.ndim == 1 and self.soft:
            bad = ~((values >= 0) & (values <= 1))
            expected = "0, 1, or a soft label between them"
        else:
            bad = ~((values >= 0) & (values < classes) & (values == np.floor(values)))
            expected = "0 or 1" if classes == 2 else f"a class from 0 to {classes - 1}"
        if bad.any():
            raise self._refuse(block, name, int(np.argmax(bad)), classes, expected)
        return Labels(classes, soft=np.stack([1 - values, values], axis=1))

    def _rows(self, block: Block, name: str, rows: Array) -> Labels:
        outside = (rows < 0) | (rows > 1)
        if outside.any():
            row, column = (int(place) for place in np.argwhere(outside)[0])
            raise block.refuse(name, row, f"label {number_text(float(rows[row, column]))} is outside [0, 1]", column=column)
        one_hot = ((rows == 1).sum(axis=1) == 1) & ((rows == 0).sum(axis=1) == rows.shape[1] - 1)
        if one_hot.all():
            index = rows.argmax(axis=1)
            suspect_labels(block, name, self.of, index)
            return Labels(rows.shape[1], index=index)
        off = np.abs(rows.sum(axis=1) - 1) > ROW_SUM
        if off.any():
            row = int(np.argmax(off))
            problem = f"the labels of a row must sum to 1, these sum to {number_text(float(rows[row].sum()))}"
            hint = "columns that are labels of their own, not classes of one: -l multilabel_ce"
            raise block.refuse(name, row, problem, hint=hint)
        if not self.soft:
            row = int(np.argmin(one_hot))
            raise block.refuse(name, row, "soft labels, where this loss takes classes or one-hot rows", hint=SOFT)
        return Labels(rows.shape[1], soft=rows)

    def _refuse(self, block: Block, name: str, row: int, classes: int, expected: str) -> DataError:
        values = block.arrays[name]
        value, hint = float(values[row]), None
        if not self.soft and block.arrays[self.of].ndim == 1 and 0 < value < 1:
            return block.refuse(name, row, f"soft label {number_text(value)}, where this loss takes 0 or 1", hint=SOFT)
        if value == classes and values.min() >= 1:
            expected += "; labels seem to start at 1"
            hint = "subtract 1 from the labels, or name the classes in column order: --classes 1,2,..."
        elif value == -1 and classes == 2:
            hint = "for labels -1 and 1 name the one that is class 1: --positive 1"
        return block.refuse(name, row, f"label {_label_text(value)}; expected {expected}", hint=hint)


SOFT = "soft labels are for ce: -l ce"


def _label_text(value: float) -> str:
    """A label as it was written; beyond 2**53 a float64 no longer tells."""
    return number_text(value) if abs(value) < 2.0**53 else f"beyond 2**53, about {value:.6g}"


BATCH = "group"  # where a loss of the whole dataset has this role, the rows fall into batches, each judged by itself
REAL = Role("(n, ...)")
Real: TypeAlias = Annotated[Array, REAL]
Divisor: TypeAlias = Annotated[Array, DivisorRole()]
Limited: TypeAlias = Annotated[Array, LimitedRole()]
Score: TypeAlias = Annotated[Array, Role("(n,)")]
Distance: TypeAlias = Annotated[Array, Role("(n,)", NON_NEGATIVE)]
Relevance: TypeAlias = Annotated[Array, Role("(n,)", NON_NEGATIVE, meaning="relevance")]
Groups: TypeAlias = Annotated[GroupRows, GroupRole()]
Vectors: TypeAlias = Annotated[Array, Role("(n, d)", meaning="vectors")]
Boxes: TypeAlias = Annotated[Array, Role("(n, 4)", meaning="boxes")]
MarginLabels: TypeAlias = Annotated[Array, MarginLabelRole()]
PairLabels: TypeAlias = Annotated[Array, PairLabelRole()]
ClassPredictions: TypeAlias = Annotated[Predictions, ClassPredictionRole()]
ClassLabels: TypeAlias = Annotated[Labels, ClassLabelRole()]
SoftClassLabels: TypeAlias = Annotated[Labels, ClassLabelRole(soft=True)]
