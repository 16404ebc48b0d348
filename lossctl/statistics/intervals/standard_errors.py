"""Standard errors of means and ratios, where rows, units of rows or blocks of rows are independent of each other.

The mean is m = sum u / sum v over k units, u = sum w cost and v = sum w share of the rows of one. Linearised, its variance is
k / (k - 1) sum (u - m v)**2 / (sum v)**2: that of a ratio of sums (Cochran 1977, Sampling Techniques, 6.4), which is the
cluster-robust one with its small-sample factor. Where each row is a unit of its own and counts the same, that is s**2 / n.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable
from functools import partial
from typing import TYPE_CHECKING, Self

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.statistics.exact.exact_sum import NO_POWER
from lossctl.statistics.exact.group_sums import GroupSums
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.statistic import Asked, Scored, Statistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]


@record
class Errors:
    """Of all rows first, then of each group (1 + g,): the numbers of units, and the standard errors of the means.

    An error is NaN where there is one unit, or a cost is infinite. skewness: of the costs of rows that count the same, else NaN.
    binary: whether rows that count the same cost 0 or 1 each.
    effective: how many rows of equal weight would tell as much, (sum w)**2 / sum w**2 (Kish 1965); NaN without weights.
    """

    units: Integers
    error: Array
    skewness: Array
    effective: Array
    binary: NDArray[np.bool_]


class StandardErrors(Statistic):
    """What standard errors are made of, as a statistic."""

    @classmethod
    def asked(cls, asked: Asked) -> StandardErrors | None:
        if asked.unit is None:
            return None
        from lossctl.statistics.intervals.block_errors import BlockErrors
        from lossctl.statistics.intervals.row_errors import RowErrors
        from lossctl.statistics.intervals.unit_errors import UnitErrors

        of_blocks = partial(BlockErrors, asked.block)
        kinds: dict[str, Callable[[], StandardErrors]] = {"row": RowErrors, "unit": UnitErrors, "block": of_blocks}
        return kinds[asked.unit]()

    @abstractmethod
    def add(self, scored: Scored) -> None: ...

    @abstractmethod
    def merge(self, other: Self, places: Integers, count: int) -> None: ...

    @abstractmethod
    def errors(self, loss: Hashable, moments: LossMoments) -> Errors:
        """The errors of the means of a loss, of whose rows the moments are."""


def errors_of(units: Integers, error: Array, loss: Hashable, moments: LossMoments) -> Errors:
    """Errors of which nothing else is known, of the means of a loss, of whose rows the moments are."""
    unknown = np.full(len(units), np.nan)
    return Errors(units, where_finite(error, loss, moments), unknown, unknown, np.zeros(len(units), bool))


def where_finite(error: Array, loss: Hashable, moments: LossMoments) -> Array:
    """The errors, NaN where a cost is infinite."""
    total, of_groups = moments.total(loss), moments.groups[loss]
    beyond = np.concatenate([[total.beyond], of_groups.beyond]) if len(error) > 1 else np.array([total.beyond])
    return np.where(beyond == 0, error, np.nan)


def errors_of_units(
    groups: Integers, above: Array, below: Array, count: int, weighs: NDArray[np.bool_] | None = None
) -> tuple[Integers, Array]:
    """The numbers of units of `count` groups, and the standard errors of their ratios sum above / sum below.

    groups: the group of each unit (k,); above, below: what its rows add to the sums (k,); weighs: whether they weigh anything,
    without which they tell nothing. Sums do not depend on the units' order.
    """
    if weighs is not None and not weighs.all():
        groups, above, below = groups[weighs], above[weighs], below[weighs]
    units = np.bincount(groups, minlength=count)
    error = np.full(count, np.nan)
    if not len(groups):
        return units, error
    grouping = Grouping(groups, count)
    (above, of_above), (below, of_below) = (_near_one(terms, groups, count) for terms in (above, below))
    with np.errstate(all="ignore"):
        total_above, total_below = (_sums_of(grouping, terms) for terms in (above, below))
        mean = total_above / total_below
        apart = above - mean[groups] * below
        spread = _sums_of(grouping, apart, apart)
        error = np.ldexp(np.sqrt(spread * units / (units - 1)) / np.abs(total_below), of_above - of_below)
    beyond = np.bincount(groups, ~(np.isfinite(above) & np.isfinite(below)), count) > 0
    error[(units < 2) | (total_below == 0) | beyond] = np.nan
    return units, error


def _near_one(values: Array, groups: Integers, count: int) -> tuple[Array, Integers]:
    """Values (k,) divided by a power of two of their group, whose largest is then near 1, and the exponents of these."""
    power = np.full(count, NO_POWER)
    np.maximum.at(power, groups, np.where(values == 0, NO_POWER, np.frexp(values)[1]))
    power[power == NO_POWER] = 0
    return np.ldexp(values, -power[groups]), power


def _sums_of(grouping: Grouping, *factors: Array) -> Array:
    sums = GroupSums()
    sums.add(grouping, *(np.where(np.isfinite(factor), factor, 0.0) for factor in factors))
    return sums.rounded()
