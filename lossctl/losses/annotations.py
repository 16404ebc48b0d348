"""What the annotations of a kernel's parameters declare: roles, and parameters of the loss."""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any

from lossctl.losses.domain import FINITE, Choice, Domain, Flag
from lossctl.losses.parameter import REQUIRED, Param, Parameter
from lossctl.losses.roles.roles import Role


def hints_of(loss: str, kernel: Callable[..., Any]) -> dict[str, Any]:
    """The annotations of the parameters; that of the result names NumPy's types, and a listing does not import NumPy."""

    def carrier() -> None: ...

    carrier.__annotations__ = {name: hint for name, hint in kernel.__annotations__.items() if name != "return"}
    carrier.__wrapped__ = kernel  # type: ignore[attr-defined]  # where get_type_hints looks names up
    try:
        return typing.get_type_hints(carrier, include_extras=True)
    except NameError as problem:
        raise TypeError(f"loss {loss}: in an annotation, {problem}") from None


def role_of(loss: str, name: str, hint: Any) -> Role:
    """The role that an annotation names; TypeError where it names none."""
    for metadata in getattr(hint, "__metadata__", ()):
        if isinstance(metadata, Role):
            return metadata
    raise TypeError(f"loss {loss}: the annotation of {name} is no role; lossctl.losses.roles.roles has them")


def parameter_of(loss: str, name: str, hint: Any, default: Any) -> Parameter:
    """The parameter that an annotation and a default declare; TypeError where the default is none of its values."""
    # In a user's own loss the default alone says what a parameter may be.
    plain: Domain = Flag() if isinstance(default, bool) else Choice(default) if isinstance(default, str) else FINITE
    param = next((metadata for metadata in getattr(hint, "__metadata__", ()) if isinstance(metadata, Param)), Param("", plain))
    if default is not REQUIRED and default is not None:
        try:
            default = param.domain.check(default)
        except ValueError as problem:
            raise TypeError(f"loss {loss}: the default of {name} must be {problem}") from None
    try:
        values = param.values_shown()
    except ValueError as problem:
        raise TypeError(f"loss {loss}: what is shown of {name} must be {problem}") from None
    return Parameter(name, param.text, param.domain, default, param.only, param.known_as, values)
