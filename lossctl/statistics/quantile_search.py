"""The least values whose cumulative weight reaches a share: of groups in memory, and of values that need not fit there."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from lossctl.columns.codes import by_code
from lossctl.losses.roles.block import Array
from lossctl.statistics.exact.exact_sum import EVERY_BIT, ExactSum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

Chunks: TypeAlias = Callable[[], "Iterator[tuple[Array, Array | None]]"]  # reads values (n,) and weights again, piece by piece

_BINS = 2**16
_DIGIT = 40  # bits: 2**20 of them are summed in an int64
_DIGITS = 5  # of weights that lie so far apart that they need more, fractions are added


def sorted_quantiles(codes: Integers, count: int, values: Array, weights: Array | None, shares: Sequence[Fraction]) -> Array:
    """The quantiles (shares, count) of groups of up to 2**20 rows in all; NaN of groups without rows. codes, values: (n,)."""
    keys = keys_of(values)
    order = np.argsort(keys)
    order = order[by_code(codes[order], count)]
    sizes = np.bincount(codes, minlength=count)
    groups = np.flatnonzero(sizes)
    sizes = sizes[groups]
    starts = np.cumsum(sizes) - sizes
    found = np.full((len(shares), count), np.nan)
    for share, row in zip(shares, found, strict=True):
        places = _row_places(sizes, share) if weights is None else _weight_places(sizes, starts, weights[order], share)
        row[groups] = values_of(keys[order[starts + places]])
    return found


def searched_quantile(chunks: Chunks, total: Fraction, share: Fraction) -> float:
    """The quantile of values that are read again and again; total: of their weights."""
    target = share * total
    low, high, below = 0, 2**64, Fraction(0)  # the answer's key is in [low, high); `below` is the weight of smaller keys
    while high - low > 1:
        width = max(1, (high - low) // _BINS)
        for place, weight in _histogram(chunks, low, high, width):
            if below + weight >= target and (weight > 0 or target == 0):
                low, high = low + place * width, min(high, low + (place + 1) * width)
                break
            below += weight
        else:
            return math.nan
    return float(values_of(np.array([low], np.uint64))[0])


def keys_of(values: Array) -> NDArray[np.uint64]:
    """Unsigned integers in the order of the values; -0 and 0 are one."""
    bits = (values + 0.0).view(np.int64)
    return np.where(bits < 0, ~bits, bits ^ np.int64(-(2**63))).view(np.uint64)


def values_of(keys: NDArray[np.uint64]) -> Array:
    """The values of keys."""
    bits = keys.view(np.int64)
    return np.where(bits < 0, bits ^ np.int64(-(2**63)), ~bits).view(np.float64)


def _row_places(sizes: Integers, share: Fraction) -> Integers:
    """The rows within each group of which enough rows are not above."""
    distinct, inverse = np.unique(sizes, return_inverse=True)
    return np.array([max(math.ceil(share * size), 1) - 1 for size in distinct.tolist()], np.int64)[inverse]


def _weight_places(sizes: Integers, starts: Integers, weights: Array, share: Fraction) -> Integers:
    """The same by weights, which are added exactly: as digits to the base 2**40, the first digits first."""
    exponents = np.frexp(weights[weights > 0])[1]
    if not len(exponents):
        return np.zeros(len(sizes), np.int64)
    highest = int(exponents.max())
    if highest - int(exponents.min()) + 53 > _DIGIT * _DIGITS:
        return _places_by_fractions(sizes, starts, weights, share)
    rest, sums = np.ldexp(weights, -highest), []
    while rest.any():
        rest = rest * 2.0**_DIGIT
        digit = np.floor(rest)
        rest -= digit
        total = np.cumsum(digit.astype(np.int64))
        sums.append(total - np.repeat(total[starts] - digit[starts].astype(np.int64), sizes))
    for upper, lower in zip(sums[-2::-1], sums[:0:-1], strict=True):
        upper += lower >> _DIGIT
        lower &= 2**_DIGIT - 1
    targets = _targets([digits[starts + sizes - 1].tolist() for digits in sums], share)
    reached = np.ones(len(weights), bool)
    for digits, target in zip(sums[::-1], targets[::-1], strict=True):
        wanted = np.repeat(target, sizes)
        reached = (digits > wanted) | ((digits == wanted) & reached)
    missing = np.concatenate([[0], np.cumsum(~reached)])
    places: Integers = missing[starts + sizes] - missing[starts]
    return places


def _targets(totals: list[list[int]], share: Fraction) -> Integers:
    """The digits (digits, groups) of the least whole number that is not below a share of each total, given by its digits."""
    targets = []
    for digits in zip(*totals, strict=True):
        total = 0
        for digit in digits:
            total = (total << _DIGIT) + digit
        target = -(-share.numerator * total // share.denominator)
        lower = [target >> (_DIGIT * place) & (2**_DIGIT - 1) for place in range(len(digits) - 1)]
        targets.append([target >> (_DIGIT * (len(digits) - 1)), *lower[::-1]])
    answer: Integers = np.array(targets, np.int64).T
    return answer


def _places_by_fractions(sizes: Integers, starts: Integers, weights: Array, share: Fraction) -> Integers:
    places = []
    for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
        sums = list(accumulate(map(Fraction, weights[start : start + size].tolist())))
        places.append(bisect_left(sums, share * sums[-1]))
    return np.array(places, np.int64)


def _histogram(chunks: Chunks, low: int, high: int, width: int) -> list[tuple[int, Fraction]]:
    """The exact weight in each occupied bin of keys, in order."""
    counts = np.zeros(_BINS + 1, np.int64)
    sums: dict[int, ExactSum] = {}
    for values, weights in chunks():
        keys = keys_of(values)
        inside = (keys >= np.uint64(low)) & (keys <= np.uint64(high - 1))
        bins = ((keys[inside] - np.uint64(low)) // np.uint64(width)).astype(np.int64)
        counts += np.bincount(bins, minlength=_BINS + 1)
        if weights is None or not len(bins):
            continue
        order = np.argsort(bins, kind="stable")
        places, starts = np.unique(bins[order], return_index=True)
        for place, group in zip(places.tolist(), np.split(weights[inside][order], starts[1:]), strict=True):
            sums.setdefault(place, ExactSum(EVERY_BIT)).add(group)
    occupied = np.flatnonzero(counts).tolist()
    return [(place, sums[place].fraction() if sums else Fraction(int(counts[place]))) for place in occupied]
