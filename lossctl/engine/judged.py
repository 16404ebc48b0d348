"""What a loss gave, before it becomes results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from fractions import Fraction

from lossctl.binding.binding import BoundForm
from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.quantile import Quantiles
from lossctl.statistics.table import Statistics


@record
class Judged:
    """What a loss gave, of all rows first, then of each group (1 + g,): the fields of its results, and quantiles by share.

    weight: the total weights, before shares; ratio: whether the loss has shares.
    """

    bound: BoundForm
    fields: Mapping[str, Array]
    weight: Array
    ratio: bool = False
    quantiles: Mapping[Fraction, Array] = field(default_factory=dict)


def judged_rows(losses: Sequence[BoundForm], statistics: Statistics, shares: Sequence[Fraction] = ()) -> list[Judged]:
    """What losses of rows gave, in the order of their statistics. shares: of the quantiles that are wanted."""
    moments = statistics.of(LossMoments)
    quantiles = statistics.of(Quantiles) if shares else None
    return [
        Judged(
            bound,
            statistics.fields(place),
            moments.total_weight(),
            moments.has_share(place),
            {} if quantiles is None else dict(zip(shares, quantiles.values(place, shares), strict=True)),
        )
        for place, bound in enumerate(losses)
    ]
