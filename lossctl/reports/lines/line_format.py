"""How rows of a table become lines of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lossctl.record import record
from lossctl.results.document import Cell


@record
class LineFormat:
    """How rows become lines.

    line: one row. cell: one cell, as it stands there. around: what stands before each of the cells, and after the last.
    special: the characters for which a text looks otherwise in its line, beside control characters and those above 126.
    first: those for which it does if it begins with one. quote: what stands around every other text.
    json: whether numbers are those of JSON: `1.0`; a line with a number that JSON has not looks otherwise.
    """

    line: Callable[[Sequence[Cell]], str]
    cell: Callable[[Cell], str]
    around: Sequence[str]
    special: str = ""
    first: str = ""
    quote: str = ""
    json: bool = False
