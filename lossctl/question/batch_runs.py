"""Which runs a batch has: files, directories and globs, or the rows of a manifest."""

from __future__ import annotations

import csv
import glob
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_origin, get_type_hints

from lossctl.errors import DataError, UsageError, did_you_mean, quoted
from lossctl.files.streams import is_url
from lossctl.options import Batch, Data
from lossctl.question.request import Request, read_request
from lossctl.question.src import Src, read_src
from lossctl.record import record
from lossctl.text import shown

_HINTS = get_type_hints(Data)
_KEYS = {field.name.rstrip("_"): field.name for field in fields(Data)}


@record
class Planned:
    """One run of a batch: its name, its request and its PREDs."""

    name: str
    request: Request
    preds: tuple[Src, ...]


def plan(options: Batch) -> list[Planned]:
    """The runs in input order; UsageError where a glob matches nothing, a name stands twice, or there are none."""
    planned = list(_from_manifest(options, options.manifest) if options.manifest is not None else _from_preds(options))
    seen: set[str] = set()
    for one in planned:
        if one.name in seen:
            raise UsageError(f"the run {quoted(one.name)} is named twice")
        seen.add(one.name)
    if not planned:
        raise UsageError("nothing to judge: no PRED and no --manifest")
    readers = Counter(file for one in planned for file in {*one.request.role_files()})
    shared = frozenset(file for file, count in readers.items() if count > 1)
    return [replace(one, request=replace(one.request, shared=shared)) for one in planned] if shared else planned


def _from_preds(options: Batch) -> Iterator[Planned]:
    if options.pool:
        raise UsageError("batch judges many runs; --pool makes one of them: lossctl eval --pool")
    preds = [name for text in options.preds for name in _expanded(text)]
    if not preds:
        return
    request = read_request(replace(options, preds=preds))
    for name, sources in request.runs:
        yield _planned(name, request, sources)


def _planned(name: str, request: Request, preds: tuple[Src, ...]) -> Planned:
    return Planned(name, replace(request, runs=((name, preds),)), preds)


def _expanded(text: str) -> list[str]:
    if is_url(text) or not glob.has_magic(text) or Path(text).exists():
        return [text]
    found = sorted(glob.glob(text, recursive=True))
    if not found:
        raise UsageError(f"{quoted(text)} matches no file")
    return found


def _from_manifest(options: Batch, path: str) -> Iterator[Planned]:
    if options.preds:
        raise UsageError("--manifest names the runs; no PRED beside it")
    for place, row in enumerate(_rows(path), 1):
        where = f"{shown(path)}, row {place}"
        values: dict[str, Any] = {}
        for key, cell in row.items():
            if key not in (*_KEYS, "run"):
                raise UsageError(f"unknown column {quoted(key)}" + did_you_mean(key, [*_KEYS, "run"]), where=where)
            if cell not in ("", None) and key != "run":
                values[_KEYS[key]] = _value(_KEYS[key], cell, where)
        preds = values.pop("pred", None)
        if preds is None:
            raise UsageError("no pred", where=where)
        src = read_src(preds[0])
        if src.file is not None and src.column is not None:  # a column of the run's own table
            preds, values["pred"] = [src.file], [f"col:{src.column}" if src.forced else src.column]
        request = read_request(replace(options, preds=preds, **values), folder=Path(path).parent.absolute())
        for name, sources in request.runs:
            yield _planned(row.get("run") or name, request, sources)


def _value(name: str, cell: Any, where: str) -> Any:
    hint = _HINTS[name]
    if get_origin(hint) is list:
        return [str(cell)]
    if hint is bool:
        if str(cell).lower() not in ("true", "false"):
            raise UsageError(f"{name} is true or false, not {quoted(cell)}", where=where)
        return str(cell).lower() == "true"
    return str(cell)


def _rows(path: str) -> list[Mapping[str, Any]]:
    """The rows of a manifest: JSON lines, or a table with a header."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            if path.lower().endswith((".jsonl", ".ndjson")):
                return [json.loads(line) for line in file if line.strip()]
            reader = csv.DictReader(file, delimiter="\t" if path.lower().endswith(".tsv") else ",", strict=True)
            rows: list[Mapping[str, Any]] = list(reader)
    except OSError as problem:
        raise DataError(f"cannot be read: {problem.strerror}", where=shown(path)) from None
    except (ValueError, csv.Error) as problem:
        raise DataError(f"no manifest: {problem}", where=shown(path)) from None
    if not rows:
        raise DataError("no rows", where=shown(path))
    if any(None in row or None in row.values() for row in rows):
        raise DataError("a row has more or fewer cells than the header", where=shown(path))
    return rows
