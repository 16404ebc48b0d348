"""How a limit is said, which is known by its kind, its number, and whether that is a percentage."""

from __future__ import annotations

from lossctl.text import number_text

_CHANGES = {"max_rise": "+", "max_change": "+-"}
_BOUNDS = {"max": "<= ", "min": ">= ", "max_gap": "gap <= ", "min_n": ">= "}


def allowed_text(kind: str, limit: float, *, percent: bool) -> str:
    """What it allows, as a sentence says it: `0.1`, `+1%`, `+-2`."""
    return _CHANGES.get(kind, "") + number_text(limit) + ("%" if percent else "")


def rule_text(kind: str, limit: float, *, percent: bool) -> str:
    """The rule, as a table says it: `<= 0.1`, `+1%`, `+-0.5`, `>= 50`."""
    return _BOUNDS.get(kind, "") + allowed_text(kind, limit, percent=percent)
