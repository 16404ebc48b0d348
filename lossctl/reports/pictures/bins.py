"""Counted numbers as people see them: bars on an axis, quantiles, and what share of their sum the greatest ones carry."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lossctl.losses.roles.block import Array
from lossctl.reports.pictures.picture import Bars, Scale
from lossctl.statistics.distribution import Counted

BARS = 51  # which a terminal shows three together
CROWDED = 2 / 3  # of the rows in one bar of a linear axis, and it is logarithmic


class Shares(NamedTuple):
    """Which share of the sum (k,) which share of the rows (k,) carries, the costliest rows first; both begin at 0."""

    rows: Array
    sum: Array


def scale_of(counted: Counted) -> Scale:
    """Logarithmic where all numbers are 0 or more, and most would share a bar of a linear axis."""
    crowded = bars_of(counted, "linear").height.max() > CROWDED * counted.rows.sum()
    return "log" if crowded and counted.low[0] >= 0 and (counted.low > 0).sum() > 1 else "linear"


def bars_of(counted: Counted, scale: Scale, within: Counted | None = None) -> Bars:
    """Bars of about one width between edges of the counts, so that each holds exactly its rows; zeros are on no logarithmic axis.

    within: the counts over whose range the bars go.
    """
    within = within or counted
    if scale == "log":
        counted, within = (some.at(np.flatnonzero(some.low > 0)) for some in (counted, within))
    first, last = within.low[0], within.high[-1]
    share = np.linspace(0, 1, BARS + 1)
    edges = np.geomspace(first, last, BARS + 1) if scale == "log" else first * (1 - share) + last * share
    edges[0], edges[-1] = first, last
    at = np.maximum(np.searchsorted(counted.low, edges, "right") - 1, 0)  # the bin that each edge may cut
    low, high = counted.low[at], counted.high[at]
    edges = np.unique(np.where((low < edges) & (edges < high), np.where(edges - low < high - edges, low, high), edges))
    if len(edges) == 1:
        half = abs(first) / 20 or 0.5
        return Bars(edges - half, edges + half, np.array([float(counted.rows.sum())]))
    bar = np.clip(np.searchsorted(edges, counted.low, "right") - 1, 0, len(edges) - 2)
    return Bars(edges[:-1], edges[1:], np.bincount(bar, counted.rows, len(edges) - 1).astype(np.float64))


def quantile(counted: Counted, share: float) -> float:
    """The middle of the bin that holds a quantile, by weight."""
    reached = np.cumsum(counted.weight)
    at = min(int(np.searchsorted(reached, share * reached[-1])), len(reached) - 1)
    return float(_middles(counted)[at])


def shares_of(counted: Counted) -> Shares | None:
    """The shares, each row as costly as the middle of its bin; None where a number is below 0 or none that has weight above."""
    middles = _middles(counted)
    if counted.low[0] < 0 or not (middles * (counted.weight > 0)).any():
        return None
    sums, rows = (middles / middles[-1] * counted.weight)[::-1], counted.weight[::-1]
    return Shares(*(np.concatenate([[0.0], np.cumsum(part) / part.sum()]) for part in (rows, sums)))


def _middles(counted: Counted) -> Array:
    return counted.low / 2 + counted.high / 2
