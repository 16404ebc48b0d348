"""The definitions of the losses in plain Python, with nothing of lossctl in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

Row = Sequence[float]


def mean(*terms: float) -> float:
    """The mean, rounded once."""
    return float(sum(map(Fraction, terms)) / len(terms))


def weighted(values: Row, weights: Row) -> float:
    """sum(w l) / sum(w), rounded once."""
    total = sum(Fraction(value) * Fraction(weight) for value, weight in zip(values, weights, strict=True))
    return float(total / sum(map(Fraction, weights)))


def mse(pred: Row, target: Row) -> float:
    """The mean squared error, rounded once."""
    return float(sum((Fraction(p) - Fraction(t)) ** 2 for p, t in zip(pred, target, strict=True)) / len(pred))


def mae(pred: Row, target: Row) -> float:
    """The mean absolute error, rounded once."""
    return float(sum(abs(Fraction(p) - Fraction(t)) for p, t in zip(pred, target, strict=True)) / len(pred))


def ce(*true_class_probabilities: float) -> float:
    """The mean cross-entropy, given what each row gives to its true class."""
    return math.fsum(-math.log(p) for p in true_class_probabilities) / len(true_class_probabilities)


def bce(pred: Row, target: Row) -> float:
    """The mean binary cross-entropy."""
    return ce(*(p if y == 1 else 1 - p for p, y in zip(pred, target, strict=True)))


def softplus(z: float) -> float:
    """log(1 + exp(z))."""
    return max(z, 0.0) + math.log1p(math.exp(-abs(z)))


def logit_ce(logits: Sequence[Row], labels: Sequence[int]) -> float:
    """The mean cross-entropy of rows of logits."""
    return math.fsum(_log_sum_exp(row) - row[label] for row, label in zip(logits, labels, strict=True)) / len(labels)


def focal(p: float, gamma: float = 2.0, alpha: float = 1.0) -> float:
    """One row's focal loss, given the probability of the true class."""
    return float(-alpha * (1 - p) ** gamma * math.log(p))


def poly(p: float, *epsilon: float) -> float:
    """One row's poly loss, given the probability of the true class."""
    return -math.log(p) + math.fsum(e * (1 - p) ** (j + 1) for j, e in enumerate(epsilon))


def distance(left: Row, right: Row, p: float = 2.0) -> float:
    """The lp distance."""
    if p == math.inf:
        return max(abs(a - b) for a, b in zip(left, right, strict=True))
    return float(math.fsum(abs(a - b) ** p for a, b in zip(left, right, strict=True)) ** (1 / p))


def _log_sum_exp(row: Row) -> float:
    most = max(row)
    return most + math.log(math.fsum(math.exp(z - most) for z in row))
