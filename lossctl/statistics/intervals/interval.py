"""Two-sided intervals of means, ratios, functions of means, shares and quantiles.

Which method serves what, and when it holds, is said in `METHODS`, which `lossctl help intervals` shows.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from lossctl.options.data import QUANTILE
from lossctl.statistics.intervals.student import quantile, regularised_beta

HALL = "Student's t with Hall's correction for skewness"
STUDENT = "Student's t"
WILSON = "Wilson"
CLOPPER_PEARSON = "Clopper-Pearson"
ORDER = "order statistics"
DELTA = "delta method"
METHODS = {
    STUDENT: "the mean or ratio, give or take t of (units - 1) standard errors; weighted rows, units and blocks, and ratios, are "
    "linearised: k / (k - 1) sum (u - m v)**2 / (sum v)**2. It holds where no few units decide the sum. Student (1908), "
    "Biometrika 6(1); Cochran (1977), Sampling Techniques, 6.4; blocks: Künsch (1989), Ann. Statist. 17(3)",
    HALL: "the same for rows that count alike, its ends moved by the skewness of the losses, without which intervals of losses "
    "with a long tail lie too low. Hall (1992), J. R. Statist. Soc. B 54(1)",
    WILSON: "a share of rows that cost 1, where all others cost 0: never of width 0. Wilson (1927), J. Am. Stat. Assoc. 22(158)",
    CLOPPER_PEARSON: "the same where a gate judges: it covers at least at its level for every share. Clopper & Pearson (1934), "
    "Biometrika 26(4)",
    ORDER: "a quantile between two rows in the order of their losses: the fewest rows apart between which it lies at the level, "
    f"whatever the distribution; pNN is {QUANTILE}, as numpy.quantile(method='inverted_cdf'). "
    "David & Nagaraja (2003), Order Statistics, 7.1",
    DELTA: "a function of a mean, as rmse: the mean's standard error times the slope of the function there",
}
TIED = (
    "Which models are tied with the best: compare with two candidates and more says it for each loss. The best is the least bad "
    "on the common rows; each other one is paired with it, by the method and level of the call, and these p-values are adjusted "
    "by Holm's method. Tied is what is not apart from the best at the level, which does not say that it is as good. "
    "batch --confidence says the same of the first run, by Welch's test of independent samples, since it keeps no rows. "
    "Holm (1979), Scand. J. Statist. 6(2)"
)
PAIRED = (
    "What compare says: the difference is candidate minus base. Of a loss that is best between other values, as bias at 0, it is "
    "how much farther from the best the candidate's value lies than the base's, on whichever side each lies: of bias |candidate| "
    "- |base|. The rows are turned to the sides of the two values, and interval, p-value and verdict are of that one difference; "
    "check --max-rise is, too, and --max-change is about the plain change. Rows that weigh nothing make no units. no_interval "
    "says why there is none: one row or unit, or numbers beyond what doubles hold."
)

_ROUNDING = 1e-12  # of sums of probabilities, by which a level that is met exactly may be missed


class Ends(NamedTuple):
    """An interval, how it was made, the standard error of the value, and the skewness of the rows by which the ends are moved.

    None for what does not exist.
    """

    low: float | None
    high: float | None
    method: str | None
    error: float | None = None
    skewness: float | None = None


NO_ENDS = Ends(None, None, None)


def mean_interval(mean: float, error: float, units: int, level: float, skewness: float = math.nan) -> Ends:
    """The interval of a mean with its standard error; skewness of rows that are the units, NaN where it is not known."""
    if units < 2 or not (math.isfinite(mean) and math.isfinite(error)):
        return NO_ENDS
    t, root = quantile(level, units - 1), math.sqrt(units)
    if math.isnan(skewness) or error == 0:
        low, high, method = mean - t * error, mean + t * error, STUDENT
    else:
        low, high = (mean - root * error * _unskewed(side / root, skewness, units) for side in (t, -t))
        method = HALL
    if not (math.isfinite(low) and math.isfinite(high)):  # doubles do not hold them
        return NO_ENDS
    return Ends(low, high, method, error, skewness if method == HALL else None)


def _unskewed(x: float, skewness: float, n: int) -> float:
    """The inverse of Hall's transformation y + g y**2 / 3 + g**2 y**3 / 27 + g / (6 n), g the skewness."""
    if skewness == 0:
        return x
    inner = skewness * (x - skewness / (6 * n))
    return 3 / skewness * (math.expm1(math.log1p(inner) / 3) if inner > -1 else -math.cbrt(-1 - inner) - 1)


def function_interval(mean: float, error: float, units: int, level: float, finish: Callable[[float], float]) -> Ends:
    """The interval of finish(mean) by the slope of the function at the mean, a central difference."""
    if units < 2 or not (math.isfinite(mean) and math.isfinite(error)):
        return NO_ENDS
    try:
        value = finish(mean)
        own = error * abs(slope_at(finish, mean)) if error else 0.0  # a root has no slope at 0, where all rows are right
    except (ValueError, OverflowError):
        return NO_ENDS
    half = quantile(level, units - 1) * own
    return Ends(value - half, value + half, DELTA, own) if math.isfinite(value) and math.isfinite(half) else NO_ENDS


def slope_at(function: Callable[[float], float], x: float) -> float:
    """The derivative of a smooth function, by a central difference: of a root or a power to ten digits."""
    step = 2**-17 * (abs(x) or 1.0)
    return (function(x + step) - function(x - step)) / (2 * step)


def share_interval(ones: int, rows: int, level: float, *, exact: bool = False) -> Ends:
    """The interval of the share of rows that cost 1; exact: Clopper and Pearson's, which never covers less than the level."""
    if exact:
        outside = (1 - level) / 2
        low = 0.0 if ones == 0 else _bisected(lambda p: 1 - _binomial(ones - 1, rows, p), outside, rising=True)
        high = 1.0 if ones == rows else _bisected(lambda p: _binomial(ones, rows, p), outside, rising=False)
        return Ends(low, high, CLOPPER_PEARSON)
    from statistics import NormalDist

    z = NormalDist().inv_cdf((1 + level) / 2)
    share = ones / rows
    middle = share + z * z / (2 * rows)
    half = z * math.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    below = 1 + z * z / rows
    low, high = max(0.0, (middle - half) / below), min(1.0, (middle + half) / below)
    return Ends(low if ones else 0.0, high if ones < rows else 1.0, WILSON)


def rise_seen(reach: float, error: float, freedom: float, skewness: float, power: float) -> float:
    """How far above a bound a true mean lies where the interval is above that bound with a probability of `power`.

    reach: how far the interval goes below the mean; skewness: of the mean, that of its rows divided by the root of their number.

    Of a mean mu + e X and an error e S the interval is above the bound where X - S reach / e is above -rise / e. To the first
    order of the skewness g (Hall 1992) X = Z + g (Z**2 - 1) / 6 and S = 1 + g Z / 2: a mean that lies too low has too small
    an error as well. Z is that value which a share `power` exceeds, -z.
    """
    z = quantile(2 * power - 1, freedom)
    return reach * (1 - z * skewness / 2) + error * (z + skewness * (1 - z * z) / 6)


class Added(NamedTuple):
    """Rows that cost 0 or 1, or their differences, of -1, 0 or 1, to which a rise adds 1 each: by how many more it is one.

    mean: theirs; size: the share that is not 0. third: what others add to the third cumulant of the change.
    """

    mean: float
    size: float
    rows: int
    third: float = 0.0

    def risen(self, rise: float) -> Added:
        """The rows where that share of them has risen."""
        return self._replace(mean=self.mean + rise, size=self.size + rise)

    def variance(self) -> float:
        """Of their mean, as standard errors have it."""
        return (self.size - self.mean**2) / (self.rows - 1)

    def cumulant(self) -> float:
        """The third of the change; the cube of a row is the row."""
        return (self.mean - 3 * self.mean * self.size + 2 * self.mean**3) / self.rows**2 + self.third


def share_change_seen(apart: float, error: float, freedom: float, level: float, power: float, added: Added) -> float | None:
    """How far above a bound a true change of a share lies where its interval is above that bound with a probability of `power`.

    apart: the change found less the bound. None where it is not found: no share rises so far.
    """
    seen, t = max(apart, 0.0), quantile(level, freedom)  # from where the variance is that of the change found, or greater
    for _ in range(100):
        risen = added.risen(seen - apart)
        square = error * error + risen.variance() - added.variance()
        if square <= 0:
            return None
        own = math.sqrt(square)
        before, seen = seen, rise_seen(t * own, own, freedom, risen.cumulant() / own**3, power)
        if abs(seen - before) <= _ROUNDING * seen:
            return seen
    return None


def share_rise_seen(share: float, rows: int, level: float, power: float) -> float | None:
    """How far above a share the true one lies where the exact interval is above that share with a probability of `power`.

    None where it never is. It is above from the fewest rows that cost 1 on, so many of which are rarer than (1 - level) / 2.
    """
    if not 0 <= share < 1:
        return None
    ones = 1 + bisect_right(range(1, rows + 1), -(1 - level) / 2, key=lambda ones: -_at_least(ones, rows, share))
    return None if ones > rows else _bisected(partial(_at_least, ones, rows), power, rising=True) - share


def _at_least(ones: int, rows: int, share: float) -> float:
    return 1 - _binomial(ones - 1, rows, share)


def order_ranks(share: Fraction, rows: int, level: float) -> tuple[int, int] | None:
    """The ranks (1 to rows) of the losses between which a quantile lies at the level, the fewest apart; None where none do.

    It lies at or above the loss of rank r, and below that of rank s, where at least r and fewer than s rows lie below it.
    """
    p = float(share)
    if not 0 < p < 1 or rows < 2:
        return None
    spread = 12 * math.sqrt(rows * p * (1 - p)) + 12
    start, stop = max(0, int(rows * p - spread)), min(rows, int(rows * p + spread))
    below = [0.0]  # the probability of fewer than start, start + 1, ... rows below the quantile
    for count in range(start, stop + 1):
        below.append(below[-1] + _mass(count, rows, p))
    best: tuple[int, float, int, int] | None = None
    high = 0
    for low in range(1, len(below)):
        high = max(high, low)
        while high < len(below) and below[high] - below[low] < level - _ROUNDING:
            high += 1
        first, last = start + low, start + high
        if high == len(below) or last > rows:
            break
        found = (last - first, below[high] - below[low], first, last)
        best = found if best is None else min(best, found)
    return None if best is None else best[2:]


def rows_for_ranks(share: Fraction, level: float) -> int | None:
    """The fewest rows of which some have such ranks; None where a quantile, the least or the greatest, never has.

    A quantile lies between the least and the greatest loss of n rows with probability 1 - p^n - (1 - p)^n.
    """
    p = float(share)
    if not 0 < p < 1:
        return None
    covers = partial(_between_all, p)
    return 2 + bisect_left(range(2, 2**62), level - _ROUNDING, key=covers)


def _between_all(p: float, rows: int) -> float:
    return 1 - p**rows - (1 - p) ** rows


def _mass(count: int, rows: int, p: float) -> float:
    """The probability of a count of a binomial variable, to 1e-8 for 1e7 rows: the logarithms share most of their digits."""
    logarithm = math.lgamma(rows + 1) - math.lgamma(count + 1) - math.lgamma(rows - count + 1)
    return math.exp(logarithm + count * math.log(p) + (rows - count) * math.log1p(-p))


def _binomial(count: int, rows: int, p: float) -> float:
    """The probability of at most `count` of `rows`."""
    return regularised_beta(rows - count, count + 1, 1 - p, p) if 0 < p < 1 else float(p == 0 or count >= rows)


def _bisected(function: Callable[[float], float], wanted: float, *, rising: bool) -> float:
    low, high = 0.0, 1.0
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if (function(middle) < wanted) == rising else (low, middle)
    return middle
