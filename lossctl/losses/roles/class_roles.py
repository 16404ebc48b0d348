"""Roles of classes beside probabilities and labels of one class: labels of their own, and scores that are no probabilities."""

from __future__ import annotations

from typing import Annotated, ClassVar, TypeAlias

from lossctl.errors import UsageError
from lossctl.lazy import np
from lossctl.losses.roles.block import Array, Block
from lossctl.losses.roles.class_checks import checked_predictions
from lossctl.losses.roles.class_predictions import Labels, Predictions
from lossctl.losses.roles.role_values import within
from lossctl.losses.roles.roles import ClassPredictionRole, Role
from lossctl.record import record
from lossctl.text import number_text


@record
class BinaryPredictionRole(Role):
    """Predictions of labels of their own, each 0 or 1: the probability of 1, on the scale that `--from` names."""

    shape: str = "(n, ...)"
    reads_scale: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return "probabilities of 1 (n,) or (n, ...), one for each label; logits or log-probabilities with --from"

    def view(self, block: Block, name: str) -> Predictions:
        return checked_predictions(block, name)


@record
class BinaryLabelRole(Role):
    """Labels of their own, each 0 or 1, or where `soft` between them."""

    shape: str = "(n, ...)"
    labels: ClassVar[bool] = True
    soft: bool = False

    @property
    def words(self) -> str:
        return f"labels (n,) or (n, ...): each 0 or 1{', or soft between them' if self.soft else ''}"

    def view(self, block: Block, name: str) -> Labels:
        values = block.arrays[name]
        hard = (values == 0) | (values == 1)
        bad = ~((values >= 0) & (values <= 1)) if self.soft else ~hard
        if bad.any():
            place = int(np.argmax(bad))
            expected = "0, 1, or a soft label between them" if self.soft else "0 or 1"
            raise block.refuse(name, place, f"label {number_text(float(values[place]))}; expected {expected}")
        if hard.all():
            return Labels(2, index=values.astype(np.intp))
        return Labels(2, soft=np.stack([1 - values, values], axis=1))


@record
class ActivationRole(ClassPredictionRole):
    """Class predictions of which only logits will do: a score (n,), or one for each class (n, c)."""

    scales: ClassVar[tuple[str, ...]] = ("logits",)

    @property
    def words(self) -> str:
        return "logits (n,), (n, c), (n, c, ...) or (n, ..., c), with --from logits"

    def view(self, block: Block, name: str) -> Predictions:
        check_logits_given(block, name)
        return super().view(block, name)


@record
class ClassScoreRole(Role):
    """A score for each class, any real number."""

    shape: str = "(n, c, ...)"
    of_classes: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return "scores (n, c), (n, c, ...) or (n, ..., c): a real number for each class"

    def view(self, block: Block, name: str) -> Array:
        return within(block, name, self.domain)


def check_logits_given(block: Block, name: str) -> None:
    """UsageError where predictions are read as anything but logits."""
    if block.scale != "logits":
        raise UsageError(f"the {name} must be logits here, any real numbers", hint="say that they are: --from logits")


Activations: TypeAlias = Annotated[Predictions, ActivationRole()]
BinaryPredictions: TypeAlias = Annotated[Predictions, BinaryPredictionRole()]
BinaryLabels: TypeAlias = Annotated[Labels, BinaryLabelRole()]
SoftBinaryLabels: TypeAlias = Annotated[Labels, BinaryLabelRole(soft=True)]
ClassScores: TypeAlias = Annotated[Array, ClassScoreRole()]
