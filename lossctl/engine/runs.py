"""Runs of a request, each opened, scored and put into the record that reports show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from lossctl.binding.binder import Binder
from lossctl.binding.binding import Binding, of_rows
from lossctl.engine.asked import scoring_of, shares_of
from lossctl.engine.class_counts import with_counts
from lossctl.engine.earlier import Earlier
from lossctl.engine.intervals import without_interval
from lossctl.engine.judged import Judged, judged_rows
from lossctl.engine.misfits import without_misfits, without_refused, words_of
from lossctl.engine.observed import observed_of
from lossctl.engine.ordered_map import threaded_map
from lossctl.engine.results import results_of, worst_of
from lossctl.engine.sample_sinks import Collected, SampleSink, Tabled, TableSink
from lossctl.engine.scoring import BLOCK_VALUES, OrderedMap, evaluate, prepared
from lossctl.engine.tally import RowKeys, Samples, Tally
from lossctl.engine.waiting import Waiting
from lossctl.engine.warnings import warnings_of
from lossctl.engine.whole_values import judged_bins
from lossctl.errors import DataError, LossctlError, UsageError, plural
from lossctl.files.states import Watch
from lossctl.files.streams import name_of
from lossctl.losses.declaration import GROUP, ROW
from lossctl.question.inputs import RunInput
from lossctl.question.question import Question
from lossctl.question.request import Request
from lossctl.record import record, replace
from lossctl.results.document import Run
from lossctl.results.observed import Observed
from lossctl.results.samples import SampleColumns
from lossctl.rows.dataset import Dataset
from lossctl.rows.join import check_unique
from lossctl.rows.rows import concat_rows
from lossctl.rows.whole_tables import SharedTables
from lossctl.statistics.bin_sums import BinSums
from lossctl.statistics.worst import Worst


@record
class Wanted:
    """What is wanted beside the headline values.

    spread: standard deviations, and where the question has a level intervals of the values.
    pictures: what they show. table: opens a sink for tables of samples, given the canonical texts of the losses and what is
    carried along. samples: a sink for all used rows, with their costs by the losses of rows and the values of the roles `carry`;
    it stands alone. ordered_map: by default threads. shared: tables that other runs pair their rows with too.
    """

    per_sample: bool = False
    worst: int = 0
    spread: bool = True
    table: Callable[[Sequence[str], SampleColumns], TableSink] | None = None
    samples: SampleSink | None = None
    carry: tuple[str, ...] = ()
    pictures: bool = False
    progress: Callable[[int, int | None], None] | None = None
    ordered_map: OrderedMap | None = None
    block_values: int = BLOCK_VALUES
    shared: SharedTables | None = None


class Evaluated(NamedTuple):
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
    request = request.of_run(run)
    watch = Watch(request.files())
    compared = wanted.samples is not None
    binding = earlier.bind(Binder(request, run, compared))
    threads = partial(threaded_map, jobs=request.jobs)
    dataset = Dataset(
        binding,
        drop_missing=request.question.drop_missing,
        slice_map=threads,
        shared=wanted.shared,
        feeds=earlier.feeds_of(binding),
    )
    parts = dataset.parts()
    if any(bound.loss.of_set is not None for bound in binding.losses) and not compared:
        parts = iter(kept := list(parts))
        scoring = scoring_of(request, binding, wanted, dataset)
        binding = without_misfits(binding, kept, scoring, request.jobs, per_row=_wants_rows(request.question, wanted))
    collected = Collected()
    sinks = list(_sinks(binding, wanted, collected))
    _check_units(request.question, binding, wanted)
    scoring = earlier.scoring_of(request, binding, wanted, dataset)
    sampled = sinks and (compared or scoring.of_rows)
    scoring = replace(scoring, samples=partial(_made_of, sinks) if sampled else None)

    def receive(tally: Tally) -> None:
        if wanted.progress is not None:
            wanted.progress(tally.rows, dataset.rows)
        for made in tally.samples:
            for sink, of_sink in zip(sinks, made, strict=True):
                sink.write(of_sink)

    if any(bound.loss.loss.prepare for bound in binding.losses):
        parts = iter(kept := list(parts))
        scoring = replace(scoring, states=prepared(kept, scoring))
    if any(bound.fitted.counts_classes for bound in binding.losses):
        parts = iter(kept := list(parts))
        scoring = replace(scoring, losses=with_counts(binding.losses, kept, scoring, request.jobs))
        binding = replace(binding, losses=scoring.losses)
    tally = evaluate(dataset, parts, scoring, wanted.ordered_map or threads, receive)
    watch.finish()
    if binding.keys and not dataset.paired:
        keys = RowKeys.concat(tally.keys)
        check_unique(keys.of(keys.judged()), name_of(run.name))
    waiting = Waiting(run.name, concat_rows(tally.held), scoring) if scoring.waiting and tally.used else None
    tally.held.clear()
    judged: list[Judged] = []
    if tally.used:
        of_rows = judged_rows(scoring.of_rows, [tally.settled(bound) for bound in scoring.of_rows], shares_of(request.question))
        binding, judged = judged_losses(binding, of_rows, waiting, tally.bins, leave_out=not compared)
    _finish(sinks, tally, None if compared else waiting, run.name)
    found = _run(binding, tally, collected if wanted.per_sample else None, worst=wanted.worst > 0)
    heads = earlier.heads_of(request, [of_loss.bound for of_loss in judged])
    results = results_of(request, found, judged, heads, list(binding.groups), tally.statistics.groups)
    found = replace(found, results=results)
    said = [*words_of(binding.left_out), *(without_interval(request.question, judged[0]) if judged else ())]
    warnings = [*(f"{run.name}: {words}" for words in said), *warnings_of(binding, tally, waiting, results)]
    observed = observed_of(binding, tally, scoring) if wanted.pictures else None
    return Evaluated(found, warnings, binding, observed, waiting)


def _made_of(sinks: Sequence[SampleSink], samples: Samples) -> list[Any]:
    return [sink.made_of(samples) for sink in sinks]


def _finish(sinks: Sequence[SampleSink], tally: Tally, waiting: Waiting | None, run: str) -> None:
    """The end of the samples, those of groups being there at once; DataError where no row is used."""
    for sink in sinks:
        if waiting is not None:
            sink.write(sink.made_of(waiting.samples()))
        sink.finish(tally)
    if not tally.used:
        raise DataError(f"none of the {plural(tally.rows, 'row')} is used: {_dropped(tally)}", where=run)


def _sinks(binding: Binding, wanted: Wanted, collected: Collected) -> Iterator[SampleSink]:
    texts = [str(bound.loss) for bound in binding.losses]
    if wanted.per_sample:
        yield Tabled(texts, binding.key_headers, collected)
    if wanted.table is not None:
        carried = SampleColumns(tuple(binding.key_headers), tuple(binding.keep))
        yield Tabled(texts, binding.key_headers, wanted.table(texts, carried))
    if wanted.samples is not None:
        yield wanted.samples


def _check_units(question: Question, binding: Binding, wanted: Wanted) -> None:
    """UsageError where something is wanted of a loss that only a loss of rows has; groups may be sampled where all judge such."""
    others = [bound.loss for bound in binding.losses if not bound.loss.per_row]
    if not others:
        return
    one_value = [loss for loss in others if binding.unit_of(loss) != GROUP]
    other = next(iter(one_value or others))
    shown = wanted.per_sample or wanted.table is not None
    if wanted.worst or (shown and (one_value or len(others) < len(binding.losses))):
        what = other.belongs_to if one_value else "a group of rows"
        hint = "--by COLUMN gives a value for each group" if what == "all rows" else None
        raise UsageError(f"{other} is one value for {what}; it has none for a row", hint=hint)
    if question.quantiles or question.reduction.text not in ("mean", *([] if one_value else ["sum", "min", "max"])):
        option = "--quantiles" if question.reduction.text == "mean" else f"--reduction {question.reduction.text}"
        raise UsageError(f"{other} has no value for each row; {option} does not apply to it")


def judged_losses(
    binding: Binding, judged_of_rows: Sequence[Judged], waiting: Waiting | None, bins: Mapping[int, BinSums], *, leave_out: bool
) -> tuple[Binding, list[Judged]]:
    """What each loss gave, in the order of the losses, and the binding without those of sets that refuse the rows together.

    bins: the sums of the losses that waited for no rows, by their places.
    """
    rows = iter(judged_of_rows)
    judged: list[Judged] = []
    refused: dict[int, LossctlError] = {}
    for place, bound in enumerate(binding.losses):
        if bound.loss.loss.unit == ROW:
            judged.append(next(rows))
            continue
        if place in bins:
            judged.append(judged_bins(bound, bins[place]))
            continue
        assert waiting is not None
        try:
            judged.append(waiting.of_groups(bound) if binding.unit_of(bound.loss) == GROUP else waiting.whole(bound))
        except DataError as problem:
            if bound.loss.of_set is None or not leave_out:
                raise
            refused[place] = problem
    return (without_refused(binding, refused) if refused else binding), judged


def _wants_rows(question: Question, wanted: Wanted) -> bool:
    """Whether something is asked for that only losses with a value for each row have."""
    shown = wanted.per_sample or wanted.table is not None or wanted.worst > 0
    return shown or bool(question.quantiles) or question.reduction.text != "mean"


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
