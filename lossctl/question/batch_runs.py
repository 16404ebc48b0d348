"""Which runs a batch has: files, directories and globs, or the rows of a manifest."""

from __future__ import annotations

import csv
import glob
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lossctl.errors import DataError, UsageError, quoted
from lossctl.files.streams import is_url
from lossctl.options import Batch, Data
from lossctl.question.inputs import RunInput
from lossctl.question.mapping import check_keys, from_mapping, keys_of, read_text
from lossctl.question.request import Request, read_request
from lossctl.question.src import Src, read_src
from lossctl.record import record
from lossctl.text import shown

_NAME = "run"  # the column of a manifest that is no option


@record
class Planned:
    """One run of a batch: its name, its request and its PREDs."""

    name: str
    request: Request
    preds: tuple[Src, ...]


def plan(options: Batch) -> list[Planned]:
    """The runs in input order; UsageError where a glob matches nothing, a name stands twice, or there are none."""
    asked = list(_from_manifest(options, options.manifest) if options.manifest is not None else _from_preds(options))
    names = Counter(run.name for _, run in asked)
    for name, count in names.items():
        if count > 1:
            raise UsageError(f"the run {quoted(name)} is named twice")
    if not asked:
        raise UsageError("nothing to judge: no PRED and no --manifest")
    readers = Counter(file for request, _ in asked for file in {*request.inputs.named_files()})
    shared = frozenset(file for file, count in readers.items() if count > 1)
    return [
        Planned(run.name, replace(request, inputs=replace(request.inputs, runs=(run,), shared=shared)), run.preds)
        for request, run in asked
    ]


def _from_preds(options: Batch) -> Iterator[tuple[Request, RunInput]]:
    if options.pool:
        raise UsageError("batch judges many runs; --pool makes one of them: lossctl eval --pool")
    preds = tuple(name for text in options.preds for name in _expanded(text))
    if preds:
        request = read_request(replace(options, preds=preds))
        yield from ((request, run) for run in request.inputs.runs)


def _expanded(text: str) -> list[str]:
    if is_url(text) or not glob.has_magic(text) or Path(text).exists():
        return [text]
    found = sorted(glob.glob(text, recursive=True))
    if not found:
        raise UsageError(f"{quoted(text)} matches no file")
    return found


def _from_manifest(options: Batch, path: str) -> Iterator[tuple[Request, RunInput]]:
    if options.preds:
        raise UsageError("--manifest names the runs; no PRED beside it")
    for place, row in enumerate(_rows(path), 1):
        where = f"{shown(path)}, row {place}"
        if "plugin" in row:
            raise UsageError("a manifest names no plugin, which is code", where=where, hint="if you trust it: --plugin FILE.py")
        check_keys(row, [*keys_of(Data), _NAME], "unknown column '{}'", where)
        cells = {key: cell for key, cell in row.items() if cell not in ("", None) and key != _NAME}
        own = from_mapping(options, cells, where, cells=True)
        if not own.pred or "pred" not in cells:
            raise UsageError("no pred", where=where)
        src = read_src(own.pred[0])
        if src.file is not None and src.column is not None:  # a column of the run's own table
            own = replace(own, preds=(src.file,), pred=(f"col:{src.column}" if src.forced else src.column,))
        else:
            own = replace(own, preds=own.pred, pred=options.pred)
        request = read_request(own, folder=Path(path).parent.absolute())
        name = read_text(row.get(_NAME) or "", _NAME, where)
        yield from ((request, replace(run, name=name) if name else run) for run in request.inputs.runs)


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
