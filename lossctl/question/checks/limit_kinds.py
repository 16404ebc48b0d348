"""The kinds of limits: what each allows and guards against, and how one of it is said."""

from __future__ import annotations

from collections.abc import Mapping

from lossctl.record import record
from lossctl.text import number_text


@record
class LimitKind:
    """What all limits of a kind have in common.

    subject: what it is on, a value, its rise or change from a baseline, the gap between groups, or the number of rows.
    percent: it may be a percentage. sign: what stands before the number that it allows; bound: what tables have before that.
    guards: against what, in a word; None where the loss decides that.
    """

    subject: str = "value"
    percent: bool = False
    sign: str = ""
    bound: str = ""
    guards: str | None = None

    @property
    def relative(self) -> bool:
        """Whether it needs a baseline."""
        return self.subject in ("rise", "change")


KINDS: Mapping[str, LimitKind] = {
    "max": LimitKind(bound="<= ", guards="rise"),
    "min": LimitKind(bound=">= ", guards="fall"),
    "max_rise": LimitKind("rise", percent=True, sign="+"),
    "max_change": LimitKind("change", percent=True, sign="+-", guards="change"),
    "max_gap": LimitKind("gap", percent=True, bound="gap <= ", guards="gap"),
    "min_n": LimitKind("rows", bound=">= "),
}


def allowed_text(kind: str, limit: float, *, percent: bool) -> str:
    """What a limit allows, as a sentence says it: `0.1`, `+1%`, `+-2`."""
    return KINDS[kind].sign + number_text(limit) + ("%" if percent else "")


def rule_text(kind: str, limit: float, *, percent: bool) -> str:
    """The rule, as a table says it: `<= 0.1`, `+1%`, `+-0.5`, `>= 50`."""
    return KINDS[kind].bound + allowed_text(kind, limit, percent=percent)
