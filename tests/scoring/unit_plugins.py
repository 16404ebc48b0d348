"""Losses of groups and of whole datasets, as a user declares them."""

from __future__ import annotations

from typing import Any

import numpy as np

import lossctl
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import Groups, Score, Vectors


@lossctl.loss(unit="group")
def first_miss(pred: Score, target: Score, group: Groups) -> Array:
    """1 where the best scored row of a group is not its most relevant one."""
    return group.each(lambda score, relevance: float(relevance[np.argmax(score)] < relevance.max()), pred, target)


@lossctl.loss(unit="whole")
def in_batch(left: Vectors, right: Vectors, *, temperature: float = 0.1) -> float:
    """Mean over rows of the cross entropy of a row's own pair among the pairs with all others."""
    left, right = (side / np.sqrt((side * side).sum(axis=1))[:, np.newaxis] for side in (left, right))
    total, step = 0.0, max(1, 2**20 // len(left))
    for start in range(0, len(left), step):
        scores = left[start : start + step] @ right.T / temperature
        highest = scores.max(axis=1)
        own = scores[np.arange(len(scores)), start + np.arange(len(scores))]
        total += float((highest - own + np.log(np.exp(scores - highest[:, np.newaxis]).sum(axis=1))).sum())
    return total / len(left)


@lossctl.loss(unit="whole")
def hazard(pred: Score, time: Score, event: Score, weight: Any) -> tuple[float, float]:
    """Minus the log of the partial likelihood, for each event; the rows at risk are those of the same or a later time."""
    weight = np.ones(len(pred)) if weight is None else weight
    at_risk = np.array([(weight * np.exp(pred))[time >= own].sum() for own in time])
    return float((weight * event * (np.log(at_risk) - pred)).sum()), float((weight * event).sum())
