"""What a row of class predictions says, whatever scale it is on."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from tests.definitions.arithmetic import INF, MP, ONE, ZERO, Number, exact, exp, log


class Prediction:
    """The classes of one row (c,), or both of one number. raw: the numbers as they stand."""

    def __init__(self, scale: str, raw: tuple[float, ...]) -> None:
        self.scale, self.raw = scale, raw
        self.binary = len(raw) == 1
        self.p, self.cost, self.rest = _parts(scale, raw)

    def clipped(self, clip: Number) -> Prediction:
        """The same within [clip, 1 - clip]: probabilities as doubles, of others log p."""
        if not clip:
            return self
        if self.scale == "probs":
            return prediction("probs", tuple(np.clip(self.raw, float(clip), 1 - float(clip)).tolist()))
        limited = Prediction(self.scale, self.raw)
        limited.cost = [min(max(cost, -MP.log1p(-clip)), -log(clip)) for cost in self.cost]
        limited.rest = [min(max(rest, clip), ONE - clip) for rest in self.rest]
        limited.p = [ONE - rest for rest in limited.rest]
        return limited

    @property
    def decided(self) -> int:
        """The class that is predicted most, the lowest of equal ones; of one number 1 if it is above 1/2."""
        if self.binary:
            return int(self.p[1] > self.p[0])
        return self.raw.index(max(self.raw))


@functools.cache
def prediction(scale: str, raw: tuple[float, ...]) -> Prediction:
    return Prediction(scale, raw)


def _parts(scale: str, raw: tuple[float, ...]) -> tuple[list[Number], list[Number], list[Number]]:
    """Of each class p, -log p and 1 - p."""
    values = [exact(value) for value in raw]
    if scale == "logits":
        return _of_logits(values if len(values) > 1 else [ZERO, values[0]])
    if scale == "probs":
        p = values if len(values) > 1 else [ONE - values[0], values[0]]
        rest = [ONE - one for one in p] if len(values) > 1 else [p[1], p[0]]
        return p, [-log(one) for one in p], rest
    p, rest = [exp(value) for value in values], [-MP.expm1(value) if value > -100_000 else ONE for value in values]
    cost = [-value for value in values]
    return (p, cost, rest) if len(values) > 1 else ([rest[0], p[0]], [-log(rest[0]), cost[0]], [p[0], rest[0]])


def _of_logits(z: Sequence[Number]) -> tuple[list[Number], list[Number], list[Number]]:
    if INF in z:
        p = [ONE if one == INF else ZERO for one in z]
        return p, [-log(one) for one in p], [ONE - one for one in p]
    top = max(range(len(z)), key=z.__getitem__)
    powers = [exp(one - z[top]) for one in z]
    others = [sum((power for j, power in enumerate(powers) if j != i), ZERO) for i in range(len(z))]
    total = ONE + others[top]
    log_total = MP.log1p(others[top])
    return [power / total for power in powers], [z[top] - one + log_total for one in z], [one / total for one in others]
