"""Which columns of a table a SRC names, and what each is called among them: by name, number, list, range or pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from lossctl.binding.headers import named, not_found, only, refuse_number_header, where_of
from lossctl.errors import DataError, quoted, shorten
from lossctl.formats.table import Table
from lossctl.lazy import regex
from lossctl.question.src import Src
from lossctl.record import record

_RANGE = regex(r"(.*?)(\d{1,9})\.\.(?:(.*?)(\d{1,9}))?", re.DOTALL | re.ASCII)
_NUMBERED = regex(r"(.*?)(\d{1,18})", re.DOTALL | re.ASCII)


@record
class Columns:
    """Columns of a table that make up one role, by their places.

    names: what each is called among them, which are the names of classes: what `*` matched, the numbers of columns that are
    called alike but for a number, else the names as they are; () where columns have none. pattern: whether `*` chose them.
    """

    places: tuple[int, ...]
    names: tuple[str, ...] = ()
    pattern: bool = False


def find_columns(table: Table, src: Src, classes: Sequence[str] | None = None) -> Columns:
    """The columns that a SRC names in a table: the exact name, a number, a list, or a pattern; DataError where there are none.

    classes: what the columns of a pattern are called that are meant, where every class has one; else all are.
    """
    assert src.column is not None
    name = src.column
    if (exact := _by_name(table, name, numbered=not src.forced)) is not None:
        return Columns((exact,))
    if not src.forced:
        if "*" in name:
            return _matching(table, name, classes)
        if bounds := _RANGE.fullmatch(name):
            return _ranged(table, name, bounds)
        if "," in name:
            return _listed(table, name)
    raise not_found(table, name)


def whole_array(table: Table) -> Columns:
    """Every column of a bare array, which has one, or of a frame that is an array, whose columns have names."""
    places = tuple(range(len(table.columns)))
    return Columns(places) if len(places) == 1 else _called(table, places)


def family(table: Table, prefix: str, first: int = 0, digits: int = 1, spelled: Callable[[str], str] = str) -> Columns | None:
    """The columns prefix0, prefix1, ... from number `first` on, None where there are none. spelled: a name as it is looked at.

    DataError where a number between them is missing.
    """
    numbered: dict[int, tuple[int, ...]] = {}
    for place, column in enumerate(map(spelled, table.columns)):
        number = column.removeprefix(prefix)
        if not column.startswith(prefix) or not re.fullmatch(r"\d{1,9}", number, re.ASCII):
            continue
        if number == f"{int(number):0{digits}}" and int(number) >= first:
            numbered[int(number)] = (*numbered.get(int(number), ()), place)
    if first not in numbered:
        return None
    places = {number: only(table, places) for number, places in numbered.items()}
    numbers = sorted(places)
    ordered = tuple(places[number] for number in numbers)
    _check_no_gap(table, numbers, f"{prefix}*", [table.columns[place] for place in ordered])
    return Columns(ordered, tuple(f"{number:0{digits}}" for number in numbers))


def _by_name(table: Table, name: str, *, numbered: bool) -> int | None:
    """The column of a name, or where `numbered` of a number from 1; None where there is none."""
    if exact := named(table.columns, name):
        if numbered and name == str(exact[0] + 1):  # by name and by number the same column, whose name may be data
            refuse_number_header(table, exact[0])
        return only(table, exact)
    if numbered and name.isascii() and name.isdigit():
        return _at_number(table, int(name) if len(name) < 10 else 0, name)
    stripped = tuple(place for place, column in enumerate(table.columns) if column.strip() == name)
    return only(table, stripped) if stripped else None


def _at_number(table: Table, wanted: int, text: str) -> int:
    if not 1 <= wanted <= len(table.columns):
        raise DataError(f"there is no column {shorten(text)}; the columns are 1 to {len(table.columns)}", where=where_of(table))
    refuse_number_header(table, wanted - 1)
    return wanted - 1


def _listed(table: Table, text: str) -> Columns:
    """The columns of `cat,dog,elk` in the order given."""
    places = []
    for name in text.split(","):
        place = _by_name(table, name, numbered=True)
        if place is None:
            raise not_found(table, name)
        if place in places:
            raise DataError(f"column {quoted(name)} is listed twice in {quoted(text)}", where=where_of(table))
        places.append(place)
    return _called(table, places)


def _matching(table: Table, pattern: str, classes: Sequence[str] | None) -> Columns:
    expression = re.compile("(.*)".join(map(re.escape, pattern.split("*"))), re.DOTALL)
    found = [(place, match.groups()) for place, column in enumerate(table.columns) if (match := expression.fullmatch(column))]
    if not found:
        raise not_found(table, pattern)
    by_name = _places(table)
    for place, _ in found:
        only(table, by_name[table.columns[place]])
    of_stars = zip(*(groups for _, groups in found), strict=True)
    varying = next((parts for parts in of_stars if len(set(parts)) == len(found)), None)
    names = varying or tuple(table.columns[place] for place, _ in found)
    places = dict(zip(names, (place for place, _ in found), strict=True))
    numbered = varying is not None and all(re.fullmatch(r"\d{1,18}", name, re.ASCII) for name in names)
    if numbered:
        if len({int(name) for name in names}) < len(names):
            raise DataError(f"two columns of {quoted(pattern)} have the same number", where=where_of(table))
        names = tuple(sorted(names, key=int))
    if classes is not None and set(classes) <= set(names):
        names = tuple(name for name in names if name in classes)
    elif numbered and int(names[0]) < 2:  # as classes and outputs are counted; classes 3, 5, 8 are numbers of their own
        _check_no_gap(table, list(map(int, names)), pattern, [table.columns[places[name]] for name in names])
    return Columns(tuple(places[name] for name in names), names, pattern=True)


def _check_no_gap(table: Table, numbers: Iterable[int], pattern: str, columns: Sequence[str] = ()) -> None:
    numbers = sorted(numbers)
    missing = next((place for place, number in enumerate(numbers, numbers[0]) if place != number), None)
    if missing is not None:
        problem = f"the columns of {quoted(pattern)} are not consecutive: number {missing} is missing"
        hint = f"if these are all, list them: {','.join(columns)}" if 1 < len(columns) <= 20 else None
        raise DataError(problem, where=where_of(table), hint=hint)


def _ranged(table: Table, text: str, bounds: re.Match[str]) -> Columns:
    prefix, first, again, last = bounds.groups()
    start, digits = int(first), len(first) if first.startswith("0") else 1  # p_00..p_11 as well as p_0..p_11
    if not prefix and not again and not {first, last} & set(table.columns):  # 2..4
        return _called(table, _numbered_places(table, start, None if last is None else int(last), text))
    if last is None:
        found = family(table, prefix, start, digits)
        if found is None:
            raise not_found(table, f"{prefix}{first}")
        return found
    if again not in (prefix, "") or int(last) < start:
        raise not_found(table, text)
    places, by_name = [], _places(table)
    for place in range(start, int(last) + 1):
        name = f"{prefix}{place:0{digits}}"
        if name not in by_name:
            raise not_found(table, name)
        places.append(only(table, by_name[name]))
    return _called(table, places)


def _places(table: Table) -> dict[str, tuple[int, ...]]:
    """The places of the columns of each name, of which there may be thousands."""
    places: dict[str, tuple[int, ...]] = {}
    for place, column in enumerate(table.columns):
        places[column] = (*places.get(column, ()), place)
    return places


def _numbered_places(table: Table, first: int, last: int | None, text: str) -> list[int]:
    """The columns of `2..4`, counted from 1."""
    last = len(table.columns) if last is None else last
    if last < first:
        raise not_found(table, text)
    ends = [_at_number(table, wanted, str(wanted)) for wanted in (first, last)]
    places = list(range(ends[0], ends[1] + 1))
    for place in places:
        refuse_number_header(table, place)
    return places


def _called(table: Table, places: Sequence[int]) -> Columns:
    """Columns that were listed or ranged: by the numbers in which alone their names differ, else by their names."""
    names = [table.columns[place] for place in places]
    if not table.header and list(table.columns) == [str(place) for place in range(1, len(table.columns) + 1)]:
        return Columns(tuple(places))  # the names are but places
    numbered = [_NUMBERED.fullmatch(name) for name in names]
    prefixes = {match[1] if match else None for match in numbered}
    if len(prefixes) == 1 and None not in prefixes:
        numbers = [match[2] for match in numbered if match]
        names = numbers if len(set(map(int, numbers))) == len(numbers) else names
    return Columns(tuple(places), tuple(names))
