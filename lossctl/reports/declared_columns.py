"""The columns of results, as their fields declare them."""

from __future__ import annotations

import lossctl
from lossctl.reports.table import Table
from lossctl.results.document import RESULT_FIELDS
from lossctl.results.fields import Field

_REACHES = {"table": "every format", "line": "JSON, JSON lines", "json": "JSON"}


def declared_columns() -> Table:
    """One row a field that this version of the program writes."""
    rows = [
        [column.name, column.field.meaning, _REACHES[column.field.reach], _people(column.field), column.field.since]
        for column in RESULT_FIELDS
    ]
    there = [row for row in rows if _numbers(str(row[-1])) <= _numbers(lossctl.__version__)]
    return Table("columns", ["column", "what it is", "written to", "in tables for people", "since"], there)


def _people(field: Field) -> str:
    return f"where it is not {field.beside}" if field.people == "differs" else field.people


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
