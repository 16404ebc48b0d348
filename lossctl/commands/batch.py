"""`lossctl batch`: many runs, resumable, and a leaderboard."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import field
from typing import TYPE_CHECKING

import lossctl
from lossctl.errors import DataError, Terminated, UsageError, plural
from lossctl.files.output import is_stream, write_file, write_stdout
from lossctl.files.streams import in_dataset, name_of
from lossctl.losses.text import read_losses
from lossctl.options.commands import Batch
from lossctl.question.batch_runs import Planned, plan
from lossctl.question.request import NOTHING
from lossctl.question.src import Handed
from lossctl.question.values import whole
from lossctl.record import record, replace
from lossctl.reports.delivery import Delivery, read_delivery, say
from lossctl.reports.grouped import Failure, different_rows, grouped_failures, grouped_warnings
from lossctl.reports.progress import Progress
from lossctl.results.document import Board, Document, Run
from lossctl.results.journal import Journal, Row, key_of, rows_of, text_of
from lossctl.results.ranking import ranked
from lossctl.text import shown

if TYPE_CHECKING:
    from lossctl.engine.many_runs import Ended

SHOWN = 50  # runs on a terminal


def run(options: Batch) -> int:
    """Scores every run, keeps the journal, and delivers the leaderboard."""
    top = None if options.top is None else whole("--top", options.top, 1)
    asked = read_batch(options)
    say(_directories(options), quiet=options.quiet)
    asked.delivery.begin()
    finished = judge(options, asked)
    document = document_of(options, asked, finished)
    said = [*grouped_warnings(finished.warnings), *finished.different_rows()]
    say((f"warning: {shown(line)}" for line in said), quiet=options.quiet)
    _deliver(asked.delivery, document, top)
    failures = [
        Failure(name, finished.reasons[name], run.error, finished.hints.get(name))
        for name, run in finished.runs.items()
        if run.error is not None
    ]
    say(f"error: {line}" for line in grouped_failures(failures, len(finished.runs)))
    return document.exit_code


@record
class Asked:
    """What a batch is about. journals: the files that are written as runs end."""

    planned: list[Planned]
    board: Board
    delivery: Delivery
    journals: list[str]


def read_batch(options: Batch, handed: Handed = NOTHING) -> Asked:
    """What the options ask for, with what Python code handed over beside them; UsageError where one does not fit."""
    planned = _with_models(plan(options, handed))
    board = Board(_sort_loss(options, planned), options.long or any(run.request.inputs.groups for run in planned))
    files = [file for run in planned for file in run.request.files()]
    inputs = [*files, *([] if options.manifest is None else [options.manifest])]
    delivery = read_delivery(options, inputs, globs=planned[0].request.inputs.globs)
    journals = [path for name, path in delivery.files if name == "jsonl" and not is_stream(path)]
    if options.resume and len(journals) != 1:
        raise UsageError("--resume needs the journal of the batch: -o results.jsonl")
    others = tuple((name, path) for name, path in delivery.files if path not in journals)
    return Asked(planned, board, replace(delivery, files=others), journals)


@record(frozen=False)
class Finished:
    """Runs that are done, by name, with their keys and warnings; of those that were scored why they failed, and how to go on.

    others: rows of the journal's runs that this call does not name.
    """

    runs: dict[str, Run] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, Sequence[str]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)
    others: list[list[Row]] = field(default_factory=list)

    def different_rows(self) -> Iterator[str]:
        """A warning where runs that did not fail have different numbers of used rows."""
        return different_rows({name: run.used for name, run in self.runs.items() if run.error is None})

    def rows_of(self, name: str) -> list[Row]:
        """The rows of a run."""
        return rows_of(self.runs[name], self.keys[name], self.warnings.get(name, ()))

    def rows(self) -> Iterator[list[Row]]:
        """The rows of each run in input order, then of the others."""
        yield from map(self.rows_of, self.runs)
        yield from self.others


def judge(options: Batch, asked: Asked) -> Finished:
    """Every run: taken from the journal where it is complete and unchanged, else computed and appended to it."""
    planned, path = asked.planned, next(iter(asked.journals), None)
    names = [run.name for run in planned]
    journal = None if path is None else Journal(path, names, resume=options.resume)
    finished = Finished()
    try:
        with Progress(quiet=options.quiet, unit="runs") as progress:
            waiting = planned if journal is None else _waiting(options, planned, journal, finished, progress)
            _score(options, waiting, journal, finished, progress)
    except (KeyboardInterrupt, Terminated):
        done = f"{len(finished.runs):,} of {plural(len(planned), 'run')}"
        saved = f"{done} are saved in {path}; --resume goes on"
        lost = f"{done} were done, and none is saved; -o results.jsonl saves each as it ends"
        say([shown(lost if journal is None else saved)], quiet=options.quiet)
        raise
    finished.runs = {name: finished.runs[name] for name in names}
    finished.warnings = {name: finished.warnings.get(name, ()) for name in names}
    if journal is not None:
        journal.close()
        finished.others = [rows for name, rows in journal.complete.items() if name not in finished.runs]
    for path in asked.journals:
        write_file(path, map(text_of, finished.rows()))
    return finished


def _waiting(
    options: Batch, planned: Sequence[Planned], journal: Journal, finished: Finished, progress: Progress
) -> list[Planned]:
    """The runs that must be computed; the others are taken from the journal, with what this call's manifest says of them."""
    waiting: list[Planned] = []
    for run in planned:
        key = finished.keys[run.name] = key_of(run)
        known = None if run.of_stream else journal.known(run.name, key)
        if known is not None:
            saved, finished.warnings[run.name] = known
            finished.runs[run.name] = replace(saved, keep=run.keep)
        else:
            waiting.append(run)
            if journal.complete.get(run.name, [{"type": "error"}])[0]["type"] == "result":
                why = "it is read from a stream" if run.of_stream else "its files, options or the program changed"
                say([f"{name_of(run.name)}: {why}; computed again"], quiet=options.quiet)
        progress.advance(int(known is not None), len(planned))
    if finished.runs:
        say([f"{plural(len(finished.runs), 'run')} taken from {journal.path}"], quiet=options.quiet)
    return waiting


def _score(options: Batch, waiting: Sequence[Planned], journal: Journal | None, finished: Finished, progress: Progress) -> None:
    """Computes runs, each kept and appended as it ends."""
    total = len(finished.runs) + len(waiting)
    with _scored(options, waiting, lambda: progress.advance(0, total)) as scored:
        for run, ended in zip(waiting, scored, strict=True):
            finished.runs[run.name], finished.warnings[run.name] = ended.run, ended.warnings
            if ended.reason is not None:
                finished.reasons[run.name] = ended.reason
            if ended.hint is not None:
                finished.hints[run.name] = ended.hint
            if journal is not None:
                journal.append(finished.rows_of(run.name))
            progress.advance(1, total, failed=len(finished.reasons))


@contextmanager
def _scored(options: Batch, waiting: Sequence[Planned], heard: Callable[[], None]) -> Iterator[Iterator[Ended]]:
    """Runs as they end, computed here or on a cluster."""
    from lossctl.engine.many_runs import scored_on_cluster, scored_runs

    spread = not options.bare or bool(options.output)
    if options.cluster is None or not waiting:
        yield scored_runs(waiting, heard, spread=spread)
        return
    from lossctl.engine.cluster import Cluster

    with closing(Cluster(options.cluster, options.plugin)) as cluster:
        say((f"warning: {line}" for line in cluster.differences()), quiet=options.quiet)
        yield scored_on_cluster(waiting, cluster, heard, spread=spread)


def document_of(options: Batch, asked: Asked, finished: Finished) -> Document:
    """The runs in order of rank, with all that is to be said of them; with a level, which are tied with the first."""
    runs = [*finished.runs.values()]
    order, board = ranked(runs, asked.board.sort), asked.board
    level = asked.planned[0].request.question.confidence
    if level is not None:
        from lossctl.verdicts.ties import note_of_ties, with_ties

        order = with_ties(order, board.sort, level)
        board = replace(board, note=note_of_ties(options, asked.planned, order[:2], board.sort, level))
    errors = tuple(run.error for run in runs if run.error is not None)
    return Document(
        command="batch",
        version=lossctl.__version__,
        runs=tuple(order),
        warnings=(*(text for texts in finished.warnings.values() for text in texts), *finished.different_rows()),
        errors=errors,
        fault=3 if errors else 0,
        board=board,
    )


def _with_models(planned: list[Planned]) -> list[Planned]:
    """The runs, a long table as a run for each of its models."""
    if all(run.request.inputs.model is None for run in planned):
        return planned
    from lossctl.binding.models import with_models

    found: list[Planned] = []
    for run in planned:
        try:
            found += [run.with_inputs(runs=(of_model,)) for of_model in with_models(run.request).inputs.runs]
        except DataError:
            found.append(run)  # whose error is that of its run, and the others go on
    return found


def _directories(options: Batch) -> Iterator[str]:
    """What directories of several files are: a reader may have meant a run for each file."""
    for name in options.preds:
        files = [file for file in os.listdir(name) if in_dataset(file)] if os.path.isdir(name) else []
        if len(files) > 1:
            yield shown(f"{name}: its {len(files):,} files are one run; a run for each: {shlex.quote(os.path.join(name, '*'))}")


def _sort_loss(options: Batch, planned: list[Planned]) -> str:
    known = [str(bound) for bound in planned[0].request.question.losses]
    if options.sort is None:
        return known[0]
    wanted = str(read_losses([options.sort])[0])
    if wanted not in known:
        raise UsageError(f"--sort {wanted} is none of the losses: {', '.join(known)}")
    return wanted


def _deliver(delivery: Delivery, document: Document, top: int | None) -> None:
    """Files hold every run, standard output the best."""
    runs = document.runs
    limit = top or (SHOWN if delivery.format == "table" and sys.stdout is not None and sys.stdout.isatty() else None)
    best = replace(document, runs=runs[:limit])
    delivery.write_files(document)
    write_stdout(delivery.bare_values(best) if delivery.bare else delivery.rendered(best))
    if limit is not None and limit < len(runs) and top is None:
        say([f"the {limit} best of {len(runs):,} runs; more: --top N, all: -o results.csv"], quiet=delivery.quiet)
