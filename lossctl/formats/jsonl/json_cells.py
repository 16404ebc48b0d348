"""Lines of JSON read strictly, one object each: what each value means, and where a line breaks the rules."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lossctl.columns.column import Column
from lossctl.columns.partly_read import partly_read
from lossctl.columns.ragged import Ragged
from lossctl.errors import DataError, plural, quoted
from lossctl.formats.jsonl.json_objects import Members, Path, Written, at, check_fields, check_once, fields_of, named, read_object
from lossctl.formats.nested import FIRST, LISTS, NAMES
from lossctl.formats.table import Kind, Selection, cell_text, element_text
from lossctl.formats.text.cells import LABEL_WORDS, LISTED_WORDS, CellError, column_of
from lossctl.record import record
from lossctl.text import number_text

_LOOK = 1_000  # lines after the first in which what a key holds is looked for


@record
class JsonColumns:
    """The keys of a file's first object, then the fields of objects in it, and what they hold where they first hold something.

    paths: the keys that lead to each. axes: of lists, the length of the first and, where they hold lists, of the first in one.
    booleans: which are true or false; words: which are strings, or lists of them.
    """

    file: str
    paths: tuple[Path, ...]
    axes: Mapping[int, tuple[int, ...]]
    booleans: frozenset[int]
    words: frozenset[int] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """What each is called."""
        return tuple(map(".".join, self.paths))

    def own_axes(self) -> dict[Path, tuple[int, ...]]:
        """The axes of each path that are not those of a list of objects which it leads through."""
        own: dict[Path, tuple[int, ...]] = {}
        for place, path in enumerate(self.paths):
            through = sum(bool(own.get(path[:end])) and path[end] != FIRST for end in range(1, len(path)))
            own[path] = self.axes.get(place, ())[through:]
        return own

    def locate(self, where: str, selection: Selection, element: int | None) -> str:
        """Where a row of the file stands, `line 3` or `row 2`, its column and within a list the element."""
        return cell_text(
            f"{self.file} {where}", selection, element, self.names.__getitem__, lambda place: self.axes.get(place, ())
        )

    def check(self, where: str, column: int, kind: Kind, *, ragged: bool) -> None:
        """DataError where what a column holds first, at `where`, cannot be read so; cells are checked as they are read."""
        axes = self.axes.get(column, ()) if kind is not Kind.TEXT else ()
        where = f"{self.file} {where}, column {quoted('.'.join(self.paths[column]))}"
        if len(axes) > LISTS:
            raise DataError("lists in lists in lists; expected numbers, lists of them or lists of such", where=where)
        if 0 in axes[ragged:]:
            raise DataError("the list is empty", where=where)


def columns_of(rows: Iterator[Members], file: str) -> JsonColumns:
    """What the first row's keys hold, and the fields of objects among them. Further rows are looked at where that is nothing."""
    first = next(rows)
    held: dict[Path, Any] = {(key,): value for key, value in first}
    lengths = {path: len(value) for path, value in held.items() if type(value) is list}
    unknown = {path for path, value in held.items() if _is_nothing(value)}
    for members in itertools.islice(rows, _LOOK):
        if not unknown:
            break
        values = dict(members)
        for path in [*unknown]:
            value = values.get(path[0])
            if type(value) is list:
                lengths.setdefault(path, len(value))
            if not _is_nothing(value):
                held[path] = value
                unknown.remove(path)
    paths: list[Path] = [(key,) for key, _ in first]
    own = {key for key, _ in first}  # the name of a column itself wins
    of_all: set[Path] = set()  # what all objects of a list hold, of which no list has a first one
    for path in paths:  # which grows by the fields of objects
        if len(path) < NAMES:
            inner = [(key, value) for key, value in fields_of(held.get(path)) if path not in of_all or key != FIRST]
            fields: dict[Path, Any] = {(*path, key): value for key, value in inner if ".".join((*path, key)) not in own}
            in_list = path in of_all or type(held.get(path)) is list
            of_all |= {within for within in fields if in_list and within[-1] != FIRST}
            held |= fields
            lengths |= {path: len(value) for path, value in fields.items() if type(value) is list}
            paths += fields
    axes = {place: (lengths[path], *_inner_axes(held[path])) for place, path in enumerate(paths) if path in lengths}
    booleans = frozenset(place for place, path in enumerate(paths) if type(held.get(path)) is bool)
    words = frozenset(place for place, path in enumerate(paths) if type(_innermost(held.get(path))) is str)
    return JsonColumns(file, tuple(paths), axes, booleans, words)


def _inner_axes(value: Any) -> Iterator[int]:
    """The lengths of the first list in a list, and of the first in that."""
    inner = value[0] if value else None
    while type(inner) is list:
        yield len(inner)
        inner = inner[0] if inner else None


def _innermost(value: Any) -> Any:
    """The first value in lists."""
    while type(value) is list and value:
        value = value[0]
    return value


def _is_nothing(value: Any) -> bool:
    return value is None or value == []


def read_objects(lines: Sequence[str], columns: JsonColumns, first_line: int, wanted: Sequence[Selection]) -> list[Column]:
    """The wanted columns of some lines; DataError at the first line that is no object or has a value of no meaning."""
    places = (f"{columns.file} line {number}" for number in itertools.count(first_line))
    return read_rows(((where, read_object(line, where)) for where, line in zip(places, lines, strict=False)), columns, wanted)


def read_rows(rows: Iterable[tuple[str, Members]], columns: JsonColumns, wanted: Sequence[Selection]) -> list[Column]:
    """The wanted columns of rows, each with where it stands; DataError at the first that has a value of no meaning."""
    read: list[list[list[Any]]] = [[[] for _ in selection.columns] for selection in wanted]
    errors: defaultdict[Selection, dict[int, DataError]] = defaultdict(dict)  # by row
    used = [columns.paths[place] for selection in wanted for place in selection.columns]
    nested = [path for path in used if len(path) > 1]
    for where, members in rows:
        values = dict(members)
        if len(values) < len(members):
            check_once([key for key, _ in members if any(key == path[0] for path in used)], where)
        for path in nested:
            check_fields(values.get(path[0]), path[1:], where)
        for selection, into in zip(wanted, read, strict=True):
            for place, column in enumerate(selection.columns):
                path = columns.paths[column]
                try:
                    value = values.get(path[0]) if len(path) == 1 else at(members, path)
                    into[place].append(_value(value, selection, columns.axes.get(column)))
                except CellError as problem:
                    within = element_text(problem.element, (), "element")
                    said = f"{where}, column {quoted('.'.join(path))}{within}"
                    error = DataError(problem.problem, where=said, hint=problem.hint or selection.hint(place))
                    if not selection.deferred:
                        raise error from None
                    errors[selection].setdefault(len(into[place]), error)
                    into[place].append(_value(None, selection, columns.axes.get(column)))
    made = [
        ragged_of(into[0], columns.axes[selection.columns[0]][1:]) if selection.ragged else column_of(selection, into)
        for selection, into in zip(wanted, read, strict=True)
    ]
    return [partly_read(column, errors[selection]) for column, selection in zip(made, wanted, strict=True)]


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
    if not selection.ragged:
        _check_length(value, axes, selection.unequal)
    read = _list(value, selection.kind, (None, *axes[1:]) if selection.ragged else axes)
    return read if axes != (1,) or selection.ragged else read[0]


def _list(value: Any, kind: Kind, axes: tuple[int | None, ...]) -> Any:
    """A list of values; of its length, and those of lists in it, where one is said."""
    if not axes:
        return _number(value, kind)
    if value is None:
        return np.full([axis or 0 for axis in axes], math.nan).tolist()
    if not isinstance(value, list) or isinstance(value, Members):
        raise CellError(f"{named(value)}; the first line has a list")
    _check_length(value, axes)
    if not axes[1:]:
        return [_number(item, kind, LISTED_WORDS) for item in value]
    read = []
    for place, item in enumerate(value):
        try:
            read.append(_list(item, kind, axes[1:]))
        except CellError as problem:
            raise CellError(problem.problem, problem.hint, place) from None
    return read


def _check_length(value: Any, axes: tuple[int | None, ...], hint: str | None = None) -> None:
    """CellError where a list is not as long as the first."""
    if isinstance(value, list) and axes[0] is not None and len(value) != axes[0]:
        problem = f"a list of {plural(len(value), 'list' if axes[1:] else 'number')}; the first line's has {axes[0]:,}"
        raise CellError(problem, hint)


def _number(value: Any, kind: Kind, of_words: str = LABEL_WORDS) -> float:
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
        raise CellError(f"{named(value)} is not a number", "booleans are labels, not predictions")
    if isinstance(value, float):  # NaN, Infinity
        return value
    if isinstance(value, str):
        raise CellError(f"{quoted(value)} is text, not a number", of_words if kind is Kind.LABEL else None)
    raise CellError(f"{named(value)}, not a number")


def _text(value: Any) -> str:
    if isinstance(value, Written):
        return str(value) if value.isdigit() or (value[1:].isdigit() and value != "-0") else number_text(float(value))
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    raise CellError(f"{named(value)}, not text")
