"""Records: dataclasses that cost little to define, and that nothing changes after they are made unless they say so.

For each dataclass up to six functions are compiled whenever its module is imported, and its annotations are searched for words;
of all records of a command that took longer than reading a small file. Here no function is compiled: each goes over the fields,
or has the code of another.
What takes dataclasses, as `dataclasses.asdict` and `pprint`, takes records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from types import FunctionType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, dataclass_transform, get_origin, overload

T = TypeVar("T")
_set_attribute = object.__setattr__
_VALUES, _GIVEN = "_values_of_record", "_given_to_record"
_FIELDS, _PARAMETERS = "__dataclass_fields__", "__dataclass_params__"


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(*, kw_only: bool = False, frozen: bool = True) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(
    cls: type[T] | None = None, /, *, kw_only: bool = False, frozen: bool = True
) -> type[T] | Callable[[type[T]], type[T]]:
    """A class decorator, as `dataclass(frozen=True)` is one."""

    def made(kind: type[T]) -> type[T]:
        for name, method in (_METHODS | _FROZEN if frozen else _METHODS).items():
            if name not in vars(kind):
                setattr(kind, name, method)
        declared = _declare_fields(kind, kw_only=kw_only)
        given_to_init = [own for own in declared if own.init]
        setattr(kind, _VALUES, staticmethod(_values_of(declared)))
        is_plain = "__init__" not in vars(kind) and not hasattr(kind, "__post_init__") and given_to_init == declared
        setattr(kind, _GIVEN, ([own.name for own in given_to_init], _values_of(given_to_init), is_plain))
        if "__init__" not in vars(kind):
            setattr(kind, "__init__", _init_of(kind, given_to_init))  # noqa: B010  # types do not let a method be set
        return kind

    return made if cls is None else made(cls)


if TYPE_CHECKING:
    from dataclasses import replace as replace
else:

    def replace(old, /, **changes):
        """The same record but for some fields, as `dataclasses.replace` makes it, in a fifth of the time."""
        kind = type(old)
        names, values_of, is_plain = getattr(kind, _GIVEN)
        values = {**old.__dict__, **changes}
        if is_plain and len(values) == len(names):
            made = kind.__new__(kind)
            _set_attribute(made, "__dict__", values)
            return made
        return kind(**dict(zip(names, values_of(old), strict=True), **changes))


def _declare_fields(cls: Any, *, kw_only: bool) -> list[Field[Any]]:
    """The fields of a class: those of the records that it is made of, then its own, of which it keeps only defaults."""
    declared: dict[str, Any] = {}
    for inherited in reversed(cls.__mro__[1:]):
        declared |= getattr(inherited, _FIELDS, {})
    own: Any
    for name, kind in cls.__annotations__.items():
        if kind.startswith("ClassVar") if isinstance(kind, str) else get_origin(kind) is ClassVar:
            continue
        default = vars(cls).get(name, MISSING)
        declared[name] = own = default if isinstance(default, Field) else field(default=default)
        own.name, own.type, own._field_type = name, kind, _KIND_OF_FIELD
        own.kw_only = kw_only if own.kw_only is MISSING else own.kw_only
        if own.default is not MISSING:
            setattr(cls, name, own.default)
        elif own is default:
            delattr(cls, name)
    setattr(cls, _FIELDS, declared)
    setattr(cls, _PARAMETERS, getattr(_Dataclass, _PARAMETERS))
    return [*declared.values()]


def _init_of(cls: type, given_to_init: Sequence[Field[Any]]) -> FunctionType:
    """The `__init__` of a record: one code for all, its parameters renamed to fields, which no compiler need look at."""
    by_place, by_name = ([own.name for own in given_to_init if own.kw_only == kw_only] for kw_only in (False, True))
    factories = [(own.name, own.default_factory) for own in given_to_init if own.default_factory is not MISSING]
    made = {name for name, _ in factories}
    defaults = {own.name: own.default for own in given_to_init if own.default is not MISSING or own.name in made}
    finish: Callable[[Any], object] | None = getattr(cls, "__post_init__", None)

    def keep(self: Any, values: dict[str, Any]) -> None:
        values = {**values}  # of its own: until Python 3.13 what traces the call, as a debugger, writes into that of locals()
        del values["self"]
        for name, factory in factories:
            if values[name] is MISSING:
                values[name] = factory()
        _set_attribute(self, "__dict__", values)
        if finish is not None:
            finish(self)

    code = _init.__code__.replace(
        co_varnames=("self", *by_place, *by_name),
        co_nlocals=1 + len(given_to_init),
        co_argcount=1 + len(by_place),
        co_kwonlyargcount=len(by_name),
        co_qualname=f"{cls.__qualname__}.__init__",
    )
    optional = tuple(defaults[name] for name in by_place if name in defaults)
    init = FunctionType(code, {"keep": keep, "locals": locals}, "__init__", optional)
    init.__kwdefaults__ = {name: defaults[name] for name in by_name if name in defaults}
    return init


def _init(self: Any) -> None:
    keep(self, locals())  # type: ignore[name-defined]  # noqa: F821  # each function with this code has one of its own


def _set_once(self: Any, name: str, value: object) -> None:
    values = self.__dict__
    if name in values:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")
    values[name] = value


def _values_of(declared: Sequence[Field[Any]]) -> Callable[[Any], tuple[Any, ...]]:
    """A function that gives the values of some fields."""
    names = [own.name for own in declared]
    if len(names) > 1:
        return attrgetter(*names)  # quicker, and of one name it gives no tuple
    return lambda self: tuple(getattr(self, name) for name in names)


def _equal(self: Any, other: object) -> bool:
    values = getattr(type(self), _VALUES)
    return self is other or values(self) == values(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(getattr(type(self), _VALUES)(self))


def _shown(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
    return f"{type(self).__qualname__}({shown})"


@dataclass(init=False, eq=False, repr=False, match_args=False)
class _Dataclass:
    """One that the standard library makes, as which records describe themselves."""

    value: object


_KIND_OF_FIELD = fields(_Dataclass)[0]._field_type  # type: ignore[attr-defined]  # `fields` gives those of this kind
_METHODS = {"__eq__": _equal, "__hash__": None, "__repr__": _shown}
_FROZEN = {"__hash__": _hash, "__setattr__": _set_once}
