"""Options from names and values that no command line gave: TOML, the cells of a manifest, keywords in Python."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, TypeVar

from lossctl.effects import Declared, options_of
from lossctl.errors import UsageError, did_you_mean, quoted, shorten
from lossctl.options.show import Command
from lossctl.record import replace
from lossctl.spelling import bare
from lossctl.text import number_text, shown

Options = TypeVar("Options", bound=Command)


def keys_of(record: type) -> list[str]:
    """The names of a record's options in TOML and manifests: with `_` for `-`, and `from`, which is no name in Python."""
    return [declared.key for declared in options_of(record).values() if declared.option.flags]


def check_keys(table: Iterable[str], known: Iterable[str], unknown: str, where: str | None = None) -> None:
    """UsageError, with the nearest known key, where one is not known; `unknown` words it, as `unknown key '{}'`."""
    known = list(known)
    for key in table:
        if key not in known:
            meant = _of_other_programs(key, known)
            near = did_you_mean(key, known) if meant is None else f"; did you mean {quoted(meant)}?"
            raise UsageError(unknown.format(shorten(shown(key))) + near, where=where)


def _of_other_programs(word: str, known: Sequence[str]) -> str | None:
    """The known key of an option that other programs call so, as `sample_weight`."""
    from lossctl.options.commands import COMMANDS
    from lossctl.options.other_words import instead_of  # at an error only

    for found in (instead_of(f"--{word.lstrip('-')}", record) for record in COMMANDS):
        if found is not None and (meant := next((key for key in known if bare(key) == bare(found[0])), None)):
            return meant
    return None


def from_mapping(options: Options, table: Mapping[str, Any], where: str | None = None, *, cells: bool = False) -> Options:
    """`options` with the values of a table, whose keys `check_keys` has seen, in their places; None leaves what is there.

    A flag is true or false (the words, among the `cells` of a table), a text may be a number, and what may be repeated is a text
    or a list of texts. Raises UsageError with the key, and with `where`, for a value that does not fit.
    """
    declared = {option.key: option for option in options_of(type(options)).values()}
    given = {key.rstrip("_"): value for key, value in table.items() if value is not None}
    return replace(options, **{declared[key].name: _value(declared[key], value, where, cells) for key, value in given.items()})


def read_text(value: Any, key: str, where: str | None = None) -> str:
    """A text, a path, or a number as one types it."""
    if not _is_text(value):
        raise UsageError(f"{key} is a text", where=where)
    text = read_number(value, key, where) if isinstance(value, Real) else str(value)
    if "\0" in text:
        raise UsageError(f"{key} holds a NUL character: {quoted(text)}", where=where)
    return text


def read_texts(value: Any, key: str, where: str | None = None) -> tuple[str, ...]:
    """A text, or some."""
    several = isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))
    try:
        values = [*value] if several else [value]
    except TypeError:  # an array without axes says that it is iterable
        values = [value]
    if not all(map(_is_text, values)):
        raise UsageError(f"{key} is a text or a list of texts", where=where)
    return tuple(read_text(text, key, where) for text in values)


def read_number(value: Any, key: str, where: str | None = None) -> str:
    """A number as one types it; a text is left to who reads it."""
    if isinstance(value, bool) or not isinstance(value, (Real, str)):
        raise UsageError(f"{key} is a number", where=where)
    try:
        number = value if isinstance(value, str) else number_text(float(value))
    except OverflowError:
        raise UsageError(f"{key} is too large", where=where) from None
    return str(int(value)) if isinstance(value, Integral) else number


def _value(declared: Declared, value: Any, where: str | None, cells: bool) -> Any:
    if declared.kind is bool:
        return _flag(value, declared.key, where, cells)
    if declared.kind is tuple:
        return read_texts(value, declared.key, where)
    if declared.option.joined:
        return ",".join(read_texts(value, declared.key, where))
    return read_text(value, declared.key, where)


def _is_text(value: Any) -> bool:
    return isinstance(value, (str, os.PathLike, Real)) and not isinstance(value, bool)


def _flag(value: Any, key: str, where: str | None, cells: bool) -> bool:
    if cells and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    if cells or not isinstance(value, bool):
        raise UsageError(f"{key} is true or false" + (f", not {quoted(value)}" if cells else ""), where=where)
    return value
