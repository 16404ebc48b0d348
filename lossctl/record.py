"""Records: dataclasses that nothing changes after they are made, and that cost little to define.

For each frozen dataclass six functions are compiled whenever its module is imported; of all records of a command that took longer
than reading a small file. Here one is: type checkers refuse assignments, and comparison, hash and repr go over the fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(*, kw_only: bool = False) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T] | None = None, /, *, kw_only: bool = False) -> type[T] | Callable[[type[T]], type[T]]:
    """A class decorator, as `dataclass(frozen=True)` is one."""

    def made(one: type[T]) -> type[T]:
        for name, method in {"__eq__": _equal, "__hash__": _hash, "__repr__": _shown}.items():
            if name not in vars(one):
                setattr(one, name, method)
        return dataclass(eq=False, repr=False, kw_only=kw_only)(one)

    return made if cls is None else made(cls)


def _values(one: Any) -> tuple[Any, ...]:
    return tuple(getattr(one, name) for name in one.__dataclass_fields__)


def _equal(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _shown(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
    return f"{type(self).__qualname__}({shown})"
