"""What a field of a result means, where it is shown and since when it is there: declared with the field, read by every report."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Literal, Union, get_args, get_origin

from lossctl.record import record

Kind = Literal["number", "count", "text", "group", "numbers", "object"]
REACHES = ("table", "line", "json")  # a format has the fields of its reach and of those before it


@record
class Field:
    """A field's meaning, in one sentence.

    reach: `table`, a column of every format; `line`, in JSON and JSON lines; `json`, in JSON alone.
    people: whether their tables show it always, never, or beside the field `beside` where it is not the same.
    spare: of the fields with a number, a narrow terminal leaves out that with the least one first; others never.
    since: the version of the program that first had it; results saved by an older one are read without it.
    lost: the number that null stands for in a saved result where some losses are infinite.
    """

    meaning: str
    reach: Literal["table", "line", "json"] = "table"
    people: Literal["always", "differs", "never"] = "never"
    beside: str | None = None
    spare: int | None = None
    since: str = "0.1.0"
    lost: float = math.inf


@record
class DeclaredField:
    """A field of a record: its name, what it holds, and whether a result may be without it.

    kind: a number that may be no finite one, a count, a text, the group, numbers by name (each a column), or another object.
    """

    name: str
    kind: Kind
    optional: bool
    field: Field

    def reaches(self, reach: str) -> bool:
        """Whether formats of a reach have the field."""
        return REACHES.index(self.field.reach) <= REACHES.index(reach)


def fields_of(of: type[object]) -> tuple[DeclaredField, ...]:
    """The fields of a record, whose annotations are no texts, in declared order, which is that of JSON and of every table."""
    return tuple(
        DeclaredField(own.name, _kind(hint), own.default is not MISSING or own.default_factory is not MISSING, declared)
        for own in fields(of)  # type: ignore[arg-type]
        for hint, declared in [get_args(own.type)]
    )


def _kind(hint: Any) -> Kind:
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (kind for kind in get_args(hint) if kind is not type(None))
    if get_origin(hint) is Mapping:
        of_mappings: dict[Any, Kind] = {float: "numbers", str: "group"}
        return of_mappings.get(get_args(hint)[1], "object")
    of_cells: dict[Any, Kind] = {float: "number", int: "count", str: "text"}
    return of_cells.get(hint, "object")
