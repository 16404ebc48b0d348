"""Whether the roles of a loss have shapes that go together; nothing is broadcast."""

from __future__ import annotations

from collections.abc import Mapping

from lossctl.losses.roles.roles import Role


def shapes_agree(roles: Mapping[str, Role], widths: Mapping[str, int | None]) -> str | None:
    """What is wrong with the widths (None: one number a row) of a loss's roles, or None."""
    by_letter: dict[str, tuple[str, int | None]] = {}
    for name, role in roles.items():
        width = widths[name]
        if role.dimension == "" and width is not None:
            return f"{name} has shape {_shape(width)}; expected (n,)"
        if role.dimension == "" or (role.optional and width is None):
            continue
        first, expected = by_letter.setdefault(role.dimension, (name, width))
        if width != expected:
            return f"{first} has shape {_shape(expected)}, {name} {_shape(width)}; nothing is broadcast"
    return None


def _shape(width: int | None) -> str:
    return "(n,)" if width is None else f"(n, {width})"
