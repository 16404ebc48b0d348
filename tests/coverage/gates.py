"""How often gates fail falsely, and see the rise that they say they see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lossctl.engine.ordered_map import threaded_map
from lossctl.statistics.pair import Pair
from lossctl.statistics.paired import Method, interval
from lossctl.statistics.student import quantile
from lossctl.verdicts.gates import Known, judged
from lossctl.verdicts.limits import limit_of

LEVEL, ROWS = 0.95, 100


@dataclass(frozen=True)
class Gate:
    """A limit of 0, whether the candidate has risen by what the gate sees, and in which share of data sets it may fail."""

    kind: str
    risen: bool
    least: float
    most: float


def gates(sets: int) -> dict[str, Gate]:
    """The gates; a share of falsely failing ones may be two standard errors above what is allowed."""
    allowed = {share: share + 2 * (share * (1 - share) / sets) ** 0.5 for share in (0.025, 0.05)}
    return {
        "max_rise, no change": Gate("max_rise", False, 0.0, allowed[0.025]),
        "max_change, no change": Gate("max_change", False, 0.0, allowed[0.05]),
        "max_rise, the rise that it sees": Gate("max_rise", True, 0.77, 0.83),
    }


def failed(gate: Gate, random: np.random.Generator) -> bool:
    """Whether a gate with a limit of 0 fails on one data set: costs of a base, and of a candidate that differs by noise."""
    sees = (quantile(LEVEL, ROWS - 1) + quantile(0.6, ROWS - 1)) * 0.5 / ROWS**0.5
    base = random.gamma(2.0, 1.0, ROWS)
    pair = Pair(base, base + random.normal(sees if gate.risen else 0.0, 0.5, ROWS))
    difference = float(np.mean(pair.candidate - pair.base))
    found = interval(pair, difference, Method("t", LEVEL), lambda function, items: threaded_map(function, items, 1))
    error = (found.high - found.low) / 2 / quantile(LEVEL, ROWS - 1)
    verdict = judged(limit_of(gate.kind, None, "0"), Known(found.low, found.high, error, ROWS - 1), 1.0, LEVEL)
    return verdict.broken


def rate(gate: Gate, sets: int, seed: int) -> float:
    """The share of data sets on which a gate fails."""
    return sum(failed(gate, np.random.default_rng([seed, number])) for number in range(sets)) / sets
