"""The columns of results, as their fields declare them."""

from __future__ import annotations

import lossctl
from lossctl.reports.table import Table
from lossctl.results.document import RESULT_FIELDS
from lossctl.results.fields import Declared

_REACHES = {"table": "every format", "line": "JSON, JSON lines", "json": "JSON"}


def declared_columns() -> Table:
    """One row a field that this version of the program writes."""
    rows = [[one.name, one.field.meaning, _REACHES[one.field.reach], _people(one), one.field.since] for one in RESULT_FIELDS]
    there = [row for row in rows if _numbers(str(row[-1])) <= _numbers(lossctl.__version__)]
    return Table("columns", ["column", "what it is", "written to", "in tables for people", "since"], there)


def _people(one: Declared) -> str:
    return f"where it is not {one.field.beside}" if one.field.people == "differs" else one.field.people


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
