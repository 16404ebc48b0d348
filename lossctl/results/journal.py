"""The journal of a batch: a row for each result of a run, appended whole as the run ends, by which a batch is resumed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import MISSING, fields
from typing import Any, TypeAlias

import lossctl
from lossctl.errors import DataError, EnvironmentFailure, UsageError
from lossctl.files.output import unwritable
from lossctl.files.states import state_of
from lossctl.question.batch_runs import Planned
from lossctl.results.document import Run
from lossctl.results.plain import plain, result_dict
from lossctl.results.results import read_result
from lossctl.results.saved_json import read_json
from lossctl.text import shown

_ELSEWHERE = ("run", "results", "samples", "worst", "error", "tied")  # what of a run has rows of its own, or is kept in none
_OF_RUN = {field.name: field.default for field in fields(Run) if field.name not in _ELSEWHERE}
_PROVISIONAL = "provisional"  # of rows appended while the batch runs: the file, written in order at its end, has none

Row: TypeAlias = dict[str, Any]


def key_of(planned: Planned) -> str:
    """A hash of all that can change a run's results: options with an effect, PREDs, every file as it is, and the program."""
    request, run = planned.request, planned.run
    preds = [src.text for src in run.preds]
    models = [(run.model, run.roles)]
    states = [state_of(path) for path in planned.files]
    text = repr((lossctl.__version__, sorted(request.effects.items()), request.inputs.syntaxes, preds, models, states))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def rows_of(run: Run, key: str, warnings: Sequence[str] = ()) -> list[Row]:
    """The rows of a run: one for each result, with the warnings of the run, or one with its error."""
    last = {"version": lossctl.__version__, "key": key}
    if run.error is not None:
        return [{"type": "error", "run": run.run, "error": run.error, **last, "rows_of_run": 1}]
    common = {name: plain(getattr(run, name)) for name in _OF_RUN} | {"warnings": [*warnings]}
    return [
        {"type": "result", "run": run.run, **result_dict(result), **common, **last, "rows_of_run": len(run.results)}
        for result in run.results
    ]


def text_of(rows: Iterable[Row]) -> bytes:
    """Rows as lines."""
    return "".join(json.dumps(row, allow_nan=False) + "\n" for row in rows).encode()


class Journal:
    """A file of rows, to which those of each run are added as it ends.

    complete: the rows of each run that has them all, in the order of the file. Raises UsageError where a file is there, is not to
    be resumed and holds what a batch over `names` would not write again.
    """

    def __init__(self, path: str, names: Collection[str], *, resume: bool) -> None:
        self.path = path
        self.complete: dict[str, list[Row]] = {}
        self._end = 0
        try:
            if os.path.exists(path) and resume:
                self._read()
            elif os.path.exists(path) and os.path.getsize(path):
                self._check_finished(names)
            # the descriptor stays open for the batch's life: each run is one append
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | (0 if resume else os.O_TRUNC), 0o666)
            if resume:
                os.ftruncate(self._file, self._end)
        except OSError as problem:
            raise unwritable(problem, path) from None

    def known(self, name: str, key: str) -> tuple[Run, list[str]] | None:
        """A run that is complete, has no error and had this key, with its warnings."""
        rows = self.complete.get(name, [])
        same = all((row["type"], row["key"], row.get("version")) == ("result", key, lossctl.__version__) for row in rows)
        return (run_of_rows(rows), [*map(str, rows[0].get("warnings", []))]) if rows and same else None

    def append(self, rows: Sequence[Row]) -> None:
        """Adds a run's rows in one write."""
        data = text_of({**row, _PROVISIONAL: True} for row in rows)
        try:
            if os.write(self._file, data) != len(data):
                raise EnvironmentFailure("cannot write: the file system is full", where=shown(self.path))
        except OSError as problem:
            raise unwritable(problem, self.path) from None

    def close(self) -> None:
        """Closes the file."""
        os.close(self._file)

    def _check_finished(self, names: Collection[str]) -> None:
        """UsageError where the file is a journal of which a batch over some runs would lose something; another file is none."""
        try:
            provisional = self._read()
            whole = self._end == os.path.getsize(self.path) and not provisional and set(names) <= set(self.complete)
        except DataError:
            with open(self.path, "rb") as file:
                whole = b'"rows_of_run": ' not in file.read()
        if not whole:
            problem = "a journal of another batch, or of one that was interrupted, would be lost"
            raise UsageError(problem, where=shown(self.path), hint="go on with it: --resume; or remove it")
        self.complete = {}

    def _read(self) -> bool:
        """Reads the file up to a torn last line; whether rows were added by a batch that has not ended."""
        with open(self.path, "rb") as file:
            data = file.read()
        self._end = data.rfind(b"\n") + 1
        by_run: dict[str, list[Row]] = {}
        provisional = False
        for number, line in enumerate(data[: self._end].splitlines(), 1):
            try:
                row = read_json(line.decode("utf-8-sig"))
                if row["type"] == "result" and row.get("version") == lossctl.__version__:
                    run_of_rows([row])  # every field is there and of its kind
                list(row.get("warnings", []))
                provisional |= bool(row.pop(_PROVISIONAL, False))
                by_run.setdefault(row["run"], []).append({**row, "key": row["key"], "rows_of_run": int(row["rows_of_run"])})
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
                raise DataError("not a row of a journal", where=f"{shown(self.path)} line {number}") from None
        for run, rows in by_run.items():
            last = {json.dumps([row.get("loss"), row.get("by")]): row for row in rows if row["key"] == rows[-1]["key"]}
            if len(last) == rows[-1]["rows_of_run"]:
                self.complete[run] = [*last.values()]
            else:
                provisional = True
        return provisional


def run_of_rows(rows: Sequence[Row]) -> Run:
    """The run that some rows tell of; what an older version did not write is absent."""
    common = {key: rows[0][key] for key, default in _OF_RUN.items() if key in rows[0] or default is MISSING}
    return Run(run=rows[0]["run"], results=tuple(map(read_result, rows)), **common)
