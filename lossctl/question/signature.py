"""What decides a result, as a text beside it: derived from the effects that options declare.

mse|reduction=mean|weighted=no|nan=error|average=rows|where=split=test|column.target=y
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from lossctl.effects import Declared, Effect, Part, options_of
from lossctl.lazy import regex
from lossctl.losses.declaration import Loss
from lossctl.losses.text import BoundLoss, value_text

Effects = Mapping[str, Any]  # the name of each option with an effect, and what it was given as, or its default
_SIGNED = (Effect.VALUE, Effect.ROWS)
_COLUMN = "column."
_NO_PART = Part(0)
_PART = regex(r"(?:[^|\\]|\\.?)+", re.DOTALL)


def signature(command: type, effects: Effects, bound: BoundLoss, columns: Mapping[str, str] | None = None) -> str:
    r"""The definition of the loss, then `name=value` for every option that can change its value, then the columns bound.

    An option that is its default is said only where its `Part` asks for it, so that saved signatures stay what they are. What is
    about class predictions is left out for other losses. columns: role -> column, in the order of roles; each is
    `column.ROLE=COLUMN`, since a role may be called as an option is. A `|` in a value is written `\|`.
    """
    parts = [
        part
        for declared in _signed(command)
        if bound.loss.reads_classes or not declared.option.of_classes
        for part in _parts(declared, effects[declared.name])
    ]
    named = [f"{_COLUMN}{role}={_escaped(name)}" for role, name in (columns or {}).items()]
    return "|".join([bound.definition(), *parts, *named])


def differences(command: type, loss: Loss, saved: str, now: str) -> list[tuple[str, str]]:
    """What a saved signature says otherwise than that of now, part by part; nothing where both mean the same.

    A part that the saved one lacks counts as its default, and one that options do not sign any more is passed over. Columns are
    compared where the saved one names any: an older version did not.
    """
    if saved == now:
        return []
    (old, new), defaults = map(_values, (saved, now)), _defaults(command, loss)
    own, signed = ({declared.key for declared in some} for some in (options_of(command).values(), _signed(command)))
    unsigned = own - signed - {*loss.parameters}
    names_columns = any(name.startswith(_COLUMN) for name in old)
    found = []
    for name in dict.fromkeys([*old, *new]):
        was, given = (values.get(name, defaults.get(name, ())) for values in (old, new))
        passed_over = name in unsigned or (name.startswith(_COLUMN) and not names_columns)
        if was != given and not passed_over:
            found.append((_said(name, was), _said(name, given)))
    return found


@cache
def _signed(command: type) -> list[Declared]:
    """The options that stand in a signature beside the losses: first those whose places saved results hold."""
    options = options_of(command).values()
    own = [declared for declared in options if declared.option.effect in _SIGNED or declared.option.part is not None]
    own.sort(key=lambda declared: (declared.option.part is None, declared.option.part.place if declared.option.part else 0))
    return [declared for declared in own if declared.name != "loss"]


def _parts(declared: Declared, value: Any) -> Iterator[str]:
    if value != declared.default or (declared.option.part or _NO_PART).always:
        yield from (f"{_name(declared)}={text}" for text in _texts(declared, value))


def _name(declared: Declared) -> str:
    return (declared.option.part or _NO_PART).name or declared.key


def _texts(declared: Declared, value: Any) -> tuple[str, ...]:
    """The values of an option's parts, none where the default says nothing."""
    part = declared.option.part or _NO_PART
    if part.name is not None:
        return ("yes" if value else "no",)
    if value is None or value is False:
        return declared.option.choices[:1] if part.always else ()
    return tuple(map(_escaped, value)) if isinstance(value, tuple) else ("yes" if value is True else _escaped(value),)


def _defaults(command: type, loss: Loss) -> dict[str, tuple[str, ...]]:
    """The values of parts that are not there."""
    options = {_name(declared): _texts(declared, declared.default) for declared in _signed(command)}
    parameters = {name: parameter.default for name, parameter in loss.parameters.items() if not parameter.required}
    return options | {name: (value_text(default, named=False),) for name, default in parameters.items()}


def _values(signature: str) -> dict[str, tuple[str, ...]]:
    """The values of each part of a signature by its name, the loss by none."""
    values: dict[str, tuple[str, ...]] = {}
    loss, *parts = _PART.findall(signature) or [""]
    for name, _, value in (("", "", loss), *(part.partition("=") for part in parts)):
        values[name] = (*values.get(name, ()), value)
    return values


def _said(name: str, values: tuple[str, ...]) -> str:
    return " and ".join(f"{name}={value}" if name else value for value in values) or f"no {name}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")
