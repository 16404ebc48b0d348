"""Lines of JSON read strictly, one object each: what each value means, and where a line breaks the rules."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from lossctl.columns.column import Column
from lossctl.errors import DataError, plural, quoted
from lossctl.formats.table import Kind, Selection
from lossctl.formats.text.cells import LABEL_WORDS, CellError, column_of
from lossctl.record import record
from lossctl.text import number_text


class Written(str):
    """A number as it is written: what it means depends on how its column is read."""

    __slots__ = ()


class Members(list[tuple[str, Any]]):
    """An object's members in order; a key may come twice."""


@record
class JsonColumns:
    """The keys of a file's first object. lengths: of the lists that it holds; booleans: which of its values are true or false."""

    file: str
    names: tuple[str, ...]
    lengths: Mapping[int, int]
    booleans: frozenset[int]


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
                    into[place].append(_value(values.get(name), selection.kind, columns.lengths.get(column)))
                except CellError as problem:
                    raise DataError(problem.problem, where=f"{where}, column {quoted(name)}", hint=problem.hint) from None
    return [column_of(selection, into) for selection, into in zip(wanted, read, strict=True)]


def _value(value: Any, kind: Kind, length: int | None) -> Any:
    if kind is Kind.TEXT:
        return _text(value)
    if length is None:
        return _number(value, kind)
    if value is None:
        return [math.nan] * length if length > 1 else math.nan
    if not isinstance(value, list) or isinstance(value, Members):
        raise CellError(f"{_named(value)}; the first line has a list")
    if len(value) != length:
        raise CellError(f"a list of {plural(len(value), 'number')}; the first line's has {length:,}")
    numbers = [_number(one, kind) for one in value]
    return numbers if length > 1 else numbers[0]


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
