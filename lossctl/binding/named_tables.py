"""Where a column is looked for that an option names without a file: in the run's tables, and beside roles in the target's too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lossctl.binding.headers import NoSuchColumn, named
from lossctl.binding.role_source import RoleSource, find
from lossctl.formats.table import Table
from lossctl.question.src import Src
from lossctl.record import record

_BESIDE = ("weight", "by", "keep", "where")  # what goes along with the rows of roles, whichever table holds it


@record
class NamedTables:
    """Tables that are shards of one dataset, and what messages call them."""

    tables: tuple[Table, ...]
    file: str

    def has(self, src: Src) -> bool:
        """Whether one of its columns is called so, letter for letter."""
        return bool(named(self.tables[0].columns, src.column or ""))


def places_of(
    name: str, own: NamedTables, roles: Mapping[str, Sequence[Src]], found: Mapping[str, RoleSource]
) -> list[NamedTables]:
    """The tables in which a column is looked for: the run's own, then the target's. Without a PRED the first role's are its own.

    roles: the SRCs of roles that were named. found: where roles were found so far.
    """
    places = [own] if own.tables else []
    beside = [*([] if own.tables else [*found][:1]), "target"] if name in _BESIDE else []
    for role in beside:
        files = [src.file for src in roles.get(role, ()) if src.file is not None]
        if files and role in found and all(place.tables != found[role].tables for place in places):
            places.append(NamedTables(found[role].tables, ",".join(files)))
    return places


def find_first(places: Sequence[NamedTables], src: Src, classes: Sequence[str] | None) -> RoleSource:
    """The columns that a SRC names, in the first tables that have them. Raises the NoSuchColumn of the first."""
    first, *others = places
    try:
        return find(first.tables, src, first.file, classes)
    except NoSuchColumn as missing:
        for other in others:
            try:
                return find(other.tables, src, other.file, classes)
            except NoSuchColumn:
                continue
        raise missing from None


def also_in(places: Sequence[NamedTables], src: Src, keys: Sequence[Src]) -> str | None:
    """What is said where tables after the first have a column of the name too, which is no key and may hold something else."""
    first, *others = places
    twice = [other.file for other in others if first.has(src) and other.has(src)]
    if not twice or src.column in [key.column for key in keys]:
        return None
    return f"{src.column} is that of {first.file}, and {' and '.join(twice)} has one too"
