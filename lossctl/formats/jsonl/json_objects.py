"""Objects of JSON as they are written: numbers as texts, and members that may stand twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from lossctl.errors import DataError, quoted
from lossctl.formats.nested import FIRST, SPARK_VALUES, SPARSE
from lossctl.formats.text.cells import EMPTY_LINES, CellError

Path: TypeAlias = tuple[str, ...]  # keys, from an object to one in it


class Written(str):
    """A number as it is written: what it means depends on how its column is read."""

    __slots__ = ()


class Members(list[tuple[str, Any]]):
    """An object's members in order; a key may come twice."""


UNREADABLE = (ValueError, RecursionError)  # what decoders raise
DECODER = json.JSONDecoder(object_pairs_hook=Members, parse_int=Written, parse_float=Written)


def read_object(line: str, where: str) -> Members:
    """The object on a line; DataError where there is none."""
    if not line.strip():
        raise DataError("an empty line where an object should be", where=where, hint=EMPTY_LINES)
    try:
        value = DECODER.decode(line)
    except UNREADABLE as problem:
        raise not_json(problem, where, _hint(line)) from None
    if not isinstance(value, Members):
        raise DataError(f"{named(value)} where an object should be", where=where, hint=_hint(line))
    return value


def not_json(problem: Exception, where: str, hint: str | None = None, *, lines: bool = False) -> DataError:
    """The error of a text that a decoder did not read. lines: the text has several, of which `where` names none."""
    if not isinstance(problem, json.JSONDecodeError):
        too_deep = isinstance(problem, RecursionError)
        return DataError(f"not read: {'nested too deeply' if too_deep else 'a number of too many digits'}", where=where)
    said = problem.msg[:1].lower() + problem.msg[1:]
    where = f"{where} line {problem.lineno}" if lines else where
    return DataError(f"not JSON: {said} at character {problem.colno}", where=where, hint=hint)


def fields_of(value: Any) -> Iterator[tuple[str, Any]]:
    """The fields of an object; of a list of objects its first one, and of each field of that what all of them hold."""
    if isinstance(value, Members):
        yield from value
    elif type(value) is list and value and isinstance(value[0], Members):
        yield FIRST, value[0]
        yield from ((key, [dict(item).get(key) if isinstance(item, Members) else None for item in value]) for key, _ in value[0])


def at(value: Any, path: Path, before: Path = ()) -> Any:
    """What stands in an object at the end of some keys, None where one is not there; of a list of objects what each holds there.

    before: the keys that led to the object. Raises CellError where a key leads into no object.
    """
    if value is None or not path:
        return value
    if type(value) is list:
        if path[0] == FIRST:
            return at(value[0] if value else None, path[1:], (*before, FIRST))
        return [_at_element(element, item, path, before) for element, item in enumerate(value)]
    if not isinstance(value, Members):
        raise CellError(f"{named(value)} in {quoted('.'.join(before))}, where the first line has an object")
    fields = dict(value)
    if path[0] == SPARK_VALUES and before and "indices" in fields and fields.get("type") == "0":
        raise CellError(SPARSE)
    return at(fields.get(path[0]), path[1:], (*before, path[0]))


def _at_element(element: int, item: Any, path: Path, before: Path) -> Any:
    try:
        return at(item, path, before)
    except CellError as problem:
        raise CellError(problem.problem, problem.hint, element) from None


def check_fields(value: Any, path: Path, where: str) -> None:
    """DataError where a field that is used stands twice in an object."""
    if not path:
        return
    if type(value) is list:
        for item in value[:1] if path[0] == FIRST else value:
            check_fields(item, path[path[0] == FIRST :], where)
    elif isinstance(value, Members):
        check_once([name for name, _ in value if name == path[0]], where)
        check_fields(dict(value).get(path[0]), path[1:], where)


def check_once(keys: Sequence[str], where: str) -> None:
    """DataError where a key stands twice in an object."""
    for key in keys:
        if keys.count(key) > 1:
            raise DataError(f"column {quoted(key)} is there more than once", where=where)


def named(value: Any) -> str:
    """What a value is, in words."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Members):
        return "an object"
    return "a list" if isinstance(value, list) else "a number" if isinstance(value, (Written, float)) else "a text"


def _hint(line: str) -> str | None:
    spread = line.strip() in ("{", "[") or line.lstrip().startswith("[")
    return "JSON lines have one whole object on each line; for an array of objects: --input-format json" if spread else None
