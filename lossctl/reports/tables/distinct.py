"""Names that must differ, since a reader of the report takes equal ones for the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def distinct(names: Iterable[tuple[str, str]], mark: str = " ({})") -> Iterator[tuple[str, str]]:
    """The names, each a pair, in order; where one was there before, its second part gets a number that makes it new."""
    seen: set[tuple[str, str]] = set()
    last: dict[tuple[str, str], int] = {}
    for first, second in names:
        name = (first, second)
        number = last.get(name, 1)
        while name in seen:
            number += 1
            name = (first, second + mark.format(number))
        last[first, second] = number
        seen.add(name)
        yield name
