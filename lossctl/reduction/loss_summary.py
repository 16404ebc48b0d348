"""What a loss gave, before it becomes results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from functools import partial

from lossctl.binding.binding import BoundForm
from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.intervals.standard_errors import Errors, StandardErrors
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.quantile import Quantiles
from lossctl.statistics.table import Statistics


@record
class LossSummary:
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


def summaries_of_rows(
    losses: Iterable[BoundForm], settled: Callable[[BoundForm], Statistics], shares: Sequence[Fraction] = ()
) -> list[LossSummary]:
    """What losses of rows gave. settled: gives the statistics that hold for each. shares: of the wanted quantiles."""
    return [_judged(bound, settled(bound), shares) for bound in losses]


def _judged(bound: BoundForm, statistics: Statistics, shares: Sequence[Fraction]) -> LossSummary:
    loss, moments = bound.loss, statistics.of(LossMoments)
    errors = statistics.find(StandardErrors)  # type: ignore[type-abstract]  # whichever kind it is
    ranked = partial(statistics.of(Quantiles).values, loss) if shares else None
    judged = LossSummary(
        bound,
        statistics.fields(loss),
        moments.total_weight(loss),
        moments.has_share(loss),
        dict(zip(shares, ranked(shares), strict=True)) if ranked is not None else {},
        None if errors is None else errors.errors(loss, moments),
        ranked,
    )
    statistics.release(loss)
    return judged
