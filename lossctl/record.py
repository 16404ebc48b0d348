"""Records: dataclasses that nothing changes after they are made, and that cost little to define.

For each frozen dataclass six functions are compiled whenever its module is imported; of all records of a command that took longer
than reading a small file. Here one is: the others go over the fields, and a field is set once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")
_VALUES = "_values_of_record"


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T] | None = None, /, *, kw_only: bool = False) -> type[T] | Callable[[type[T]], type[T]]:
    """A class decorator, as `dataclass(frozen=True)` is one."""

    def made(one: type[T]) -> type[T]:
        for name, method in _METHODS.items():
            if name not in vars(one):
                setattr(one, name, method)
        made_of = dataclass(eq=False, repr=False, kw_only=kw_only)(one)
        names = [one.name for one in fields(made_of)]  # type: ignore[arg-type]
        setattr(made_of, _VALUES, staticmethod(attrgetter(*names) if names else _nothing))
        return made_of

    return made if cls is None else made(cls)


def _set_once(self: Any, name: str, value: object) -> None:
    values = self.__dict__
    if name in values:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")
    values[name] = value


def _nothing(_: Any) -> tuple[()]:
    return ()


def _equal(self: Any, other: object) -> bool:
    values = getattr(type(self), _VALUES)
    return values(self) == values(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(getattr(type(self), _VALUES)(self))


def _shown(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
    return f"{type(self).__qualname__}({shown})"


_METHODS = {"__eq__": _equal, "__hash__": _hash, "__repr__": _shown, "__setattr__": _set_once}
