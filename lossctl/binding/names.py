"""Which column is meant: by name, number or pattern, or by the usual names where nothing was said; never a guess between two."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Sequence

from lossctl.errors import DataError, listed, quoted, shorten
from lossctl.files.streams import name_of
from lossctl.formats.table import Table
from lossctl.formats.text.cells import CellError, number
from lossctl.question.src import Src
from lossctl.question.values import read_whole

PRED_NAMES = [
    "y_pred",
    "pred",
    "preds",
    "prediction",
    "predictions",
    "yhat",
    "y_hat",
    "score",
    "y_score",
    "prob",
    "y_prob",
    "proba",
    "y_proba",
    "probability",
    "logit",
    "logits",
]
TARGET_NAMES = ["y_true", "target", "targets", "label", "labels", "truth", "y"]
USUAL = {"pred": PRED_NAMES, "target": TARGET_NAMES}
WEIGHT_NAME = "weight"
VECTOR_PREFIXES = {"pred": ("p_", "prob_", "proba_", "logit_")}

_RANGE = re.compile(r"(.*?)(\d+)\.\.(?:(.*?)(\d+))?", re.DOTALL)
PANDAS_INDEX = re.compile(r"|__index_level_\d+__")  # in CSV its header is empty
_DELIMITERS = {";": "';'", "\t": "tab", "|": "'|'", ",": "','"}


def find_columns(table: Table, src: Src) -> tuple[int, ...]:
    """The columns that a SRC names in a table: the exact name, a number, or a pattern; DataError where there are none."""
    assert src.column is not None
    name, columns = src.column, table.columns
    if exact := _named(columns, name):
        if not src.forced and name == str(exact[0] + 1):  # by name and by number the same column, whose name may be data
            _refuse_number_header(table, exact[0])
        return (_only(table, exact),)
    if not src.forced:
        if name.isascii() and name.isdigit():
            return (_numbered(table, name),)
        if "*" in name:
            return _matching(table, name)
        if bounds := _RANGE.fullmatch(name):
            return _ranged(table, name, bounds)
    stripped = [place for place, column in enumerate(columns) if column.strip() == name]
    if stripped:
        return (_only(table, tuple(stripped)),)
    raise _not_found(table, name)


def find_usual(table: Table, role: str, *, alone: bool) -> tuple[int, ...] | None:
    """The columns that usually hold a role, None where no name fits; DataError where several do.

    alone: a table's only column serves whatever its name.
    """
    names = dict.fromkeys([role, *USUAL.get(role, ())])
    found: list[tuple[int, ...]] = [(_only(table, places),) for name in names if (places := _named(table.columns, name))]
    prefixes = [*VECTOR_PREFIXES.get(role, ()), f"{role}_", *([""] if role == "pred" else [])]
    found += [family for prefix in dict.fromkeys(prefixes) if len(family := _family(table, prefix)) > 1]
    if len(found) > 1:
        candidates = ", ".join(quoted(source_text(table, columns)) for columns in found)
        raise DataError(
            f"several columns could be the {role}: {candidates}",
            where=_where(table),
            hint=f"name one: {column_option(role)}{table.columns[found[0][0]]}",
        )
    if found:
        return found[0]
    named = [place for place, column in enumerate(table.columns) if table.is_array or not PANDAS_INDEX.fullmatch(column)]
    if alone and len(named) == 1:
        _refuse_number_header(table, named[0])
        return (named[0],)
    return None


def no_usual(table: Table, role: str) -> DataError:
    """The error of a role for which no column was found."""
    usual = listed(dict.fromkeys([role, *USUAL.get(role, ())]), 5)
    problem = f"no column for the {role} (looked for {usual})"
    named = f"name the column: {column_option(role)}COLUMN; columns are {listed(table.columns)}"
    if not table.header and not table.is_array and all(column.isdigit() for column in table.columns):
        return DataError(problem, where=_where(table), hint=f"without a header, name columns by number: {column_option(role)}1")
    if table.header and all(map(_is_number, table.columns)):
        return DataError(problem, where=_where(table), hint="line 1 holds numbers; if it is data: --no-header -p 1 -t 2")
    if delimiter := _delimiter_hint(table):
        return DataError(f"{problem}; line 1 has one field {quoted(table.columns[0])}", where=_where(table), hint=delimiter)
    for prefix in VECTOR_PREFIXES.get(role, ()):
        if sum(column.startswith(prefix) for column in table.columns) > 1:
            named = f"several columns make a vector: {column_option(role)}'{prefix}*'; columns are {listed(table.columns)}"
    return DataError(problem, where=_where(table), hint=named)


def source_text(table: Table, columns: Sequence[int]) -> str:
    """Columns as a person would write them after the file's name."""
    names = [table.columns[column] for column in columns]
    return names[0] if len(names) == 1 else f"{names[0]}..{names[-1]}" if len(names) > 2 else ",".join(names)


def varying_parts(names: Sequence[str]) -> list[str]:
    """What differs between names that share a beginning and an end."""
    start = len(_common(names))
    end = len(_common([name[start:][::-1] for name in names]))
    return [name[start : len(name) - end] for name in names]


def _common(names: Iterable[str]) -> str:
    low, high = min(names := list(names)), max(names)
    length = next(
        (place for place, (one, other) in enumerate(zip(low, high, strict=False)) if one != other), min(len(low), len(high))
    )
    return low[:length]


def _named(columns: Sequence[str], name: str) -> tuple[int, ...]:
    return tuple(place for place, column in enumerate(columns) if column == name)


def _only(table: Table, places: tuple[int, ...]) -> int:
    """The one column of a name; DataError where there are more, since the first would be a guess."""
    if len(places) > 1:
        what = "array" if table.path.lower().endswith(".npz") else "column"
        problem = f"{what} {quoted(table.columns[places[0]])} is there more than once"
        line, hint = (" line 1", f"name it by number: {places[0] + 1} or {places[1] + 1}") if table.header else ("", None)
        raise DataError(problem, where=_where(table) + line, hint=hint)
    return places[0]


def _family(table: Table, prefix: str, first: int = 0, digits: int = 1) -> tuple[int, ...]:
    """The columns prefix0, prefix1, ... from number `first` on; DataError where a number between them is missing."""
    numbered: dict[int, tuple[int, ...]] = {}
    for place, column in enumerate(table.columns):
        number = column.removeprefix(prefix)
        if not column.startswith(prefix) or not re.fullmatch(r"\d{1,9}", number, re.ASCII):
            continue
        if number == f"{int(number):0{digits}}" and int(number) >= first:
            numbered[int(number)] = (*numbered.get(int(number), ()), place)
    if first not in numbered:
        return ()
    return _in_order(table, {number: _only(table, places) for number, places in numbered.items()}, f"{prefix}*")


def _numbered(table: Table, digits: str) -> int:
    wanted = read_whole(digits)
    if wanted is None or not 1 <= wanted <= len(table.columns):
        raise DataError(f"there is no column {shorten(digits)}; the columns are 1 to {len(table.columns)}", where=_where(table))
    _refuse_number_header(table, wanted - 1)
    return wanted - 1


def _refuse_number_header(table: Table, column: int) -> None:
    if table.header and _is_number(table.columns[column]):
        problem = f"the header of the wanted column is a number, {quoted(table.columns[column])}"
        raise DataError(problem, where=f"{_where(table)} line 1", hint="if the first line is data: --no-header")


def _is_number(name: str) -> bool:
    try:
        return not math.isnan(number(name))
    except CellError:
        return False


def _matching(table: Table, pattern: str) -> tuple[int, ...]:
    expression = re.compile("(.*)".join(map(re.escape, pattern.split("*"))), re.DOTALL)
    found = [(place, match.groups()) for place, column in enumerate(table.columns) if (match := expression.fullmatch(column))]
    if not found:
        raise _not_found(table, pattern)
    for place, _ in found:
        _only(table, _named(table.columns, table.columns[place]))
    parts = {groups[0]: place for place, groups in found}
    places = {number: place for part, place in parts.items() if (number := read_whole(part)) is not None}
    if len(parts) < len(found) or not all(part.isascii() and part.isdigit() for part in parts):
        return tuple(place for place, _ in found)
    if len(places) < len(parts):
        raise DataError(f"two columns of {quoted(pattern)} have the same number", where=_where(table))
    return _in_order(table, places, pattern)


def _in_order(table: Table, places: dict[int, int], pattern: str) -> tuple[int, ...]:
    numbers = sorted(places)
    missing = next((one for one, other in zip(range(numbers[0], numbers[-1] + 1), numbers, strict=False) if one != other), None)
    if missing is not None:
        raise DataError(f"the columns of {quoted(pattern)} are not consecutive: number {missing} is missing", where=_where(table))
    return tuple(places[one] for one in numbers)


def _ranged(table: Table, text: str, bounds: re.Match[str]) -> tuple[int, ...]:
    prefix, first, again, last = bounds.groups()
    if read_whole(first) is None or read_whole(last or first) is None:
        raise _not_found(table, text)
    digits = len(first) if first.startswith("0") else 1  # p_00..p_11 as well as p_0..p_11
    if last is None:
        found = _family(table, prefix, int(first), digits)
    elif again not in (prefix, ""):
        raise _not_found(table, text)
    else:
        known, names = set(table.columns), []
        for number in range(int(first), int(last) + 1):  # to the first that is not there, however many are named
            if (name := f"{prefix}{number:0{digits}}") not in known:
                raise _not_found(table, name)
            names.append(name)
        found = tuple(_only(table, _named(table.columns, name)) for name in names)
    if not found:
        raise _not_found(table, f"{prefix}{first}")
    return found


def _not_found(table: Table, name: str) -> DataError:
    if table.columns == ("",):
        return DataError(f"a bare array has no column {quoted(name)}", where=_where(table))
    near = difflib.get_close_matches(name, table.columns, n=10, cutoff=0.6)
    folded = [column for column in table.columns if column.lower() == name.lower() and column not in near]
    what = "key" if table.path.lower().endswith(".npz") else "column"
    if hint := _delimiter_hint(table):
        return DataError(
            f"column {quoted(name)} not found; line 1 has one field {quoted(table.columns[0])}", where=_where(table), hint=hint
        )
    nearest = f"; nearest: {listed([*folded, *near])}" if near or folded else f"; there are {listed(table.columns)}"
    return DataError(f"{what} {quoted(name)} not found{nearest}", where=_where(table))


def _delimiter_hint(table: Table) -> str | None:
    """The hint for a table whose one column looks like several."""
    if len(table.columns) != 1 or table.is_array:
        return None
    return next((f"try --delimiter {shown}" for sign, shown in _DELIMITERS.items() if sign in table.columns[0]), None)


def _where(table: Table) -> str:
    return name_of(table.path)


def column_option(role: str) -> str:
    """How a role is named on the command line, up to its SRC."""
    return {"pred": "-p ", "target": "-t ", "weight": "-w ", "id": "--id ", "by": "--by ", "keep": "--keep "}.get(
        role, f"-r {role}="
    )
