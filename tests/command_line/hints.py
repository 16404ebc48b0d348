"""What a person types next who follows a hint: the whole command that it names, or the options, in place of what was typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from lossctl.effects import Declared, options_of
from lossctl.options.commands import COMMANDS

NAMES = {name: record for record, name in COMMANDS.items()}
_COMMAND = re.compile(r"(?:^|: )lossctl (.*?)(?= shows | lists |$)")
_APART = re.compile(r"; |,? or | if |, (?=-)")
_OPTION = re.compile(r"(?<![\w-])(--?[a-z][a-z-]*)")
_INSTEAD = re.compile(r"(?:instead of|without) (--?[a-z][a-z-]*)|leave (--?[a-z][a-z-]*) out")
_PLACE = re.compile(r"\b(?:FILE|COLUMN|LABEL|LOSS|COL|SRC|PRED|NUMBER|V|A,B)\b|\.\.\.")  # for something that the person knows


def next_commands(typed: Sequence[str], hint: str) -> list[list[str]]:
    """The commands that a hint leads to; none where it names nothing that can be typed as it stands."""
    if "curl" in hint or " > " in hint:  # a command of the shell comes first
        return []
    if re.search(r"--model \S+ --id COLUMN", hint):  # a key that the person knows
        return []
    if whole := _COMMAND.search(hint):
        return [] if _PLACE.search(whole[1]) else [shlex.split(whole[1])]
    instead = _INSTEAD.findall(hint)
    hint = _INSTEAD.sub("", hint)
    parts = [_options(part, NAMES[typed[0]]) for part in _APART.split(hint)] if typed[0] in NAMES else []
    typed = _without(typed, [flag for found in instead for flag in found if flag])
    commands = [_applied(typed, options) for options in parts if options]
    return commands or ([typed] if instead else [])


def _options(part: str, record: type) -> list[tuple[Declared, str | None]]:
    """The options that a part of a hint names with their values, which are None for flags; none where it leaves a value open."""
    declared = {flag: declared for declared in options_of(record).values() for flag in declared.option.flags.split()}
    options: list[tuple[Declared, str | None]] = []
    for found in _OPTION.finditer(part):
        one = declared.get(found[1])
        rest = part[found.end() :].lstrip()
        if one is None or one.kind is bool:
            options += [] if one is None else [(one, None)]
            continue
        value = re.match(r"'[^']*'|\S+", rest)
        if value and _PLACE.search(value[0]):
            return []
        if value and not re.match(r"(says|is|of)\b", rest):
            options.append((one, shlex.split(value[0].rstrip(":"))[0]))
    return options


def _applied(typed: Sequence[str], options: Sequence[tuple[Declared, str | None]]) -> list[str]:
    """A command with some options in the place of those that it has."""
    words = list(typed)
    for declared, value in options:
        words = _without(words, [declared.option.flag, *declared.option.apart])
        words += [declared.option.flags.split()[0], *([] if value is None else [value])]
    return words


def _without(typed: Sequence[str], flags: Sequence[str]) -> list[str]:
    """A command without some options and their values."""
    words = list(typed)
    for one in options_of(NAMES[typed[0]]).values() if typed[0] in NAMES else ():
        own = one.option.flags.split()
        while {*own} & {*flags} and {*own} & {*words}:
            place = next(place for place, word in enumerate(words) if word in own)
            del words[place : place + (1 if one.kind is bool else 2)]
    return words
