"""Losses of ranked rows: those of a group, as the documents of a query, are judged by their scores together."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.declaration import GROUP, Param, loss
from lossctl.losses.domain import POSITIVE, Choice, Interval, Whole
from lossctl.losses.kernels.whole_scores import Empty
from lossctl.losses.roles.block import Array, RefusedRows
from lossctl.losses.roles.group_rows import GroupRows
from lossctl.losses.roles.roles import Groups, Relevance, Score

Temperature: TypeAlias = Annotated[float, Param("what the scores are divided by", POSITIVE)]


@loss(
    unit=GROUP,
    range=Interval(0, 1),
    reference="Järvelin & Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques, doi:10.1145/582415.582418",
    calls=(
        "1 - sklearn.metrics.ndcg_score([2**target - 1], [pred], k=k) of each group, its relevances as they are for gain=linear",
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

    def judge(score: Array, relevance: Array) -> float:
        top = float(relevance.max())
        if not top:
            return math.nan
        worth = relevance / top if gain == "linear" else _exponential(relevance, top)
        discount = 1 / np.log2(np.arange(len(score)) + 2.0)
        if k is not None:
            discount[int(k) :] = 0
        order = np.argsort(-score, kind="stable")
        ranked = worth[order]
        _, tie, counts = np.unique(-score[order], return_inverse=True, return_counts=True)
        most = np.maximum.reduceat(ranked, np.cumsum(counts) - counts)[tie]
        shared = most - (np.bincount(tie, weights=most - ranked) / counts)[tie]  # the mean of equal ones is just that
        best = math.fsum(discount * np.sort(worth)[::-1])
        return max(best - math.fsum(discount * shared), 0.0) / best

    problem = "no row of a group is relevant, so that no order is best"
    return _settled(group.each(judge, pred, target), group, empty, problem)


@loss(
    unit=GROUP,
    reference="Cao et al. (2007), Learning to rank: from pairwise approach to listwise approach, doi:10.1145/1273496.1273513",
    best=None,
    calls=("optax.losses.ranking_softmax_loss(pred, softmax(target)) of each group",),
    known_as={"ListNetLoss ranking_softmax_loss softmax_loss": "listnet"},
)
def listnet(pred: Score, target: Score, group: Groups, *, temperature: Temperature = 1.0) -> Array:
    """Cross entropy of the scores' from the relevances' probabilities of standing first.

    -sum softmax(relevance) log softmax(score / temperature)
    """

    def judge(score: Array, relevance: Array) -> float:
        log_p = _log_softmax(score / temperature)
        return math.fsum(np.exp(_log_softmax(relevance)) * -log_p)

    return group.each(judge, pred, target)


@loss(
    unit=GROUP,
    reference="Xia et al. (2008), Listwise approach to learning to rank, doi:10.1145/1390156.1390306",
    calls=("-statsmodels.duration.hazard_regression.PHReg(-target, pred, ties='breslow').loglike([1]) of each group",),
    known_as={"ListMLELoss PListMLELoss": "listmle"},
)
def listmle(pred: Score, target: Score, group: Groups, *, temperature: Temperature = 1.0) -> Array:
    """Minus the log likelihood of the order of the relevances by the scores.

    sum_i log sum_{y_j <= y_i} exp(s_j) - s_i,  s = score / temperature
    """

    def judge(score: Array, relevance: Array) -> float:
        s = score / temperature
        order = np.argsort(relevance, kind="stable")
        log_sums = np.logaddexp.accumulate(s[order])
        last = np.searchsorted(relevance[order], relevance[order], side="right") - 1
        return math.fsum(log_sums[last] - s[order])

    return group.each(judge, pred, target)


@loss(
    unit=GROUP,
    reference="Burges et al. (2005), Learning to rank using gradient descent, doi:10.1145/1102351.1102363",
    calls=("torch.nn.functional.binary_cross_entropy_with_logits of the differences of scores of each group's unequal pairs",),
    known_as={"RankNetLoss PairwiseLogisticLoss": "ranknet"},
)
def ranknet(pred: Score, target: Score, group: Groups, *, temperature: Temperature = 1.0) -> Array:
    """Logistic loss of the pairs of which one row is more relevant: the mean over pairs, 0 without one.

    mean of log(1 + exp(-(s_i - s_j))) over pairs with y_i > y_j,  s = score / temperature
    """

    def judge(score: Array, relevance: Array) -> float:
        s, total, pairs = score / temperature, 0.0, 0
        for own, value in zip(s.tolist(), relevance.tolist(), strict=True):
            lead = own - s[relevance < value]
            total += float((np.maximum(-lead, 0) + np.log1p(np.exp(-np.abs(lead)))).sum())
            pairs += len(lead)
        return total / pairs if pairs else 0.0

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
    lead = positive - negative
    return np.maximum(-lead, 0) + np.log1p(np.exp(-np.abs(lead)))


def _exponential(relevance: Array, top: float) -> Array:
    """2**r - 1 over that of the largest relevance, without overflow."""
    if top < 500:
        share: Array = np.expm1(relevance * math.log(2)) / math.expm1(top * math.log(2))
        return share
    large: Array = np.exp2(relevance - top)
    return large


def _log_softmax(values: Array) -> Array:
    shifted = values - values.max()
    log_p: Array = shifted - np.log(np.exp(shifted).sum())
    return log_p


def _settled(cost: Array, group: GroupRows, empty: float | str, problem: str) -> Array:
    """Costs of groups in which those without order, NaN, are what `empty` says; RefusedRows where that is an error."""
    without = np.isnan(cost)
    if empty == "error" and without.any():
        expected = "expected a relevant row, or what such a group costs: empty=0, 1 or drop"
        raise RefusedRows(without[group.of_rows], f"{problem}; {expected}")
    return cost if empty == "drop" else np.where(without, 0.0 if empty == "error" else float(empty), cost)
