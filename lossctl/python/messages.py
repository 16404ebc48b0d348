"""Messages of the command line as Python code would say them: `nan="drop"` for `--nan drop`.

In a message an option stands as a word of the sentence (`--id names no column`), or with a value as one types it. What follows it
is its value unless that is a plain word within the sentence; one of the option's choices is its value anywhere.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence

from lossctl.effects import Declared, flags_of, options_of
from lossctl.options.commands import Batch, Check, Compare, Eval
from lossctl.options.show import Show
from lossctl.record import replace
from lossctl.results.document import Document

FUNCTIONS = {"eval": ("evaluate", Eval), "check": ("check", Check), "compare": ("compare", Compare), "batch": ("batch", Batch)}
_COMMAND = re.compile(rf"\blossctl ({'|'.join(FUNCTIONS)})( .*)?$")  # a whole command stands last
_WORDS = re.compile(r"('[^']*'\S*|\S+)(\s*)")
_FLAG = re.compile(r"(\(?)(--?[a-z][a-z-]*)([,;.:)]*)")
_VALUE = re.compile(r"(.+?)([,;)]*)", re.DOTALL)
_PREDS = re.compile(r"\b(a )?PRED(s?)\b")
_JOINTS = ("or", "and", "with", "if")


def in_keywords(message: str, command: type) -> str:
    """A message of a command with keywords for options, and calls for whole commands."""
    if whole := _COMMAND.search(message):
        return in_keywords(message[: whole.start()], command) + _call(whole[1], shlex.split(whole[2] or ""))
    if "-" not in message and "PRED" not in message:
        return message
    message = _PREDS.sub(lambda match: "runs" if match[2] else "data", message)
    flags, words = flags_of(command), [(match[1], match[2]) for match in _WORDS.finditer(message)]
    parts, place = [], 0
    while place < len(words):
        text, taken = _worded(flags, [word for word, _ in words[place : place + 3]])
        place += taken
        parts.append(text + words[place - 1][1])
    return "".join(parts)


def document_in_keywords(document: Document, command: type) -> Document:
    """A document whose warnings, errors, checks and note speak of keywords."""

    def said(messages: Iterable[str]) -> tuple[str, ...]:
        return tuple(in_keywords(message, command) for message in messages)

    checks = tuple(replace(check, message=in_keywords(check.message, command)) for check in document.checks)
    board = document.board
    if board is not None and board.note is not None:
        board = replace(board, note=in_keywords(board.note, command))
    return replace(document, warnings=said(document.warnings), errors=said(document.errors), checks=checks, board=board)


def _worded(flags: Mapping[str, Declared], words: Sequence[str]) -> tuple[str, int]:
    """The first of some words, an option with its value; how many of the words that are."""
    word, *after = words
    match = _FLAG.fullmatch(word)
    declared = None if match is None else flags.get(match[2])
    if match is None or declared is None:
        return word, 1
    opening, _, closing = match.groups()
    if declared.kind is bool:
        alone = closing or not after or after[0] in flags
        return f"{opening}{declared.name}{'=True' if alone else ''}{closing}", 1
    value = None if closing or not after or after[0] in flags else _VALUE.fullmatch(after[0])
    if value is None or not _is_value(declared, match[2], value[1], [*value[2], *after[1:]]):
        return f"{opening}{declared.name}{closing}", 1
    joint = "," if not value[2] and after[1:] and after[1] in flags else ""
    return f"{opening}{_given(declared, value[1])}{value[2]}{joint}", 2


def _is_value(declared: Declared, flag: str, word: str, after: Sequence[str]) -> bool:
    """Whether a word behind an option is its value."""
    ends = not after or after[0] in (*",;)", *_JOINTS)
    return ends or not flag.startswith("--") or word in declared.option.choices or not re.fullmatch("[a-z]+", word)


def _given(declared: Declared, typed: str) -> str:
    value = typed[1:-1] if typed[0] == typed[-1] == "'" else typed
    if declared.name == "role":  # a mapping in Python
        role, _, source = value.partition("=")
        return f'role={{"{role}": "{source}"}}'
    return f'{declared.name}="{value}"'


def _call(command: str, words: Sequence[str]) -> str:
    """A command as the call that does the same: what is no option, then the keywords; what is about reports is none."""
    function, options = FUNCTIONS[command]
    flags, own, keywords = flags_of(options), [], []
    rest = iter(words)
    for word in rest:
        declared = flags.get(word)
        if declared is None:
            own.append(f'"{word}"')
            continue
        given = f"{declared.name}=True" if declared.kind is bool else _given(declared, next(rest, " "))
        keywords += [given] if declared.name not in options_of(Show) else []
    return f"lossctl.{function}({', '.join([*own, *keywords])})"
