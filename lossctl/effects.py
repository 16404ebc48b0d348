"""What an option is: its words on the command line, its choices, and its effect, from which signatures and keys are derived."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import Field, field, fields
from functools import cache
from typing import Any, TypeVar

from lossctl.record import record, replace

T = TypeVar("T")


class Effect(enum.Enum):
    """What an option can change; results are comparable, and a run is computed once, where what has an effect is the same."""

    VALUE = "the value of a result"
    ROWS = "which rows are read or used"
    FILES = "which files and columns are read"
    FIELDS = "what a result has beside its value"
    NONE = "nothing of a result"


class Heading(enum.Enum):
    """What the help of a command has an option under, in this order."""

    JUDGED = "what is judged"
    CLASSES = "classes"
    ROWS = "rows"
    RESULTS = "results"
    FILES = "files"
    MORE = "more"


class Completion(enum.Enum):
    """What a shell offers for an option's value, where that is no choice of a few words."""

    LOSS = enum.auto()
    LOSS_NAME = enum.auto()
    FORMAT = enum.auto()
    INPUT_FORMAT = enum.auto()
    COLUMN = enum.auto()


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

    The field that it is the value of gives its name and its kind: a flag is a bool, a value a str (or None), and what may be
    repeated a tuple of str. choices: the words that its value may be, of which the first is the default where the field has
    None. joined: a list in Python and TOML is one text with commas. of_classes: it is about class predictions and concerns no
    other loss. apart: options beside which it does not serve. known_as: words of other programs for it, `--sep --separator`.
    answers: other words of theirs, or with no dash values that it does not have, and what to type for them, options included,
    `{"--with-logits": "--from logits"}`; an answer that begins with no dash is said as it is. example: a value that hints have
    where none was typed. cumulative: each that is given holds beside the others.
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
    apart: tuple[str, ...] = ()
    known_as: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    cumulative: bool = False
    heading: Heading = Heading.MORE

    def default(self, value: T) -> T:
        """The field of a record that is this option, with its default."""
        return field(default=value, metadata={Option: self})

    @property
    def flag(self) -> str:
        """The long one, `--class-axis`; that of an argument is empty."""
        return self.flags.rpartition(" ")[2]

    @property
    def names_columns(self) -> bool:
        """Whether its value begins with a SRC or the name of a column."""
        return self.metavar.startswith(("SRC", "COL"))


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
    return _options_of(command)  # type checkers hold a class whose instances have no hash for one that has none


def flags_of(command: type) -> Mapping[str, Declared]:
    """The options of a command's record by their flags, `-q` and `--quiet` likewise."""
    return {flag: declared for declared in options_of(command).values() for flag in declared.option.flags.split()}


def given_options(options: Any) -> list[Declared]:
    """The options of a record that are not their defaults."""
    return [declared for declared in options_of(type(options)).values() if getattr(options, declared.name) != declared.default]


def effective_options(command: type) -> list[str]:
    """The names of the options of a record that can change something of a result."""
    return [name for name, declared in options_of(command).items() if declared.option.effect is not Effect.NONE]


def without_class_options(options: Any) -> Any:
    """A record without what is about class predictions, for a loss that reads none."""
    of_classes = [declared for declared in options_of(type(options)).values() if declared.option.of_classes]
    return replace(options, **{declared.name: declared.default for declared in of_classes})


def words_of(options: Any, names: Iterable[str] | None = None) -> list[str]:
    """The options of a record that are not their defaults as one types them; or of the fields `names` alone, in that order."""
    own = options_of(type(options))
    headings = [*Heading]
    order = sorted(own, key=lambda name: headings.index(own[name].option.heading)) if names is None else names
    words = []
    for declared in map(own.__getitem__, order):
        value = getattr(options, declared.name)
        if value != declared.default:
            texts = value if isinstance(value, tuple) else [] if value is True else [value]
            flag = declared.option.flags.split()[:1]
            words += [word for text in texts for word in [*flag, text]]
            words += flag if value is True else []
    return words


@cache
def _options_of(command: type) -> Mapping[str, Declared]:
    return {own.name: _declared(own) for own in fields(command)}


def _declared(own: Field[Any]) -> Declared:
    if Option not in own.metadata:
        raise TypeError(f"the field {own.name} declares no option")
    kind = bool if own.type is bool else str if own.type in (str, str | None) else tuple
    return Declared(own.name, own.metadata[Option], kind, own.default)
