"""Baselines: saved results, made for `git diff`, and how results are matched with them."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from lossctl.errors import DataError, quoted
from lossctl.files.near_names import near_file
from lossctl.losses.registry import LOSSES
from lossctl.options.commands import Check
from lossctl.question.signature import differences
from lossctl.record import record, replace
from lossctl.results.document import SCHEMA, Document, Result, Run
from lossctl.results.plain import as_dict
from lossctl.results.results import read_result, with_group
from lossctl.results.saved_json import read_json
from lossctl.text import shown

Place: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]


@record
class Saved:
    """One saved result, and the run that it belongs to."""

    run: str
    result: Result


@record
class Baseline:
    """Results to compare with. scored: they are those of a prediction file, by the options of the check itself."""

    path: str
    results: tuple[Saved, ...]
    scored: bool = False

    def match(self, check: str | None, run: str, result: Result, *, any_rows: bool = False) -> Saved | None:
        """The saved result of the same check, run, loss and group, None where there is none.

        A baseline without names of checks serves any check, and one of one run serves any run. Raises DataError where it is there
        with another definition or, unless `any_rows`, another number of rows, or twice with different values.
        """
        same = self.find(check, run, result)
        comparable = [saved for saved in same if self._apart(saved.result, result, any_rows=any_rows) is None]
        what = with_group(result)
        if len({repr(saved.result.value) for saved in comparable}) > 1:
            hint = "give checks that share a baseline names of their own, and write it anew: --update-baseline"
            raise DataError(f"holds {len(comparable)} different results for {what}", where=shown(self.path), hint=hint)
        if comparable or not same:
            return comparable[0] if comparable else None
        problem = f"{what} cannot be compared: {self._apart(same[0].result, result, any_rows=any_rows)}"
        raise DataError(problem, where=shown(self.path), hint="if the change is meant: --update-baseline")

    def find(self, check: str | None, run: str, result: Result) -> list[Saved]:
        """The saved results of the same check, run, loss and group, however defined."""
        single, run = self._single(check), relative(run)
        there = self._at.get(place_of(result), ())
        return [saved for saved in there if serves(saved, check) and (single or saved.run == run)]

    def gone(self, check: str | None, losses: Collection[str], found: Mapping[str, Sequence[Result]]) -> Iterator[Saved]:
        """The saved results of a check that are not among those found, each with the run that is without it.

        losses: of the check. found: of each run its results. Of a call whose checks have no names, those checks of the baseline
        are meant that its results match.
        """
        matched = [saved for run, results in found.items() for result in results for saved in self.find(check, run, result)]
        checks = {None, check, *(saved.result.check for saved in matched)}
        places = {relative(run): {place_of(result) for result in results} for run, results in found.items()}
        single = self._single(check)
        for saved in self.results:
            if saved.result.check in checks and serves(saved, check) and saved.result.loss in losses:
                for run in places if single else [saved.run]:
                    if place_of(saved.result) not in places.get(run, ()):
                        yield replace(saved, run=run)

    @cached_property
    def _at(self) -> dict[Place, list[Saved]]:
        places: dict[Place, list[Saved]] = {}
        for saved in self.results:
            places.setdefault(place_of(saved.result), []).append(saved)
        return places

    @cached_property
    def _runs(self) -> dict[str | None, set[str]]:
        """The runs of the saved results of each check."""
        runs: dict[str | None, set[str]] = {}
        for saved in self.results:
            runs.setdefault(saved.result.check, set()).add(saved.run)
        return runs

    def _single(self, check: str | None) -> bool:
        """Whether what may be of a check is of one run, and so serves any."""
        own = [runs for name, runs in self._runs.items() if check is None or name in (None, check)]
        return len(set().union(*own)) == 1

    def _apart(self, was: Result, now: Result, *, any_rows: bool) -> str | None:
        """Why two results of one place cannot be compared."""
        if not self.scored:
            apart = differences(Check, LOSSES[now.name], was.signature, now.signature)
            if apart:
                old, new = (", ".join(parts) for parts in zip(*apart, strict=True))
                return f"the signature has {old} in the baseline, {new} now"
        return None if any_rows or was.n == now.n else f"n {was.n:,} in the baseline, {now.n:,} now"


def serves(saved: Saved, check: str | None) -> bool:
    """Whether a saved result may be of a check; one without a name is of any."""
    return check is None or saved.result.check in (None, check)


def place_of(result: Result) -> Place:
    """Where a result stands in its run: its loss and its group."""
    return result.loss, tuple((result.by or {}).items())


def read_baseline(path: str, make: str, *, replaced: bool = False) -> Baseline:
    """The results saved in a file; DataError where it is not there or is none, or unless it is `replaced`, holds none or errors.

    make: the command that makes it.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            document = read_json(file.read())
        results = tuple(Saved(str(run["run"]), read_result(result)) for run in document["runs"] for result in run["results"])
        faulty = bool(document.get("errors")) or any(run.get("error") for run in document["runs"])
        if document["schema"] != SCHEMA:
            raise ValueError
    except FileNotFoundError:
        raise DataError(f"the baseline is not there{near_file(path)}", where=shown(path), hint=f"make it: {make}") from None
    except OSError as problem:
        raise DataError(f"the baseline cannot be read: {problem.strerror}", where=shown(path)) from None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        hint = "it is not overwritten; remove it, or name another file" + ("" if replaced else ", which --update-baseline makes")
        raise DataError(f"not a saved result of {quoted(SCHEMA)}", where=shown(path), hint=hint) from None
    if not replaced and (faulty or not results):
        fault = "the baseline holds errors" if faulty else "the baseline holds no results"
        raise DataError(fault, where=shown(path), hint=f"make it anew: {make}")
    return Baseline(path, results)


def baseline_text(runs: Sequence[Run]) -> str:
    """A document of results alone, one a line, without date or absolute path, so that a diff shows what changed."""
    bare = tuple(replace(run, samples=None, worst=None) for run in runs)
    plain = as_dict(Document(command="check", runs=bare))
    lines = [
        "{",
        f' "schema": {json.dumps(SCHEMA)},',
        f' "version": {json.dumps(plain["version"])},',
        ' "command": "check",',
        ' "ok": true,',
        ' "runs": [',
        ",\n".join(map(_run_text, plain["runs"])),
        " ],",
        ' "checks": [], "comparisons": [], "warnings": [], "errors": []',
        "}",
    ]
    return "\n".join(lines) + "\n"


def _run_text(run: Mapping[str, Any]) -> str:
    run = {**run, "run": relative(run["run"]), "sources": {role: relative(text) for role, text in run["sources"].items()}}
    head = json.dumps({name: value for name, value in run.items() if name != "results"})[1:-1]
    results = ",\n".join(f"    {json.dumps(result, allow_nan=False)}" for result in run["results"])
    return f'  {{{head},\n   "results": [\n{results}\n   ]}}'


def relative(text: str) -> str:
    """A path as seen from the working directory, where it lies below it."""
    return os.path.relpath(text) if os.path.isabs(text) and not os.path.relpath(text).startswith("..") else text
