"""A command line as the record of its command, read from what its options declare.

Only what is well formed is read here, since that takes a hundredth of the time that the import of Typer takes: whatever else a
command line holds, help, a slip, a lacking value, is Typer's to answer.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from lossctl.effects import Declared, flags_of, options_of
from lossctl.errors import UsageError, quoted
from lossctl.options.commands import COMMANDS
from lossctl.options.show import Command

COMPLETES = "_LOSSCTL_COMPLETE"  # by which a shell asks what may stand at a place, without arguments


def read_command_line(arguments: Sequence[str]) -> Command | None:
    """The record of a command line, None where it is not well formed; UsageError where an option of one value is given twice."""
    record = next((record for record, name in COMMANDS.items() if [name] == [*arguments[:1]]), None)
    if record is None or COMPLETES in os.environ:
        return None
    typed = _typed(record, arguments[1:])
    return None if typed is None else record_of(record, typed)


def record_of(record: type[Command], typed: Mapping[str, Any]) -> Command:
    """The record of what was typed for each field: lists of values, True for a flag, nothing where nothing was typed."""
    declared = options_of(record)
    return record(**{name: _field(own, typed[name]) for name, own in declared.items() if typed.get(name)})


def _typed(record: type[Command], words: Sequence[str]) -> dict[str, Any] | None:
    """What the words after a command's name say of each field, None where they are not well formed."""
    by_flag = flags_of(record)
    argument = next(own for own in options_of(record).values() if not own.option.flags)
    typed: dict[str, Any] = {}
    plain: list[str] = []
    left = deque(words)
    while left:
        word = left.popleft()
        if word == "--":
            plain += left
            break
        if word == "-" or not word.startswith("-"):
            plain.append(word)
            continue
        flag, joined, value = word.partition("=") if word.startswith("--") else (word[:2], word[2:], word[2:])
        own = by_flag.get(flag)
        if own is None:
            return None
        if own.kind is bool:
            typed[own.name] = True
            if joined:  # `-qb` is `-q -b`; a long flag takes no value
                if word.startswith("--") or value.startswith("-"):
                    return None
                left.appendleft(f"-{value}")
        elif joined or left:
            typed.setdefault(own.name, []).append(value if joined else left.popleft())
        else:
            return None
    if argument.kind is not tuple and len(plain) > 1:
        return None
    return typed | {argument.name: plain if argument.kind is tuple else "".join(plain)}


def _field(declared: Declared, typed: Any) -> Any:
    """What was typed as the record has it; UsageError where an option of one value was given twice."""
    if declared.kind is tuple:
        return tuple(typed)
    if isinstance(typed, list) and len(typed) > 1:
        raise UsageError(f"{declared.option.flag} is given twice, {quoted(typed[0])} and {quoted(typed[1])}; it has one value")
    return typed[0] if isinstance(typed, list) else typed
