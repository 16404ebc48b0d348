"""How to go on where a cell is no number, or a row has another width: by what the cell looks like, and never by a guess."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from decimal import Decimal

from lossctl.formats.syntax import TableSyntax
from lossctl.lazy import regex

TRUE, FALSE = ("True", "true", "TRUE"), ("False", "false", "FALSE")
DELIMITERS = {";": ";", "\t": "tab", "|": "|", ",": ","}  # as options name them

_GROUPS = r"[+-]?[1-9]\d{0,2}(?:%s\d{3})"
_EXPONENT = r"(?:[eE][+-]?\d+)?"
_LABELLED = regex(r"[^\s:]+:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


@functools.lru_cache(maxsize=128)  # a file has the same word for many numbers, in rows that are not judged
def number_hint(cell: str, syntax: TableSyntax) -> str | None:
    """How a cell that is no number may be meant."""
    if cell in TRUE + FALSE:
        return "booleans are labels, not predictions"
    text = cell.strip()
    if _LABELLED.fullmatch(text):
        return labelled_hint([text], syntax)
    if setting := _thousands(text, syntax):
        blanks = f"; if blanks are between cells: {_white_space(syntax)}" if setting == "thousands= " else ""
        return f"for thousands separators: {syntax.typed(setting)}{blanks}"
    if syntax.decimal == "." and syntax.thousands is None and re.fullmatch(r"[+-]?\d*,\d*", text, re.ASCII) and len(text) > 1:
        decimal = syntax.typed("decimal=,") if syntax.file else "--decimal ,"
        if not re.fullmatch(_GROUPS % ",", text, re.ASCII):
            return f"for decimal commas: {decimal}"
        point, group = text.replace(",", "."), text.replace(",", "")
        return f"if it is {point}, for decimal commas: {decimal}; if it is {group}: {syntax.typed('thousands=,')}"
    if (hint := _percentage(text, syntax) or _other_delimiter(text, syntax)) is not None:
        return hint
    if re.fullmatch(r"[^\w\s]{1,3}", text, re.ASCII):
        return f"if it stands for a missing value: {syntax.typed(f'missing={text}')}"
    return None


def _percentage(text: str, syntax: TableSyntax) -> str | None:
    """What a percentage must be written as, which a person knows: by which of two numbers a loss reads it is not told here."""
    point = re.escape(syntax.decimal)
    percent = re.fullmatch(rf"([+-]?\d{{1,15}}(?:{point}\d{{0,15}})?)\s?%", text, re.ASCII)
    if percent is None:
        return None
    plain = Decimal(percent[1].replace(syntax.decimal, "."))
    written, share = (f"{value.normalize():f}".replace(".", syntax.decimal) for value in (plain, plain / 100))
    return f"no percent sign is read; save numbers: {written} where the others are percentages too, {share} where they are shares"


def width_hint(cells: Sequence[str], columns: Sequence[str], syntax: TableSyntax) -> str | None:
    """How a row may be meant that is wider or narrower than the header."""
    if syntax.comment is None and cells[0].startswith("#"):
        return f"if it is a comment: {syntax.typed('comment=#')}"
    if syntax.comment is None and syntax.header and columns[0].startswith("#"):
        return f"if the first line is a comment and none a header: {syntax.typed('comment=#:header=no')}"
    return delimiter_hint(columns, syntax)


def delimiter_hint(columns: Sequence[str], syntax: TableSyntax) -> str | None:
    """The hint for a table whose one column looks like several."""
    if len(columns) != 1:
        return None
    if columns[0].lstrip().startswith("<"):
        return "this looks like a page of HTML or XML, which is no table; save the table in it as CSV"
    if columns[0].startswith("#") and syntax.comment is None:
        return f"if it is a comment: {syntax.typed('comment=#')}"
    sign = next((sign for sign in DELIMITERS if sign in columns[0] and sign != syntax.delimiter), None)
    if sign is None and " " in columns[0].strip() and syntax.delimiter != " ":
        return f"if blanks are between cells: {_white_space(syntax)}"
    return None if sign is None else f"try {_delimiter(sign, syntax)}"


def labelled_hint(cells: Sequence[str], syntax: TableSyntax) -> str | None:
    """The line that converts cells as `noun:0.3` of Vowpal Wabbit, or `1 3:0.25` of LIBSVM; None where they are others."""
    first, *others = cells
    file = syntax.file or "FILE"
    sparse = all(re.match(r"\d+:", cell, re.ASCII) and _LABELLED.fullmatch(cell) for cell in others)
    if others and sparse and re.fullmatch(r"[+-]?\d+\.?\d*", first, re.ASCII):
        return f"these are LIBSVM's cells; their labels alone: cut -d' ' -f1 {file} > labels.txt"
    if not all(map(_LABELLED.fullmatch, cells)):
        return None
    return f"these are Vowpal Wabbit's cells: sed 's/[^ ]*://g' {file} > preds.txt; then --table preds.txt:header=no -p 1.."


def _thousands(text: str, syntax: TableSyntax) -> str | None:
    """The setting by which alone a text is a number with groups of digits."""
    if syntax.thousands is not None:
        return None
    settings = {
        "thousands=,": (".", rf"{_GROUPS % ','}+\.\d*{_EXPONENT}|{_GROUPS % ','}{{2,}}"),
        "thousands=.": (",", rf"{_GROUPS % '[.]'}+(?:,\d*)?{_EXPONENT}"),
        "decimal=,:thousands=.": (".", rf"{_GROUPS % '[.]'}+,\d*{_EXPONENT}|{_GROUPS % '[.]'}{{2,}}"),
        **{
            f"thousands={sign}": (syntax.decimal, rf"{_GROUPS % sign}+(?:{re.escape(syntax.decimal)}\d*)?{_EXPONENT}")
            for sign in (" ", "'", "_", "\xa0", "\u202f")
        },
    }
    return next(
        (
            setting
            for setting, (decimal, pattern) in settings.items()
            if decimal == syntax.decimal and re.fullmatch(pattern, text, re.ASCII)
        ),
        None,
    )


def _other_delimiter(text: str, syntax: TableSyntax) -> str | None:
    """The delimiter that makes several numbers of a text."""
    for sign in DELIMITERS:
        parts = text.split(sign)
        plain = all(re.fullmatch(r" *[+-]?[\d.,]*\d *", part, re.ASCII) for part in parts)
        if sign not in (syntax.delimiter, ",") and len(parts) > 1 and plain:
            return f"try {_delimiter(sign, syntax)}"
    parts = text.split()
    if len(parts) > 1 and all(re.fullmatch(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?", part, re.ASCII) for part in parts):
        return f"if blanks are between cells: {_white_space(syntax)}"
    return None


def _white_space(syntax: TableSyntax) -> str:
    return syntax.typed("format=txt") if syntax.file else "--input-format txt"


def _delimiter(sign: str, syntax: TableSyntax) -> str:
    name = DELIMITERS[sign]
    if syntax.file:
        return syntax.typed(f"delimiter={name}")
    return f"--delimiter {name if name == 'tab' else repr(name)}"
