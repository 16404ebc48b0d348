"""Losses of predicted risks of events in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from lossctl.lazy import np
from lossctl.losses.declaration import WHOLE, Param, loss
from lossctl.losses.domain import FINITE, Choice
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import PairLabels, Score

JUDGED_AT_ONCE = 2**16  # rows, and those of their last time: what is made of them stands beside all


@loss(
    unit=WHOLE,
    ratio="the number of events",
    range=FINITE,  # of weights below 1 the sum at risk may be less than the one row
    best=None,
    reference="Cox (1972), Regression models and life-tables, doi:10.1111/j.2517-6161.1972.tb00899.x; Efron (1977)",
    calls=(
        "-statsmodels.duration.hazard_regression.PHReg(time, pred, status=event, ties=ties).loglike([1]); the sum over events",
    ),
    known_as={"CoxPHLoss partial_likelihood": "cox"},
)
def cox(
    pred: Score,
    time: Score,
    event: PairLabels,
    weight: Any,
    *,
    ties: Annotated[str, Param("events at one time: breslow, or efron", Choice("breslow", "efron"))] = "breslow",
) -> tuple[float, float]:
    """Minus log partial likelihood of proportional hazards, for each event; `sum` is that of all.

    sum over events i of log(sum of exp(pred_j) over j with time_j >= time_i) - pred_i, divided by their number
    efron: of d events at one time the k-th leaves k / d of these events out of the inner sum, k = 0..d-1
    """
    at_risk, total, number = np.longdouble(-np.inf), np.longdouble(0), np.longdouble(0)
    for some in _latest_first(time):
        keys = [column[some] for column in (weight, pred, event) if column is not None]
        rows = some[np.lexsort([*keys, -time[some]])]  # whatever the order of all
        own = np.ones(len(rows), np.longdouble) if weight is None else weight[rows].astype(np.longdouble)
        risk = pred[rows].astype(np.longdouble)
        up_to = np.logaddexp.accumulate(np.append(at_risk, risk if weight is None else risk + np.log(own)))
        at_risk = up_to[-1]
        events = np.flatnonzero((event[rows] == 1) & (own > 0))
        if len(events):
            at = -time[rows]
            up_to = up_to[np.searchsorted(at, at[events], side="right")]
            total += _of_events(at[events], own[events], risk[events], up_to, ties).sum()
            number += own[events].sum()
    return float(total), float(number)


def _latest_first(time: Array) -> Iterator[np.ndarray]:
    """The rows by time, the latest first; some at once, those of one time together."""
    order = np.argsort(-time)
    falling, start = -time[order], 0
    while start < len(order):
        last = falling[min(start + JUDGED_AT_ONCE, len(order)) - 1]
        stop = int(np.searchsorted(falling, last, side="right"))
        yield order[start:stop]
        start = stop


def _of_events(time: Array, own: Any, risk: Any, at_risk: Any, ties: str) -> Any:
    """What events in order of time cost. own: their weights; at_risk: log of the sum of exp(risk) that is at risk with each."""
    starts = np.flatnonzero(np.diff(time, prepend=-np.inf))
    counts = np.diff(starts, append=len(time))
    mean_weight = np.repeat(np.add.reduceat(own, starts) / counts, counts)
    if ties == "efron":
        left_out = (np.arange(len(time)) - np.repeat(starts, counts)) / np.repeat(counts, counts)
        tied = np.repeat(np.logaddexp.reduceat(risk + np.log(own), starts), counts)
        at_risk = at_risk + np.log1p(-left_out * np.exp(tied - at_risk))
    return mean_weight * at_risk - own * risk
