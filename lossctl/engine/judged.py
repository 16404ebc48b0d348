"""What a loss gave, before it becomes results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from functools import partial

from lossctl.binding.binding import BoundForm
from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.quantile import Quantiles
from lossctl.statistics.standard_errors import Errors, StandardErrors
from lossctl.statistics.table import Statistics


@record
class Judged:
    """What a loss gave, of all rows first, then of each group (1 + g,): the fields of its results, and quantiles by share.

    weight: the total weights, before shares; ratio: whether the loss has shares. errors: of the means, None where none are asked
    for or the loss has none. ranked: gives the quantiles at some shares. counted: what has a cost, in a word.
    """

    bound: BoundForm
    fields: Mapping[str, Array]
    weight: Array
    ratio: bool = False
    quantiles: Mapping[Fraction, Array] = field(default_factory=dict)
    errors: Errors | None = None
    ranked: Callable[[Sequence[Fraction]], Array] | None = None
    counted: str = "row"


def _errors(statistics: Statistics, place: int) -> Errors | None:
    errors = statistics.find(StandardErrors)  # type: ignore[type-abstract]  # whichever kind it is
    return None if errors is None else errors.errors(place, statistics.of(LossMoments))


def judged_rows(losses: Sequence[BoundForm], statistics: Sequence[Statistics], shares: Sequence[Fraction] = ()) -> list[Judged]:
    """What losses of rows gave. statistics: those in which each loss is found, at its place. shares: of the wanted quantiles."""
    return [
        Judged(
            bound,
            settled.fields(place),
            settled.of(LossMoments).total_weight(),
            settled.of(LossMoments).has_share(place),
            dict(zip(shares, settled.of(Quantiles).values(place, shares), strict=True)) if shares else {},
            _errors(settled, place),
            partial(settled.of(Quantiles).values, place) if shares else None,
        )
        for place, (bound, settled) in enumerate(zip(losses, statistics, strict=True))
    ]
