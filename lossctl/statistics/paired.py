"""The difference of two models' mean losses on the same rows, with its interval and p-value.

Random numbers depend on the seed and the number of the resample alone, so that any number of threads gives the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.exact_sum import ExactSum
from lossctl.statistics.interval import slope_at
from lossctl.statistics.student import quantile, two_sided_p

if TYPE_CHECKING:
    from numpy.typing import NDArray

METHODS = ("bootstrap", "t", "permutation")
_CHUNK = 2**16


class ParallelMap(Protocol):
    """An ordered map of functions over the numbers of resamples."""

    def __call__(self, function: Callable[[range], Array], items: Sequence[range], /) -> Iterator[Array]: ...


@record
class Pair:
    """Costs of two models on the same rows (n,), weights, and where the loss has them shares of the denominator.

    finish: what makes the headline value of a mean. unit: by number that of each row (n,), where the rows of one
    hang together; by default each row is its own.
    """

    base: Array
    candidate: Array
    weight: Array | None = None
    base_share: Array | None = None
    candidate_share: Array | None = None
    finish: Callable[[float], float] | None = None
    unit: NDArray[np.int64] | None = None

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.base) if self.unit is None else len(np.unique(self.unit))

    def by_unit(self, column: Array) -> Array:
        """The sums of a column (n,) over the rows of each unit."""
        return column if self.unit is None else np.bincount(self.unit, column).astype(np.float64)

    def linearised(self) -> Array:
        """What each row adds to the difference of the values, to first order (n,): the rows add up to 0.

        Of a value f(m), m = sum w cost / sum w share, it is f'(m) w (cost - m share) / sum w share.
        """
        weight = np.ones(len(self.base)) if self.weight is None else self.weight
        if self.is_plain_mean:
            apart = self.candidate - self.base
            total = _exact(weight)
            return weight * (apart - _exact(weight * apart) / total) / total
        sides = ((self.candidate, self.candidate_share), (self.base, self.base_share))
        candidate, base = (self._influence(weight, cost, share) for cost, share in sides)
        return candidate - base

    def _influence(self, weight: Array, cost: Array, share: Array | None) -> Array:
        share = np.ones(len(cost)) if share is None else share
        below = _exact(weight * share)
        mean = _exact(weight * cost) / below
        apart: Array = weight * (cost - mean * share) / below
        if self.finish is None or not apart.any():  # of equal rows no slope is needed, which a root has none of at 0
            return apart
        return slope_at(self.finish, mean) * apart

    @property
    def is_plain_mean(self) -> bool:
        """Whether the difference of the values is the mean of the differences."""
        return self.base_share is None and self.finish is None


@record
class Interval:
    """A two-sided interval of the difference, and the p-value of its being 0."""

    low: float
    high: float
    p_value: float


@record
class Method:
    """How an interval is found."""

    name: str = "bootstrap"
    confidence: float = 0.95
    resamples: int = 1000
    seed: int = 0

    @property
    def least_p_value(self) -> float:
        """The least p-value that there may be: of the resamples none is as extreme."""
        return {"t": 0.0, "permutation": 1.0, "bootstrap": 2.0}[self.name] / (self.resamples + 1)


def interval(pair: Pair, difference: float, method: Method, parallel: ParallelMap) -> Interval:
    """The interval of `difference`, candidate minus base. Equal costs everywhere give 0 to 0 and p = 1.

    Where one model costs inf, so do both ends; of a single row there is no interval: NaN to NaN.
    """
    if np.array_equal(pair.base, pair.candidate):
        return Interval(0.0, 0.0, 1.0)
    if math.isinf(difference):
        return Interval(difference, difference, math.nan)
    if pair.units < 2 or not (np.isfinite(pair.base).all() and np.isfinite(pair.candidate).all()):
        return Interval(math.nan, math.nan, math.nan)
    if method.name == "t":
        return _t(pair, difference, method.confidence)
    if method.name == "permutation":
        return _permutation(pair, difference, method, parallel)
    return _bootstrap(pair, difference, method, parallel)


def _t(pair: Pair, difference: float, confidence: float) -> Interval:
    """Student's paired t over k units: the standard error of what they add up to, k - 1 in the sample variance."""
    units = pair.units
    spread = math.sqrt(_exact(pair.by_unit(pair.linearised()) ** 2) * units / (units - 1))
    if spread == 0:
        return Interval(difference, difference, 0.0)
    half = quantile(confidence, units - 1) * spread
    return Interval(difference - half, difference + half, two_sided_p(difference / spread, units - 1))


def _bootstrap(pair: Pair, difference: float, method: Method, parallel: ParallelMap) -> Interval:
    """Percentile bootstrap (Efron 1979): units are drawn with replacement, k of them in each resample."""
    columns = [pair.by_unit(column) for column in _columns(pair)]
    drawn = _resampled(partial(_bootstrap_some, pair, columns, method.seed), method.resamples, parallel)
    low, high = _ends(drawn, method.confidence)
    extreme = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    return Interval(low, high, min(1.0, 2 * (extreme + 1) / (len(drawn) + 1)))


def _permutation(pair: Pair, difference: float, method: Method, parallel: ParallelMap) -> Interval:
    """Sign flips: under the null the difference of each row may have either sign. The interval is the test inverted."""
    drawn = _resampled(partial(_permutation_some, *_signed_columns(pair), method.seed), method.resamples, parallel)
    low, high = _ends(drawn, method.confidence)
    # a resample that equals the observed difference but for rounding is as extreme as it
    reached = int((np.abs(drawn) >= abs(difference) * (1 - 1e-12)).sum())
    return Interval(difference - high, difference - low, (reached + 1) / (len(drawn) + 1))


def _resampled(some: Callable[[range], Array], resamples: int, parallel: ParallelMap) -> Array:
    step = max(1, min(16, resamples // 8))
    ranges = [range(start, min(start + step, resamples)) for start in range(0, resamples, step)]
    return np.concatenate(list(parallel(some, ranges)))


def _bootstrap_some(pair: Pair, columns: Sequence[Array], seed: int, numbers: range) -> Array:
    """The differences of the resamples of those numbers."""
    n = len(columns[0])
    drawn = np.empty(len(numbers))
    for place, number in enumerate(numbers):
        random = np.random.Generator(np.random.SFC64([seed, number]))
        sums = np.zeros(len(columns))
        for start in range(0, n, _CHUNK):
            rows = random.integers(0, n, min(_CHUNK, n - start), dtype=np.int64)
            sums += [np.add.reduce(column.take(rows)) for column in columns]
        drawn[place] = _difference(pair, sums, n)
    return drawn


def _columns(pair: Pair) -> list[Array]:
    """What is summed over the rows of a resample."""
    weight = 1.0 if pair.weight is None else pair.weight
    if pair.is_plain_mean:
        weights = [pair.weight] if pair.weight is not None else [np.ones(len(pair.base))] if pair.unit is not None else []
        return [weight * (pair.candidate - pair.base), *weights]
    ones = np.ones(len(pair.base))
    shares = [ones if share is None else share for share in (pair.candidate_share, pair.base_share)]
    return [weight * one for one in (pair.candidate, shares[0], pair.base, shares[1])]


def _difference(pair: Pair, sums: Array, n: int) -> float:
    if pair.is_plain_mean:
        denominator = n if len(sums) == 1 else sums[1]
        return float(sums[0] / denominator) if denominator else 0.0
    candidate, base = (sums[0] / sums[1], sums[2] / sums[3]) if sums[1] and sums[3] else (0.0, 0.0)
    finish = pair.finish or float
    return finish(float(candidate)) - finish(float(base))


def _permutation_some(apart: Array, total: float, seed: int, numbers: range) -> Array:
    drawn = np.empty(len(numbers))
    for place, number in enumerate(numbers):
        random = np.random.Generator(np.random.SFC64([seed, number]))
        signed = 0.0
        for start in range(0, len(apart), _CHUNK):
            some = apart[start : start + _CHUNK]
            bits = np.unpackbits(np.frombuffer(random.bytes(-(-len(some) // 8)), np.uint8), count=len(some))
            signed += float(np.add.reduce(np.where(bits == 1, some, -some)))
        drawn[place] = signed / total
    return drawn


def _signed_columns(pair: Pair) -> tuple[Array, float]:
    """What each unit adds to the difference, and what the sum of that is divided by; linearised where it is of no plain mean."""
    weight = np.ones(len(pair.base)) if pair.weight is None else pair.weight
    total = _exact(weight)
    if pair.is_plain_mean:
        return pair.by_unit(weight * (pair.candidate - pair.base)), total
    return pair.by_unit(pair.linearised() + _value_difference(pair) * weight / total), 1.0


def _value_difference(pair: Pair) -> float:
    """The difference of the values of all rows."""
    return _difference(pair, np.array([_exact(column) for column in _columns(pair)]), len(pair.base))


def _ends(drawn: Array, confidence: float) -> tuple[float, float]:
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _exact(values: Array) -> float:
    total = ExactSum()
    total.add(values)
    return float(total.fraction())
