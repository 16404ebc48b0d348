"""The difference of two models' mean losses on the same rows, with its interval and p-value.

Random numbers depend on the seed and the number of the resample alone, so that any number of threads gives the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from lossctl.errors import UsageError
from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.exact_sum import ExactSum
from lossctl.statistics.student import quantile, two_sided_p

METHODS = ("bootstrap", "t", "permutation")
_CHUNK = 2**16


class ParallelMap(Protocol):
    """An ordered map of functions over the numbers of resamples."""

    def __call__(self, function: Callable[[range], Array], items: Sequence[range], /) -> Iterator[Array]: ...


@record
class Pair:
    """Costs of two models on the same rows (n,), weights, and where the loss has them shares of the denominator.

    finish: what makes the headline value of a mean.
    """

    base: Array
    candidate: Array
    weight: Array | None = None
    base_share: Array | None = None
    candidate_share: Array | None = None
    finish: Callable[[float], float] | None = None

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


def interval(pair: Pair, difference: float, method: Method, parallel: ParallelMap) -> Interval:
    """The interval of `difference`, candidate minus base. Equal costs everywhere give 0 to 0 and p = 1.

    Where one model costs inf, so do both ends; of a single row there is no interval: NaN to NaN.
    """
    if method.name != "bootstrap" and not pair.is_plain_mean:
        raise UsageError(f"--method {method.name} is about means of rows, which this loss is not; bootstrap serves it")
    if np.array_equal(pair.base, pair.candidate):
        return Interval(0.0, 0.0, 1.0)
    if math.isinf(difference):
        return Interval(difference, difference, math.nan)
    if len(pair.base) < 2 or not (np.isfinite(pair.base).all() and np.isfinite(pair.candidate).all()):
        return Interval(math.nan, math.nan, math.nan)
    if method.name == "t":
        return _t(pair, difference, method.confidence)
    if method.name == "permutation":
        return _permutation(pair, difference, method, parallel)
    return _bootstrap(pair, difference, method, parallel)


def _t(pair: Pair, difference: float, confidence: float) -> Interval:
    """Student's paired t: the standard error of the (weighted) mean of n differences, n - 1 in the sample variance."""
    n = len(pair.base)
    apart = (pair.candidate - pair.base) - difference
    weight = np.ones(n) if pair.weight is None else pair.weight
    spread = math.sqrt(_exact((weight * apart) ** 2) * n / (n - 1)) / _exact(weight)
    if spread == 0:
        return Interval(difference, difference, 0.0)
    half = quantile(confidence, n - 1) * spread
    return Interval(difference - half, difference + half, two_sided_p(difference / spread, n - 1))


def _bootstrap(pair: Pair, difference: float, method: Method, parallel: ParallelMap) -> Interval:
    """Percentile bootstrap (Efron 1979): rows are drawn with replacement, n of them in each resample."""
    drawn = _resampled(partial(_bootstrap_some, pair, method.seed), method.resamples, parallel)
    low, high = _ends(drawn, method.confidence)
    extreme = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    return Interval(low, high, min(1.0, 2 * (extreme + 1) / (len(drawn) + 1)))


def _permutation(pair: Pair, difference: float, method: Method, parallel: ParallelMap) -> Interval:
    """Sign flips: under the null the difference of each row may have either sign. The interval is the test inverted."""
    drawn = _resampled(partial(_permutation_some, pair, method.seed), method.resamples, parallel)
    low, high = _ends(drawn, method.confidence)
    # a resample that equals the observed difference but for rounding is as extreme as it
    reached = int((np.abs(drawn) >= abs(difference) * (1 - 1e-12)).sum())
    return Interval(difference - high, difference - low, (reached + 1) / (len(drawn) + 1))


def _resampled(some: Callable[[range], Array], resamples: int, parallel: ParallelMap) -> Array:
    step = max(1, min(16, resamples // 8))
    ranges = [range(start, min(start + step, resamples)) for start in range(0, resamples, step)]
    return np.concatenate(list(parallel(some, ranges)))


def _bootstrap_some(pair: Pair, seed: int, numbers: range) -> Array:
    """The differences of the resamples of those numbers."""
    columns = _columns(pair)
    n = len(pair.base)
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
        return [weight * (pair.candidate - pair.base), *([] if pair.weight is None else [pair.weight])]
    ones = np.ones(len(pair.base))
    shares = [ones if share is None else share for share in (pair.candidate_share, pair.base_share)]
    return [weight * one for one in (pair.candidate, shares[0], pair.base, shares[1])]


def _difference(pair: Pair, sums: Array, n: int) -> float:
    if pair.is_plain_mean:
        denominator = n if pair.weight is None else sums[1]
        return float(sums[0] / denominator) if denominator else 0.0
    candidate, base = (sums[0] / sums[1], sums[2] / sums[3]) if sums[1] and sums[3] else (0.0, 0.0)
    finish = pair.finish or float
    return finish(float(candidate)) - finish(float(base))


def _permutation_some(pair: Pair, seed: int, numbers: range) -> Array:
    weight = np.ones(len(pair.base)) if pair.weight is None else pair.weight
    apart = weight * (pair.candidate - pair.base)
    total = _exact(weight)
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


def _ends(drawn: Array, confidence: float) -> tuple[float, float]:
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _exact(values: Array) -> float:
    total = ExactSum()
    total.add(values)
    return float(total.fraction())


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's (1979) step-down adjustment of p-values; a NaN stays one and counts for none."""
    known = sorted((p, place) for place, p in enumerate(p_values) if not math.isnan(p))
    adjusted = list(p_values)
    highest = 0.0
    for rank, (p, place) in enumerate(known):
        highest = max(highest, min(1.0, (len(known) - rank) * p))
        adjusted[place] = highest
    return adjusted
