"""What a column of a file is read for."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class RowField(StrEnum):
    """The part of a row that a column gives; a text, since each other enumeration is hashed by code in Python."""

    ROLE = "role"
    WEIGHT = "weight"
    KEY = "id"
    GROUP = "by"
    KEEP = "keep"
    UNIT = "unit"
    CONDITION = "where"
    SHARED = "shared"  # a usual key of several tables whose rows pair by order
    LACKING = "lacking"  # 1 where a table that was paired by key lacks the row


class Use(NamedTuple):
    """One column's use: a field of rows, and which one of several: by its name, as a role, or by its place, as a condition.

    place: where it comes, where their order matters; of a usual key which of the sets of tables it is from.
    """

    field: RowField
    name: str = ""
    place: int = 0

    def __str__(self) -> str:
        return self.name or self.field.value
