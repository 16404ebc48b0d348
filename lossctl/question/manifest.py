"""The rows of a manifest, a table of runs: `run`, `pred`, `target`, and options headed with their dashes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lossctl.effects import options_of
from lossctl.errors import DataError, UsageError, quoted
from lossctl.options.data import Data
from lossctl.question.mapping import check_keys
from lossctl.record import record
from lossctl.text import shown

RUN = "run"  # the column that is no option
_BARE = ("pred", "target")
_OF_ALL = ("plugin", "pool")  # what one row of many cannot say: code that is run, and what makes one run of several

# the heads of columns -> the options' keys
COLUMNS: Mapping[str, str] = {RUN: RUN, **{name: name for name in _BARE}} | {
    flag: one.key
    for name, one in options_of(Data).items()
    if name not in _OF_ALL
    for flag in one.option.flags.split()
    if flag.startswith("--")
}


@record
class ManifestRow:
    """A row: where it stands, and its cells by the keys of options, those that are empty left out."""

    where: str
    cells: Mapping[str, Any]


def read_manifest(path: str) -> list[ManifestRow]:
    """The rows of JSON lines, or of a table with a header; UsageError for a column of no meaning, DataError for other faults."""
    lowered = path.lower()
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            if lowered.endswith((".jsonl", ".ndjson")):
                rows = [*_of_objects(file, path)]
            else:
                rows = [*_of_table(file, path, "\t" if lowered.endswith(".tsv") else ",")]
    except OSError as problem:
        raise DataError(f"cannot be read: {problem.strerror}", where=shown(path)) from None
    except ValueError as problem:  # not UTF-8, or a NUL in the name
        raise DataError(f"no manifest: {problem}", where=shown(path)) from None
    if not rows:
        raise DataError("no rows", where=shown(path))
    return rows


def _of_table(file: Iterable[str], path: str, delimiter: str) -> Iterator[ManifestRow]:
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    keys: list[str] = []
    while True:
        where = f"{shown(path)} line {reader.line_num + 1}"
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise DataError(f"no manifest: {problem}", where=where) from None
        if not keys:
            keys = _keys(cells, where)
        elif cells and len(cells) != len(keys):
            raise DataError("a row has more or fewer cells than the header", where=where)
        elif cells:
            yield _row(keys, cells, where)


def _of_objects(file: Iterable[str], path: str) -> Iterator[ManifestRow]:
    for number, line in enumerate(file, 1):
        where = f"{shown(path)} line {number}"
        try:
            pairs = json.loads(line, object_pairs_hook=_Pairs) if line.strip() else _Pairs()
        except (ValueError, RecursionError) as problem:
            raise DataError(f"no manifest: {problem}", where=where) from None
        if not isinstance(pairs, _Pairs):
            raise DataError('no manifest: expected an object, {"run": ..., "pred": ...}', where=where)
        if pairs:
            yield _row(_keys([head for head, _ in pairs], where), [cell for _, cell in pairs], where)


class _Pairs(list[tuple[str, Any]]):
    """An object with each of its keys, also where one stands twice."""


def _keys(heads: Iterable[str], where: str) -> list[str]:
    """The keys of the options that columns stand for; UsageError for a column of no meaning, or one that stands twice."""
    keys: list[str] = []
    for head in heads:
        if (name := head.lstrip("-")) in _OF_ALL:
            raise UsageError(f"the column {quoted(head)} is not for a row; --{name} is given to the command", where=where)
        check_keys([head], COLUMNS, "unknown column '{}'", where)
        if COLUMNS[head] in keys:
            raise UsageError(f"the column {quoted(head)} is there twice", where=where)
        keys.append(COLUMNS[head])
    return keys


def _row(keys: Iterable[str], cells: Iterable[Any], where: str) -> ManifestRow:
    row = {key: cell for key, cell in zip(keys, cells, strict=True) if cell not in ("", None)}
    for key, cell in row.items():
        if isinstance(cell, _Pairs):
            raise DataError(f"{key} is an object; expected a text", where=where)
        if "\0" in "".join(map(str, cell if isinstance(cell, list) else [cell])):
            raise DataError(f"{key} holds a NUL", where=where)
    return ManifestRow(where, row)
