"""The names of a table's columns: which there are, which are none, and how messages tell of them."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from lossctl.errors import DataError, listed, quoted
from lossctl.files.streams import name_of
from lossctl.formats.table import Table
from lossctl.question.src import Src


class NoSuchColumn(DataError):
    """A name, `wanted`, that no column of a table has. near: whether the message names columns that are called nearly so."""

    wanted = ""
    near = False


def named(columns: Sequence[str], name: str) -> tuple[int, ...]:
    """The places of the columns of a name."""
    return tuple(place for place, column in enumerate(columns) if column == name)


def only(table: Table, places: tuple[int, ...]) -> int:
    """The one column of a name; DataError where there are more, since the first would be a guess."""
    if len(places) > 1:
        first, *others = dict.fromkeys(table.columns[place] for place in places)
        if others:
            raise alike(table, first, others[0])
        what = "array" if table.path.lower().endswith(".npz") else "column"
        problem = f"{what} {quoted(first)} is there more than once"
        line, hint = (" line 1", f"name it by number: {places[0] + 1} or {places[1] + 1}") if table.header else ("", None)
        raise DataError(problem, where=where_of(table) + line, hint=hint)
    return places[0]


def alike(table: Table, first: str, other: str, hint: str | None = None) -> DataError:
    """The error of two names that are one where names are looked up as usual ones are."""
    return DataError(
        f"the columns {quoted(first)} and {quoted(other)} differ only in case or blanks", where=where_of(table), hint=hint
    )


def refuse_number_header(table: Table, column: int) -> None:
    """DataError where the name of a column is a number, as it is where the first line is data."""
    if not table.header:
        return
    from lossctl.formats.text.cells import is_number  # which reads such a table

    if is_number(table.columns[column]):
        problem = f"the header of the wanted column is a number, {quoted(table.columns[column])}"
        raise DataError(problem, where=f"{where_of(table)} line 1", hint="if the first line is data: --no-header")


def not_found(table: Table, name: str) -> NoSuchColumn:
    """The error of a name that no column has, with those that are near."""
    import difflib  # at an error only

    near = difflib.get_close_matches(name, table.columns, n=10, cutoff=0.6)
    near = [*(column for column in table.columns if column.lower() == name.lower() and column not in near), *near]
    what = "key" if table.path.lower().endswith(".npz") else "column"
    hint = None
    if table.columns == ("",):
        problem, near = f"a bare array has no column {quoted(name)}", []
    elif hint := delimiter_hint(table):
        problem, near = f"column {quoted(name)} not found; line 1 has one field {quoted(table.columns[0])}", []
    else:
        problem = (
            f"{what} {quoted(name)} not found; {f'nearest: {listed(near)}' if near else f'there are {listed(table.columns)}'}"
        )
    missing = NoSuchColumn(problem, where=where_of(table), hint=hint)
    missing.wanted, missing.near = name, bool(near)
    return missing


def delimiter_hint(table: Table) -> str | None:
    """The hint for a table whose one column looks like several."""
    from lossctl.formats.text import cell_hints  # at an error only

    return None if table.syntax is None else cell_hints.delimiter_hint(table.columns, table.syntax)


def folded(name: str) -> str:
    """A name without what counts for nothing where usual names are looked up."""
    return name.strip().lower()


def where_of(table: Table) -> str:
    """How messages name a table."""
    return name_of(table.path)


@contextmanager
def header_meant(sources: Iterable[Src], tables: Iterable[Table]) -> Iterator[None]:
    """Names the column, in an error within, where a header of some tables looks like a file that is not there."""
    try:
        yield
    except DataError as problem:
        headers = {column for table in tables for column in table.columns}
        meant = (src.text for src in sources if src.text in headers or fnmatch.filter(headers, src.text))
        gone = next((text for text in meant if not os.path.lexists(text)), None)
        if gone is None:
            raise
        raise DataError(problem.problem, where=problem.where, hint=f"a column that is called so: col:{gone}") from None
