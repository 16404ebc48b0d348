"""Losses of a score and the side of zero it should be on."""

from __future__ import annotations

from typing import Annotated

from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import POSITIVE
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import MarginLabels, Score


@loss(reference="Cortes & Vapnik (1995), Support-vector networks, doi:10.1007/BF00994018")
def hinge(
    pred: Score, target: MarginLabels, *, margin: Annotated[float, Param("score that costs nothing", POSITIVE)] = 1.0
) -> Array:
    """Distance by which a score misses the margin on its side.

    max(0, margin - y s),  s = pred, y = target as -1 or 1
    """
    return np.maximum(margin - target * pred, 0)
