"""Losses of the class that is decided for: the one predicted most, or that of the least expected cost."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.class_domain import ClassRank, Square
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import Choice, Interval
from lossctl.losses.roles.block import Array, row_sums
from lossctl.losses.roles.class_predictions import Labels, Predictions
from lossctl.losses.roles.decisions import (
    ClassDecisions,
    DecidedClasses,
    DecidedLabels,
    GivenLabels,
    PredictedWords,
    TrueWords,
    differ,
)
from lossctl.losses.roles.roles import ClassLabels, ClassPredictions
from lossctl.losses.vector_domain import Vector

Ties: TypeAlias = Annotated[
    str, Param("a tie at the deciding place is wrong, or the first class wins, as NumPy's arg-max", Choice("wrong", "first"))
]


@loss(
    aliases=("error",),
    sets=("binary", "multiclass"),
    range=Interval(0, 1),
    proper=False,
    elicits="mode",
    calls=(
        "sklearn.metrics.zero_one_loss(target, pred.argmax(1)); ties=first",
        "1 - sklearn.metrics.accuracy_score(target, pred.argmax(1)); ties=first",
    ),
    known_as={"MulticlassAccuracy": "zero_one", "zero_one_loss error_rate misclassification": "zero_one"},
)
def zero_one(pred: ClassDecisions, target: DecidedLabels, *, ties: Ties = "wrong") -> Array:
    """Whether the decided class is wrong: 1 - accuracy.

    1 if the true class is not the one predicted most, else 0; of a probability of 1: decided for 1 if p > 1/2.
    Predictions that are labels themselves, words or whole numbers in every row, are compared with the labels.
    """
    if isinstance(pred, Predictions) and isinstance(target, Labels):
        return _not_among(pred, target, 1, ties)
    assert isinstance(pred, DecidedClasses)
    assert isinstance(target, GivenLabels), "the views of both roles decide it alike"
    wrong: Array = (pred.labels != target.values).astype(np.float64)
    return wrong


@zero_one.form
def _(pred: PredictedWords, target: TrueWords, *, ties: Ties = "wrong") -> Array:
    wrong: Array = differ(pred, target).astype(np.float64)
    return wrong


@loss(
    range=Interval(0, 1),
    proper=False,
    reference="Lapin, Hein & Schiele (2016), Loss functions for top-k error, arXiv:1512.00486",
    calls=("1 - sklearn.metrics.top_k_accuracy_score(target, pred, k=k); where no classes tie",),
)
def top_k(
    pred: ClassPredictions,
    target: ClassLabels,
    *,
    k: Annotated[float, Param("how many classes may be named", ClassRank())] = 5.0,
    ties: Ties = "wrong",
) -> Array:
    """Whether the true class is not among the k that are predicted most.

    1 if it is not, else 0
    """
    return _not_among(pred, target, int(k), ties)


@loss(
    reference="Elkan (2001), The foundations of cost-sensitive learning, IJCAI 17, 973-978",
    proper=False,
    calls=("(sklearn.metrics.confusion_matrix(target, pred.argmax(1)) * matrix).sum() / n; decide=argmax",),
)
def expected_cost(
    pred: ClassPredictions,
    target: ClassLabels,
    *,
    matrix: Annotated[Vector, Param("what each decision costs: rows are true classes, columns decided ones", Square())],
    decide: Annotated[
        str, Param("for the class predicted most, or for that of the least expected cost", Choice("argmax", "bayes"))
    ] = "argmax",
) -> Array:
    """What the decision costs by a matrix of costs.

    C[y, a],  a = arg-max_j p_j,  or with decide=bayes  arg-min_a sum_j p_j C[j, a];  of equal ones the first
    """
    costs = np.asarray(matrix).reshape(target.classes, target.classes)
    if decide == "argmax":
        decided = pred.above(0.5).astype(np.intp) if pred.values.ndim == 1 else pred.values.argmax(axis=1)
    else:
        p = pred.probabilities()
        decided = np.stack([row_sums(p * costs[:, action]) for action in range(target.classes)], axis=1).argmin(axis=1)
    paid: Array = costs[target.of_rows(), decided]
    return paid


def _not_among(pred: Predictions, target: Labels, k: int, ties: str) -> Array:
    """1 where the true class is not among the k predicted most. A tie at the deciding place: `ties`."""
    index = target.of_rows()
    if pred.values.ndim == 1:
        return np.zeros(len(index)) if k > 1 else (pred.above(0.5) != (index == 1)).astype(np.float64)
    own = np.take_along_axis(pred.values, index[:, np.newaxis], axis=1)
    ahead = pred.values > own
    equal = pred.values == own
    if ties == "first":
        equal &= np.arange(target.classes) < index[:, np.newaxis]
        ahead |= equal
    else:
        ahead |= equal
        np.put_along_axis(ahead, index[:, np.newaxis], False, axis=1)
    wrong: Array = (ahead.sum(axis=1) >= k).astype(np.float64)
    return wrong
