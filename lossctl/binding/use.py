"""What a column of a file is read for."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Field(StrEnum):
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
    """One column's use: a field of rows, and which one of several, as the role or the column of `--by` by its name.

    place: which of the sets of tables it is from, where each has one of the name; else where it comes, where their order matters.
    """

    field: Field
    name: str = ""
    place: int = 0

    def __str__(self) -> str:
        return self.name or self.field.value
