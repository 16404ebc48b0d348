"""The help of the program and of each command, derived from what options declare.

Imported where help is asked for, and nowhere else.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from lossctl.completion import values_of
from lossctl.docstrings import docstring
from lossctl.effects import Declared, Heading, options_of
from lossctl.errors import DataError, EnvironmentFailure, InternalError, UsageError
from lossctl.options.commands import COMMANDS
from lossctl.options.examples import EXAMPLES
from lossctl.statistics.intervals.interval import METHODS, PAIRED, TIED

WIDTH, INDENT = 80, 24
SUMMARY = "Losses of prediction files you can trust."
ROOT = (
    ("-h, --help", "show this help; also: lossctl help COMMAND, lossctl help intervals"),
    ("-V, --version", "show the version"),
    ("--install-completion", "complete words in this shell"),
    ("--show-completion", "show what that installs"),
)
CODES = (
    ("0", "Done, and every check passed."),
    ("1", "A check failed, or with compare --exit-code a candidate is worse."),
    *((str(kind.exit_code), docstring(kind)) for kind in (UsageError, DataError, EnvironmentFailure, InternalError)),
)


def program_help() -> str:
    """The help of the program: an example of each command, the commands, the exit codes."""
    commands = [(name, summary(record)) for record, name in COMMANDS.items()]
    return "\n".join(
        [
            *_examples(examples[0] for examples in EXAMPLES.values()),
            f"\n{SUMMARY}\n\ncommands, each with a help of its own: lossctl help COMMAND",
            *_table(commands),
            "\noptions",
            *_table(ROOT),
            "\nexit codes",
            *_table(CODES),
            "",
        ]
    )


def intervals_help() -> str:
    """How intervals are made, by the names that results have for it."""
    lines = ["how intervals are made (ci_method), and when that holds"]
    for method, page in METHODS.items():
        lines += [f"\n{method}", *textwrap.wrap(page, WIDTH, initial_indent="  ", subsequent_indent="  ")]
    for page in (PAIRED, TIED):
        lines += ["", *textwrap.wrap(page, WIDTH)]
    return "\n".join([*lines, ""])


def command_help(record: type) -> str:
    """The help of a command: examples, what it does, its options under their headings."""
    lines = [*_examples(EXAMPLES[record]), "", *textwrap.wrap(docstring(record), WIDTH), "", f"usage: {usage(record)}"]
    for heading, options in sections(record):
        lines += [f"\n{heading.value}", *_table((words(declared), text(declared, record)) for declared in options)]
        if heading is Heading.MORE:
            lines += _table([("-h, --help", "show this help")])
    return "\n".join([*lines, ""])


def sections(record: type) -> Iterator[tuple[Heading, list[Declared]]]:
    """The headings of a command's help, each with its options."""
    for heading in Heading:
        options = [declared for declared in options_of(record).values() if declared.option.heading is heading]
        if options:
            yield heading, options


def summary(record: type) -> str:
    """What a command does, in its first sentence."""
    return docstring(record).partition(". ")[0].rstrip(".")


def usage(record: type) -> str:
    """How a command is typed."""
    arguments = [declared.option.metavar for declared in options_of(record).values() if not declared.option.flags]
    return " ".join(["lossctl", COMMANDS[record], *arguments, "[OPTIONS]"])


def words(declared: Declared) -> str:
    """An option as help names it: `-f, --format FORMAT`, `--nan error|drop`."""
    option = declared.option
    value = "|".join(option.choices) or option.metavar
    return " ".join(filter(None, [", ".join(option.flags.split()), value if declared.kind is not bool else ""]))


def text(declared: Declared, record: type) -> str:
    """What an option is: its help, the words it may be where its name does not say them, its default."""
    option, default = declared.option, declared.default
    if default is None and option.part is not None and option.part.always:
        default = option.choices[0]
    named = "" if option.choices else ", ".join(values_of(option, record))
    said = f" [{default}]" if isinstance(default, str) else ""
    return f"{option.help}{': ' if named else ''}{named}{said}"


def _examples(examples: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield "examples"
    for command, what in examples:
        yield from (f"  {line}" for line in _folded(command))
        yield f"      {what}"


def _folded(command: str) -> list[str]:
    """A command in lines that a shell reads as one, where it is longer than a line."""
    lines: list[str] = []
    line = ""
    for word in command.split(" "):
        if line and len(line) + len(word) > WIDTH - 7:
            lines.append(f"{line} \\")
            line = "   "
        line = f"{line} {word}" if line else word
    return [*lines, line]


def _table(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Rows of a word and what it is, beside each other where the word leaves room."""
    for word, what in rows:
        lines = textwrap.wrap(what, WIDTH - INDENT, break_on_hyphens=False, break_long_words=False)
        first = f"  {word}"
        if len(first) > INDENT - 2:
            yield first
            first = ""
        for line in lines:
            yield f"{first:{INDENT}}{line}"
            first = ""
