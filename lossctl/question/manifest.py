"""The rows of a manifest, a table of runs: `run`, `pred`, `target`, options headed with their dashes, and what goes along."""

from __future__ import annotations

import csv
import difflib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO

from lossctl.effects import options_of
from lossctl.errors import DataError, UsageError, quoted
from lossctl.files.streams import Stream, name_of, unreadable
from lossctl.formats.jsonl.json_objects import UNREADABLE, Members, not_json
from lossctl.options.data import Data
from lossctl.question.mapping import check_keys
from lossctl.record import record

RUN = "run"  # the column that is no option
_BARE = ("pred", "target")
_NEAR = 0.8  # how alike two words are, of which one may be meant for the other
_ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".json")  # of text
_DECODER = json.JSONDecoder(object_pairs_hook=Members)
_OF_ALL = ("plugin", "pool")  # what one row of many cannot say: code that is run, and what makes one run of several

# the heads of columns -> the options' keys
COLUMNS: Mapping[str, str] = {RUN: RUN, **{name: name for name in _BARE}} | {
    flag: declared.key
    for name, declared in options_of(Data).items()
    if name not in _OF_ALL
    for flag in declared.option.flags.split()
    if flag.startswith("--")
}


@record
class ManifestRow:
    """A row: where it stands, its cells by the keys of options, those that are empty left out, and those of other columns."""

    where: str
    cells: Mapping[str, Any]
    keep: Mapping[str, Any]


@record
class _Column:
    """A column of a manifest: how it is headed, and the key of the option that it is, None where it goes along."""

    head: str
    key: str | None


def read_manifest(path: str) -> list[ManifestRow]:
    """The rows of a table of text, JSON or Parquet; UsageError for a column of no meaning, DataError for other faults."""
    try:
        rows = [*(_of_parquet(path) if path.lower().endswith(".parquet") else _of_text(path))]
    except OSError as problem:
        raise unreadable(problem, path) from None
    except UnicodeDecodeError:
        raise DataError("no manifest: it is no text in UTF-8; expected CSV, TSV, JSON or Parquet", where=name_of(path)) from None
    except ValueError as problem:  # a NUL in the name
        raise DataError(f"no manifest: {problem}", where=name_of(path)) from None
    if not rows:
        raise DataError("no rows", where=name_of(path))
    return rows


def _of_text(path: str) -> Iterator[ManifestRow]:
    stream = Stream(path)  # which closes its file when it goes
    text = stream.file.read().decode("utf-8-sig")
    ending = next((known for known in _ENDINGS if path.lower().endswith(known)), None) or _seen(text)
    file = io.StringIO(text, newline="")
    if ending in (".jsonl", ".ndjson"):
        yield from _of_objects(file, path)
    elif ending == ".json":
        yield from _of_document(file, path)
    else:
        yield from _of_table(file, path, "\t" if ending == ".tsv" else ",")


def _seen(text: str) -> str:
    """The ending that a file of no known one might have, as one through a pipe."""
    if (of_json := {"{": ".jsonl", "[": ".json"}.get(text.lstrip()[:1])) is not None:
        return of_json
    return ".tsv" if "\t" in text.partition("\n")[0] else ".csv"


def _of_table(file: Iterable[str], path: str, delimiter: str) -> Iterator[ManifestRow]:
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    columns: list[_Column] = []
    empty = ""  # where the first of the empty lines stands, which at the end are no rows
    while True:
        where = f"{name_of(path)} line {reader.line_num + 1}"
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise DataError(f"no manifest: {problem}", where=where) from None
        if not columns:
            columns = _columns(cells, where)
        elif not cells:
            empty = empty or where
        elif empty:
            hint = "if it is no row, leave it out"
            raise DataError("an empty line between rows", where=empty, hint=hint)
        elif len(cells) != len(columns):
            raise DataError("a row has more or fewer cells than the header", where=where)
        else:
            yield _row(columns, cells, where)


def _of_objects(file: Iterable[str], path: str) -> Iterator[ManifestRow]:
    for number, line in enumerate(file, 1):
        where = f"{name_of(path)} line {number}"
        try:
            value = _DECODER.decode(line.rstrip("\r\n")) if line.strip() else Members()
        except UNREADABLE as problem:
            raise not_json(problem, where) from None
        if value != []:
            yield _of_object(value, where)


def _of_document(file: TextIO, path: str) -> Iterator[ManifestRow]:
    text = file.read()
    try:
        objects = _DECODER.decode(text)
    except UNREADABLE as problem:
        raise not_json(problem, name_of(path), lines=True) from None
    if not isinstance(objects, list) or isinstance(objects, Members):
        raise DataError('no manifest: expected a list of objects, [{"run": ..., "pred": ...}]', where=name_of(path))
    for row, value in enumerate(objects):
        yield _of_object(value, f"{name_of(path)} row {row}")


def _of_object(value: Any, where: str) -> ManifestRow:
    if not isinstance(value, Members):
        raise DataError('no manifest: expected an object, {"run": ..., "pred": ...}', where=where)
    return _row(_columns([head for head, _ in value], where), [cell for _, cell in value], where)


def _of_parquet(path: str) -> Iterator[ManifestRow]:
    from lossctl.formats.arrow.parquet import read_values

    heads, cells = read_values(path)
    columns = _columns(heads, name_of(path))
    for row, values in enumerate(cells):
        yield _row(columns, values, f"{name_of(path)} row {row}")


def _columns(heads: Iterable[str], where: str) -> list[_Column]:
    """What columns mean; UsageError for one that stands twice, or may be meant for a role or an option."""
    columns: list[_Column] = []
    for head in heads:
        if (name := head.lstrip("-")) in _OF_ALL:
            raise UsageError(f"the column {quoted(head)} is not for a row; --{name} is given to the command", where=where)
        column = _Column(head, COLUMNS.get(head))
        if column.key is None and _means_another(head):
            check_keys([head], COLUMNS, "unknown column '{}'", where)
        if any(head == other.head or column.key == other.key is not None for other in columns):
            raise UsageError(f"the column {quoted(head)} is there twice", where=where)
        columns.append(column)
    return columns


def _means_another(head: str) -> bool:
    """Whether a column that is none of them may be meant for a role or an option, which would then be left to chance."""
    option = head.startswith("-") or f"--{head.replace('_', '-')}" in COLUMNS
    return option or bool(difflib.get_close_matches(head.strip().lower(), (RUN, *_BARE), n=1, cutoff=_NEAR))


def _row(columns: Iterable[_Column], cells: Iterable[Any], where: str) -> ManifestRow:
    row: dict[str, Any] = {}
    keep: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=True):
        name = column.key or column.head
        if isinstance(cell, Members):
            raise DataError(f"{name} is an object; expected a text", where=where)
        if "\0" in "".join(map(str, cell if isinstance(cell, list) else [cell])):
            raise DataError(f"{name} holds a NUL", where=where)
        if column.key is not None and cell not in ("", None):
            row[column.key] = cell
        elif column.key is None and column.head:
            keep[column.head] = cell if isinstance(cell, (str, int, float, type(None))) else _text(cell)
    return ManifestRow(where, row, keep)


def _text(cell: Any) -> str:
    return json.dumps(cell, default=str) if isinstance(cell, (list, dict)) else str(cell)
