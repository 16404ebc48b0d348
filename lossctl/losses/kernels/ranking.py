"""Losses of ranked rows: those of a group, as the documents of a query, are judged by their scores together."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

from lossctl.columns.codes import by_code
from lossctl.lazy import np
from lossctl.losses.declaration import GROUP, Param, loss
from lossctl.losses.domain import POSITIVE, Choice, Interval, Whole
from lossctl.losses.kernels.whole_scores import Empty
from lossctl.losses.roles.block import Array, NothingToJudge
from lossctl.losses.roles.group_rows import GroupRows
from lossctl.losses.roles.roles import Groups, Relevance, Score
from lossctl.losses.special import softplus

Temperature: TypeAlias = Annotated[float, Param("what the scores are divided by", POSITIVE)]


@loss(
    unit=GROUP,
    range=Interval(0, 1),
    reference="Järvelin & Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques, doi:10.1145/582415.582418",
    calls=(
        "1 - sklearn.metrics.ndcg_score([2**target - 1], [pred], k=k); of each group",
        "1 - sklearn.metrics.ndcg_score([target], [pred], k=k); of each group, gain=linear",
    ),
    known_as={"normalized_discounted_cumulative_gain RetrievalNormalizedDCG": "ndcg_loss"},
)
def ndcg_loss(
    pred: Score,
    target: Relevance,
    group: Groups,
    *,
    k: Annotated[float | None, Param("how many of the best scored rows count; none: all", Whole())] = None,
    gain: Annotated[str, Param("what a relevance r is worth: 2**r - 1, or r", Choice("exp", "linear"))] = "exp",
    empty: Empty = "error",
) -> Array:
    """How far the discounted gain of the ranking is below that of the best one: 1 - NDCG.

    1 - DCG / largest DCG,  DCG = sum over ranks up to k of gain / log2(rank + 1);  rows of equal scores share their gains
    """

    of, starts = group.of_rows, group.starts
    top = np.maximum.reduceat(target, starts)
    worth = (_linear if gain == "linear" else _exponential)(target, np.where(top == 0, 1.0, top)[of])
    rank = np.arange(len(of)) - starts[of]
    discount = np.where(rank < (np.inf if k is None else k), 1 / np.log2(rank + 2.0), 0.0)
    order = ranked_rows(pred, group)
    ties = np.flatnonzero((np.diff(pred[order], prepend=np.nan) != 0) | (rank == 0))
    tie = np.repeat(np.arange(len(ties)), np.diff(ties, append=len(of)))
    ranked = worth[order]
    most = np.maximum.reduceat(ranked, ties)[tie]
    shared = most - (np.add.reduceat(most - ranked, ties) / np.bincount(tie))[tie]  # the mean of equal ones is just that
    best = np.add.reduceat(discount * worth[_by_group(np.argsort(-worth), group)], starts)
    lost = np.maximum(best - np.add.reduceat(discount * shared, starts), 0)
    cost = np.where(top == 0, np.nan, lost / np.where(top == 0, 1.0, best))
    return _settled(cost, group, empty, "no row of a group is relevant, so that no order is best")


@loss(
    unit=GROUP,
    reference="Cao et al. (2007), Learning to rank: from pairwise approach to listwise approach, doi:10.1145/1273496.1273513",
    best=None,
    calls=("optax.losses.ranking_softmax_loss(pred, jax.nn.softmax(target)); of each group",),
    known_as={"ListNetLoss ranking_softmax_loss softmax_loss": "listnet"},
)
def listnet(pred: Score, target: Score, group: Groups, *, temperature: Temperature = 1.0) -> Array:
    """Cross entropy of the scores' from the relevances' probabilities of standing first.

    -sum softmax(relevance) log softmax(score / temperature)
    """

    p = np.exp(_log_softmax(target, group))
    cost: Array = np.add.reduceat(np.where(p == 0, 0.0, p * -_log_softmax(pred, group, temperature)), group.starts)
    return cost


@loss(
    unit=GROUP,
    reference="Xia et al. (2008), Listwise approach to learning to rank, doi:10.1145/1390156.1390306",
    calls=(
        "-statsmodels.duration.hazard_regression.PHReg(target.max() - target, pred, ties='breslow').loglike([1]); of each group",
    ),
    known_as={"ListMLELoss PListMLELoss": "listmle"},
)
def listmle(pred: Score, target: Score, group: Groups, *, temperature: Temperature = 1.0) -> Array:
    """Minus the log likelihood of the order of the relevances by the scores.

    sum_i log sum_{y_j <= y_i} exp(s_j) - s_i,  s = score / temperature
    """

    def judge(score: Array, relevance: Array) -> float:
        s = (score.astype(np.longdouble) - score.max()) / temperature  # which does not overflow, and keeps what scores differ by
        order = np.argsort(relevance, kind="stable")
        log_sums = np.logaddexp.accumulate(s[order])
        last = np.searchsorted(relevance[order], relevance[order], side="right") - 1
        return float((log_sums[last] - s[order]).sum())

    return group.each(judge, pred, target)


@loss(
    unit=GROUP,
    reference="Burges et al. (2005), Learning to rank using gradient descent, doi:10.1145/1102351.1102363",
    calls=("torch.nn.functional.softplus(pred - pred[:, None])[target[:, None] > target].mean(); of each group",),
    known_as={"RankNetLoss PairwiseLogisticLoss": "ranknet"},
)
def ranknet(pred: Score, target: Score, group: Groups, *, temperature: Temperature = 1.0) -> Array:
    """Logistic loss of the pairs of which one row is more relevant: the mean over pairs, 0 without one.

    mean of log(1 + exp(-(s_i - s_j))) over pairs with y_i > y_j,  s = score / temperature
    """

    def judge(score: Array, relevance: Array) -> float:
        total, pairs, half = np.longdouble(0), 0, score / 2  # whose differences do not overflow
        step = max(1, 2**18 // len(score))
        for start in range(0, len(score), step):
            better = relevance[start : start + step, np.newaxis] > relevance
            lead = (half[start : start + step, np.newaxis] - half)[better] / (temperature / 2)
            total += softplus(-lead).sum(dtype=np.longdouble)
            pairs += len(lead)
        return float(total / pairs) if pairs else 0.0

    return group.each(judge, pred, target)


@loss(
    reference="Rendle et al. (2009), BPR: Bayesian personalized ranking from implicit feedback, arXiv:1205.2618",
    calls=("-torch.nn.functional.logsigmoid(positive - negative)",),
    known_as={"BPRLoss": "bpr"},
)
def bpr(positive: Score, negative: Score) -> Array:
    """Logistic loss of the lead of what was chosen over what was not.

    log(1 + exp(-(positive - negative)))
    """
    return softplus(negative - positive)


def ranked_rows(score: Array, group: GroupRows) -> np.ndarray:
    """The rows by group, those of a group by score from the highest on, equal ones in order (n,)."""
    order = np.argsort(-score)  # without a promise about equal ones it takes a fifth of the time
    if not np.diff(score[order]).all():
        order = np.argsort(-score, kind="stable")
    return _by_group(order, group)


def _by_group(order: np.ndarray, group: GroupRows) -> np.ndarray:
    """Rows in an order by group, those of a group in that order (n,)."""
    placed: np.ndarray = order[by_code(group.of_rows[order], len(group))]
    return placed


def _linear(relevance: Array, top: Array) -> Array:
    """What relevances are worth, over what the largest of their group is."""
    return relevance / top


def _exponential(relevance: Array, top: Array) -> Array:
    """(2**r - 1) / (2**top - 1), without overflow."""
    small = np.expm1(np.minimum(relevance, 500) * math.log(2)) / np.expm1(np.minimum(top, 500) * math.log(2))
    return np.where(top < 500, small, np.exp2(relevance - top))


def _log_softmax(values: Array, group: GroupRows, temperature: float = 1.0) -> Array:
    """log softmax of each row's value over a temperature among those of its group (n,)."""
    half = values / 2  # whose differences do not overflow
    shifted = (half - np.maximum.reduceat(half, group.starts)[group.of_rows]) / (temperature / 2)
    log_p: Array = shifted - np.log(np.add.reduceat(np.exp(shifted), group.starts))[group.of_rows]
    return log_p


def _settled(cost: Array, group: GroupRows, empty: float | str, problem: str) -> Array:
    """Costs of groups in which those without order, NaN, are what `empty` says; NothingToJudge where that is an error."""
    without = np.isnan(cost)
    if empty == "error" and without.any():
        expected = "expected a relevant row, or what such a group costs: empty=0, 1 or drop"
        raise NothingToJudge(without[group.of_rows], f"{problem}; {expected}", cost, role="target")
    return cost if empty == "drop" else np.where(without, 0.0 if empty == "error" else float(empty), cost)
