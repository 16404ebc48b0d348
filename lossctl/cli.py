"""The command line, and the one place where errors become exit codes."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

import lossctl
from lossctl.docstrings import docstring
from lossctl.effects import Declared, options_of
from lossctl.errors import (
    NO_MEMORY,
    EnvironmentFailure,
    LossctlError,
    Terminated,
    UsageError,
    is_scarcity,
    quoted,
    shorten,
)
from lossctl.files.output import write_stdout
from lossctl.options.commands import COMMANDS, Losses
from lossctl.options.show import Messages
from lossctl.text import shown

COMPLETES = "_LOSSCTL_COMPLETE"  # by which a shell asks what may stand at a place, without arguments
INTERVALS = "intervals"  # a topic of help that is no command
INTERRUPTED, CLOSED_PIPE, TERMINATED = 130, 141, 143


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"lossctl {lossctl.__version__}")
        raise typer.Exit


def _root(
    version: Annotated[bool, typer.Option("-V", "--version", help="show the version", callback=_version, is_eager=True)] = False,
) -> None:
    """Losses of prediction files you can trust."""


def build_app(named: str | None = None) -> typer.Typer:
    """The commands, from their records; where one is named, that one alone, since each costs time to build."""
    app = typer.Typer(
        name="lossctl",
        rich_markup_mode=None,  # markup would eat the [...] of help texts
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    )
    app.callback(help=docstring(_root))(_root)
    for record, name in COMMANDS.items():
        if named in (None, name):
            app.command(name, cls=_with_help(record))(_command(record))
    return app


def _with_help(record: type) -> type[TyperCommand]:
    """The parser of a command, which shows our help and not its own."""

    class Parser(TyperCommand):
        def get_help(self, ctx: Any) -> str:
            from lossctl.help import command_help

            return command_help(record).removesuffix("\n")  # which the parser adds

    return Parser


def _command(record: type[Messages]) -> Callable[..., Messages]:
    """What typer calls with what was typed: a function with a parameter for each option of the record, which it makes."""
    declared = options_of(record)

    def command(**typed: Any) -> Messages:
        return record(**{name: _field(declared[name], values) for name, values in typed.items() if values})

    command.__doc__ = docstring(record)
    command.__signature__ = inspect.Signature([*map(_parameter, declared.values())])  # type: ignore[attr-defined]
    return command


def _parameter(declared: Declared) -> inspect.Parameter:
    """The parameter of an option. All values are lists, since of two typer would keep the last without a word."""
    kind: Any
    option = declared.option
    words: dict[str, Any] = {"metavar": option.metavar}
    if COMPLETES in os.environ:
        from lossctl.completion import completer

        words |= {"autocompletion": completer(option), "help": option.help}
    if declared.kind is bool:
        kind, default = bool, typer.Option(False, *option.flags.split(), show_default=False, **words)
    elif option.flags:
        kind, default = list[str], typer.Option(None, *option.flags.split(), show_default=False, **words)
    else:
        kind, default = list[str] if declared.kind is tuple else str, typer.Argument(None, show_default=False, **words)
    return inspect.Parameter(declared.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _field(declared: Declared, typed: Any) -> Any:
    """What was typed as the record has it; UsageError where an option of one value was given twice."""
    if declared.kind is tuple:
        return tuple(typed)
    if isinstance(typed, list) and len(typed) > 1:
        raise UsageError(f"{declared.option.flag} is given twice, {quoted(typed[0])} and {quoted(typed[1])}; it has one value")
    return typed[0] if isinstance(typed, list) else typed


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; nothing is raised."""
    arguments = [*arguments[1:], "-h"] if list(arguments[:1]) == ["help"] else list(arguments)
    try:
        return _run(arguments)
    except LossctlError as error:
        _say(str(error))
        if error.exit_code == 70 and "--debug" in arguments:
            raise
        return error.exit_code
    except typer.TyperException as error:
        _say(str(_usage(error, arguments)))
        return UsageError.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _say("interrupted", "")
        return INTERRUPTED
    except Terminated:
        _say("terminated", "")
        return TERMINATED
    except BrokenPipeError:
        return CLOSED_PIPE
    except Exception as error:
        if lacking := _lacking(error):
            _say(lacking)
            return EnvironmentFailure.exit_code
        if "--debug" in arguments:
            raise
        _say(f"internal error: {type(error).__name__}: {shown(str(error))[:300]}; run again with --debug")
        return LossctlError.exit_code


def _run(arguments: Sequence[str]) -> int:
    if (not arguments and COMPLETES not in os.environ) or arguments[:1] in (["-h"], ["--help"], [INTERVALS]):
        from lossctl.help import intervals_help, program_help

        write_stdout([intervals_help() if arguments[:1] == [INTERVALS] else program_help()])
        return 0
    with redirect_stdout(StringIO()) as said:
        try:
            options = _read(arguments)
        except SystemExit as end:  # that of completion
            options = end.code
    if not isinstance(options, Messages):
        write_stdout([said.getvalue()])  # help, the version, or words for completion
        return int(options or 0)
    if stray := [word for word in getattr(options, "preds", ()) if _is_stray(word)]:
        from lossctl.answers import check_stray_words

        check_stray_words(stray, arguments)
    module = importlib.import_module(f"lossctl.commands.{COMMANDS[type(options)]}")
    code: int = module.run(options)
    return code


def _is_stray(word: str) -> bool:
    """Whether what stands for a prediction file is there as none, and looks like a word that belongs elsewhere."""
    like_a_word = ("=" in word or "." not in word) and "/" not in word and word != "-"
    return "://" in word or (like_a_word and not os.path.exists(word))


def _read(arguments: Sequence[str]) -> Any:
    """The record of the command, or the code of what has been answered. Only what is asked for is built."""
    named = arguments[0] if arguments and arguments[0] in COMMANDS.values() else None
    if arguments and arguments[0] in ("-V", "--version"):
        named = COMMANDS[Losses]  # any
    return build_app(named)(list(arguments), prog_name="lossctl", standalone_mode=False, windows_expand_args=False)


def _usage(error: Any, arguments: Sequence[str]) -> UsageError:
    """The error of a command line that the parser refuses, as the person who typed it needs it."""
    from lossctl.answers import lacking_value, unknown_command, unknown_option

    message = error.format_message().rstrip(".")
    if hasattr(error, "possibilities"):
        return unknown_option(error.option_name, arguments)
    if hasattr(error, "option_name"):
        return lacking_value(error.option_name, arguments)
    if message.startswith("No such command"):
        return unknown_command(next(word for word in arguments if not word.startswith("-")), arguments)
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "lossctl"
    return UsageError(shorten(shown(message[:1].lower() + message[1:]), 400), hint=f"{command} -h shows the options")


def _lacking(error: Exception) -> str | None:
    """What the machine has not, where an error comes of that."""
    if is_scarcity(error):
        return NO_MEMORY
    if isinstance(error, FileNotFoundError):
        try:
            os.getcwd()
        except FileNotFoundError:
            return "the working directory is there no more"
    return None


def _say(message: str, kind: str = "error: ") -> None:
    try:
        sys.stderr.write(f"lossctl: {kind}{message}\n")
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        pass  # nobody can be told
