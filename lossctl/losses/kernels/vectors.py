"""Losses of predictions that are directions."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from lossctl.losses.declaration import loss
from lossctl.losses.distances import cosine_distance
from lossctl.losses.domain import Interval
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import DivisorRole

Directions: TypeAlias = Annotated[Array, DivisorRole("(n, d)", meaning="vectors, none of them 0,")]


@loss(
    range=Interval(0, 2),
    reference="Salton et al. (1975), A vector space model for automatic indexing, doi:10.1145/361219.361220",
    calls=(
        "scipy.spatial.distance.cosine(pred, target); of each row",
        "1 - torch.nn.functional.cosine_similarity(pred, target)",
    ),
    known_as={"cosine_distance CosineLoss": "cosine"},
)
def cosine(pred: Directions, target: Directions) -> Array:
    """Distance of a row's direction from that of its target.

    1 - cos of the angle between pred and target, a vector a row
    """
    return cosine_distance(pred, target)
