"""Losses of the embeddings of a batch, each of which is compared with all others. The n x n comparisons never stand in memory.

Each pass takes a few anchors at a time, as many as depend on n alone, so that the same bits come out wherever it runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.declaration import WHOLE, Param, loss
from lossctl.losses.distances import unit_vectors
from lossctl.losses.domain import FINITE, POSITIVE, Interval
from lossctl.losses.roles.block import Array, NothingToJudge, row_sums
from lossctl.losses.roles.identities import Codes, Identities
from lossctl.losses.roles.roles import Vectors
from lossctl.losses.special import softplus

Temperature: TypeAlias = Annotated[float, Param("what cosines are divided by", POSITIVE)]
COMPARED = 2**20  # comparisons that stand in memory at once


@loss(
    aliases=("nt_xent",),
    unit=WHOLE,
    reference="van den Oord et al. (2018), Contrastive predictive coding, arXiv:1807.03748; Chen et al. (2020), arXiv:2002.05709",
    calls=(
        "pytorch_metric_learning.losses.NTXentLoss(temperature)(pred, target)",
        "optax.losses.ntxent(pred, target, temperature)",
    ),
    known_as={"NTXentLoss InfoNCELoss MultipleNegativesRankingLoss": "info_nce"},
)
def info_nce(pred: Vectors, target: Identities, *, temperature: Temperature = 0.1) -> float:
    """Cross entropy of a pair of one label among the pairs of its first row with rows of other labels.

    mean over ordered pairs (i, j) of one label of  -log(exp(s_ij) / (exp(s_ij) + sum_{k of others} exp(s_ik)))
    s = cosine / temperature
    """
    unit, total, pairs = unit_vectors(pred), 0.0, 0
    for anchors, alike, same in alike_by_anchors(target):
        s = unit[anchors] @ unit.T
        s /= temperature
        first, second = np.nonzero(alike)
        of_pairs = s[first, second]
        np.copyto(s, -np.inf, where=same)
        total += float(softplus(_log_sums(s)[first] - of_pairs).sum())
        pairs += len(first)
    return total / at_least_one(pairs, "no two rows have one label, so that there is no pair", len(pred))


@loss(
    unit=WHOLE,
    reference="Khosla et al. (2020), Supervised contrastive learning, arXiv:2004.11362, eq. 2",
    calls=("pytorch_metric_learning.losses.SupConLoss(temperature)(pred, target)",),
    known_as={"SupConLoss supervised_contrastive_loss": "sup_con"},
)
def sup_con(pred: Vectors, target: Identities, *, temperature: Temperature = 0.1) -> float:
    """Cross entropy of the rows of one label among all others, the mean over those of a label and then over rows.

    mean over i of mean over j of i's label of  -log(exp(s_ij) / sum_{k != i} exp(s_ik)),  s = cosine / temperature
    """
    unit, total, rows = unit_vectors(pred), 0.0, 0
    for anchors, alike, _ in alike_by_anchors(target):
        s = unit[anchors] @ unit.T / temperature
        s[np.arange(len(s)), np.arange(len(pred))[anchors]] = -np.inf
        every = _log_sums(s)
        count = alike.sum(axis=1)
        paired = count > 0
        costs = row_sums(np.where(alike, every[:, np.newaxis] - s, 0.0))
        total += float((costs[paired] / count[paired]).sum())
        rows += int(paired.sum())
    return total / at_least_one(rows, "no two rows have one label, so that there is no pair", len(pred))


@loss(
    unit=WHOLE,
    reference="Radford et al. (2021), Learning transferable visual models from natural language supervision, arXiv:2103.00020",
    calls=("open_clip.loss.ClipLoss()(normalize(left), normalize(right), 1 / temperature); normalize of torch.nn.functional",),
    known_as={"CLIPLoss contrastive_loss_clip": "clip"},
)
def clip(left: Vectors, right: Vectors, *, temperature: Temperature = 0.07) -> float:
    """Cross entropy of a row's own pair among those of its left side and all right ones, and of its right side and all left ones.

    mean over i of (-log softmax_j(s_ij)_i - log softmax_j(s_ji)_i) / 2,  s = cosine of left and right / temperature
    """
    sides, total = (unit_vectors(left), unit_vectors(right)), 0.0
    for own, others in (sides, sides[::-1]):
        for anchors in _steps(len(own)):
            s = own[anchors] @ others.T / temperature
            total += float((_log_sums(s) - _own(s, anchors)).sum())
    return total / 2 / len(left)


@loss(
    unit=WHOLE,
    reference="Zhai et al. (2023), Sigmoid loss for language image pre-training, arXiv:2303.15343",
    calls=(
        "open_clip.loss.SigLipLoss()(normalize(left), normalize(right), 1 / temperature, bias); normalize of torch.nn.functional",
    ),
    known_as={"SigLipLoss sigmoid_contrastive_loss": "siglip"},
)
def siglip(
    left: Vectors,
    right: Vectors,
    *,
    temperature: Temperature = 0.1,
    bias: Annotated[float, Param("added to each similarity", FINITE)] = -10.0,
) -> float:
    """Logistic loss of each pair of a left and a right row, which belong together where they are one row.

    sum_ij log(1 + exp(-z_ij s_ij)) / n,  z = 1 if i = j else -1,  s = cosine / temperature + bias
    """
    left, right, total = unit_vectors(left), unit_vectors(right), 0.0
    for anchors in _steps(len(left)):
        s = left[anchors] @ right.T / temperature + bias
        own = _own(s, anchors)
        total += float(softplus(s).sum()) + float((softplus(-own) - softplus(own)).sum())
    return total / len(left)


@loss(
    unit=WHOLE,
    reference="Sun et al. (2020), Circle loss, arXiv:2002.10857, eq. 6",
    calls=("pytorch_metric_learning.losses.CircleLoss(m, gamma, reducer=MeanReducer())(pred, target)",),
    known_as={"CircleLoss": "circle:m=0.4:gamma=80"},
)
def circle(
    pred: Vectors,
    target: Identities,
    *,
    m: Annotated[float, Param("margin of the cosines", Interval(0, 1))] = 0.25,
    gamma: Annotated[float, Param("factor of the cosines", POSITIVE)] = 256.0,
) -> float:
    """Circle loss, the mean over rows that have rows of their label and of others.

    log(1 + sum_{j alike} exp(-gamma a_j (s_j - 1 + m)) sum_{k of others} exp(gamma a_k (s_k - m)))
    a_j = max(0, 1 + m - s_j),  a_k = max(0, s_k + m),  s = cosine
    """
    unit, total, rows = unit_vectors(pred), 0.0, 0
    for anchors, alike, same in alike_by_anchors(target):
        s = unit[anchors] @ unit.T
        near = np.where(alike, -gamma * np.maximum(1 + m - s, 0) * (s - 1 + m), -np.inf)
        far = np.where(same, -np.inf, gamma * np.maximum(s + m, 0) * (s - m))
        both = alike.any(axis=1) & (far > -np.inf).any(axis=1)
        total += float(softplus((_log_sums(near) + _log_sums(far))[both]).sum())
        rows += int(both.sum())
    return total / at_least_one(rows, "no row has both rows of its label and of others", len(pred))


def _log_sums(s: Array) -> Array:
    """log sum exp of each row (b, n) -> (b,), -inf of rows that are -inf."""
    highest = s.max(axis=1)
    finite = np.where(highest == -np.inf, 0.0, highest)
    with np.errstate(divide="ignore"):
        shifted = s - finite[:, np.newaxis]
        log_sums: Array = finite + np.log(row_sums(np.exp(shifted, out=shifted)))
    return log_sums


def _own(s: Array, anchors: slice) -> Array:
    """What each anchor has with the row of its own number."""
    own: Array = s[np.arange(len(s)), anchors.start + np.arange(len(s))]
    return own


def _steps(rows: int) -> Iterator[slice]:
    """The anchors, a few at a time."""
    step = max(1, COMPARED // rows)
    return (slice(start, min(start + step, rows)) for start in range(0, rows, step))


def alike_by_anchors(target: Codes) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
    """A few anchors at a time, which rows (b, n) are alike to each, itself left out, and which have its label."""
    for anchors in _steps(len(target)):
        same = target[anchors, np.newaxis] == target
        alike = same.copy()
        alike[np.arange(len(alike)), anchors.start + np.arange(len(alike))] = False
        yield anchors, alike, same


def at_least_one(count: int, problem: str, rows: int) -> int:
    """A number that is not 0; NothingToJudge otherwise."""
    if not count:
        raise NothingToJudge(np.ones(rows, dtype=bool), problem, role="target")
    return count
