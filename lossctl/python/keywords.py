"""The keywords of a function: the options of its command's record, but for those that only a shell has a use for."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from lossctl.effects import Declared, options_of
from lossctl.errors import LossctlError
from lossctl.options.show import Show
from lossctl.python.messages import in_keywords
from lossctl.python.misread import values_meant
from lossctl.question.src import ASIDE

P = ParamSpec("P")
T = TypeVar("T")
_OF_SHELLS = ("exit_code", "exit_zero", "step_summary")


def keywords_of(command: type[Any]) -> dict[str, Declared]:
    """The options of a command that are keywords, by their names there. A journal is an output that computing needs."""
    shown = {*options_of(Show), *_OF_SHELLS} - ({"output"} if "resume" in options_of(command) else set())
    return {name: declared for name, declared in options_of(command).items() if declared.option.flags and name not in shown}


def annotation(declared: Declared) -> str:
    """What a keyword takes, as the code of an annotation."""
    if declared.name in ASIDE:
        return "Columns"
    if declared.name == "role":
        return "Roles"
    if declared.kind is bool:
        return "bool"
    choices = [f'"{word}"' for word in declared.option.choices]
    choices += [word for word in declared.option.choices if word.lstrip("-").isdigit()]
    if choices:
        return f"Literal[{', '.join(choices)}]"
    return "Texts" if declared.kind is tuple or declared.option.joined else "Text"


def command_function(command: type) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """A decorator of the function that does what a command does: it names each keyword, and its errors speak of keywords."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @wraps(function)
        def called(*arguments: P.args, **keywords: P.kwargs) -> T:
            try:
                return function(*arguments, **keywords)
            except LossctlError as error:
                hint = values_meant(error, keywords) or (None if error.hint is None else in_keywords(error.hint, command))
                raise type(error)(in_keywords(error.problem, command), where=error.where, hint=hint) from error.__cause__

        called.__signature__ = _signature(function, command)  # type: ignore[attr-defined]
        helps = (f"{name}: {in_keywords(own.option.help, command)}\n" for name, own in keywords_of(command).items())
        called.__doc__ = f"{inspect.getdoc(function) or ''}\n\n{''.join(helps)}"
        return called

    return decorate


def _signature(function: Callable[..., object], command: type) -> inspect.Signature:
    """The function's own parameters, then each keyword that it takes beside them, as notebooks complete them."""
    own = inspect.signature(function)
    named = {name: parameter for name, parameter in own.parameters.items() if parameter.kind is not parameter.VAR_KEYWORD}
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=declared.default, annotation=annotation(declared))
        for name, declared in keywords_of(command).items()
        if name not in named
    ]
    return own.replace(parameters=[*named.values(), *more])
