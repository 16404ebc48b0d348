"""`lossctl batch`: many runs, resumable, and a leaderboard."""

from __future__ import annotations

import itertools
import math
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import lossctl
from lossctl.errors import LossctlError, UsageError, plural
from lossctl.files.output import write_file, write_stdout
from lossctl.losses.text import read_losses
from lossctl.options import Batch
from lossctl.question.batch_runs import Planned, plan
from lossctl.question.values import whole
from lossctl.reports.delivery import Delivery, read_delivery, say
from lossctl.reports.progress import Progress
from lossctl.results.document import Document, Run
from lossctl.results.journal import Journal, key_of, ordered

if TYPE_CHECKING:
    from lossctl.engine.scoring import OrderedMap

SHOWN = 50  # runs on a terminal
SMALL, LARGE = 2**20, 64 * 2**20  # bytes


def run(options: Batch) -> int:
    """Scores every run, keeps the journal, and delivers the leaderboard."""
    planned = plan(options)
    top = None if options.top is None else whole("--top", options.top, 1)
    sort = _sort_loss(options, planned)
    delivery = read_delivery(options, [file for one in planned for file in one.request.files()])
    journals = [path for name, path in delivery.files if name == "jsonl"]
    if options.resume and len(journals) != 1:
        raise UsageError("--resume needs the journal of the batch: -o results.jsonl")
    finished = _finished(options, planned, journals[0] if journals else None)
    runs = [finished[one.name][0] for one in planned]
    for path in journals:
        write_file(path, ordered(finished, [*dict.fromkeys([one.name for one in planned] + list(finished))]))
    document = Document(
        command="batch",
        version=lossctl.__version__,
        runs=tuple(runs),
        errors=tuple(one.error for one in runs if one.error is not None),
        fault=3 if any(one.error is not None for one in runs) else 0,
    )
    _deliver(replace(delivery, files=tuple(file for file in delivery.files if file[0] != "jsonl")), document, sort, top)
    if failed := len(document.errors):
        say([f"error: {plural(failed, 'run')} of {len(runs):,} failed: {document.errors[0].partition(chr(10))[0]}"])
    return document.exit_code


def _finished(options: Batch, planned: list[Planned], path: str | None) -> dict[str, tuple[Run, str]]:
    """Every run with its key: taken from the journal where it is complete and unchanged, else computed and appended to it."""
    journal = None if path is None else Journal(path, resume=options.resume)
    finished: dict[str, tuple[Run, str]] = {}
    waiting: list[tuple[Planned, str]] = []
    for one in planned:
        key = key_of(one)
        known = None if journal is None else journal.known.get(one.name)
        if known is not None and journal is not None and journal.keys[one.name] == key:
            finished[one.name] = known, key
        else:
            if known is not None:
                say([f"{one.name}: its files or options changed; computed again"], quiet=options.quiet)
            waiting.append((one, key))
    if finished:
        say([f"{plural(len(finished), 'run')} taken from {path}"], quiet=options.quiet)
    with Progress(quiet=options.quiet, unit="runs") as progress:
        for (one, key), run in zip(waiting, _scored(options, [one for one, _ in waiting]), strict=True):
            finished[one.name] = run, key
            if journal is not None:
                journal.append(run, key)
            progress.advance(1, len(waiting))
    if journal is not None:
        journal.close()
        for name in journal.others:  # runs of an earlier call that this one does not name
            finished.setdefault(name, (journal.known[name], journal.keys[name]))
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
    ranked = sorted(document.runs, key=lambda run: _rank(run, sort))
    limit = top or (SHOWN if delivery.format == "table" and sys.stdout is not None and sys.stdout.isatty() else None)
    best = replace(document, runs=tuple(ranked[:limit]))
    delivery.write_files(document)
    if delivery.bare:
        write_stdout(delivery.bare_values(best))
    else:
        write_stdout(delivery.rendered(best))
    if limit is not None and limit < len(ranked) and top is None:
        say([f"the {limit} best of {len(ranked):,} runs; more: --top N, all: -o results.csv"], quiet=delivery.quiet)


def _rank(run: Run, sort: str) -> tuple[bool, bool, float]:
    """Errors last, before them what is not finite, else by the value over all rows."""
    value = next((result.value for result in run.results if result.loss == sort and result.by is None), math.nan)
    return run.error is not None, not math.isfinite(value), value if math.isfinite(value) else 0.0
