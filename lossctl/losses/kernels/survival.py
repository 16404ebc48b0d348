"""Losses of predicted risks of events in time."""

from __future__ import annotations

from typing import Annotated, Any

from lossctl.lazy import np
from lossctl.losses.declaration import WHOLE, Param, loss
from lossctl.losses.domain import FINITE, Choice
from lossctl.losses.roles.roles import PairLabels, Score


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
    order = np.lexsort((np.zeros(len(pred)) if weight is None else weight, pred, event, -time))  # whatever the order of the rows
    time, risk = time[order], pred[order].astype(np.longdouble)
    weights = np.ones(len(risk), np.longdouble) if weight is None else weight[order].astype(np.longdouble)
    at_risk = np.logaddexp.accumulate(risk + np.log(weights))[np.searchsorted(-time, -time, side="right") - 1]
    events = np.flatnonzero((event[order] == 1) & (weights > 0))
    if not len(events):
        return 0.0, 0.0
    own, risk, at_risk = weights[events], risk[events], at_risk[events]
    starts = np.flatnonzero(np.diff(time[events], prepend=np.inf))
    counts = np.diff([*starts, len(events)])
    left_out = np.zeros(len(events))
    if ties == "efron":
        left_out = (np.arange(len(events)) - np.repeat(starts, counts)) / np.repeat(counts, counts)
    tied = np.repeat(np.logaddexp.reduceat(risk + np.log(own), starts), counts)
    mean_weight = np.repeat(np.add.reduceat(own, starts) / counts, counts)
    cost = mean_weight * (at_risk + np.log1p(-left_out * np.exp(tied - at_risk))) - own * risk
    return float(cost.sum()), float(own.sum())
