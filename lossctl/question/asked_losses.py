"""The losses that options ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lossctl.errors import UsageError
from lossctl.losses import text
from lossctl.losses.text import BoundLoss

if TYPE_CHECKING:
    from pathlib import Path


def read_losses(texts: Iterable[str], folder: Path | None = None) -> tuple[BoundLoss, ...]:
    """The losses of `-l` texts, each once; UsageError, with what to type, where one cannot be read."""
    texts = tuple(texts)
    try:
        return text.read_losses(texts, folder)
    except UsageError as problem:
        from lossctl.question.misread import answered  # at an error only

        raise answered(problem, texts, folder) from None
