"""What is asked of the rows, whatever files they come from."""

from __future__ import annotations

from fractions import Fraction

from lossctl.effects import options_of
from lossctl.errors import UsageError, quoted
from lossctl.losses.text import BoundLoss
from lossctl.options.data import Data
from lossctl.question.values import read_confidence, read_share, split_listed, value_hint, whole
from lossctl.record import record

_REDUCTION = options_of(Data)["reduction"].option


@record
class Reduction:
    """How costs become the headline value: mean, sum, min, max, or a quantile `p90`, whose share is 9/10."""

    text: str
    quantile: Fraction | None = None


@record
class Quantile:
    """A quantile that is shown beside the value: its column's name `p90`, and its share of the weight, 9/10."""

    text: str
    share: Fraction


@record
class Question:
    """Which losses, over which rows, reduced how.

    scale: what class predictions are, None where it is not said. classes: their names in column order. positive: the label that
    is class 1 of two. ignore: the label whose rows are left out. quantiles: beside the value, each once. average: what counts
    the same, elements or rows. class_axis: 1 or -1, None where the shapes decide. confidence: the level of intervals, None where
    there are none. block: how many consecutive rows hang together.
    """

    losses: tuple[BoundLoss, ...]
    scale: str | None
    classes: tuple[str, ...] | None
    positive: str | None
    ignore: str | None
    drop_nan: bool
    drop_missing: bool
    normalize: bool
    reduction: Reduction
    quantiles: tuple[Quantile, ...]
    average: str
    class_axis: int | None
    confidence: float | None = None
    block: int | None = None

    def predicts(self, name: str) -> bool:
        """Whether a role is a prediction of classes for some loss."""
        return any(bound.loss.predicts(name) for bound in self.losses)


def read_question(options: Data, losses: tuple[BoundLoss, ...]) -> Question:
    """The question of options whose choices are checked; UsageError where one does not fit."""
    return Question(
        losses=losses,
        scale=options.from_,
        classes=_classes(options.classes),
        positive=options.positive,
        ignore=options.ignore,
        drop_nan=options.nan == "drop",
        drop_missing=options.missing == "drop",
        normalize=options.normalize,
        reduction=read_reduction(options.reduction),
        quantiles=read_quantiles(options.quantiles),
        average=options.average,
        class_axis=None if options.class_axis is None else int(options.class_axis),
        confidence=None if options.confidence is None else read_confidence(options.confidence),
        block=None if options.block is None else whole("--block", options.block, 1),
    )


def read_reduction(text: str) -> Reduction:
    """mean, sum, min, max, or pNN with NN from 0 to 100."""
    if text in ("mean", "sum", "min", "max"):
        return Reduction(text)
    share = read_share(text[1:]) if text.startswith("p") else None
    if share is None:
        problem = f"--reduction is mean, sum, min, max or pNN (NN from 0 to 100, as in p95), not {quoted(text)}"
        quantiles = [part.strip().removeprefix("p") for part in text.split(",")]
        several = len(quantiles) > 1 and None not in map(read_share, quantiles)
        instead = f"for several: --quantiles {','.join(quantiles)} instead of --reduction"
        raise UsageError(problem, hint=instead if several else value_hint(_REDUCTION, text))
    return Reduction(text, share)


def read_quantiles(text: str | None) -> tuple[Quantile, ...]:
    """The quantiles of `50,90,99`, in the order typed; the same share twice is one."""
    quantiles: dict[Fraction, Quantile] = {}
    for percent in () if text is None else split_listed([text]) or [text]:
        share = read_share(percent)
        if share is None:
            raise UsageError(f"--quantiles are numbers from 0 to 100, as 50,90,99, not {quoted(percent)}")
        quantiles.setdefault(share, Quantile(f"p{percent}", share))
    return tuple(quantiles.values())


def _classes(text: str | None) -> tuple[str, ...] | None:
    names = None if text is None else tuple(text.split(","))
    if names is not None and (len(names) < 2 or len(set(names)) < len(names) or "" in names):
        raise UsageError(f"--classes names two or more different classes, as no,yes, not {quoted(text)}")
    return names
