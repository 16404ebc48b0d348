"""How text tables are written."""

from __future__ import annotations

from lossctl.record import record


@record
class TableSyntax:
    """The syntax of text tables; None where the rule of the file's format holds."""

    delimiter: str | None = None
    decimal: str = "."
    header: bool = True
    encoding: str = "utf-8"
    input_format: str | None = None
