"""What an option is: its words on the command line, its choices, and its effect, from which signatures and keys are derived."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, get_args

from lossctl.record import record


class Effect(enum.Enum):
    """What an option can change; results are comparable, and a run is computed once, where what has an effect is the same."""

    VALUE = "the value of a result"
    ROWS = "which rows are read or used"
    FILES = "which files and columns are read"
    FIELDS = "what a result has beside its value"
    NONE = "nothing of a result"


class Completion(enum.Enum):
    """What a shell offers for an option's value, where that is no choice of a few words."""

    LOSS = enum.auto()
    LOSS_NAME = enum.auto()
    FORMAT = enum.auto()


@record
class Part:
    """How an option stands in signatures, where that is not `name=value`, behind the others, if it is not the default.

    place: among the parts whose order saved results hold. always: the default is said too. name: `weighted=yes` says that the
    option is given.
    """

    place: int
    always: bool = False
    name: str | None = None


@record
class Option:
    """An option with its flags, `-q --quiet`, or an argument, which has none.

    The field that it annotates gives its name, its default and its kind: a flag is a bool, a value a str (or None), and what may
    be repeated a tuple of str. choices: the words that its value may be, of which the first is the default where the field has
    None. joined: a list in Python and TOML is one text with commas. of_classes: it is about class predictions and concerns no
    other loss.
    """

    flags: str
    help: str
    effect: Effect
    metavar: str = ""
    choices: tuple[str, ...] = ()
    completion: Completion | None = None
    joined: bool = False
    of_classes: bool = False
    part: Part | None = None

    @property
    def flag(self) -> str:
        """The long one, `--class-axis`."""
        return self.flags.split()[-1]


@record
class Declared:
    """An option with what its field says. kind: bool, str or tuple."""

    name: str
    option: Option
    kind: type
    default: Any

    @property
    def key(self) -> str:
        """Its name in TOML, manifests and signatures: `from` for the field `from_`."""
        return self.name.rstrip("_")


def options_of(command: type) -> Mapping[str, Declared]:
    """The options of a command's record by the names of its fields; TypeError where a field declares none."""
    return _options_of(command)


@cache
def _options_of(command: type) -> Mapping[str, Declared]:
    return {field.name: _declared(field.name, field.type, field.default) for field in fields(command)}


def _declared(name: str, annotation: Any, default: Any) -> Declared:
    hint, option = (*get_args(annotation), None, None)[:2]
    if not isinstance(option, Option):
        raise TypeError(f"the field {name} declares no option")
    return Declared(name, option, bool if hint is bool else str if hint in (str, str | None) else tuple, default)
