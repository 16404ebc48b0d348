"""Runs of a request, each opened, scored and put into the record that reports show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lossctl.binding.binder import Binder
from lossctl.binding.binding import Binding, of_rows
from lossctl.errors import DataError, UsageError, plural
from lossctl.files.states import Watch
from lossctl.files.streams import name_of, read_once
from lossctl.losses.declaration import GROUP
from lossctl.maps.ordered_map import threaded_map
from lossctl.question.inputs import RunInput
from lossctl.question.question import Question
from lossctl.question.request import Request
from lossctl.record import record, replace
from lossctl.reduction.group_losses import GroupLosses, WaitingRows
from lossctl.reduction.loss_summaries import summaries_of_losses
from lossctl.reduction.loss_summary import LossSummary, summaries_of_rows
from lossctl.reduction.results import results_of, worst_of
from lossctl.reduction.waiting import Waiting
from lossctl.reduction.warnings import warnings_of
from lossctl.results.document import Run
from lossctl.results.samples import SampleColumns
from lossctl.rows.dataset import Dataset
from lossctl.rows.parts import Part
from lossctl.rows.regrouping import ComesAgain
from lossctl.runs.earlier import Earlier
from lossctl.scoring.asked import scoring_of, shares_of
from lossctl.scoring.left_out import without_refused, words_of
from lossctl.scoring.sample_sinks import Collected, SampleSink, Sinks, Tabled
from lossctl.scoring.scoring import Scoring, evaluate, prepared, settle
from lossctl.scoring.tally import RowKeys, Tally
from lossctl.scoring.wanted import Wanted
from lossctl.statistics.worst import Worst

if TYPE_CHECKING:
    from lossctl.results.observed import Observed


@record
class Evaluated:
    """A run, the warnings that belong to it, what it was bound to, and what pictures show of it where that is wanted.

    waiting: the rows that losses waited for, where some do.
    """

    run: Run
    warnings: list[str]
    binding: Binding
    observed: Observed | None = None
    waiting: Waiting | None = None


def evaluate_runs(request: Request, wanted: Wanted) -> Iterator[Evaluated]:
    """Each run of a request in order. Raises DataError for the first that has a fault."""
    for run in request.inputs.runs:
        yield evaluate_run(request, run, wanted)


def evaluate_run(request: Request, run: RunInput, wanted: Wanted, earlier: Earlier | None = None) -> Evaluated:
    """One run. Raises DataError for the first fault that it has. earlier: what was prepared for those before it."""
    earlier = earlier or Earlier()
    request = request.of_run(run) if run.roles else request
    files = request.files_of(run)
    watch = Watch(files)
    binding = earlier.bind(Binder(request, run, wanted.compared))
    threads = partial(threaded_map, jobs=request.jobs)
    drop_missing, feeds = request.question.drop_missing, earlier.feeds_of(binding)
    dataset = Dataset(binding, drop_missing=drop_missing, slice_map=threads, shared=wanted.shared, feeds=feeds)
    binding, parts = _fitting(request, binding, wanted, dataset)
    collected = Collected()
    sinks = Sinks([*_sinks(binding, wanted, collected)])
    _check_units(request.question, binding, wanted)
    scoring = earlier.scoring_of(request, binding, wanted, dataset)
    sampled = wanted.shows_rows and not scoring.of_rows  # the costs of groups are the samples
    if sinks.sinks:
        scoring = replace(scoring, samples=None if sampled else sinks.made_of, carried=sampled)
    scoring, parts = _informed(scoring, parts, request.jobs)
    binding = binding if scoring.losses is binding.losses else replace(binding, losses=scoring.losses)
    groups = GroupLosses(binding, scoring.asked, sampled=sampled)
    streams = bool(groups.roles) and wanted.streams and not sampled and not any(map(read_once, files))
    waiting_rows = WaitingRows(groups, scoring, apart=not wanted.compared, streams=streams)

    def receive(tally: Tally) -> None:
        if wanted.progress is not None:
            wanted.progress(tally.rows, dataset.rows)
        groups.leave_out(tally.refused)
        waiting_rows.add(tally.held)
        for made in tally.samples:
            sinks.write(made)

    ahead = 1 if scoring.waiting or binding.groups else 2  # rows that wait, and sums of groups, are not piled up
    ordered_map = wanted.ordered_map or partial(threads, ahead=ahead, busy=waiting_rows.judges)
    try:
        tally = evaluate(dataset, waiting_rows.noted(parts), scoring, ordered_map, receive)
        binding = without_refused(binding, tally.refused)
        settle(dataset, scoring.policy, binding.losses, tally)
        waiting = waiting_rows.finish(tally.held)
    except ComesAgain:
        return evaluate_run(request, run, replace(wanted, streams=False), earlier)
    watch.finish()
    _check_unique(dataset, tally)
    _check_used(request, run, tally)
    by = tally.statistics.groups
    judged_of_rows = summaries_of_rows(of_rows(binding.losses), tally.settled, shares_of(request.question))
    binding, judged = summaries_of_losses(binding, judged_of_rows, tally.bins, waiting, groups, by)
    if sampled:
        sinks.write(sinks.made_of(groups.samples()))
    sinks.finish(tally)
    found = _run(binding, tally, collected if wanted.per_sample else None, worst=wanted.worst > 0)
    heads = earlier.heads_of(request, binding.losses)
    said = [*words_of(binding.left_out, request.question.losses), *_without_interval(request.question, judged)]
    results = results_of(request, found, judged, heads, list(binding.groups), by)
    warnings = [*(f"{run.name}: {words}" for words in said), *warnings_of(request, binding, tally, groups, results)]
    observed = _observed(binding, tally) if wanted.pictures else None
    return Evaluated(replace(found, results=results), warnings, binding, observed, waiting)


def _fitting(request: Request, binding: Binding, wanted: Wanted, dataset: Dataset) -> tuple[Binding, Iterable[Part]]:
    """The parts of a dataset, and the binding without the optional losses that have no value for a row where that is wanted.

    Samples are of all rows or none, so where they are shown, losses that refuse a row are found before.
    """
    parts: Iterable[Part] = dataset.parts()
    if _wants_rows(request.question, wanted):
        none = UsageError("there is no value for each row")
        without = {bound.loss: none for bound in binding.losses if bound.optional and not bound.loss.per_row}
        binding = without_refused(binding, without)
    if wanted.shows_rows and any(bound.optional for bound in binding.losses):
        parts = list(parts)
        scoring, _ = _informed(scoring_of(request, binding, replace(wanted, spread=False), dataset), parts, request.jobs)
        tally = evaluate(dataset, parts, scoring, partial(threaded_map, jobs=request.jobs), lambda _: None)
        binding = without_refused(binding, tally.refused)
    return binding, parts


def _informed(scoring: Scoring, parts: Iterable[Part], jobs: int) -> tuple[Scoring, Iterable[Part]]:
    """What is computed of the rows of some parts, with what losses must know of all of them before they judge any."""
    if any(bound.loss.loss.prepare for bound in scoring.losses):
        parts = list(parts)
        scoring = replace(scoring, states=prepared(parts, scoring))
    if any(bound.fitted.counts_classes for bound in scoring.losses):
        from lossctl.scoring.class_counts import with_counts  # few losses need them

        parts = list(parts)
        scoring = replace(scoring, losses=with_counts(scoring.losses, parts, scoring, jobs))
    return scoring, parts


def _check_used(request: Request, run: RunInput, tally: Tally) -> None:
    """DataError where no row is used."""
    if not tally.used:
        from lossctl.rows.conditions import meant_by  # at an error only

        problem = f"none of the {plural(tally.rows, 'row')} is used: {_dropped(tally)}"
        raise DataError(problem, where=run.name, hint=meant_by(request.inputs.where))


def _check_unique(dataset: Dataset, tally: Tally) -> None:
    """DataError where two rows that are judged have one key; where rows are paired by it, that was seen."""
    if dataset.binding.keys and not dataset.paired:
        from lossctl.rows.join import check_unique  # most runs have no keys

        keys = RowKeys.concat(tally.keys)
        check_unique(keys.of(keys.judged()), name_of(dataset.binding.run))


def _sinks(binding: Binding, wanted: Wanted, collected: Collected) -> Iterator[SampleSink]:
    texts = [str(bound.loss) for bound in binding.losses] if wanted.shows_rows else []
    if wanted.per_sample:
        yield Tabled(binding.key_headers, collected)
    if wanted.table is not None:
        carried = SampleColumns(tuple(binding.key_headers), tuple(binding.keep))
        yield Tabled(binding.key_headers, wanted.table(texts, carried))
    if wanted.samples is not None:
        yield wanted.samples


def _check_units(question: Question, binding: Binding, wanted: Wanted) -> None:
    """UsageError where something is wanted of a loss that only a loss of rows has; groups may be sampled where all judge such."""
    others = [bound.loss for bound in binding.losses if not bound.loss.per_row]
    if not others:
        return
    one_value = [loss for loss in others if binding.unit_of(loss) != GROUP]
    other = next(iter(one_value or others))
    if wanted.worst or (wanted.shows_rows and (one_value or len(others) < len(binding.losses))):
        what = other.belongs_to if one_value else "a group of rows"
        hint = "--by COLUMN gives a value for each group" if what == "all rows" else None
        raise UsageError(f"{other} is one value for {what}; it has none for a row", hint=hint)
    if question.quantiles or question.reduction.text not in ("mean", *([] if one_value else ["sum", "min", "max"])):
        option = "--quantiles" if question.reduction.text == "mean" else f"--reduction {question.reduction.text}"
        raise UsageError(f"{other} has no value for each row; {option} does not apply to it")


def _observed(binding: Binding, tally: Tally) -> Observed:
    from lossctl.reduction.observed import observed_of  # most formats have no pictures

    return observed_of(binding, tally)


def _wants_rows(question: Question, wanted: Wanted) -> bool:
    """Whether something is asked for that only losses with a value for each row have."""
    return wanted.shows_rows or wanted.worst > 0 or bool(question.quantiles) or question.reduction.text != "mean"


def _without_interval(question: Question, judged: Sequence[LossSummary]) -> Iterator[str]:
    """What is said of intervals that were asked for and are not there."""
    if question.confidence is not None:
        from lossctl.reduction.intervals import without_interval  # most ask for none

        yield from without_interval(question, judged)


def _run(binding: Binding, tally: Tally, collected: Collected | None, *, worst: bool) -> Run:
    names = binding.label_names
    return Run(
        run=binding.run,
        rows=tally.rows,
        used=tally.used,
        dropped=dict(tally.dropped),
        sources=binding.described(),
        classes=list(names.names) if names is not None and names.names else None,
        results=(),
        samples=None if collected is None else collected.table(),
        worst=worst_of(of_rows(binding.losses), tally.statistics.of(Worst), binding.key_headers) if worst else None,
    )


def _dropped(tally: Tally) -> str:
    return ", ".join(f"{count:,} dropped ({reason})" for reason, count in tally.dropped.items()) or "there is none"
