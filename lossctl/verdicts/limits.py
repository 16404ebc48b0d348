"""Limits: how one is written, and whether a value keeps it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from fractions import Fraction

from lossctl.errors import UsageError, quoted
from lossctl.losses.text import BoundLoss, distinct, read_losses
from lossctl.record import record
from lossctl.text import number_text

KINDS = ("max", "max_rise", "max_change", "min_n")


@record
class Limit:
    """A limit of a kind on a loss; `percent`: of the baseline's value. None for min_n, which is about rows."""

    kind: str
    loss: BoundLoss | None
    value: Fraction
    percent: bool = False

    @property
    def relative(self) -> bool:
        """Whether it needs a baseline."""
        return self.kind in ("max_rise", "max_change")

    def text(self) -> str:
        """As a person writes it: `0.1`, `1%`."""
        return number_text(float(self.value)) + ("%" if self.percent else "")


def read_limit(kind: str, text: str) -> Limit:
    """`LOSS=V` or `LOSS=P%`; the value follows the last `=`."""
    loss, equals, value = text.rpartition("=")
    if not equals:
        raise UsageError(f"--{kind.replace('_', '-')} is LOSS=V, as mse=0.1, not {quoted(text)}")
    losses = read_losses([loss])
    if len(losses) > 1:
        raise UsageError(f"--{kind.replace('_', '-')} is about one loss; {quoted(loss)} are {len(losses)}")
    return limit_of(kind, losses[0], value)


def limit_of(kind: str, loss: BoundLoss | None, value: str) -> Limit:
    """A limit from its kind, loss and the text of its value."""
    percent = value.endswith("%") and kind in ("max_rise", "max_change")
    number = value.removesuffix("%") if percent else value
    # exactly the number that was written: 0.1 here is one tenth
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", number, re.ASCII):
        expected = "a number" + (" or a percentage" if kind in ("max_rise", "max_change") else "")
        raise UsageError(f"{kind} is {expected}, not {quoted(value)}")
    limit = Limit(kind, loss, Fraction(number), percent)
    if limit.relative and limit.value < 0:
        raise UsageError(f"{kind} is not below 0, and {quoted(value)} is")
    return limit


def unique(limits: Iterable[Limit]) -> tuple[BoundLoss, ...]:
    """The losses of some limits, each once."""
    return distinct(limit.loss for limit in limits if limit.loss is not None)


def keeps(limit: Limit, value: float, baseline: float | None) -> bool:
    """Whether a value keeps a limit. Exactly on the limit it does; a NaN never does.

    Numbers are compared as their shortest decimal texts, exactly: 0.8 is a rise of 0.1 from 0.7.
    """
    if math.isnan(value):
        return False
    if not limit.relative:
        return value == -math.inf or (value != math.inf and exact(value) <= limit.value)
    assert baseline is not None
    if not (math.isfinite(value) and math.isfinite(baseline)):
        return False
    change = exact(value) - exact(baseline)
    if limit.kind == "max_change":
        change = abs(change)
    if not limit.percent:
        return change <= limit.value
    return change == 0 if baseline == 0 else change <= limit.value / 100 * abs(exact(baseline))


def exact(value: float) -> Fraction:
    """The shortest decimal that reads as the value."""
    return Fraction(repr(float(value)))
