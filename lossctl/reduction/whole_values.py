"""Values of losses that judge the whole dataset."""

from __future__ import annotations

from typing import Any

import numpy as np

from lossctl.binding.binding import BoundForm
from lossctl.columns.column import Numbers
from lossctl.losses.roles.block import Array
from lossctl.record import record
from lossctl.reduction.loss_summary import LossSummary
from lossctl.statistics.exact.bin_sums import BinSums


@record
class WholeCost:
    """What a loss of a whole dataset gives. total: what is divided by `share` to give the value, NaN where nothing is."""

    value: float
    share: float = 1.0
    total: float = np.nan


def summary_of_bins(bound: BoundForm, sums: BinSums) -> LossSummary:
    """The value of a loss over all rows, which did not wait for each other."""
    value, weight = np.array([value_of(bound, sums)]), np.array([sums.weight()])
    return summary_of_wholes(bound, np.array([int(sums.rows.sum())]), weight, value, np.full(1, np.nan))


def value_of(bound: BoundForm, sums: BinSums) -> float:
    """The value of a loss whose kernel puts rows into bins."""
    assert bound.loss.loss.pooled is not None
    return float(bound.loss.loss.pooled(*sums.sums(), **bound.fitted.parameters))


def summary_of_wholes(bound: BoundForm, rows: Numbers, weight: Array, value: Array, total: Array) -> LossSummary:
    """What a loss of whole datasets gave, of all rows first, then of each group (1 + g,)."""
    unknown = dict.fromkeys(("std", "min", "max"), np.full(len(value), np.nan))
    fields: dict[str, Any] = {"n": rows, "weight": weight, "mean": value, "sum": total, "infinite": np.isinf(value).astype(int)}
    return LossSummary(bound, fields | unknown, weight)
