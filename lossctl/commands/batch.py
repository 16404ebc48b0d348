"""`lossctl batch`: many runs, resumable, and a leaderboard."""

from __future__ import annotations

import itertools
import math
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import lossctl
from lossctl.errors import LossctlError, Terminated, UsageError, plural
from lossctl.files.output import is_stream, write_file, write_stdout
from lossctl.files.streams import name_of
from lossctl.losses.text import read_losses
from lossctl.options.commands import Batch
from lossctl.question.batch_runs import Planned, check_not_matched, plan
from lossctl.question.request import NOTHING
from lossctl.question.src import Handed
from lossctl.question.values import whole
from lossctl.record import record
from lossctl.reports.delivery import Delivery, read_delivery, say
from lossctl.reports.progress import Progress
from lossctl.results.document import Document, Run
from lossctl.results.journal import Journal, Row, key_of, rows_of, text_of
from lossctl.text import shown

if TYPE_CHECKING:
    from lossctl.engine.scoring import OrderedMap

SHOWN = 50  # runs on a terminal
SMALL, LARGE = 2**20, 64 * 2**20  # bytes


def run(options: Batch) -> int:
    """Scores every run, keeps the journal, and delivers the leaderboard."""
    top = None if options.top is None else whole("--top", options.top, 1)
    asked = read_batch(options)
    document = judge(options, asked)
    _deliver(asked.delivery, document, asked.sort, top)
    if failed := len(document.errors):
        say([f"error: {plural(failed, 'run')} of {len(document.runs):,} failed: {document.errors[0].partition(chr(10))[0]}"])
    return document.exit_code


@record
class Asked:
    """What a batch is about. sort: the loss that ranks runs. journals: the files that are written as runs end."""

    planned: list[Planned]
    sort: str
    delivery: Delivery
    journals: list[str]


def read_batch(options: Batch, handed: Handed = NOTHING) -> Asked:
    """What the options ask for, with what Python code handed over beside them; UsageError where one does not fit."""
    planned = plan(options, handed)
    sort = _sort_loss(options, planned)
    files = [file for one in planned for file in one.request.files()]
    delivery = read_delivery(options, [*files, *([] if options.manifest is None else [options.manifest])])
    check_not_matched(options, [path for _, path in delivery.files])
    journals = [path for name, path in delivery.files if name == "jsonl" and not is_stream(path)]
    if options.resume and len(journals) != 1:
        raise UsageError("--resume needs the journal of the batch: -o results.jsonl")
    others = tuple((name, path) for name, path in delivery.files if path not in journals)
    return Asked(planned, sort, replace(delivery, files=others), journals)


def judge(options: Batch, asked: Asked) -> Document:
    """The document of every run in input order; journals are written."""
    finished = _finished(options, asked.planned, asked.journals[0] if asked.journals else None)
    runs = [finished.runs[one.name] for one in asked.planned]
    for path in asked.journals:
        write_file(path, map(text_of, finished.rows()))
    return Document(
        command="batch",
        version=lossctl.__version__,
        runs=tuple(runs),
        errors=tuple(one.error for one in runs if one.error is not None),
        fault=3 if any(one.error is not None for one in runs) else 0,
    )


@dataclass
class Finished:
    """Runs that are done, with their keys. others: rows of the journal's runs that this call does not name."""

    runs: dict[str, Run] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    others: list[list[Row]] = field(default_factory=list)

    def rows(self) -> Iterator[list[Row]]:
        """The rows of each run in input order, then of the others."""
        yield from (rows_of(run, self.keys[name]) for name, run in self.runs.items())
        yield from self.others


def _finished(options: Batch, planned: list[Planned], path: str | None) -> Finished:
    """Every run: taken from the journal where it is complete and unchanged, else computed and appended to it."""
    names = [one.name for one in planned]
    journal = None if path is None else Journal(path, names, resume=options.resume)
    finished = Finished(keys={one.name: key_of(one) for one in planned} if journal is not None else {})
    waiting: list[Planned] = []
    for one in planned:
        known = None if journal is None or one.of_stream else journal.known(one.name, finished.keys[one.name])
        if known is not None:
            finished.runs[one.name] = known
            continue
        waiting.append(one)
        if journal is not None and journal.complete.get(one.name, [{"type": "error"}])[0]["type"] == "result":
            why = "it is read from a stream" if one.of_stream else "its files, options or the program changed"
            say([f"{name_of(one.name)}: {why}; computed again"], quiet=options.quiet)
    if finished.runs:
        say([f"{plural(len(finished.runs), 'run')} taken from {path}"], quiet=options.quiet)
    try:
        with Progress(quiet=options.quiet, unit="runs") as progress:
            for one, run in zip(waiting, _scored(options, waiting), strict=True):
                finished.runs[one.name] = run
                if journal is not None:
                    journal.append(run, finished.keys[one.name])
                progress.advance(1, len(waiting))
    except (KeyboardInterrupt, Terminated):
        if journal is not None:
            saved = f"{len(finished.runs):,} of {plural(len(planned), 'run')} are saved in {path}; --resume goes on"
            say([shown(saved)], quiet=options.quiet)
        raise
    finished.runs = {name: finished.runs[name] for name in names}
    if journal is not None:
        journal.close()
        finished.others = [rows for name, rows in journal.complete.items() if name not in finished.runs]
    return finished


def _scored(options: Batch, planned: list[Planned]) -> Iterator[Run]:
    """Runs in order. Small ones follow each other, since threads would only wait for each other; middling ones run side by
    side, each on one thread; a large one runs on all of them. On a cluster all but the large ones are tasks of their own.
    """
    if options.cluster is not None and planned:
        yield from _scored_on_cluster(options, options.cluster, planned)
        return
    from lossctl.engine.ordered_map import threaded_map

    for size, some in itertools.groupby(planned, _size):
        if size == "middling":
            yield from threaded_map(_score, map(_alone, some), planned[0].request.jobs)
        else:
            yield from map(_score, some)


def _scored_on_cluster(options: Batch, address: str, planned: list[Planned]) -> Iterator[Run]:
    from lossctl.engine.cluster import Cluster

    cluster = Cluster(address, options.plugin)
    try:
        say((f"warning: {line}" for line in cluster.differences()), quiet=options.quiet)
        for large, some in itertools.groupby(planned, lambda one: _size(one) == "large"):
            if large:
                yield from (_score(_unshared(one), cluster.map) for one in some)
            else:
                yield from cluster.map(_score, map(_alone, some))
    finally:
        cluster.close()


def _unshared(one: Planned) -> Planned:
    """A run that is sent in parts, each of which would carry what is kept of a shared file."""
    return replace(one, request=replace(one.request, inputs=replace(one.request.inputs, shared=frozenset())))


def _alone(one: Planned) -> Planned:
    return replace(one, request=replace(one.request, jobs=1))


def _score(one: Planned, ordered_map: OrderedMap | None = None) -> Run:
    """A run, or the error that it has: the others go on."""
    from lossctl.engine.runs import Wanted, evaluate_run

    try:
        return evaluate_run(one.request, one.request.inputs.runs[0], Wanted(ordered_map=ordered_map)).run
    except LossctlError as error:
        return Run(
            run=one.name, rows=0, used=0, dropped={}, sources={}, classes=None, results=(), error=str(error).partition("\n")[0]
        )


def _size(one: Planned) -> str:
    size = sum(os.path.getsize(src.file or "") for src in one.preds if os.path.isfile(src.file or ""))
    return "small" if size < SMALL else "large" if size > LARGE else "middling"


def _sort_loss(options: Batch, planned: list[Planned]) -> str:
    known = [str(bound) for bound in planned[0].request.question.losses]
    if options.sort is None:
        return known[0]
    wanted = str(read_losses([options.sort])[0])
    if wanted not in known:
        raise UsageError(f"--sort {wanted} is none of the losses: {', '.join(known)}")
    return wanted


def _deliver(delivery: Delivery, document: Document, sort: str, top: int | None) -> None:
    """Files hold every run in input order; standard output the best first."""
    best_first = ranked(document.runs, sort)
    limit = top or (SHOWN if delivery.format == "table" and sys.stdout is not None and sys.stdout.isatty() else None)
    best = replace(document, runs=best_first[:limit])
    delivery.write_files(document)
    if delivery.bare:
        write_stdout(delivery.bare_values(best))
    else:
        write_stdout(delivery.rendered(best))
    if limit is not None and limit < len(best_first) and top is None:
        say([f"the {limit} best of {len(best_first):,} runs; more: --top N, all: -o results.csv"], quiet=delivery.quiet)


def ranked(runs: Iterable[Run], sort: str) -> tuple[Run, ...]:
    """Runs, the best by a loss first."""
    return tuple(sorted(runs, key=lambda run: _rank(run, sort)))


def _rank(run: Run, sort: str) -> tuple[bool, bool, float]:
    """Errors last, before them what is not finite, else by the value over all rows."""
    value = next((result.value for result in run.results if result.loss == sort and result.by is None), math.nan)
    return run.error is not None, not math.isfinite(value), value if math.isfinite(value) else 0.0
