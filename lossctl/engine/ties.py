"""Which of several models is the best, and which are tied with it: not apart from it at the level of the comparisons.

Each model is compared with the best in pairs, whose p-values Holm's method adjusts, those of each loss and group together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from lossctl.engine.comparison import parallel_of, places_by_group
from lossctl.engine.model_costs import Costs
from lossctl.engine.pairs import by_distance, difference_of, pair_of
from lossctl.losses.text import BoundLoss
from lossctl.question.request import Request
from lossctl.record import record, replace
from lossctl.results.document import Comparison
from lossctl.statistics.holm import holm, is_tied
from lossctl.statistics.paired import Method, interval


@record
class _Ranked:
    """The models on some rows by the loss at a place. values: of each; best: the place of the best one among them.

    found: the comparison of each model but the first with that.
    """

    request: Request
    bound: BoundLoss
    place: int
    rows: Any
    models: Sequence[Costs]
    values: Sequence[float]
    best: int
    found: Sequence[Comparison]
    method: Method

    def tied(self) -> list[bool | None]:
        """Whether each model is the best or tied with it; None where that is not known."""
        adjusted = holm([self._p_value(at) for at in range(len(self.models)) if at != self.best])
        tied = [is_tied(p, self.method.confidence) for p in adjusted]
        return [*tied[: self.best], True, *tied[self.best :]]

    def _p_value(self, other: int) -> float:
        """That of a model being as bad as the best; NaN where nothing pairs them, or one has no value."""
        best, value = self.values[self.best], self.values[other]
        if math.isnan(best) or math.isnan(value):
            return math.nan
        if 0 in (other, self.best):  # which were compared already
            found = self.found[max(other, self.best) - 1]
            return (
                0.0 if found.low is not None and math.isinf(found.low) else math.nan if found.p_value is None else found.p_value
            )
        paired = pair_of(self.request, self.place, self.models[self.best], self.models[other], self.rows)
        if paired is None:
            return math.nan
        pair = by_distance(paired[0], self.bound, best, value)
        ends = interval(pair, difference_of(pair, self.bound, best, value), self.method, parallel_of(self.request))
        return 0.0 if math.isinf(ends.low) else ends.p_value


def with_ties(request: Request, models: Sequence[Costs], found: Sequence[Comparison], method: Method) -> tuple[Comparison, ...]:
    """The comparisons of several candidates with the first model, each with the best one and who is tied with it.

    A single candidate is compared and not ranked: its comparisons come as they are.
    """
    if len(models) < 3:
        return tuple(found)
    losses = models[0].binding.losses
    asked = [(rows, place) for _, rows in places_by_group(models[0]) for place in range(len(losses))]
    ranked = list(found)
    for at, (rows, place) in enumerate(asked):
        of_models = found[at :: len(asked)]
        values = [of_models[0].base_value, *(comparison.value for comparison in of_models)]
        bound = losses[place].loss
        badness = [float(bound.badness(value)) for value in values]
        best = min(range(len(models)), key=lambda model: (math.isnan(badness[model]), badness[model]))
        base_tied, *tied = _Ranked(request, bound, place, rows, models, values, best, of_models, method).tied()
        ranked[at :: len(asked)] = [
            replace(comparison, best=models[best].run.run, tied=status, base_tied=base_tied)
            for comparison, status in zip(of_models, tied, strict=True)
        ]
    return tuple(ranked)


def too_few_resamples(method: Method, models: int) -> Iterator[str]:
    """A warning where no model can be told from the best, however far it is from it."""
    pairs, level = models - 1, 1 - method.confidence
    if models > 2 and is_tied(pairs * method.least_p_value, method.confidence):
        needed = math.ceil(pairs * method.least_p_value * (method.resamples + 1) / level)
        least = f"{method.resamples:,} resamples give no p-value below {method.least_p_value:.2g}"
        yield f"{least}, so that of {pairs + 1:,} models none is apart from the best; --resamples {needed}, or --method t"
