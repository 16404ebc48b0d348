"""Masks: rows of elements that are judged together, each element 0 or 1 and predicted by a probability."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, TypeAlias

from lossctl.lazy import np
from lossctl.losses.roles.block import Array, Block, each_run
from lossctl.losses.roles.class_predictions import Labels, Predictions
from lossctl.losses.roles.class_roles import BinaryLabelRole, BinaryPredictionRole, check_logits_given
from lossctl.record import record

if TYPE_CHECKING:
    from numpy.typing import NDArray


@record
class Mask:
    """The true elements of n masks, one mask after the other: `inside` says which are 1 (m,), counts how many a mask has (n,).

    sums: the sum of a value of each element over each mask, (m,) -> (n,).
    """

    inside: NDArray[np.bool_]
    counts: NDArray[np.int64]
    sums: Callable[[Array], Array]

    def each(self, judge: Callable[..., float], *columns: Array) -> Array:
        """What a function gives for the elements of each mask (n,); it gets the mask's elements of some columns."""
        return each_run(judge, self.counts, *columns)


@record
class MaskRole(BinaryLabelRole):
    """The elements of a mask, each 0 or 1."""

    by_rows: ClassVar[bool] = True

    @property
    def words(self) -> str:
        return "masks (n, ...): each element 0 or 1"

    def view(self, block: Block, name: str) -> Any:
        labels: Labels = super().view(block, name)
        assert block.rows is not None, "masks are rows of elements"
        counts, sums = block.rows
        return Mask(labels.of_rows() == 1, counts(), sums)


@record
class MaskActivationRole(BinaryPredictionRole):
    """Predicted elements of a mask, as logits."""

    scales: ClassVar[tuple[str, ...]] = ("logits",)

    @property
    def words(self) -> str:
        return "masks (n, ...): the logit of each element, with --from logits"

    def view(self, block: Block, name: str) -> Predictions:
        check_logits_given(block, name)
        return super().view(block, name)


Masks: TypeAlias = Annotated[Mask, MaskRole()]
MaskActivations: TypeAlias = Annotated[Predictions, MaskActivationRole()]
