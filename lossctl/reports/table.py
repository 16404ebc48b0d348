"""A table: what most formats print."""

from __future__ import annotations

from collections.abc import Sequence

from lossctl.record import record
from lossctl.results.document import Cell


@record
class Table:
    """Named columns of cells. note: a line below it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str | None = None
