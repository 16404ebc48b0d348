"""Cells and records of text tables, read strictly: what each cell means, and where a file breaks the rules."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from lossctl.columns.column import Column
from lossctl.columns.partly_read import partly_read
from lossctl.columns.words import WordList
from lossctl.errors import DataError, plural, quoted
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Kind, Selection
from lossctl.formats.text.cell_hints import FALSE, TRUE, number_hint, width_hint
from lossctl.record import record
from lossctl.text import MISSING

CELL_LIMIT = 64 * 2**20
EMPTY_LINES = "if empty lines are no rows, leave them out: grep -v '^[[:space:]]*$'"
LISTED_WORDS = "labels in lists are numbers: for each word the place of its class, from 0"
LABEL_WORDS = "labels that are words: --positive LABEL for two classes, --classes A,B,... in column order"

PLAIN = TableSyntax()

csv.field_size_limit(CELL_LIMIT)


@record
class Dialect:
    """How cells are written. White-space tables are made single-blank tables before they come here.

    counted: which line says how many cells each has.
    """

    name: str
    columns: tuple[str, ...]
    syntax: TableSyntax
    counted: str = "header"

    @property
    def delimiter(self) -> str:
        """What stands between cells."""
        return self.syntax.delimiter or " "


@record
class Record:
    """One row of cells, and the physical lines it stands on."""

    line: int
    end: int
    cells: list[str]


class UnclosedQuote(Exception):
    """The text ends within a quoted cell of the record that begins at `line`."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def records(text: str, syntax: TableSyntax, name: str, first_line: int) -> Iterator[Record]:
    """The records of a text whose lines end in `\\n` or `\\r\\n`; DataError where one breaks the rules of quoting."""
    delimiter = syntax.delimiter or " "
    if syntax.quotes:
        reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    else:
        reader = csv.reader(_lines(text), delimiter=delimiter, quoting=csv.QUOTE_NONE, strict=True)
    while True:
        line = first_line + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            if "unexpected end of data" in str(problem):
                raise UnclosedQuote(line) from None
            words = {
                "new-line": "a carriage return within the line; save it with \\n as the line end",
                "field larger": "a cell is too long",
            }
            said = next((words[sign] for sign in words if str(problem).startswith(sign)), f"bad quoting: {problem}")
            raise DataError(said, where=f"{name} line {line}") from None
        yield Record(line, first_line + reader.line_num, cells or [""])


def _lines(text: str) -> Iterator[str]:
    """Lines one by one: as a list, short ones would take thirty times the text's memory."""
    start = 0
    while end := text.find("\n", start) + 1:
        yield text[start:end]
        start = end
    if start < len(text):
        yield text[start:] + "\n"


def read_carefully(text: str, dialect: Dialect, first_line: int, wanted: Sequence[Selection]) -> list[Column]:
    """The wanted columns of a text, cell by cell; DataError at the first row of a wrong width or cell of no meaning."""
    columns: list[list[list[float | str]]] = [[[] for _ in selection.columns] for selection in wanted]
    errors: defaultdict[Selection, dict[int, DataError]] = defaultdict(dict)  # by row
    for found in records(text, dialect.syntax, dialect.name, first_line):
        check_width(found, dialect)
        for selection, into in zip(wanted, columns, strict=True):
            for place, column in enumerate(selection.columns):
                try:
                    into[place].append(_CELLS[selection.kind](found.cells[column], dialect.syntax))
                except CellError as problem:
                    where = f"{dialect.name} line {found.line}, column {quoted(dialect.columns[column])}"
                    error = DataError(problem.problem, where=where, hint=problem.hint or selection.hint(place))
                    if not selection.deferred:
                        raise error from None
                    errors[selection].setdefault(len(into[place]), error)
                    into[place].append(math.nan)
    return [partly_read(column_of(selection, into), errors[selection]) for selection, into in zip(wanted, columns, strict=True)]


def column_of(selection: Selection, cells: Sequence[Sequence[Any]]) -> Column:
    """The column of a selection from the read cells of each of its columns."""
    if selection.kind is Kind.TEXT:
        return WordList(cells[0])
    return np.array(cells[0] if not selection.vector else list(zip(*cells, strict=True)), np.float64)


def check_width(record: Record, dialect: Dialect) -> None:
    """DataError where a record has more or fewer cells than the table has columns."""
    if len(record.cells) != len(dialect.columns):
        where, expected = f"{dialect.name} line {record.line}", len(dialect.columns)
        if len(record.cells) == 1 and not record.cells[0].strip():
            raise DataError(f"the line is empty, {dialect.counted} has {expected} fields", where=where, hint=EMPTY_LINES)
        found, hint = plural(len(record.cells), "field"), width_hint(record.cells, dialect.columns, dialect.syntax)
        raise DataError(f"{found}, {dialect.counted} has {expected}", where=where, hint=hint)


class CellError(ValueError):
    """A cell that cannot be what its column should hold. element: which of a cell's list, where it is one of several."""

    def __init__(self, problem: str, hint: str | None = None, element: int | None = None) -> None:
        super().__init__(problem)
        self.problem, self.hint, self.element = problem, hint, element


def number(cell: str, syntax: TableSyntax = PLAIN) -> float:
    """A number as Python's float() reads it from ASCII, blanks around it allowed; NaN where it is missing."""
    text = cell.strip(" \t")
    if text.lower() in MISSING or text in syntax.missing:
        return math.nan
    if text.startswith("["):
        hint = "a list in a cell is text; save vectors as Parquet, or as one column for each number"
        raise CellError(f"{quoted(cell)} is not a number", hint)
    if syntax.thousands is not None and syntax.thousands in text:
        text = text.replace(syntax.thousands, "") if syntax.grouped.fullmatch(text) else "x"
    if syntax.decimal != ".":
        text = "x" if "." in text else text.replace(syntax.decimal, ".", 1)
    try:
        if not text.isascii() or "_" in text or text != text.strip():
            raise ValueError
        value = float(text)
    except ValueError:
        raise CellError(f"{quoted(cell)} is not a number", number_hint(cell, syntax)) from None
    if value in syntax.missing_numbers:
        return math.nan
    if math.isinf(value) and "inf" not in text.lower():
        raise CellError(f"{quoted(cell)} overflows: beyond 1.8e308")
    return value


def is_number(text: str) -> bool:
    """Whether a text is a number that a cell could hold."""
    try:
        return not math.isnan(number(text))
    except CellError:
        return False


def label(cell: str, syntax: TableSyntax = PLAIN) -> float:
    """A class label as a number: True and False are 1 and 0."""
    if cell in TRUE:
        return 1.0
    try:
        return 0.0 if cell in FALSE else number(cell, syntax)
    except CellError as problem:
        raise CellError(problem.problem, problem.hint or LABEL_WORDS) from None


def _text(cell: str, _: TableSyntax) -> str:
    return cell


_CELLS: dict[Kind, Callable[[str, TableSyntax], float | str]] = {Kind.NUMBER: number, Kind.LABEL: label, Kind.TEXT: _text}
