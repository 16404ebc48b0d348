"""`lossctl batch`: many runs, resumable, and a leaderboard."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from functools import partial

from lossctl.errors import DataError, InternalError, UsageError
from lossctl.files.output import is_stream, write_stdout
from lossctl.files.streams import in_dataset
from lossctl.losses.text import read_losses
from lossctl.options.commands import Batch
from lossctl.question.batch_runs import Planned, plan
from lossctl.question.request import NOTHING
from lossctl.question.src import Handed
from lossctl.question.values import whole
from lossctl.record import record, replace
from lossctl.reports.delivery import Delivery, read_delivery, say
from lossctl.reports.grouped import different_rows, grouped_failures, grouped_warnings
from lossctl.reports.progress import Progress
from lossctl.results.document import Board, Document
from lossctl.results.ranking import ranked
from lossctl.runs.finished_runs import finished_runs
from lossctl.runs.many_runs import Ended
from lossctl.text import shown

SHOWN = 50  # runs on a terminal


def run(options: Batch) -> int:
    """Scores every run, keeps the journal, and delivers the leaderboard."""
    top = None if options.top is None else whole("--top", options.top, 1)
    asked = read_batch(options)
    say(_directories(options), quiet=options.quiet)
    asked.delivery.begin()
    ended = finish(options, asked)
    document = document_of(options, asked, ended)
    said = [*grouped_warnings(ended), *different_rows(ended)]
    say((f"warning: {shown(line)}" for line in said), quiet=options.quiet)
    _deliver(asked.delivery, document, top)
    say(f"error: {line}" for line in grouped_failures(ended))
    return document.exit_code


@record
class PlannedBatch:
    """What a batch is about. journals: the files that are written as runs end."""

    planned: list[Planned]
    board: Board
    delivery: Delivery
    journals: list[str]


def read_batch(options: Batch, handed: Handed = NOTHING) -> PlannedBatch:
    """What the options ask for, with what Python code handed over beside them; UsageError where one does not fit."""
    planned = _with_models(plan(options, handed))
    losses = tuple(str(bound) for bound in planned[0].request.question.losses)
    long = options.long or any(run.request.inputs.groups for run in planned)
    board = Board(_sort_loss(options, losses), long, losses)
    files = [file for run in planned for file in run.files]
    inputs = [*files, *([] if options.manifest is None else [options.manifest])]
    delivery = read_delivery(options, inputs, globs=planned[0].request.inputs.globs)
    journals = [path for name, path in delivery.files if name == "jsonl" and not is_stream(path)]
    if options.resume and len(journals) != 1:
        raise UsageError("--resume needs the journal of the batch: -o results.jsonl")
    others = tuple((name, path) for name, path in delivery.files if path not in journals)
    return PlannedBatch(planned, board, replace(delivery, files=others), journals)


def finish(options: Batch, asked: PlannedBatch) -> list[Ended]:
    """Every run, from the journal or computed, while it is said how far that is."""
    progress = Progress(quiet=options.quiet, unit="runs")
    return finished_runs(options, asked.planned, asked.journals, progress, partial(say, quiet=options.quiet))


def document_of(options: Batch, asked: PlannedBatch, ended: Sequence[Ended]) -> Document:
    """The runs in order of rank, with all that is to be said of them; with a level, which are tied with the first."""
    runs = [of_run.run for of_run in ended]
    order, board = ranked(runs, asked.board.sort), asked.board
    level = asked.planned[0].request.question.confidence
    if level is not None:
        from lossctl.verdicts.leaderboard_ties import note_of_ties, with_ties

        order = with_ties(order, board.sort, level)
        board = replace(board, note=note_of_ties(options, asked.planned, order[:2], board.sort, level))
    errors = tuple(run.error for run in runs if run.error is not None)
    fault = InternalError.exit_code if any(of_run.internal for of_run in ended) else DataError.exit_code if errors else 0
    return Document(
        command="batch",
        runs=tuple(order),
        warnings=(*(text for of_run in ended for text in of_run.warnings), *different_rows(ended)),
        errors=errors,
        fault=fault,
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
            models = with_models(run.request.of_run(run.run)).inputs.runs
            found += [replace(run, run=of_model) for of_model in models]
        except DataError:
            found.append(run)  # whose error is that of its run, and the others go on
    return found


def _directories(options: Batch) -> Iterator[str]:
    """What directories of several files are: a reader may have meant a run for each file."""
    for name in () if options.pool else options.preds:
        files = [file for file in os.listdir(name) if in_dataset(file)] if os.path.isdir(name) else []
        if len(files) > 1:
            yield shown(f"{name}: its {len(files):,} files are one run; a run for each: {shlex.quote(os.path.join(name, '*'))}")


def _sort_loss(options: Batch, known: Sequence[str]) -> str:
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
