"""Runs of a request, each opened, scored and put into the record that reports show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from lossctl.binding.binder import BY, Binder, Binding
from lossctl.engine.ordered_map import threaded_map
from lossctl.engine.sample_sinks import Collected, Keys, Quantiles, SampleSink, worst_rows
from lossctl.engine.score import BLOCK_VALUES, OrderedMap, Scoring, Tally, evaluate, prepared
from lossctl.engine.warnings import warnings_of
from lossctl.errors import DataError, UsageError, plural
from lossctl.files.streams import read_once
from lossctl.losses.domain import Value
from lossctl.losses.roles.label_names import LabelNames
from lossctl.losses.text import BoundLoss
from lossctl.losses.vector_domain import Vector
from lossctl.question.request import Request
from lossctl.question.src import Src
from lossctl.record import record
from lossctl.results.document import Result, Run
from lossctl.rows.dataset import Dataset
from lossctl.rows.policy import RowPolicy
from lossctl.statistics.accumulators import Statistics, rounded

Groups = Sequence[tuple[tuple[str, ...] | None, list[Statistics]]]


@record
class Wishes:
    """What is wanted beside the headline values. sink: opens a sink for samples, given the canonical texts of the losses."""

    per_sample: bool = False
    worst: int = 0
    spread: bool = True
    sink: Callable[[Sequence[str]], SampleSink] | None = None
    progress: Callable[[int, int | None], None] | None = None
    carry: tuple[str, ...] = ()
    ordered_map: OrderedMap | None = None  # by default threads
    block_values: int = BLOCK_VALUES


def evaluate_runs(request: Request, wishes: Wishes) -> Iterator[tuple[Run, list[str]]]:
    """Each run of a request in order, with the warnings that belong to it. Raises DataError for the first that has a fault."""
    for name, preds in request.runs:
        yield evaluate_run(request, name, preds, wishes)


def evaluate_run(request: Request, name: str, preds: tuple[Src, ...], wishes: Wishes) -> tuple[Run, list[str]]:
    """One run, and the warnings that belong to it."""
    ordered_map: OrderedMap = wishes.ordered_map or partial(threaded_map, jobs=request.jobs)
    binding = Binder(request, name, preds).bind()
    if binding.classes_in_doubt:
        binding = _decide_classes(request, binding, name, preds)
    dataset = Dataset(binding, drop_missing=request.drop_missing)
    collected = Collected() if wishes.per_sample else None
    quantiles = Quantiles(len(binding.losses)) if request.reduction.quantile is not None else None
    keys = Keys(name) if request.ids and not dataset.paired else None
    own = wishes.sink([str(loss) for loss in request.losses]) if wishes.sink else None
    sinks: list[SampleSink] = [sink for sink in (collected, quantiles, keys, own) if sink is not None]
    scoring = Scoring(
        binding.losses,
        RowPolicy(request.drop_nan, request.ignore, binding.labels, binding.label_names),
        scale=request.scale or "probs",
        normalize=request.normalize,
        worst=wishes.worst,
        samples=bool(sinks),
        carry=wishes.carry,
        spread=wishes.spread,
        block_rows=max(1, wishes.block_values // dataset.width),
    )
    if any(bound.loss.prepare for bound, _ in binding.losses):
        scoring = replace(scoring, states=prepared(dataset, scoring))
        dataset = Dataset(Binder(request, name, preds).bind(), drop_missing=request.drop_missing)

    def receive(tally: Tally) -> None:
        if wishes.progress is not None:
            wishes.progress(tally.rows, dataset.rows)
        for samples in tally.samples:
            for sink in sinks:
                sink.write(samples)

    tally = evaluate(dataset, scoring, ordered_map, receive)
    if keys is not None:
        keys.check()
    if not tally.used:
        raise DataError(f"none of the {plural(tally.rows, 'row')} is used: {_dropped(tally)}", where=name)
    run = _run(request, binding, tally, quantiles, collected)
    return run, warnings_of(binding, tally, run.results)


def _decide_classes(request: Request, binding: Binding, name: str, preds: tuple[Src, ...]) -> Binding:
    """Whether labels are the numbers in the columns' names or, from 0, the columns' places: the labels of all rows decide.

    Raises DataError where both are possible or the labels cannot be read twice.
    """
    label = next((role for role in binding.labels if binding.sources[role].width is None), None)
    if label is None:
        return binding
    names, hint = binding.classes_in_doubt, "say which: --classes with the labels in column order"
    if any(read_once(table.path) for table in binding.sources[label].tables):
        raise DataError(f"labels may be the columns' numbers {names[0]}, ... or places from 0", where=name, hint=hint)
    seen: set[float] = set()
    for part in Dataset(replace(binding, sources={label: binding.sources[label]})).parts():
        with part.open() as read:
            seen |= set(read(0, part.rows)[label].tolist())  # type: ignore[union-attr, arg-type]  # numbers
    seen = {value for value in seen if value == value and (request.ignore is None or str(value) != request.ignore)}
    named, placed = seen <= {float(one) for one in names}, seen <= {float(place) for place in range(len(names))}
    if named and placed:
        raise DataError(f"labels may be the columns' numbers {names[0]}, ... or places from 0", where=name, hint=hint)
    fresh = Binder(request, name, preds).bind()
    if not named:
        return replace(fresh, classes_in_doubt=())
    chosen = replace(request, classes=names)
    return replace(Binder(chosen, name, preds).bind(), label_names=LabelNames(names))


def _run(request: Request, binding: Binding, tally: Tally, quantiles: Quantiles | None, collected: Collected | None) -> Run:
    groups: Groups = [(None, tally.statistics), *tally.groups.items()]
    texts = [str(loss) for loss in request.losses]
    names = binding.label_names
    run = Run(
        run=binding.run,
        rows=tally.rows,
        used=tally.used,
        dropped=dict(tally.dropped),
        sources=binding.described(),
        classes=list(names.names) if names is not None and names.names else None,
        results=(),
        samples=None if collected is None else collected.table(texts),
        worst={text: worst_rows(worst) for text, worst in zip(texts, tally.worst, strict=True)} if tally.worst else None,
    )
    columns = [source.removeprefix(BY) for source in binding.sources if source.startswith(BY)]
    return replace(run, results=results_of(request, run, columns, groups, quantiles))


def results_of(
    request: Request, run: Run, columns: Sequence[str], groups: Groups, quantiles: Quantiles | None = None
) -> tuple[Result, ...]:
    """The results of each group of rows, that of all rows under None: one for each loss.

    columns: of `--by`. Raises DataError where a mean has nothing to divide by, UsageError for a reduction that a loss has not.
    """
    return tuple(
        _result(
            request,
            run,
            bound,
            statistics[place],
            None if group is None else dict(zip(columns, group, strict=True)),
            None if quantiles is None else partial(quantiles.quantile, group, place),
        )
        for group, statistics in groups
        for place, bound in enumerate(request.losses)
    )


def _result(
    request: Request,
    run: Run,
    bound: BoundLoss,
    statistics: Statistics,
    by: dict[str, str] | None,
    quantile: Callable[[Any], float] | None,
) -> Result:
    of_group = "" if by is None else f" of the group {', '.join(by.values())}"
    if not statistics.total_weight():
        raise DataError(f"the weights{of_group} are all 0", where=run.sources["weight"])
    if statistics.share is not None and request.reduction.text != "mean":
        raise UsageError(f"{bound} is a ratio of sums by definition; --reduction {request.reduction.text} does not apply to it")
    if not statistics.denominator():
        raise DataError(f"{bound}: what the mean{of_group} is divided by is 0", where=run.run)
    return Result(
        loss=str(bound),
        name=bound.loss.name,
        params={name: _plain_value(value) for name, value in bound.parameters.items()},
        reduction=request.reduction.text,
        value=_headline(bound, statistics, request, quantile),
        by=by,
        n=statistics.rows,
        weight=rounded(statistics.denominator()),
        mean=statistics.mean(),
        sum=statistics.sum(),
        std=statistics.std(),
        min=statistics.least,
        max=statistics.most,
        infinite=statistics.infinite,
        signature=request.signature(bound),
    )


def _headline(bound: BoundLoss, statistics: Statistics, request: Request, quantile: Callable[[Any], float] | None) -> float:
    if quantile is not None:
        return quantile(request.reduction.quantile)
    values: dict[str, Callable[[], float]] = {
        "mean": statistics.mean,
        "sum": statistics.sum,
        "min": lambda: statistics.least,
        "max": lambda: statistics.most,
    }
    value = values[request.reduction.text]()
    return bound.loss.finish(value) if bound.loss.finish else value


def _plain_value(value: Value) -> Any:
    if isinstance(value, Vector):
        return [*value] if len(value) != 1 else value[0]
    return str(value) if isinstance(value, float) and value in (float("inf"), float("-inf")) else value


def _dropped(tally: Tally) -> str:
    return ", ".join(f"{count:,} dropped ({reason})" for reason, count in tally.dropped.items()) or "there is none"
