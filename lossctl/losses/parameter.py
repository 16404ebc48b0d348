"""What a loss says of a parameter: its meaning, the values that it may have, its default."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from lossctl.losses.domain import Domain, Value
from lossctl.record import record

REQUIRED: Any = inspect.Parameter.empty
MOST_SHOWN = 5  # curves that are told apart without colours


@record
class Param:
    """What a parameter means and which values it may have. only: it may be given only beside these values of others.

    known_as: words of other libraries, and what to type for them, as of a loss, {} being the value: {"pw": "class_weight=1,{}"}.
    shown: the values for which a picture of the loss has a curve each.
    """

    text: str
    domain: Domain
    only: tuple[tuple[str, Value], ...] = ()
    known_as: Mapping[str, str] = field(default_factory=dict)
    shown: tuple[Any, ...] = ()

    def values_shown(self) -> tuple[Value, ...]:
        """Those of `shown` in their normal form; ValueError with what they must be."""
        if len(self.shown) > MOST_SHOWN:
            raise ValueError(f"{MOST_SHOWN} values at most")
        return tuple(map(self.domain.check, self.shown))


@record
class Parameter:
    """A parameter of a loss as declared; `default` is REQUIRED where it has none."""

    name: str
    text: str
    domain: Domain
    default: Value
    only: tuple[tuple[str, Value], ...] = ()
    known_as: Mapping[str, str] = field(default_factory=dict)
    shown: tuple[Value, ...] = ()

    @property
    def required(self) -> bool:
        return self.default is REQUIRED

    def read(self, text: str) -> Value:
        """The value that a person typed; ValueError with what it must be."""
        return None if text == "none" and self.default is None else self._worded(self.domain.read, text)

    def check(self, value: object) -> Value:
        """A value given in Python; ValueError with what it must be."""
        return None if value is None and self.default is None else self._worded(self.domain.check, value)

    def words(self) -> str:
        return self.domain.words() + (", or none" if self.default is None else "")

    def _worded(self, take: Callable[[Any], Value], value: object) -> Value:
        try:
            return take(value)
        except ValueError as problem:
            raise ValueError(f"{problem}{', or none' if self.default is None else ''}") from None
