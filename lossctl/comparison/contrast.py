"""What two models cost as a pair, and the difference of the values that this comes to."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from lossctl.columns.column import Numbers
from lossctl.comparison.model_costs import Costs, Values
from lossctl.errors import DataError
from lossctl.losses.declaration import WHOLE
from lossctl.losses.roles.block import Array
from lossctl.losses.text import BoundLoss
from lossctl.maps.ordered_map import threaded_map
from lossctl.question.request import Request
from lossctl.record import record, replace
from lossctl.results.document import Comparison
from lossctl.statistics.moments import Moments
from lossctl.statistics.paired.difference import Method, PairedInterval, interval
from lossctl.statistics.paired.pair import Pair, times_power


@record
class Contrast:
    """Two models by one loss, at its place among the losses, on some rows or groups of these."""

    request: Request
    base: Costs
    candidate: Costs
    loss: int
    rows: Any = slice(None)

    @property
    def bound(self) -> BoundLoss:
        """The loss."""
        return self.base.binding.losses[self.loss].loss

    @property
    def unit(self) -> str:
        """What its values belong to."""
        return self.base.binding.unit_of(self.bound)

    def comparison(self, **found: Any) -> Comparison:
        """What was found of them."""
        base, candidate = self.base.run.run, self.candidate.run.run
        return Comparison(loss=str(self.bound), base=base, candidate=candidate, counted=self.unit, **found)

    def values(self) -> tuple[Values, Values]:
        """The costs of the rows by both models, or of those groups of them that have one by both."""
        of_base, of_candidate = self.base.values(self.loss, self.rows), self.candidate.values(self.loss, self.rows)
        if np.array_equal(of_base.places, of_candidate.places):
            return of_base, of_candidate
        _, here, there = np.intersect1d(of_base.places, of_candidate.places, return_indices=True)
        return of_base.at(here), of_candidate.at(there)

    def pair(self) -> tuple[Pair, Numbers] | None:
        """The costs by both models, and the places of the rows, or of the first ones of groups, in the base.

        None where the loss is one value for all, or no group has one by both.
        """
        if self.unit == WHOLE:
            return None
        of_base, of_candidate = self.values()
        places = of_base.places
        if not len(places):
            return None
        costs = (of_base.cost, of_candidate.cost, of_base.weight, of_base.share, of_candidate.share)
        return Pair(*costs, self.bound.finish, self._units(places)), places

    def by_distance(self, pair: Pair, base_value: float, value: float) -> Pair:
        """The pair on that side of the best value where each value lies, for a loss that is best between others.

        A value that is the best lies on both sides: on that of the other one.
        """
        best = self.bound.loss.best
        if self.bound.better != "best" or best is None:
            return pair
        of_base, of_candidate = base_value - best, value - best
        sides = math.copysign(1.0, of_base or of_candidate), math.copysign(1.0, of_candidate or of_base)
        return replace(pair, best=best, sides=sides)

    def difference(self, pair: Pair, base_value: float, value: float) -> float:
        """Candidate minus base; of plain means the mean of differences, which rounds once. DataError where both are infinite."""
        check_not_both_infinite(self.bound, base_value, value)
        if np.array_equal(pair.base, pair.candidate):
            return 0.0
        if not pair.is_plain_mean or math.isinf(value) or math.isinf(base_value):
            return pair.rise(base_value, value)
        scaled, power = pair.scaled()
        moments = Moments(spread=False)
        moments.add(scaled.rises(), scaled.weight, None, partial(np.arange, len(pair.base)))
        return times_power(moments.mean(), power)

    def interval(self, pair: Pair, difference: float, method: Method) -> PairedInterval:
        """The interval of the difference; resamples are drawn in as many threads as the request has."""
        return interval(pair, difference, method, lambda draw, resamples: threaded_map(draw, resamples, self.request.jobs))

    def _units(self, places: Numbers) -> Numbers | None:
        """The unit of each of some rows (of groups the first ones), None where each is its own; blocks are counted among them."""
        if self.base.rows.unit is not None:
            return self.base.rows.unit[places].encoded()[0]
        block = self.request.question.block
        return None if block is None else np.arange(len(places)) // block


def value_of(bound: BoundLoss, cost: Array, weight: Array | None, share: Array | None) -> float:
    """The headline mean of some rows."""
    moments = Moments(spread=False)
    moments.add(cost, weight, share, partial(np.arange, len(cost)))
    mean = moments.mean()
    return mean if bound.finish is None else bound.finish(mean)


def check_not_both_infinite(bound: BoundLoss, base_value: float, value: float) -> None:
    """DataError where values have no difference."""
    if math.isinf(value) and math.isinf(base_value):
        hint = "limit probabilities: clip=1e-7" if bound.loss.reads_classes else None
        raise DataError(f"{bound}: both models cost inf, which leaves no difference", hint=hint)
