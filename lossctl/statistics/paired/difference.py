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
from lossctl.statistics.intervals.student import quantile, two_sided_p
from lossctl.statistics.paired.pair import Pair, exact, times_power

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHUNK = 2**16  # rows whose signs are drawn at once
_PIECE = 2**15  # rows among which a resample draws at once: they stay in the cache, and their numbers are 15 bits


class ParallelMap(Protocol):
    """An ordered map of functions over the numbers of resamples."""

    def __call__(self, function: Callable[[range], Array], items: Sequence[range], /) -> Iterator[Array]: ...


@record
class PairedInterval:
    """A two-sided interval of the difference, and the p-value of its being 0.

    lacks: where there is neither, and both are NaN, why.
    """

    low: float
    high: float
    p_value: float
    lacks: str | None = None


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


def interval(pair: Pair, difference: float, method: Method, parallel: ParallelMap) -> PairedInterval:
    """The interval of `difference`, candidate minus base. Equal costs everywhere give 0 to 0 and p = 1.

    Where one model costs inf, so do both ends; of a single unit, and of sums that overflow, there is no interval.
    """
    infinite = bool(np.isinf(pair.base).any() or np.isinf(pair.candidate).any())
    if math.isinf(difference) and infinite:
        return PairedInterval(difference, difference, math.nan)
    if not math.isfinite(difference):
        return _none("the difference is too large for a double")
    pair = pair.weighing()
    if np.array_equal(pair.base, pair.candidate):
        return PairedInterval(0.0, 0.0, 1.0)
    if pair.units < 2:
        return _none("there is one row" if pair.unit is None else "there is one unit")
    if not (np.isfinite(pair.base).all() and np.isfinite(pair.candidate).all()):
        return _none("a row costs inf")
    pair, power = pair.scaled()
    with np.errstate(all="ignore"):
        ends = METHODS[method.name](pair, times_power(difference, -power), method, parallel)
    low, high = times_power(ends.low, power), times_power(ends.high, power)
    if not (math.isfinite(low) and math.isfinite(high)):
        return _none("it would reach beyond what doubles hold")
    return PairedInterval(low, high, ends.p_value)


def _none(why: str) -> PairedInterval:
    return PairedInterval(math.nan, math.nan, math.nan, why)


def _t(pair: Pair, difference: float, method: Method, _: ParallelMap) -> PairedInterval:
    """Student's paired t over k units: the standard error of what they add up to, k - 1 in the sample variance."""
    units = pair.units
    spread = _length(pair.by_unit(pair.linearised())) * math.sqrt(units / (units - 1))
    if spread == 0:
        return PairedInterval(difference, difference, float(difference == 0))
    half = quantile(method.confidence, units - 1) * spread
    return PairedInterval(difference - half, difference + half, two_sided_p(difference / spread, units - 1))


def _length(values: Array) -> float:
    """The root of the sum of squares, none of which overflows or vanishes beside the largest."""
    power = math.frexp(float(np.abs(values).max()))[1]
    return math.ldexp(math.sqrt(exact(np.ldexp(values, -power) ** 2)), power)


def _bootstrap(pair: Pair, difference: float, method: Method, parallel: ParallelMap) -> PairedInterval:
    """Percentile bootstrap (Efron 1979): units are drawn with replacement, k of them in each resample."""
    columns = [pair.by_unit(column) for column in _columns(pair)]
    drawn = _resampled(partial(_bootstrap_some, pair, columns, method.seed), method.resamples, parallel)
    low, high = _ends(drawn, method.confidence)
    extreme = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    return PairedInterval(low, high, min(1.0, 2 * (extreme + 1) / (len(drawn) + 1)))


def _permutation(pair: Pair, difference: float, method: Method, parallel: ParallelMap) -> PairedInterval:
    """Sign flips: under the null the difference of each row may have either sign. The interval is the test inverted."""
    drawn = _resampled(partial(_permutation_some, *_signed_columns(pair), method.seed), method.resamples, parallel)
    low, high = _ends(drawn, method.confidence)
    # a resample that equals the observed difference but for rounding is as extreme as it
    reached = int((np.abs(drawn) >= abs(difference) * (1 - 1e-12)).sum())
    return PairedInterval(difference - high, difference - low, (reached + 1) / (len(drawn) + 1))


METHODS: dict[str, Callable[[Pair, float, Method, ParallelMap], PairedInterval]] = {
    "bootstrap": _bootstrap,
    "t": _t,
    "permutation": _permutation,
}


def _resampled(some: Callable[[range], Array], resamples: int, parallel: ParallelMap) -> Array:
    step = max(1, min(16, resamples // 8))
    ranges = [range(start, min(start + step, resamples)) for start in range(0, resamples, step)]
    return np.concatenate(list(parallel(some, ranges)))


def _bootstrap_some(pair: Pair, columns: Sequence[Array], seed: int, numbers: range) -> Array:
    """The differences of the resamples of those numbers."""
    n = len(columns[0])
    pieces = [[column[start : start + _PIECE] for column in columns] for start in range(0, n, _PIECE)]
    sizes = [len(piece[0]) for piece in pieces]
    drawn = np.empty(len(numbers))
    for place, number in enumerate(numbers):
        random = np.random.Generator(np.random.SFC64([seed, number]))
        counts = random.multinomial(n, np.divide(sizes, n)).tolist() if len(pieces) > 1 else [n]
        sums = np.zeros(len(columns))
        for piece, size, count in zip(pieces, sizes, counts, strict=True):
            rows = _drawn_rows(random, size, count)
            sums += [np.add.reduce(column.take(rows)) for column in piece]
        drawn[place] = _difference(pair, sums, n)
    return drawn


def _drawn_rows(random: np.random.Generator, size: int, count: int) -> NDArray[np.int64]:
    """`count` rows of a piece of some size, drawn with replacement; of a full one four of each 64 bits."""
    if size < _PIECE:
        return random.integers(0, size, count, dtype=np.int64)
    bits = random.integers(0, 2**64 - 1, -(-count // 4), dtype=np.uint64, endpoint=True)
    return (bits.view(np.uint16)[:count] & np.uint16(_PIECE - 1)).astype(np.int64)


def _columns(pair: Pair) -> list[Array]:
    """What is summed over the rows of a resample."""
    weight = 1.0 if pair.weight is None else pair.weight
    if pair.is_plain_mean:
        weights = [pair.weight] if pair.weight is not None else [np.ones(len(pair.base))] if pair.unit is not None else []
        return [weight * pair.rises(), *weights]
    ones = np.ones(len(pair.base))
    shares = [ones if share is None else share for share in (pair.candidate_share, pair.base_share)]
    return [weight * factor for factor in (pair.candidate, shares[0], pair.base, shares[1])]


def _difference(pair: Pair, sums: Array, n: int) -> float:
    if pair.is_plain_mean:
        denominator = n if len(sums) == 1 else sums[1]
        return float(sums[0] / denominator) if denominator else 0.0
    candidate, base = (sums[0] / sums[1], sums[2] / sums[3]) if sums[1] and sums[3] else (0.0, 0.0)
    finish = pair.finish or float
    return pair.rise(finish(float(base)), finish(float(candidate)))


def _permutation_some(apart: Array, total: float, seed: int, numbers: range) -> Array:
    signs_of_byte = 2.0 * np.unpackbits(np.arange(256, dtype=np.uint8)[:, np.newaxis], axis=1) - 1
    drawn = np.empty(len(numbers))
    for place, number in enumerate(numbers):
        random = np.random.Generator(np.random.SFC64([seed, number]))
        signed = 0.0
        for start in range(0, len(apart), _CHUNK):
            some = apart[start : start + _CHUNK]
            signs = signs_of_byte.take(np.frombuffer(random.bytes(-(-len(some) // 8)), np.uint8), axis=0).reshape(-1)[: len(some)]
            signs *= some
            signed += float(np.add.reduce(signs))
        drawn[place] = signed / total
    return drawn


def _signed_columns(pair: Pair) -> tuple[Array, float]:
    """What each unit adds to the difference, and what the sum of that is divided by; linearised where it is of no plain mean."""
    weight = np.ones(len(pair.base)) if pair.weight is None else pair.weight
    total = exact(weight)
    if pair.is_plain_mean:
        return pair.by_unit(weight * pair.rises()), total
    return pair.by_unit(pair.linearised() + _value_difference(pair) * weight / total), 1.0


def _value_difference(pair: Pair) -> float:
    """The difference of the values of all rows."""
    return _difference(pair, np.array([exact(column) for column in _columns(pair)]), len(pair.base))


def _ends(drawn: Array, confidence: float) -> tuple[float, float]:
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
