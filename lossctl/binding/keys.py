"""Columns of keys: those that `--id` names, and those that are keys by their names, by which rows paired by order must agree."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterable, Mapping, Sequence

from lossctl.binding.columns import Columns
from lossctl.binding.names import NAMELESS
from lossctl.binding.role_source import RoleSource, find, select
from lossctl.errors import DataError, UsageError, plural
from lossctl.files.streams import name_of
from lossctl.formats.shards import expand
from lossctl.formats.table import Kind, Table
from lossctl.lazy import regex
from lossctl.question.src import Src, read_src

_WORDS = "qid|docid|uid|uuid|guid|key|index|name|file|image|date|time|ds|timestamp"
_USUAL_KEY = regex(rf"(?:.*[^\w,]|.*_)?id|{_WORDS}", re.IGNORECASE | re.DOTALL)  # a comma would split it in --id
_CAPITAL_ID = regex(r"[^,]*[a-z0-9]I[Dd]")

SharedKeys = tuple[Mapping[str, RoleSource], ...]  # of each set of tables its usual keys, by what their names have in common


def keys_of(sets: Sequence[Sequence[Table]], ids: Sequence[Src], input_format: str | None) -> tuple[tuple[RoleSource, ...], ...]:
    """The columns of `--id` in each set of tables; DataError where one has none, UsageError where they have unlike numbers."""
    keys: list[tuple[RoleSource, ...]] = []
    for tables in sets:
        path = tables[0].path
        if tables[0].is_array:
            hint = "without --id rows pair by order"
            raise DataError("a bare array has no column of keys for --id", where=name_of(path), hint=hint)
        own = [src for src in ids if src.file is not None and path in expand(src.file, input_format)]
        own = own or [src for src in ids if src.file is None]
        if not own or any(src.column is None for src in own):
            raise DataError("--id names no column of this file", where=name_of(path), hint=f"name one: --id {path}:COLUMN")
        columns = [Src(src.text, column=src.column, forced=src.forced) for src in own]
        found = [find(tables, src, path).read_as(Kind.TEXT) for src in columns]
        keys.append(tuple({source.selections: source for source in found}.values()))
        if len(keys[-1]) != len(keys[0]):
            problem = f"--id names {plural(len(keys[-1]), 'column')} here and {len(keys[0])} of {keys[0][0].tables[0].path}"
            raise UsageError(problem, where=name_of(path))
    return tuple(keys)


def is_usual_key(name: str, place: int) -> bool:
    """Whether a column of a table, the `place`th, is called as keys are; a nameless first column is pandas' index or R's."""
    name = name.strip()
    if NAMELESS.fullmatch(name):
        return place == 0 or name != ""
    return bool(_USUAL_KEY.fullmatch(name) or _CAPITAL_ID.fullmatch(name))


def shared_keys(sources: Iterable[RoleSource], used: Collection[RoleSource], *, alone: bool) -> SharedKeys:
    """The usual keys of each set of tables that sources are of, without columns that are used.

    alone: those too that one set of tables has and no other; else such are left out.
    """
    found = [_usual_keys(tables, used) for tables in dict.fromkeys(source.tables for source in sources)]
    return tuple(
        {name: key for name, key in keys.items() if alone or sum(name in others for others in found) > 1} for keys in found
    )


def key_option(names: Sequence[str], shared: SharedKeys) -> str | None:
    """`--id qid,docid`, with its file where they are not called the same; None where a set of tables lacks one."""
    if not all(name in keys for keys in shared for name in names):
        return None
    texts = [",".join(_typed(keys[name]) for name in names) for keys in shared]
    if len(set(texts)) == 1:
        return f"--id {shlex.quote(texts[0])}"
    files = [keys[names[0]].tables[0].path for keys in shared]
    return "--id " + shlex.quote(",".join(f"{file}:{text}" for file, text in dict(zip(files, texts, strict=True)).items()))


def _typed(key: RoleSource) -> str:
    """A key column as one types it: a nameless one by its number."""
    [name], [place] = key.columns, key.selections[0].columns
    if not name.strip():
        return str(place + 1)
    return name if read_src(name).file is None and not name.startswith("col:") else f"col:{name}"


def _usual_keys(tables: Sequence[Table], used: Collection[RoleSource]) -> dict[str, RoleSource]:
    """The usual keys that every one of some shards has, and that are not used, by their names in lower case."""
    taken: dict[Table, set[int]] = {}
    for source in used:
        for table, selection in zip(source.tables, source.selections, strict=True):
            taken.setdefault(table, set()).update(selection.columns)
    columns = [_named_keys(table, taken.get(table, ())) for table in tables]
    keys: dict[str, RoleSource] = {}
    for name in columns[0]:
        if all(name in own for own in columns) and (key := _text_of(tables, [own[name] for own in columns])) is not None:
            keys[name] = key
    return keys


def _named_keys(table: Table, taken: Collection[int]) -> dict[str, int]:
    """The columns of a table that are called as keys are, by names in lower case; none of two that share one."""
    if table.is_array:
        return {}
    found: dict[str, list[int]] = {}
    for place, name in enumerate(table.columns):
        if is_usual_key(name, place):
            found.setdefault(name.strip().lower(), []).append(place)
    return {name: places[0] for name, places in found.items() if len(places) == 1 and places[0] not in taken}


def _text_of(tables: Sequence[Table], places: Sequence[int]) -> RoleSource | None:
    """The text of a column of each table; None where one cannot be read so, and is no key."""
    try:
        return select(tables, [Columns((place,)) for place in places], name_of(tables[0].path), by_itself=True).read_as(Kind.TEXT)
    except DataError:
        return None
