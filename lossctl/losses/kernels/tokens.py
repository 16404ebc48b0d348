"""Losses of sequences of tokens: of class predictions of each, or of the log-probabilities of those that were observed."""

from __future__ import annotations

import math
from typing import Annotated, TypeAlias

from lossctl.lazy import np
from lossctl.losses.declaration import Param, loss
from lossctl.losses.domain import Choice, Interval
from lossctl.losses.roles.block import Array
from lossctl.losses.roles.roles import ClassLabels, ClassPredictions
from lossctl.losses.roles.tokens import Bytes, LogProbabilities, Sequences, Text

Base: TypeAlias = Annotated[
    str | float, Param("of the logarithm: e, 2 for bits, 10; the perplexity is the same for each", Choice("e", 2.0, 10.0))
]


def _power(mean: float, base: str | float) -> float:
    """base**mean, inf where that overflows."""
    try:
        return math.exp(mean) if base == "e" else float(base) ** mean
    except OverflowError:
        return math.inf


@loss(
    finish=_power,
    range=Interval(1),
    best=1.0,
    proper=True,
    elicits="probabilities",
    reference="Jelinek et al. (1977), Perplexity, a measure of the difficulty of speech recognition tasks, doi:10.1121/1.2016299",
    calls=(
        "torchmetrics.functional.text.perplexity(z[None], target[None]); z are logits",
        "torch.nn.functional.cross_entropy(z, target).exp(); z are logits",
    ),
    known_as={"ppl": "perplexity"},
)
def perplexity(pred: ClassPredictions, target: ClassLabels, *, base: Base = "e") -> Array:
    """Base to the power of the mean surprise: how many equally likely choices a prediction leaves.

    base**(mean of -log_base p_t), of predictions and labels or of the log-probabilities of what was observed;
    a row costs the mean of -log_base p_t over its tokens
    """
    return np.abs(pred.true(target, 0.0).log_p) / _unit(base)


@perplexity.form
def _(logprob: LogProbabilities, *, base: Base = "e") -> Array:
    return np.abs(logprob) / _unit(base)


@loss(
    proper=True,
    elicits="probabilities",
    reference="Good (1952), Rational decisions, doi:10.1111/j.2517-6161.1952.tb00104.x",
    calls=("torch.nn.functional.nll_loss(logprob[:, None], 0 * logprob.long(), reduction='none')",),
)
def token_nll(logprob: LogProbabilities) -> Array:
    """What observed tokens cost in nats, by their log-probabilities.

    -logprob
    """
    return np.abs(logprob)


@loss(
    aliases=("bpb",),
    ratio="the number of bytes",
    reference="Gao et al. (2020), The Pile: an 800GB dataset of diverse text, arXiv:2101.00027, section 3.1",
    proper=True,
    elicits="probabilities",
    calls=("lm_eval.api.metrics.bits_per_byte([*zip(logprob, bytes)])",),
)
def bits_per_byte(logprob: Sequences, bytes: Bytes) -> tuple[Array, Array]:
    """What observed tokens cost in bits, for each byte of their text in UTF-8.

    -sum of logprob / (log 2 sum of bytes)
    """
    return np.abs(logprob) / math.log(2), bytes


@bits_per_byte.form
def _(logprob: Sequences, text: Text) -> tuple[Array, Array]:
    return np.abs(logprob) / math.log(2), text


def _unit(base: str | float) -> float:
    return 1.0 if base == "e" else math.log(float(base))
