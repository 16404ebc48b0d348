"""Baselines: saved results, made for `git diff`, and how results are matched with them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from lossctl.errors import DataError, quoted
from lossctl.record import record
from lossctl.results.document import SCHEMA, Document, Result, Run
from lossctl.results.plain import as_dict
from lossctl.results.results import read_result
from lossctl.text import shown


@record
class Saved:
    """One saved result, and the run that it belongs to."""

    run: str
    result: Result


@record
class Baseline:
    """The results of a saved document."""

    path: str
    results: tuple[Saved, ...]

    def match(self, run: str, result: Result) -> Saved | None:
        """The saved result of the same run, loss and group, None where there is none; a baseline of one run serves any.

        Raises DataError where it is there with another definition or another number of rows.
        """
        same = self.find(run, result)
        if not same:
            return None
        for saved in same:
            if _definition(saved.result) == _definition(result):
                return saved
        was = same[0].result
        difference = f"n {was.n:,} in the baseline, {result.n:,} now"
        if was.signature != result.signature:
            difference = f"defined as {was.signature} in the baseline, as {result.signature} now"
        problem = f"{result.loss}{group_text(result.by)} cannot be compared: {difference}"
        raise DataError(problem, where=shown(self.path), hint="if the change is meant: --update-baseline")

    def find(self, run: str, result: Result) -> list[Saved]:
        """The saved results of the same run, loss and group, however defined."""
        return [saved for saved in self.results if self._serves(saved, run) and place_of(saved.result) == place_of(result)]

    def gone(self, found: Iterable[tuple[str, Result]]) -> list[Saved]:
        """The saved results that are not among those found."""
        known = [(run, place_of(result)) for run, result in found]
        return [
            saved
            for saved in self.results
            if not any(self._serves(saved, run) and place_of(saved.result) == place for run, place in known)
        ]

    def _serves(self, saved: Saved, run: str) -> bool:
        return saved.run == run or len({other.run for other in self.results}) == 1


def place_of(result: Result) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Where a result stands in its run: its loss and its group."""
    return result.loss, tuple((result.by or {}).items())


def _definition(result: Result) -> tuple[str, str, int]:
    """What makes two results of one place comparable."""
    return result.signature, result.reduction, result.n


def group_text(by: Mapping[str, str] | None) -> str:
    """` [region=north]`, or nothing for the total."""
    return "" if not by else " [" + ", ".join(f"{name}={value}" for name, value in by.items()) + "]"


def is_saved(path: str) -> bool:
    """Whether a baseline is a saved result, and not a prediction file."""
    return path.lower().endswith(".json")


def read_baseline(path: str) -> Baseline:
    """The results saved in a file; DataError where it is not there or is none."""
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        results = [Saved(str(run["run"]), read_result(result)) for run in document["runs"] for result in run["results"]]
        if document["schema"] != SCHEMA:
            raise ValueError
    except FileNotFoundError:
        hint = f"make it: lossctl check ... --baseline {shown(path)} --update-baseline"
        raise DataError("the baseline is not there", where=shown(path), hint=hint) from None
    except OSError as problem:
        raise DataError(f"the baseline cannot be read: {problem.strerror}", where=shown(path)) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DataError(
            f"not a saved result of {quoted(SCHEMA)}", where=shown(path), hint="save one: lossctl eval ... -o x.json"
        ) from None
    return Baseline(path, tuple(results))


def baseline_text(runs: Sequence[Run], version: str) -> str:
    """A document of results alone, one a line, without date or absolute path, so that a diff shows what changed."""
    bare = tuple(replace(run, samples=None, worst=None) for run in runs)
    plain = as_dict(Document(command="check", version=version, runs=bare))
    lines = [
        "{",
        f' "schema": {json.dumps(SCHEMA)},',
        f' "version": {json.dumps(version)},',
        ' "command": "check",',
        ' "ok": true,',
        ' "runs": [',
    ]
    for place, run in enumerate(plain["runs"]):
        run = {
            **run,
            "run": _relative(run["run"]),
            "sources": {role: _relative(text) for role, text in run["sources"].items()},
        }
        head = json.dumps({name: value for name, value in run.items() if name != "results"})[1:-1]
        lines.append(f"  {{{head},")
        lines.append('   "results": [')
        results = [f"    {json.dumps(result, allow_nan=False)}" for result in run["results"]]
        lines.append(",\n".join(results))
        lines.append("   ]}" + ("," if place + 1 < len(plain["runs"]) else ""))
    lines += [" ],", ' "checks": [], "comparisons": [], "warnings": [], "errors": []', "}"]
    return "\n".join(lines) + "\n"


def _relative(text: str) -> str:
    """A path as seen from the working directory, where it lies below it."""
    return os.path.relpath(text) if os.path.isabs(text) and not os.path.relpath(text).startswith("..") else text
