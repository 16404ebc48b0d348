"""Losses as other tools write them, and what to type here: focal(gamma=2), huber:1.5, ce:ignore_index=2.

Imported where a text cannot be read, and nowhere else.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from lossctl.errors import UsageError
from lossctl.losses.declaration import Loss
from lossctl.losses.other_words import typed_for
from lossctl.losses.registry import LOSSES
from lossctl.losses.text import read_losses
from lossctl.options.commands import Eval
from lossctl.options.other_words import instead_of, instead_of_value
from lossctl.question.mapping import from_mapping
from lossctl.question.question import read_question
from lossctl.record import record
from lossctl.spelling import mistyped

_APART = re.compile(r"[,;+|&\s]+(?=[A-Za-z])(?![^(\[{]*[)\]}])")  # outside of brackets
_CALL = re.compile(r"([^:(\[{=@]+)(?:[:(\[{=@]+(.*?)[)\]}]*)?", re.DOTALL)
_PARAMETERS = re.compile(r"[:,;\s]+(?=[A-Za-z_]+\s*=)")


def answered(problem: UsageError, texts: Iterable[str], folder: Path | None) -> UsageError:
    """The error with what to type instead of the first text that cannot be read, where that can be told."""
    for given in texts:
        try:
            read_losses([given], folder)
            continue
        except UsageError:
            typed = _typed(given)
        if typed is None:
            return problem
        try:
            read_losses([shlex.split(typed)[0]], folder)
        except UsageError:
            return problem
        return UsageError(problem.problem, where=problem.where, hint=f"type -l {typed}")
    return problem


@record
class Misread:
    """A loss as other tools write it: what to type after `-l`, and the options behind that."""

    loss: Loss
    word: str
    parameters: dict[str, str]
    options: list[str]

    def __str__(self) -> str:
        return ":".join([self.word, *(f"{name}={value}" for name, value in self.parameters.items())])


def _typed(given: str) -> str | None:
    """What to type after `-l` for a text, options included."""
    read = [*_misread(given)]
    losses = [loss for loss in read if loss is not None]
    options = [word for loss in losses for word in loss.options]
    return shlex.join([",".join(map(str, losses)), *options]) if losses and len(losses) == len(read) else None


def _misread(given: str) -> Iterator[Misread | None]:
    """The losses of a text, read with indulgence: brackets, commas between parameters, other tools' words; None for no loss."""
    found: Misread | None = None
    for part in _APART.split(given.strip()):
        call = _CALL.fullmatch(part)
        own = re.match(r"(\w+)\s*([=:\s])", part)
        if found is not None and own and (own[2] == "=" or own[1] in found.loss.parameters):  # of the loss before it
            if not all(_put(found, *parameter) for parameter in _parameters(part)):
                yield None
            continue
        if found is not None:
            yield found
        word = call[1].strip() if call else ""
        typed = word if word in LOSSES else typed_for(word) if word else None
        if typed is None or call is None:
            yield None
            return
        name, *options = typed.split()
        named, *assignments = name.split(":")
        found = Misread(LOSSES[named], named, dict(assignment.split("=", 1) for assignment in assignments), options)
        if not all(_put(found, *parameter) for parameter in _parameters(call[2] or "")):
            yield None
            return
    yield found


def _parameters(texts: str) -> Iterator[tuple[str, str]]:
    """Names and values, the name of the first being empty where it has none."""
    for text in filter(None, _PARAMETERS.split(texts)):
        name, equals, value = text.partition("=")
        if not equals and (apart := re.fullmatch(r"([A-Za-z_]\w*)[:\s]+(\S+)", text)):
            name, equals, value = apart[1], "=", apart[2]
        yield (name.strip(), _value(value)) if equals else ("", _value(name))


def _value(text_of_value: str) -> str:
    """A value without Python's brackets, quotes and blanks."""
    bare = re.sub(r"[\[\](){}'\"\s]", "", text_of_value)
    return bare.lower() if bare in ("True", "False", "None") else bare


def _put(found: Misread, name: str, value: str) -> bool:
    """Adds a parameter, by its own name or another tool's, or as an option; False where neither is known."""
    loss = found.loss
    if not name and loss.parameters:
        name = next(iter(loss.parameters))
    if name in loss.parameters:
        found.parameters[name] = value
        return True
    for parameter in loss.parameters.values():
        for words, typed in parameter.known_as.items():
            if name in words.split():
                own, _, written = typed.format(value).partition("=")
                found.parameters[own] = written
                return True
    begun = [own for own in loss.parameters if own.startswith(name)]
    if near := begun[0] if len(begun) == 1 else mistyped(name, loss.parameters):
        found.parameters[near] = value
        return True
    return _put_option(found, name, value)


def _put_option(found: Misread, name: str, value: str) -> bool:
    """Adds what an option says here: `reduction=sum` is `--reduction sum`."""
    answer = instead_of(f"--{name}", Eval) if len(name) > 1 else None
    if answer is None or not answer[0].startswith("-"):
        return False
    typed, option = answer
    own = typed.split()
    if option is not None and own == [option.flag] and option.metavar:
        own = (instead_of_value(option, value) or f"{option.flag} {value}").split()
        if own[:1] == [option.flag]:
            try:
                read_question(from_mapping(Eval(), {option.flag.strip("-").replace("-", "_"): own[1]}), ())
            except UsageError:
                return False
    if value != "false":
        found.options.extend(own)
    return True
