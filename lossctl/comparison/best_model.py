"""Which of several models is the best, and which are tied with it: not apart from it at the level of the comparisons.

Each model is compared with the best in pairs, whose p-values Holm's method adjusts, those of each loss and group together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from lossctl.comparison.comparisons import places_by_group
from lossctl.comparison.contrast import Contrast
from lossctl.comparison.model_costs import Costs
from lossctl.question.request import Request
from lossctl.record import record, replace
from lossctl.results.document import Comparison
from lossctl.statistics.paired.difference import Method
from lossctl.statistics.paired.holm import holm, is_tied


@record
class _Ranked:
    """The models on some rows by the loss at a place. found: the comparison of each model but the first with that."""

    request: Request
    models: Sequence[Costs]
    loss: int
    rows: Any
    found: Sequence[Comparison]
    method: Method

    @cached_property
    def values(self) -> list[float]:
        """Of each model."""
        return [self.found[0].base_value, *(comparison.value for comparison in self.found)]

    @cached_property
    def best(self) -> int:
        """The place of the best one among them."""
        badness = [float(self.models[0].binding.losses[self.loss].loss.badness(value)) for value in self.values]
        return min(range(len(badness)), key=lambda model: (math.isnan(badness[model]), badness[model]))

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
            if found.low is not None and math.isinf(found.low):
                return 0.0
            return math.nan if found.p_value is None else found.p_value
        contrast = Contrast(self.request, self.models[self.best], self.models[other], self.loss, self.rows)
        paired = contrast.pair()
        if paired is None:
            return math.nan
        pair = contrast.by_distance(paired[0], best, value)
        ends = contrast.interval(pair, contrast.difference(pair, best, value), self.method)
        return 0.0 if math.isinf(ends.low) else ends.p_value


def with_ties(request: Request, models: Sequence[Costs], found: Sequence[Comparison], method: Method) -> tuple[Comparison, ...]:
    """The comparisons of several candidates with the first model, each with the best one and who is tied with it.

    A single candidate is compared and not ranked: its comparisons come as they are.
    """
    if len(models) < 3:
        return tuple(found)
    losses = range(len(models[0].binding.losses))
    asked = [(loss, rows) for _, rows in places_by_group(models[0]) for loss in losses]
    comparisons = list(found)
    for at, (loss, rows) in enumerate(asked):
        ranked = _Ranked(request, models, loss, rows, found[at :: len(asked)], method)
        base_tied, *tied = ranked.tied()
        comparisons[at :: len(asked)] = [
            replace(comparison, best=models[ranked.best].run.run, tied=status, base_tied=base_tied)
            for comparison, status in zip(ranked.found, tied, strict=True)
        ]
    return tuple(comparisons)


def too_few_resamples(method: Method, models: int) -> Iterator[str]:
    """A warning where no model can be told from the best, however far it is from it."""
    pairs, level = models - 1, 1 - method.confidence
    if models > 2 and is_tied(pairs * method.least_p_value, method.confidence):
        needed = math.ceil(pairs * method.least_p_value * (method.resamples + 1) / level)
        least = f"{method.resamples:,} resamples give no p-value below {method.least_p_value:.2g}"
        yield f"{least}, so that of {pairs + 1:,} models none is apart from the best; --resamples {needed}, or --method t"
