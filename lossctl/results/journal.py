"""The journal of a batch: a row for each result of a run, appended whole as the run ends, by which a batch is resumed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from typing import Any

from lossctl.errors import DataError, EnvironmentFailure
from lossctl.question.batch_runs import Planned
from lossctl.results.document import Run
from lossctl.results.plain import plain, result_dict
from lossctl.results.results import read_result
from lossctl.text import shown

_ELSEWHERE = ("run", "results", "samples", "worst", "error")  # what of a run has rows of its own, or is kept in none
_OF_RUN = {field.name: field.default for field in fields(Run) if field.name not in _ELSEWHERE}


def key_of(planned: Planned) -> str:
    """A hash of all that can change a run's results: options with an effect, PREDs, path, size and time of every file."""
    request = planned.request
    preds = [src.text for src in planned.preds]
    text = repr((sorted(request.effects.items()), preds, [_state(path) for path in request.files()]))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _state(path: str) -> tuple[object, ...]:
    """Path, size and modification time of a file, and of the files in a directory."""
    try:
        found = os.stat(path)
        inside = sorted(_state(os.path.join(path, name)) for name in os.listdir(path)) if os.path.isdir(path) else []
    except OSError:
        return (path, None)
    return (path, found.st_size, found.st_mtime_ns, *inside)


def rows_of(run: Run, key: str) -> list[dict[str, Any]]:
    """The rows of a run: one for each result, or one with its error."""
    if run.error is not None:
        return [{"type": "error", "run": run.run, "error": run.error, "key": key, "rows_of_run": 1}]
    common = {name: plain(getattr(run, name)) for name in _OF_RUN}
    return [
        {
            "type": "result",
            "run": run.run,
            **result_dict(result),
            **common,
            "key": key,
            "rows_of_run": len(run.results),
        }
        for result in run.results
    ]


def text_of(rows: list[dict[str, Any]]) -> bytes:
    """Rows as lines."""
    return "".join(json.dumps(row, allow_nan=False) + "\n" for row in rows).encode()


class Journal:
    """A file of rows. Complete runs with an unchanged key are known; others are computed again."""

    def __init__(self, path: str, *, resume: bool) -> None:
        self.path = path
        self.known: dict[str, Run] = {}
        self.keys: dict[str, str] = {}
        self.others: list[str] = []  # complete runs in the journal, in its order
        if resume and os.path.exists(path):
            self._read()
        try:
            # the descriptor stays open for the batch's life: each run is one append
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | (0 if resume else os.O_TRUNC), 0o666)
            if resume:
                os.ftruncate(self._file, self._end)
        except OSError as problem:
            raise EnvironmentFailure(f"cannot write: {problem.strerror}", where=shown(path)) from None

    _end = 0

    def append(self, run: Run, key: str) -> None:
        """Adds a run's rows in one write."""
        data = text_of(rows_of(run, key))
        try:
            if os.write(self._file, data) != len(data):
                raise EnvironmentFailure("cannot write: the file system is full", where=shown(self.path))
        except OSError as problem:
            raise EnvironmentFailure(f"cannot write: {problem.strerror}", where=shown(self.path)) from None

    def close(self) -> None:
        """Closes the file."""
        os.close(self._file)

    def _read(self) -> None:
        with open(self.path, "rb") as file:
            data = file.read()
        self._end = data.rfind(b"\n") + 1  # a torn last line is dropped
        by_run: dict[str, list[dict[str, Any]]] = {}
        for number, line in enumerate(data[: self._end].splitlines(), 1):
            try:
                row = json.loads(line)
                if row["type"] == "result":
                    _run(row["run"], [row])  # every field is there and of its kind
                by_run.setdefault(row["run"], []).append({**row, "key": row["key"], "rows_of_run": int(row["rows_of_run"])})
            except (ValueError, KeyError, TypeError, AttributeError):
                raise DataError("not a row of a journal", where=f"{shown(self.path)} line {number}") from None
        for run, rows in by_run.items():
            last = [row for row in rows if row["key"] == rows[-1]["key"]]
            unique = {json.dumps([row.get("loss"), row.get("by")]): row for row in last}
            if len(unique) == rows[-1]["rows_of_run"] and rows[-1]["type"] == "result":
                self.others.append(run)
                self.known[run], self.keys[run] = _run(run, list(unique.values())), rows[-1]["key"]


def _run(name: str, rows: list[dict[str, Any]]) -> Run:
    """The run that some rows tell of; what an older version did not write is absent."""
    common = {key: rows[0][key] for key, default in _OF_RUN.items() if key in rows[0] or default is MISSING}
    return Run(run=name, results=tuple(map(read_result, rows)), **common)


def ordered(runs: Mapping[str, tuple[Run, str]], names: list[str]) -> Iterator[bytes]:
    """The rows of all runs in input order."""
    for name in names:
        run, key = runs[name]
        yield text_of(rows_of(run, key))
