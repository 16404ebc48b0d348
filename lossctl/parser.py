"""Typer's reading of a command line: help, completion, and what is said of one that is not well formed."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from io import StringIO
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

import lossctl
from lossctl.command_line import COMPLETES, record_of
from lossctl.docstrings import docstring
from lossctl.effects import Declared, options_of
from lossctl.errors import UsageError, shorten
from lossctl.options.commands import COMMANDS, Losses
from lossctl.options.show import Command
from lossctl.text import shown


def parse(arguments: Sequence[str]) -> Command | tuple[str, int]:
    """The record of a command line, or where it asks for help, the version or completion the answer and the exit code.

    Raises UsageError for one that cannot be read, KeyboardInterrupt.
    """
    with redirect_stdout(StringIO()) as said:
        try:
            options = _read(arguments)
        except SystemExit as end:  # that of completion
            options = end.code
        except typer.TyperException as error:
            raise _usage(error, arguments) from None
        except typer.Abort:
            raise KeyboardInterrupt from None
    return options if isinstance(options, Command) else (said.getvalue(), int(options or 0))


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


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"lossctl {lossctl.__version__}")
        raise typer.Exit


def _root(
    version: Annotated[bool, typer.Option("-V", "--version", help="show the version", callback=_version, is_eager=True)] = False,
) -> None:
    """Losses of prediction files you can trust."""


def _with_help(record: type) -> type[TyperCommand]:
    """The parser of a command, which shows our help and not its own."""

    class Parser(TyperCommand):
        def get_help(self, ctx: Any) -> str:
            from lossctl.help import command_help

            return command_help(record).removesuffix("\n")  # which the parser adds

    return Parser


def _command(record: type[Command]) -> Callable[..., Command]:
    """What typer calls with what was typed: a function with a parameter for each option of the record, which it makes."""

    def command(**typed: Any) -> Command:
        return record_of(record, typed)

    command.__doc__ = docstring(record)
    command.__signature__ = inspect.Signature([*map(_parameter, options_of(record).values())])  # type: ignore[attr-defined]
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
