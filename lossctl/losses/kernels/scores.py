"""Values that another program made."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import FINITE, Choice
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import Real

Better: TypeAlias = Annotated[str, Param("which of two values is better in comparisons and limits", Choice("low", "high"))]


@loss(range=FINITE, best=None)
def given(value: Real, *, better: Better = "low") -> Array:
    """A column of values that are there already, as those of a metric of another program.

    value
    """
    return value
