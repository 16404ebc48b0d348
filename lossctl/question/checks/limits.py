"""Limits of checks: how one is written."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from lossctl.errors import UsageError, quoted
from lossctl.losses.text import BoundLoss, distinct
from lossctl.question.asked_losses import read_losses
from lossctl.question.checks.limit_kinds import KINDS, allowed_text
from lossctl.question.values import whole
from lossctl.record import record
from lossctl.text import number_text

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_SHORT = 20  # characters of a number that a hint repeats
_MOST_DIGITS = 1100  # the longest exact decimal of a double has fewer


@record
class Limit:
    """A limit of a kind. loss: None where it is on the number of rows. percent: of a baseline, for a gap of the least value."""

    kind: str
    loss: BoundLoss | None
    value: Fraction
    percent: bool = False

    @property
    def relative(self) -> bool:
        """Whether it needs a baseline."""
        return KINDS[self.kind].relative

    @property
    def of_rows(self) -> bool:
        """Whether it is on the number of rows."""
        return KINDS[self.kind].subject == "rows"

    def text(self) -> str:
        """As a person reads it: `0.1`, `+1%`, `+-2`."""
        return allowed_text(self.kind, float(self.value), percent=self.percent)


def read_limit(kind: str, text: str, losses: Sequence[BoundLoss] = ()) -> Limit:
    """`LOSS=V` or `LOSS=P%`; the value follows the last `=`. A bare value is that of the only one of `losses`."""
    loss, equals, value = text.rpartition("=")
    flag = f"--{kind.replace('_', '-')}"
    if KINDS[kind].subject == "rows":
        return limit_of(kind, None, text, flag)
    if not equals and len(losses) == 1:
        return limit_of(kind, losses[0], value, flag)
    sign = ">" if kind == "min" else "<"
    if not equals and (typed := re.fullmatch(rf"(.+?)\s*[{sign}:\s]\s*({NUMBER.pattern}%?)", text)):
        raise UsageError(f"{flag} is LOSS=V, not {quoted(text)}", hint=f"type {flag} {typed[1]}={typed[2]}")
    if not equals:
        hint = f"name its loss, as {flag} mse={text}, or with -l LOSS" if text[:1] in "+-.0123456789" else f"{flag} {text}=V"
        raise UsageError(f"{flag} is LOSS=V, not {quoted(text)}", hint=_percent_hint(kind, "LOSS", text, flag) or hint)
    try:
        named = read_losses([loss])
    except UsageError as problem:
        several = re.split(r",(?=[A-Za-z])", text)
        if len(several) > 1 and all("=" in each for each in several):
            hint = " ".join(f"{flag} {each}" for each in several)
            raise UsageError(f"{flag} is about one loss, and {quoted(text)} about {len(several)}", hint=f"type {hint}") from None
        raise UsageError(problem.problem, where=problem.where, hint=_hint(problem.hint, flag, value)) from None
    if len(named) > 1:
        raise UsageError(f"{flag} is about one loss; {quoted(loss)} are {len(named)}")
    return limit_of(kind, named[0], value, flag)


def _hint(hint: str | None, flag: str, value: str) -> str | None:
    """A hint that says what to type after `-l`, as one that says what to type for the limit."""
    words = (hint or "").split()
    return " ".join(["type", flag, f"{words[2]}={value}", *words[3:]]) if words[:2] == ["type", "-l"] else hint


def limit_of(kind: str, loss: BoundLoss | None, value: str, flag: str | None = None) -> Limit:
    """A limit from its kind, loss and the text of its value. flag: the option that gave it, None where a key did."""
    if KINDS[kind].subject == "rows":
        return Limit(kind, None, Fraction(whole(flag or kind, value, 1)))
    percent = value.endswith("%") and KINDS[kind].percent
    number = value.removesuffix("%") if percent else value
    named = (flag or kind) + ("" if loss is None else f" of {loss}")
    # exactly the number that was written: 0.1 here is one tenth
    if not NUMBER.fullmatch(number):
        expected = "a number" + (" or a percentage" if KINDS[kind].percent else "")
        hint = _percent_hint(kind, str(loss), value, flag)
        raise UsageError(f"{named} is {expected}, not {quoted(value)}", hint=hint)
    if len(number) > _MOST_DIGITS or math.isinf(float(number)):
        raise UsageError(f"{named} is beyond what a double can hold: {quoted(value)}")
    limit = Limit(kind, loss, Fraction(number), percent)
    if KINDS[kind].percent and limit.value < 0:
        raise UsageError(f"{named} is not below 0, and {quoted(value)} is")
    return limit


def _percent_hint(kind: str, loss: str, value: str, flag: str | None) -> str | None:
    """What is meant by a percentage where a number is wanted: one of a baseline, or a hundredth; None where it is neither."""
    number = value.removesuffix("%")
    if KINDS[kind].percent or number == value or not NUMBER.fullmatch(number) or len(number) > _SHORT:
        return None
    share = number_text(float(Fraction(number) / 100))
    as_value = f"{kind} = {share}" if flag is None else f"{flag} {loss}={share}"
    if kind != "max" or Fraction(number) < 0:
        return f"if that is {share}: {as_value}"
    typed = f"--max-rise {loss}={value} --baseline FILE instead of --max"
    rise = f'max_rise = "{value}" with a baseline' if flag is None else typed
    return f"if it is of a baseline's value: {rise}; if that is {share}: {as_value}"


def unique(limits: Iterable[Limit]) -> tuple[BoundLoss, ...]:
    """The losses of some limits, each once."""
    return distinct(limit.loss for limit in limits if limit.loss is not None)


def one_sided(limits: Iterable[Limit]) -> list[str]:
    """Words for each loss whose values may lie below the best one, and which has a greatest value alone."""
    kinds: dict[BoundLoss, set[str]] = {}
    for limit in limits:
        if limit.loss is not None:
            kinds.setdefault(limit.loss, set()).add(limit.kind)
    return [
        f"{loss} may be far below its best value {number_text(loss.loss.best or 0.0)} and keeps --max all the same; "
        "--min limits that"
        for loss, given in kinds.items()
        if loss.better == "best" and "max" in given and "min" not in given
    ]
