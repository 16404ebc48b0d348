"""What is legal and probably wrong about class predictions and labels, as every row of a run shows it."""

from __future__ import annotations

from collections.abc import Callable

from lossctl.lazy import np
from lossctl.losses.roles.block import Array, Block, Suspicion
from lossctl.losses.roles.other_scales import ROW_SUM

_HALF = {"probs": 0.5, "logits": 0.0, "logprobs": -0.6931471805599453}  # a binary prediction of 1/2 on each scale
_FEW, _MANY = 4, 20  # rows of which it is strange


def suspect_probabilities(block: Block, name: str, logits: Array) -> None:
    """Logits (n, c) that are probabilities of classes."""
    words = f"the logits of {name} all lie in [0, 1] and sum to 1; probabilities are read without --from logits"

    def holds(rows: slice) -> bool:
        z = logits[rows]
        return bool(((z >= 0) & (z <= 1)).all() and (np.abs(z.sum(axis=1) - 1) <= ROW_SUM).all())

    block.suspect(Suspicion(words), holds)


def suspect_labels(block: Block, name: str, of: str, labels: np.ndarray) -> None:
    """Predictions (n,) that are the confidence in the predicted class, and labels that are that class. labels: classes (n,)."""
    predicted = block.arrays[of]
    if predicted.ndim == 1:
        half = _HALF[block.scale]
        kinds = tuple(f"{name} {label}" for label in (0, 1))
        for label, kind in enumerate(kinds):
            if kind not in block.facts.first and (seen := labels == label).any():
                block.note(kind, name, int(seen.argmax()))
        words = f"no {of} is below 1/2 though both labels occur; is it the confidence in the predicted class, not in class 1?"
        block.suspect(Suspicion(words, _FEW, kinds), lambda rows: bool((predicted[rows] >= half).all()))
        suspect_predicted(block, name, lambda rows: bool(((predicted[rows] > half) == labels[rows]).all()))
    else:
        suspect_predicted(block, name, lambda rows: bool((predicted[rows].argmax(axis=1) == labels[rows]).all()))


def suspect_predicted(block: Block, name: str, holds: Callable[[slice], bool]) -> None:
    """Labels that are the predicted class. holds: whether those of some rows are."""
    words = f"every {name} equals the predicted class; is it what was predicted, not the truth?"
    block.suspect(Suspicion(words, _MANY), holds)
