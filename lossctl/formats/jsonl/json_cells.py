"""Lines of JSON read strictly, one object each: what each value means, and where a line breaks the rules."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lossctl.columns.column import Column
from lossctl.columns.ragged import Ragged
from lossctl.errors import DataError, plural, quoted
from lossctl.formats.table import Kind, Selection, element_text
from lossctl.formats.text.cells import LABEL_WORDS, CellError, column_of
from lossctl.record import record
from lossctl.text import number_text

DEPTH = 2  # lists of numbers, and lists of those
_LOOK = 1_000  # lines after the first in which what a key holds is looked for


class Written(str):
    """A number as it is written: what it means depends on how its column is read."""

    __slots__ = ()


class Members(list[tuple[str, Any]]):
    """An object's members in order; a key may come twice."""


@record
class JsonColumns:
    """The keys of a file's first object, and what they hold where they first hold something.

    axes: of lists, the length of the first and, where they hold lists, of the first in one. booleans: which are true or false;
    words: which are strings.
    """

    file: str
    names: tuple[str, ...]
    axes: Mapping[int, tuple[int, ...]]
    booleans: frozenset[int]
    words: frozenset[int] = frozenset()


_DECODER = json.JSONDecoder(object_pairs_hook=Members, parse_int=Written, parse_float=Written)


def read_object(line: str, where: str) -> Members:
    """The object on a line; DataError where there is none."""
    if not line.strip():
        raise DataError("an empty line where an object should be", where=where)
    try:
        value = _DECODER.decode(line)
    except json.JSONDecodeError as problem:
        said = problem.msg[:1].lower() + problem.msg[1:]
        raise DataError(f"not JSON: {said} at character {problem.colno}", where=where, hint=_hint(line)) from None
    except RecursionError:
        raise DataError("not read: nested too deeply", where=where) from None
    if not isinstance(value, Members):
        raise DataError(f"{_named(value)} where an object should be", where=where, hint=_hint(line))
    return value


def read_columns(lines: Iterator[str], file: str) -> JsonColumns:
    """What the keys of the first object hold. Further lines are looked at where that is null or an empty list."""
    first = read_object(next(lines), f"{file} line 1")
    names = tuple(key for key, _ in first)
    held = {place: value for place, (_, value) in enumerate(first)}
    lists = {place for place, value in held.items() if type(value) is list}
    axes: dict[int, tuple[int, ...]] = {place: (len(held[place]),) for place in lists}
    unknown = {place for place, value in held.items() if value is None or value == []}
    for line in itertools.islice(lines, _LOOK):
        if not unknown:
            break
        try:
            members = dict(read_object(line, ""))
        except DataError:  # it will be said where the line is read
            break
        for place in list(unknown):
            value = members.get(names[place])
            if place not in axes and type(value) is list:
                axes[place] = (len(value),)
            if value is not None and value != []:
                held[place] = value
                unknown.remove(place)
    for place in axes:
        inner = held[place][0] if held[place] else None
        while type(inner) is list:
            axes[place] += (len(inner),)
            inner = inner[0] if inner else None
    booleans, words = (frozenset(place for place, value in held.items() if type(value) is kind) for kind in (bool, str))
    return JsonColumns(file, names, axes, booleans, words)


def read_objects(lines: Sequence[str], columns: JsonColumns, first_line: int, wanted: Sequence[Selection]) -> list[Column]:
    """The wanted columns of some lines; DataError at the first line that is no object or has a value of no meaning."""
    read: list[list[list[Any]]] = [[[] for _ in selection.columns] for selection in wanted]
    used = {columns.names[place] for selection in wanted for place in selection.columns}
    for number, line in enumerate(lines, first_line):
        where = f"{columns.file} line {number}"
        members = read_object(line, where)
        values = dict(members)
        if len(values) < len(members):
            _check_once([key for key, _ in members if key in used], where)
        for selection, into in zip(wanted, read, strict=True):
            for place, column in enumerate(selection.columns):
                name = columns.names[column]
                try:
                    into[place].append(_value(values.get(name), selection, columns.axes.get(column)))
                except CellError as problem:
                    within = element_text(problem.element, (), "element")
                    said = f"{where}, column {quoted(name)}{within}"
                    raise DataError(problem.problem, where=said, hint=problem.hint or selection.hint(place)) from None
    return [
        ragged_of(into[0], columns.axes[one.columns[0]][1:]) if one.ragged else column_of(one, into)
        for one, into in zip(wanted, read, strict=True)
    ]


def ragged_of(rows: Sequence[list[Any] | None], axes: tuple[int, ...]) -> Ragged:
    """Rows that hold a list of elements of some axes each, or None."""
    missing = np.array([row is None for row in rows])
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(row or ()) for row in rows], out=offsets[1:])
    values = np.array([value for row in rows for value in row or ()], np.float64).reshape(-1, *axes)
    return Ragged(values, offsets, missing if missing.any() else None)


def _value(value: Any, selection: Selection, axes: tuple[int, ...] | None) -> Any:
    if selection.kind is Kind.TEXT:
        return _text(value)
    if axes is None:
        return _number(value, selection.kind)
    if value is None and selection.ragged:
        return None
    read = _list(value, selection.kind, (None, *axes[1:]) if selection.ragged else axes)
    return read if axes != (1,) or selection.ragged else read[0]


def _list(value: Any, kind: Kind, axes: tuple[int | None, ...]) -> Any:
    """A list of values; of its length, and those of lists in it, where one is said."""
    if not axes:
        return _number(value, kind)
    if value is None:
        return np.full([axis or 0 for axis in axes], math.nan).tolist()
    if not isinstance(value, list) or isinstance(value, Members):
        raise CellError(f"{_named(value)}; the first line has a list")
    if axes[0] is not None and len(value) != axes[0]:
        raise CellError(f"a list of {plural(len(value), 'list' if axes[1:] else 'number')}; the first line's has {axes[0]:,}")
    if not axes[1:]:
        return [_number(one, kind) for one in value]
    read = []
    for place, one in enumerate(value):
        try:
            read.append(_list(one, kind, axes[1:]))
        except CellError as problem:
            raise CellError(problem.problem, problem.hint, place) from None
    return read


def _number(value: Any, kind: Kind) -> float:
    if value is None:
        return math.nan
    if isinstance(value, Written):
        number = float(value)
        if math.isinf(number):
            raise CellError(f"{quoted(value)} overflows: beyond 1.8e308")
        return number
    if isinstance(value, bool):
        if kind is Kind.LABEL:
            return float(value)
        raise CellError(f"{_named(value)} is not a number", "booleans are labels, not predictions")
    if isinstance(value, float):  # NaN, Infinity
        return value
    if isinstance(value, str):
        raise CellError(f"{quoted(value)} is text, not a number", LABEL_WORDS if kind is Kind.LABEL else None)
    raise CellError(f"{_named(value)}, not a number")


def _text(value: Any) -> str:
    if isinstance(value, Written):
        return str(value) if value.isdigit() or (value[1:].isdigit() and value != "-0") else number_text(float(value))
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    raise CellError(f"{_named(value)}, not text")


def _check_once(keys: Sequence[str], where: str) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise DataError(f"column {quoted(key)} is there more than once", where=where)


def _named(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Members):
        return "an object"
    return "a list" if isinstance(value, list) else "a number" if isinstance(value, (Written, float)) else "a text"


def _hint(line: str) -> str | None:
    spread = line.strip() in ("{", "[") or line.lstrip().startswith("[")
    return "JSON lines have one whole object on each line; make them with jq -c '.[]'" if spread else None
