"""The command line, and the one place where errors become exit codes."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from lossctl.command_line import COMPLETES, read_command_line
from lossctl.errors import NO_MEMORY, EnvironmentFailure, LossctlError, Terminated, is_scarcity
from lossctl.files.output import write_stdout
from lossctl.options.commands import COMMANDS
from lossctl.options.data import Data
from lossctl.text import shown

INTERVALS = "intervals"  # a topic of help that is no command
INTERRUPTED, CLOSED_PIPE, TERMINATED = 130, 141, 143


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
    except (KeyboardInterrupt, Terminated) as signal:
        _say("interrupted", "")
        return TERMINATED if isinstance(signal, Terminated) else INTERRUPTED
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
    options = read_command_line(arguments)
    if options is None:
        from lossctl.parser import parse

        answer = parse(arguments)
        if isinstance(answer, tuple):
            said, answered = answer
            write_stdout([said])
            return answered
        options = answer
    if isinstance(options, Data) and (stray := [word for word in options.preds if _is_stray(word)]):
        from lossctl.answers import check_stray_words

        check_stray_words(stray, arguments)
    module = importlib.import_module(f"lossctl.commands.{COMMANDS[type(options)]}")
    code: int = module.run(options)
    return code


def _is_stray(word: str) -> bool:
    """Whether what stands for a prediction file is there as none, and looks like a word that belongs elsewhere."""
    like_a_word = ("=" in word or "." not in word) and "/" not in word and word != "-"
    return "://" in word or ((like_a_word or ":" in word or "," in word) and not os.path.exists(word))


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
