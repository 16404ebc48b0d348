"""Predictions for losses that judge the decided class alone: probabilities as of any class loss, or labels themselves.

A column of numbers is one of labels where every row of the dataset holds a whole number and some row one beyond 0 and 1; of
0 and 1 alone both readings give the same.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, TypeAlias

from lossctl.columns.words import Words, concat_words
from lossctl.lazy import np
from lossctl.losses.roles.block import Array, Block, Facts, Fault
from lossctl.losses.roles.class_predictions import Labels, Predictions
from lossctl.losses.roles.roles import ClassLabelRole, ClassPredictionRole, Role
from lossctl.record import record
from lossctl.text import number_text

_FRACTION, _LABEL = "a probability", "a label beyond 0 and 1"


@record
class DecidedClasses:
    """Predictions (n,) that are labels."""

    labels: Array

    def extended(self, rows: np.ndarray) -> DecidedClasses:
        """The predictions of some rows; labels have no other precision."""
        return DecidedClasses(self.labels[rows])


@record
class GivenLabels:
    """Labels (n,) as numbers, beside predictions that are labels."""

    values: Array

    def extended(self, rows: np.ndarray) -> GivenLabels:
        """The labels of some rows."""
        return GivenLabels(self.values[rows])


@record
class DecisionRole(ClassPredictionRole):
    """Class predictions, or labels themselves: words, or whole numbers in every row."""

    or_labels: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return f"{ClassPredictionRole().words}; or labels (n,)"

    def view(self, block: Block, name: str) -> Predictions | DecidedClasses:  # type: ignore[override]  # or labels
        if not _are_labels(block, name):
            return super().view(block, name)
        return DecidedClasses(block.arrays[name])

    def settle(self, name: str, facts: Facts) -> Fault | None:
        fraction, label = (facts.first.get(f"{name} {what}") for what in (_FRACTION, _LABEL))
        if fraction is None or label is None:
            return None
        return Fault(max(fraction, label)[1], f"the {name} holds probabilities in some rows and labels beyond 0 and 1 in others")


@record
class DecidedLabelRole(ClassLabelRole):
    """Class labels; any whole numbers beside predictions that are labels."""

    def view(self, block: Block, name: str) -> Labels | GivenLabels:  # type: ignore[override]  # as they are
        predicted, values = block.arrays[self.of], block.arrays[name]
        if not _are_labels(block, self.of) or values.ndim != 1:
            if predicted.ndim == 1 and block.scale == "probs":
                block.note(f"{self.of} {_FRACTION}", self.of, int(np.argmax(predicted != np.floor(predicted))))
            return super().view(block, name)
        bad = values != np.floor(values)
        if bad.any():
            row = int(bad.argmax())
            raise block.refuse(
                name, row, f"label {number_text(float(values[row]))}; expected a whole number, as the {self.of} is"
            )
        beyond = ((predicted != 0) & (predicted != 1)) | ((values != 0) & (values != 1))
        if beyond.any():
            block.note(f"{self.of} {_LABEL}", self.of, int(beyond.argmax()))
        return GivenLabels(values)


def _are_labels(block: Block, name: str) -> bool:
    """Whether predictions are one whole number a row."""
    values = block.arrays[name]
    return block.scale == "probs" and values.ndim == 1 and bool((np.floor(values) == values).all())


@record
class WordRole(Role):
    """Labels that are words, compared letter for letter."""

    shape: str = "(n,)"
    as_words: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return "labels (n,): words"

    def view(self, block: Block, name: str) -> Any:
        return block.arrays[name]


@record
class TrueWordRole(WordRole):
    """The true labels that are words."""

    labels: ClassVar[bool] = True


def differ(first: Words, second: Words) -> np.ndarray:
    """Which words of two columns differ (n,)."""
    codes, _ = concat_words([first, second]).encoded()
    different: np.ndarray = codes[: len(first)] != codes[len(first) :]
    return different


ClassDecisions: TypeAlias = Annotated[Predictions | DecidedClasses, DecisionRole()]
DecidedLabels: TypeAlias = Annotated[Labels | GivenLabels, DecidedLabelRole()]
PredictedWords: TypeAlias = Annotated[Any, WordRole()]
TrueWords: TypeAlias = Annotated[Any, TrueWordRole()]
