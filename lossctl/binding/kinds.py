"""How the columns of a role are read."""

from __future__ import annotations

from collections.abc import Sequence

from lossctl.binding.role_source import RoleSource
from lossctl.formats.table import Kind
from lossctl.losses.roles.label_names import LabelNames
from lossctl.losses.roles.roles import Role
from lossctl.losses.roles.shapes import Fit


def kind_of(uses: Sequence[tuple[Role, Fit]], source: RoleSource, names: LabelNames | None) -> Kind:
    """How a role is read: groups, words, and labels that may be words, as text."""
    if any(role.or_numbers for role, _ in uses) and source.holds_numbers:
        uses = [(role, fit) for role, fit in uses if not role.or_numbers]
    if any(role.text or role.as_words for role, _ in uses):
        return Kind.TEXT
    if not uses or not all(role.labels or role.or_labels for role, _ in uses):
        return Kind.NUMBER
    named = names is not None and not source.shape and all(role.labels for role, _ in uses)
    return Kind.TEXT if named else Kind.LABEL


def in_lists(uses: Sequence[tuple[Role, Fit]], source: RoleSource) -> bool:
    """Whether the rows of a role are read as lists of any length."""
    return all(source.lists if role.summed else role.elementwise and fit.lists for role, fit in uses)
