"""Runs of a request, each opened, scored and put into the record that reports show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol

import numpy as np

from lossctl.document import Result, Run, SampleTable, WorstRow
from lossctl.errors import DataError, UsageError, plural
from lossctl.evaluation.accumulators import Statistics, plain
from lossctl.evaluation.engine import BLOCK_VALUES, OrderedMap, Samples, Scoring, Tally, evaluate, prepared
from lossctl.evaluation.ordered_map import threaded_map
from lossctl.evaluation.quantile import QuantileFile
from lossctl.losses.domain import Value, Vector
from lossctl.losses.text import BoundLoss
from lossctl.request import Reduction, Request
from lossctl.sources.binding import Binder, Binding
from lossctl.sources.dataset import Dataset


class SampleSink(Protocol):
    """Takes the samples of a run as they come, in the order of rows."""

    def write(self, samples: Samples) -> None:
        """Takes the next samples."""


@dataclass(frozen=True)
class Wishes:
    """What is wanted beside the headline values. sink: opens a sink for samples, given the canonical texts of the losses."""

    per_sample: bool = False
    worst: int = 0
    spread: bool = True
    sink: Callable[[Sequence[str]], SampleSink] | None = None
    progress: Callable[[int, int | None], None] | None = None
    block_values: int = BLOCK_VALUES


@dataclass
class _Collected:
    """The samples of a run that its record will hold."""

    row: list[int] = field(default_factory=list)
    keep: dict[str, list[Any]] = field(default_factory=dict)
    costs: list[list[float]] = field(default_factory=list)

    def write(self, samples: Samples) -> None:
        self.row += samples.row.tolist()
        for column, values in samples.keep.items():
            self.keep.setdefault(column, []).extend(plain(value) for value in values)
        self.costs = self.costs or [[] for _ in samples.costs]
        for column_of, cost in zip(self.costs, samples.costs, strict=True):
            column_of += cost.tolist()


class _Quantiles:
    """One file of values for each loss."""

    def __init__(self, losses: int) -> None:
        self.files = [QuantileFile() for _ in range(losses)]

    def write(self, samples: Samples) -> None:
        for file, cost in zip(self.files, samples.costs, strict=True):
            file.add(cost, samples.weight)


def evaluate_runs(request: Request, wishes: Wishes) -> Iterator[tuple[Run, list[str]]]:
    """Each run of a request in order, with the warnings that belong to it. Raises DataError for the first that has a fault."""
    ordered_map = partial(threaded_map, jobs=request.jobs)
    for name, preds in request.runs:
        yield _evaluate_run(request, wishes, Binder(request, name, preds).bind(), ordered_map)


def _evaluate_run(request: Request, wishes: Wishes, binding: Binding, ordered_map: Any) -> tuple[Run, list[str]]:
    dataset = Dataset(binding)
    collected = _Collected() if wishes.per_sample else None
    quantiles = _Quantiles(len(binding.losses)) if request.reduction.quantile is not None else None
    sinks = [sink for sink in (collected, quantiles, wishes.sink and wishes.sink([str(loss) for loss in request.losses])) if sink]
    scoring = Scoring(
        binding.losses,
        scale=request.scale or "probs",
        drop_nan=request.drop_nan,
        normalize=request.normalize,
        keep=request.keep,
        worst=wishes.worst,
        samples=bool(sinks),
        spread=wishes.spread,
        block_rows=max(1, wishes.block_values // dataset.width),
    )
    if any(bound.loss.prepare for bound, _ in binding.losses):
        scoring = replace(scoring, states=prepared(dataset, scoring))
        dataset = Dataset(Binder(request, binding.run, dict(request.runs)[binding.run]).bind())

    def receive(tally: Tally) -> None:
        if wishes.progress is not None:
            wishes.progress(tally.rows, dataset.rows)
        for samples in tally.samples:
            for sink in sinks:
                sink.write(samples)

    tally = evaluate(dataset, scoring, _typed(ordered_map), receive)
    if not tally.used:
        raise DataError(f"none of the {plural(tally.rows, 'row')} is used: {_dropped(tally)}", where=binding.run)
    results = tuple(
        _result(request, bound, statistics, None if quantiles is None else quantiles.files[place], binding)
        for place, (bound, statistics) in enumerate(zip(request.losses, tally.statistics, strict=True))
    )
    return _run(request, binding, tally, results, collected), _warnings(request, binding, tally, results)


def _typed(ordered_map: Any) -> OrderedMap:
    return ordered_map  # type: ignore[no-any-return]


def _run(request: Request, binding: Binding, tally: Tally, results: tuple[Result, ...], collected: _Collected | None) -> Run:
    texts = [str(loss) for loss in request.losses]
    return Run(
        run=binding.run,
        rows=tally.rows,
        used=tally.used,
        dropped=dict(tally.dropped),
        sources={name: source.text for name, source in binding.sources.items() if not name.startswith("keep:")},
        classes=None,
        results=results,
        samples=None
        if collected is None
        else SampleTable(row=collected.row, id=None, keep=collected.keep, values=dict(zip(texts, collected.costs, strict=True))),
        worst={
            text: tuple(WorstRow(row=row.row, id=None, value=row.cost, keep=row.carried) for row in worst.rows)
            for text, worst in zip(texts, tally.worst, strict=True)
        }
        if tally.worst
        else None,
    )


def _result(
    request: Request, bound: BoundLoss, statistics: Statistics, quantile: QuantileFile | None, binding: Binding
) -> Result:
    if not statistics.total_weight():
        raise DataError("the weights are all 0", where=binding.sources["weight"].text)
    if not statistics.denominator():
        raise UsageError(f"{bound}: the class weights of the rows are all 0, so there is no mean")
    return Result(
        loss=str(bound),
        name=bound.loss.name,
        params={name: _plain_value(value) for name, value in bound.parameters.items()},
        reduction=request.reduction.text,
        value=_headline(bound, statistics, request.reduction, quantile),
        by=None,
        n=statistics.rows,
        weight=float(statistics.denominator()),
        mean=statistics.mean(),
        sum=statistics.sum(),
        std=statistics.std(),
        min=statistics.least,
        max=statistics.most,
        infinite=statistics.infinite,
        signature=request.signature(bound),
    )


def _headline(bound: BoundLoss, statistics: Statistics, reduction: Reduction, quantile: QuantileFile | None) -> float:
    if quantile is not None and reduction.quantile is not None:
        return quantile.quantile(reduction.quantile)
    values: dict[str, Callable[[], float]] = {
        "mean": statistics.mean,
        "sum": statistics.sum,
        "min": lambda: statistics.least,
        "max": lambda: statistics.most,
    }
    value = values[reduction.text]()
    return bound.loss.finish(value) if bound.loss.finish else value


def _plain_value(value: Value) -> Any:
    if isinstance(value, Vector):
        return [*value] if len(value) != 1 else value[0]
    return str(value) if isinstance(value, float) and value in (float("inf"), float("-inf")) else value


def _warnings(request: Request, binding: Binding, tally: Tally, results: Sequence[Result]) -> list[str]:
    said = [f"{binding.run}: {plural(count, 'row')} {what} (--normalize)" for what, count in tally.facts.counts.items()]
    if binding.unused_weight is not None:
        said.append(f"{binding.unused_weight}: the column 'weight' is not used; to weight rows: -w weight")
    for result, statistics, (bound, form) in zip(results, tally.statistics, binding.losses, strict=True):
        if statistics.infinite:
            ways = "; save logits and use --from logits, or limit probabilities: clip=1e-7" if bound.loss.reads_classes else ""
            first = binding.sources[next(iter(form.roles))].text
            rows = f"{plural(statistics.infinite, 'row')}, first row {statistics.first_infinite} of {first}"
            said.append(f"{binding.run}: {result.loss} is inf for {rows}{ways}")
        elif np.isinf(result.sum):
            said.append(f"{binding.run}: the sum of {result.loss} overflows")
    return said


def _dropped(tally: Tally) -> str:
    return ", ".join(f"{count:,} dropped ({reason})" for reason, count in tally.dropped.items()) or "there is none"
