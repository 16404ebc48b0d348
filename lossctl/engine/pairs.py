"""The costs of two models as a pair, and the difference of the values that they come to."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from lossctl.columns.column import Numbers
from lossctl.engine.model_costs import Costs, Values
from lossctl.errors import DataError
from lossctl.losses.declaration import WHOLE
from lossctl.losses.roles.block import Array
from lossctl.losses.text import BoundLoss
from lossctl.question.request import Request
from lossctl.record import replace
from lossctl.statistics.moments import Moments
from lossctl.statistics.pair import Pair, times_power


def pair_of(request: Request, loss: int, base: Costs, candidate: Costs, rows: Any) -> tuple[Pair, Numbers] | None:
    """What the loss at a place costs by two models, for some rows or groups of these, and the places of these in the base.

    None where it is one value for all, or no group has one by both.
    """
    bound = base.binding.losses[loss].loss
    if base.binding.unit_of(bound) == WHOLE:
        return None
    of_base, of_candidate = values_of(base, candidate, loss, rows)
    places = of_base.places
    if not len(places):
        return None
    units = _units(request, base, places)
    return Pair(of_base.cost, of_candidate.cost, of_base.weight, of_base.share, of_candidate.share, bound.finish, units), places


def values_of(base: Costs, candidate: Costs, loss: int, rows: Any) -> tuple[Values, Values]:
    """The costs of some rows by two models, or of those groups of them that have one by both."""
    of_base, of_candidate = base.values(loss, rows), candidate.values(loss, rows)
    if np.array_equal(of_base.places, of_candidate.places):
        return of_base, of_candidate
    _, here, there = np.intersect1d(of_base.places, of_candidate.places, return_indices=True)
    return of_base.at(here), of_candidate.at(there)


def by_distance(pair: Pair, bound: BoundLoss, base_value: float, value: float) -> Pair:
    """The pair of a loss that is best between other values, on the side of the best where each value lies; others as they are.

    A value that is the best lies on both sides: on that of the other one.
    """
    best = bound.loss.best
    if bound.better != "best" or best is None:
        return pair
    of_base, of_candidate = base_value - best, value - best
    sides = math.copysign(1.0, of_base or of_candidate), math.copysign(1.0, of_candidate or of_base)
    return replace(pair, best=best, sides=sides)


def _units(request: Request, base: Costs, places: Numbers) -> Numbers | None:
    """The unit of each of some rows (of groups the first ones), None where each is its own; blocks are counted among them."""
    if base.rows.unit is not None:
        return base.rows.unit[places].encoded()[0]
    block = request.question.block
    return None if block is None else np.arange(len(places)) // block


def value_of(bound: BoundLoss, cost: Array, weight: Array | None, share: Array | None) -> float:
    """The headline mean of some rows."""
    moments = Moments(spread=False)
    moments.add(cost, weight, share, partial(np.arange, len(cost)))
    mean = moments.mean()
    return mean if bound.finish is None else bound.finish(mean)


def difference_of(pair: Pair, bound: BoundLoss, base_value: float, value: float) -> float:
    """Candidate minus base; of plain means the mean of the differences, which rounds once. DataError where both are infinite."""
    check_not_both_infinite(bound, base_value, value)
    if np.array_equal(pair.base, pair.candidate):
        return 0.0
    if not pair.is_plain_mean or math.isinf(value) or math.isinf(base_value):
        return pair.rise(base_value, value)
    scaled, power = pair.scaled()
    moments = Moments(spread=False)
    moments.add(scaled.rises(), scaled.weight, None, partial(np.arange, len(pair.base)))
    return times_power(moments.mean(), power)


def check_not_both_infinite(bound: BoundLoss, base_value: float, value: float) -> None:
    """DataError where values have no difference."""
    if math.isinf(value) and math.isinf(base_value):
        hint = "limit probabilities: clip=1e-7" if bound.loss.reads_classes else None
        raise DataError(f"{bound}: both models cost inf, which leaves no difference", hint=hint)
