"""How the columns of a role are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lossctl.binding.role_source import RoleSource
from lossctl.formats.table import Kind
from lossctl.losses.roles.label_names import LabelNames
from lossctl.losses.roles.roles import Role
from lossctl.losses.roles.shapes import Fit


def read_for(
    uses: Sequence[tuple[Role, Fit]], source: RoleSource, names: LabelNames | None, labels: Iterable[RoleSource]
) -> RoleSource:
    """A role as the losses read it; DataError where a column cannot be. labels: the roles that hold labels."""
    kind, ragged = _kind_of(uses, source, names), _in_lists(uses, source)
    return source.read_as(kind, ragged=ragged, unequal=_unequal_hint(uses, labels))


def _kind_of(uses: Sequence[tuple[Role, Fit]], source: RoleSource, names: LabelNames | None) -> Kind:
    """How a role is read: groups, words, and labels that may be words, as text."""
    if any(role.or_numbers for role, _ in uses) and source.holds_numbers:
        uses = [(role, fit) for role, fit in uses if not role.or_numbers]
    if any(role.text or role.as_words for role, _ in uses):
        return Kind.TEXT
    if not uses or not all(role.labels or role.or_labels for role, _ in uses):
        return Kind.NUMBER
    named = names is not None and not source.shape and all(role.labels for role, _ in uses)
    return Kind.TEXT if named else Kind.LABEL


def _in_lists(uses: Sequence[tuple[Role, Fit]], source: RoleSource) -> bool:
    """Whether the rows of a role are read as lists of any length."""
    return all(source.lists if role.summed else role.elementwise and fit.lists for role, fit in uses)


def _unequal_hint(uses: Sequence[tuple[Role, Fit]], labels: Iterable[RoleSource]) -> str | None:
    """How to go on where lists that are read as the probabilities of classes, or as soft labels of these, differ in length."""
    of_classes = any(fit.class_axis == 0 and not fit.elements for _, fit in uses)
    soft = any(source.lists for source in labels)
    return "labels of their own, each 0 or 1: -l multilabel_ce" if of_classes and soft else None
