"""How often predictions are right beside how sure they are: what a reliability diagram shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.statistic import Asked, Scored, Statistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 15  # as many as the loss `ece` has
_UNIT = 2.0**-20  # of confidence: sums of its multiples are exact


@record
class Calibrated:
    """Of each bin of confidence that has weight (k,): how many rows, their weight, mean confidence, and the share that is right.

    all_rows: the same of all bins, which are of one width and begin at 0. of_one: the confidence is the probability of 1, and
    right is what is 1; else it is the largest probability of a row.
    """

    rows: NDArray[np.int64]
    all_rows: NDArray[np.int64]
    weight: Array
    confidence: Array
    right: Array
    of_one: bool


class Sure(NamedTuple):
    """Predictions (n,): how sure each is, whether it is right, and its weight where there are any."""

    confidence: Array
    right: NDArray[np.bool_]
    weight: Array | None
    of_one: bool


class Calibration(Statistic):
    """Rows, confidence and right ones in bins of one width. Confidence is rounded to 2**-20, so that its sums are exact."""

    def __init__(self) -> None:
        self.rows = np.zeros(BINS, np.int64)
        self.sums = np.zeros((3, BINS))  # of weights, and of these times confidence and times right
        self.of_one = False

    @classmethod
    def asked(cls, asked: Asked) -> Self | None:
        return cls() if asked.pictured else None

    def add(self, scored: Scored) -> None:
        if scored.sure is None:
            return
        confidence, right, weight, self.of_one = scored.sure
        at = np.minimum(np.floor(confidence * BINS), BINS - 1).astype(np.intp)
        self.rows += np.bincount(at, minlength=BINS)
        weight = np.ones(len(at)) if weight is None else weight
        rounded = np.round(confidence / _UNIT) * _UNIT
        self.sums += [np.bincount(at, weight * some, BINS) for some in (1.0, rounded, right)]

    def merge(self, other: Calibration, places: NDArray[np.int64], count: int) -> None:
        self.rows, self.sums, self.of_one = self.rows + other.rows, self.sums + other.sums, self.of_one or other.of_one

    def calibrated(self) -> Calibrated | None:
        """The bins that have weight; None where no row has a probability."""
        some = self.sums[0] > 0
        weight, confidence, right = self.sums[:, some]
        return (
            Calibrated(self.rows[some], self.rows, weight, confidence / weight, right / weight, self.of_one)
            if some.any()
            else None
        )
