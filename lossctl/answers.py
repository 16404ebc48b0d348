"""What is said of words that the command line does not know: what to type here, as a whole command where it is short.

Imported where a command line cannot be read, and nowhere else.
"""

from __future__ import annotations

import itertools
import os
import shlex
from collections.abc import Iterable, Iterator, Sequence

from lossctl.completion import columns_of, values_of
from lossctl.effects import Completion, Option, flags_of, options_of
from lossctl.errors import LIMIT, DataError, UsageError, listed, quoted
from lossctl.files.streams import WEB, is_web
from lossctl.losses.other_words import typed_for
from lossctl.losses.registry import LOSSES
from lossctl.losses.text import read_losses
from lossctl.options.commands import COMMANDS, Eval
from lossctl.options.data import Data
from lossctl.options.other_words import instead_of, instead_of_value
from lossctl.options.show import Show
from lossctl.question.src import read_src
from lossctl.spelling import bare, mistyped, nearest
from lossctl.text import shown

PROGRAM = ("-V", "--version", "--install-completion", "--show-completion")  # options of no command
NAMES = {name: record for record, name in COMMANDS.items()}


def unknown_option(word: str, arguments: Sequence[str]) -> UsageError:
    """The error of an option that the command of some arguments has not."""
    typed = _as_typed(word, arguments)
    record = NAMES.get(arguments[0])
    problem = f"no such option: {shown(typed)}"
    if record is None:
        first = command_hint("a command comes first", ["eval", *arguments])
        hint = first if typed in flags_of(Eval) else "lossctl -h shows the commands"
        return UsageError(problem, hint=hint)
    name = COMMANDS[record]
    if (found := _instead(typed, record)) is not None:
        return UsageError(problem, hint=_said(*found, typed, record, arguments))
    if typed in PROGRAM:
        return UsageError(problem, hint=f"it follows no command: lossctl {typed}")
    owners = [other for other, owner in NAMES.items() if instead_of(typed, owner) is not None]
    if owners:
        return UsageError(f"{name} has no option {shown(typed)}", hint=_of_another(owners, typed, arguments))
    if (near := mistyped(typed, [flag for flag in flags_of(record) if flag.startswith("--")])) is not None:
        hint = command_hint("the next command would be", _replaced(arguments, typed, [near]))
        return UsageError(f"{problem}; did you mean {near}?", hint=hint)
    return UsageError(problem, hint=f"lossctl {name} -h shows the options")


def _said(instead: str, option: Option | None, typed: str, record: type, arguments: Sequence[str], place: str = "here") -> str:
    """The hint for an option of other programs."""
    if not instead or instead.startswith("leave it out"):
        return command_hint(instead or "files need no option", _replaced(arguments, typed, []))
    if not instead.startswith("-"):
        return instead
    words = [*arguments]
    if option is not None and instead == option.flag and _takes_value(instead, record):
        value = _value_of(typed, arguments)
        if value is None:
            instead = f"{instead} {option.example or option.metavar}"
        elif (answer := instead_of_value(option, value)) is not None:
            if not answer.startswith("-"):
                return answer
            instead, words = answer, _without_value(words, typed)
    options = [declared.option for declared in options_of(record).values()]
    apart = {flag for beside in options if option and beside.flag in option.apart for flag in beside.flags.split()}
    words = [word for word in _replaced(words, typed, shlex.split(instead)) if word not in apart]
    return command_hint(f"it is {instead} {place}", words)


def _of_another(owners: Sequence[str], typed: str, arguments: Sequence[str]) -> str:
    """The hint for an option of other commands: that command, where it has all the options that were typed."""
    owner = owners[0]
    record = NAMES[owner]
    found = instead_of(typed, record)
    flags = {word.partition("=")[0] for word in arguments if word.startswith("-") and word != "-"} - {typed}
    of_data = issubclass(record, Data) and issubclass(record, Show)
    if found is None or not of_data or not flags <= flags_of(record).keys():
        return f"it is one of {' and '.join(owners)}: lossctl {owner} -h"
    return _said(*found, typed, record, [owner, *arguments[1:]], f"of {owner}")


def _value_of(typed: str, arguments: Sequence[str]) -> str | None:
    """The value that was typed for an option, behind `=` or as the next word; None where that is another option or a file."""
    for argument, following in itertools.zip_longest(arguments, arguments[1:], fillvalue="-"):
        name, equals, value = argument.partition("=")
        if name == typed:
            return value if equals else None if following.startswith("-") or os.path.exists(following) else following
    return None


def _without_value(arguments: Sequence[str], typed: str) -> list[str]:
    """Arguments without the value that was typed for an option."""
    places = [place for place, argument in enumerate(arguments) if argument == typed]
    return [
        typed if argument.startswith(f"{typed}=") else argument
        for place, argument in enumerate(arguments)
        if place - 1 not in places
    ]


def unknown_command(word: str, arguments: Sequence[str]) -> UsageError:
    """The error of a word where a command should be: a file, a loss, or one that is near."""
    place = [*arguments].index(word) if word in arguments else 0
    before, rest = [*arguments[:place]], [*arguments[place + 1 :]]
    if os.path.exists(word) or "." in word or "/" in word or word == "-":
        hint = command_hint("to judge it", ["eval", *arguments])
        return UsageError(f"no such command {quoted(word)}, which is a file", hint=hint)
    known = next((name for record, name in COMMANDS.items() if bare(word) in record.known_as.split()), None)
    if f"--{word}" in PROGRAM:
        return UsageError(f"no such command {quoted(word)}, which is an option", hint=f"lossctl --{word}")
    near = known or nearest(word, NAMES)
    if near is not None:
        hint = command_hint("the next command would be", [*before, near, *rest])
        return UsageError(f"no such command {quoted(word)}; did you mean {quoted(near)}?", hint=hint)
    typed = word if word in LOSSES else typed_for(word)
    if typed is not None:
        words = ["eval", *before, *rest, "-l", *shlex.split(typed)]
        return UsageError(f"no such command {quoted(word)}, which is a loss", hint=command_hint("a loss follows -l", words))
    return UsageError(f"no such command {quoted(word)}; there are {', '.join(NAMES)}", hint="lossctl -h shows what they do")


def lacking_value(flag: str, arguments: Sequence[str]) -> UsageError:
    """The error of an option at the end of the arguments, where its value should follow."""
    option = flags_of(NAMES.get(arguments[0], Eval))[flag].option
    return UsageError(f"{flag} needs a value", hint=f"{flag} {option.metavar}: {option.help}")


def check_stray_words(stray: Sequence[str], arguments: Sequence[str]) -> None:
    """UsageError where words that stand for prediction files are more values of an option, parameters, or losses.

    DataError for an address of the web.
    """
    record = NAMES[arguments[0]]
    places = [place for place, word in enumerate(arguments) if word == stray[0]]
    first = last = next((place for place in places if not _takes_value(arguments[place - 1], record)), 0)
    if not first:  # the option before it was taken for the value of the one before that
        flags = [arguments[place - 2] for place in places if _takes_value(arguments[place - 2], record)]
        raise lacking_value(flags[0], arguments)
    while last < len(arguments) and arguments[last] in stray:
        last += 1
    words, rest = arguments[first:last], arguments[last:]
    if is_web(words[0]):
        piped = command_hint(f"curl -L {shlex.quote(words[0])} |", [*arguments[:first], "-", *arguments[first + 1 :]], "")
        raise DataError(WEB, where=words[0], hint=piped)
    problem = f"{listed(map(quoted, words))}: no such file"
    several = words[0].split(",")
    if all(map(os.path.exists, several)):
        hint = command_hint("files are words of their own", [*arguments[:first], *several, *arguments[first + 1 :]])
        raise UsageError(problem, hint=hint)
    if (named := _files_and_columns(words)) is not None:
        raise UsageError(problem, hint=_beside(named, arguments[:first], rest))
    joined = _joined(words, arguments[max(0, first - 2) : first], record)
    if joined is not None:
        value, what = joined
        raise UsageError(problem, hint=command_hint(what, [*arguments[: first - 1], value, *rest]))
    if len(words) == 1 and (typed := _loss_text(words[0])) is not None:
        raise UsageError(problem, hint=command_hint("a loss follows -l", [*arguments[:first], "-l", *shlex.split(typed), *rest]))
    if first > 1 and os.path.isfile(arguments[1]) and set(words) <= {*columns_of(arguments[1])}:
        hint = "a column follows its option: -p COLUMN -t COLUMN"
        raise UsageError(f"{problem}, but columns of {shown(arguments[1])}", hint=hint)


def _files_and_columns(words: Sequence[str]) -> list[tuple[str, str | None]] | None:
    """The files and columns that words name as a SRC does, where all of them name files that are there."""
    found = [(src.file, src.column) for src in map(read_src, words) if src.file is not None and os.path.exists(src.file)]
    return found if len(found) == len(words) else None


def _beside(named: Sequence[tuple[str, str | None]], before: Sequence[str], rest: Sequence[str]) -> str:
    """How to name the columns of prediction files, as a whole command where all have one in common, or are models of one file."""
    what, given = "a file stands alone, and its column follows -p", {"-p", "--pred", "--models"} & {*before, *rest}
    files, columns = list(dict.fromkeys(file for file, _ in named)), list(dict.fromkeys(column for _, column in named if column))
    if given or (len(columns) > 1 and len(files) > 1):
        return what
    if len(columns) > 1:
        what, several = "models of one file are columns of --models", ["--models", ",".join(columns)]
        return command_hint(what, [*before, *files, *several, *rest]) if before[0] in ("compare", "batch") else what
    return command_hint(what, [*before, *files, *(word for column in columns for word in ("-p", column)), *rest])


def _takes_value(word: str, record: type) -> bool:
    """Whether a word is an option that the next one is the value of."""
    own = flags_of(record).get(word)
    return own is not None and own.kind is not bool


def _joined(words: Sequence[str], before: Sequence[str], record: type) -> tuple[str, str] | None:
    """The value of the option before some words when they are a part of it, and what to say of that."""
    flag, value = before if len(before) == 2 else ("", "")
    declared = flags_of(record).get(flag)
    if declared is None or declared.kind is bool:
        return None
    if declared.name == "loss":
        several = ",".join([value, *words]) if not any("=" in word for word in words) else ":".join([value, *words])
        try:
            read_losses([several])
        except UsageError:
            return None
        return several, "several losses are one value" if "," in several else "parameters belong to their loss"
    if declared.option.joined or declared.option.completion is Completion.COLUMN:
        return ",".join([value, *words]), f"several columns are one value of {declared.option.flag}"
    return None


def _loss_text(word: str) -> str | None:
    """What to type after `-l` for a word that is a loss, with its parameters."""
    name, colon, parameters = word.partition(":")
    typed = name if name in LOSSES else typed_for(name)
    return typed if typed is None or not colon else f"{typed}:{parameters}"


def command_hint(what: str, words: Iterable[str], sign: str = ":") -> str:
    """A hint that ends in the whole next command, where that is short enough to be read."""
    command = shown(shlex.join(["lossctl", *words]))
    return f"{what}{sign} {command}" if len(what) + len(command) < LIMIT // 2 else what


def _instead(typed: str, record: type) -> tuple[str, Option | None] | None:
    """What to type for an option, `--format csv` for `--csv` too, and the option that it begins with."""
    if (found := instead_of(typed, record)) is not None:
        return found
    for option in (declared.option for declared in options_of(record).values() if typed.startswith("--")):
        for value in values_of(option):
            if bare(value) and bare(value) == bare(typed):
                return f"{option.flag} {value}", option
    return None


def _as_typed(word: str, arguments: Sequence[str]) -> str:
    """The option as it was typed: of `-sep` a parser of single letters names the first."""
    typed = [argument.partition("=")[0] for argument in arguments if argument.startswith(word)]
    return word if word in typed or word.startswith("--") or not typed else typed[0]


def _replaced(arguments: Sequence[str], typed: str, instead: Sequence[str]) -> Iterator[str]:
    """Arguments with other words for an option, whose value may follow it after `=`."""
    for argument in arguments:
        name, _, value = argument.partition("=")
        if name == typed:
            yield from instead
            yield from [value] if value and instead else []
        else:
            yield argument
