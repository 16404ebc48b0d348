"""How text tables are written."""

from __future__ import annotations

import re
import shlex
from functools import cached_property

from lossctl.record import record
from lossctl.text import as_number


@record
class TableSyntax:
    """The syntax of text tables; None where the rule of the file's format holds.

    thousands: the sign between groups of three digits. quotes: whether cells may stand in quotes. comment: how lines begin that
    are passed over; skip: how many lines come before the table. missing: words that stand for a missing number, beside those that
    always do. file: how options name the table, empty where it is the only one.
    """

    delimiter: str | None = None
    decimal: str = "."
    header: bool = True
    encoding: str = "utf-8"
    input_format: str | None = None
    thousands: str | None = None
    quotes: bool = True
    comment: str | None = None
    skip: int = 0
    missing: tuple[str, ...] = ()
    file: str = ""

    @property
    def plain(self) -> bool:
        """Whether numbers are written as Python writes them."""
        return self.decimal == "." and self.thousands is None and not self.missing

    @cached_property
    def missing_numbers(self) -> frozenset[float]:
        """The numbers among the words for a missing one, which any spelling of them is."""
        return frozenset(number for number in map(as_number, self.missing) if number is not None)

    @cached_property
    def grouped(self) -> re.Pattern[str]:
        """Numbers whose digits stand in groups of three, of which the first begins with no zero."""
        thousands, decimal = re.escape(self.thousands or ""), re.escape(self.decimal)
        return re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{thousands}\d{{3}})+(?:{decimal}\d*)?(?:[eE][+-]?\d+)?", re.ASCII)

    @property
    def of_text_alone(self) -> str | None:
        """A setting that is about nothing but tables of text, None where none is made."""
        made = {
            "thousands": self.thousands,
            "quote": None if self.quotes else "none",
            "comment": self.comment,
            "skip": self.skip,
            "missing": self.missing,
        }
        return next((name for name, value in made.items() if value), None)

    def typed(self, setting: str) -> str:
        """The option that makes a setting for this table."""
        text = f"{self.file}:{setting}" if self.file else setting
        return f'--table "{text}"' if "'" in text and not set(text) & set('"$`\\!') else f"--table {shlex.quote(text)}"
