"""What decides a result, as a text beside it: derived from the effects that options declare.

mse|reduction=mean|weighted=no|nan=error|average=rows|where=split=test|column.target=y
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from lossctl.effects import Declared, Effect, options_of
from lossctl.losses.text import BoundLoss

Effects = Mapping[str, Any]  # the name of each option with an effect, and what it was given as, or its default
_SIGNED = (Effect.VALUE, Effect.ROWS)


def signature(command: type, effects: Effects, bound: BoundLoss, columns: Mapping[str, str] | None = None) -> str:
    """The definition of the loss, then `name=value` for every option that can change its value, then the columns bound.

    An option that is its default is said only where its `Part` asks for it, so that saved signatures stay what they are. What is
    about class predictions is left out for other losses. columns: role -> column, in the order of roles; each is
    `column.ROLE=COLUMN`, since a role may be called as an option is. A `|` in what has no `Part` is written `\\|`.
    """
    parts = [
        part
        for one in _signed(command)
        if bound.loss.reads_classes or not one.option.of_classes
        for part in _parts(one, effects[one.name])
    ]
    return "|".join([bound.definition(), *parts, *(f"column.{role}={_escaped(name)}" for role, name in (columns or {}).items())])


@cache
def _signed(command: type) -> list[Declared]:
    """The options that stand in a signature beside the losses: first those whose places saved results hold."""
    own = [one for one in options_of(command).values() if one.option.effect in _SIGNED or one.option.part is not None]
    own.sort(key=lambda one: (one.option.part is None, one.option.part.place if one.option.part else 0))
    return [one for one in own if one.name != "loss"]


def _parts(declared: Declared, value: Any) -> Iterator[str]:
    part = declared.option.part
    if part is not None and part.name is not None:
        yield f"{part.name}={'yes' if value else 'no'}"
    elif value != declared.default:
        texts = value if isinstance(value, tuple) else ("yes" if value is True else value,)
        yield from (f"{declared.key}={text if part else _escaped(text)}" for text in texts)
    elif part is not None and part.always:
        yield f"{declared.key}={value if value is not None else declared.option.choices[0]}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")
