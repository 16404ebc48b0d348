"""How the losses of a run's rows are spread, which rows carry the total, how groups differ, and how sure predictions are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from lossctl.errors import plural
from lossctl.reports.pictures.bins import bars_of, quantile, scale_of, shares_of
from lossctl.reports.pictures.picture import Axis, Bars, Curve, Mark, Panel, Picture, Points, Rule
from lossctl.reports.pictures.values import group_name, values_panel
from lossctl.results.document import Document, Result, Run
from lossctl.results.observed import OfGroup
from lossctl.statistics.calibration import Calibrated
from lossctl.statistics.distribution import Counted

MARKED = {"p50": 0.5, "p90": 0.9, "p99": 0.99}  # quantiles where none are asked for
COSTLIEST = (0.01, 0.1)  # shares of the rows whose share of the total is said


def distributions(document: Document) -> Iterator[Picture]:
    """For each run and loss how rows are spread, which carry the total, and the groups; for each run how sure predictions are."""
    runs = {run.run: run for run in document.runs}
    for observed in document.observed:
        run = runs[observed.run]
        for result in run.results:
            if result.by is not None:
                continue
            costs = observed.costs.get(result.loss)
            panels = [] if costs is None or not len(costs.rows) else [_spread(result, costs), *_carried(result, costs)]
            panels += _groups(run, result.loss, costs, observed.groups.get(result.loss, ()))
            if panels:
                says = [f"{plural(result.infinite, 'row')} of inf left out"] if result.infinite else []
                yield Picture(f"{result.loss} of {run.run}", panels, says)
        if observed.calibration is not None:
            yield Picture(f"calibration of {run.run}", [*_calibration(run, observed.calibration)])


def _spread(result: Result, costs: Counted) -> Panel:
    """How many rows cost how much. Quantiles are those that were asked for, or about those of the counts."""
    scale = scale_of(costs)
    marked = result.quantiles or {f"about {name}": quantile(costs, share) for name, share in MARKED.items()}
    rules = [Rule(value, name) for name, value in {"mean": result.mean, **marked}.items() if _on(scale, value)]
    zeros = int(costs.rows[(costs.low == 0) & (costs.high == 0)].sum()) if scale == "log" else 0
    words = [f"mean {result.mean:.4g}", *(f"{name} {value:.3g}" for name, value in marked.items())]
    words += [f"{plural(zeros, 'row')} of 0 left out"] if zeros else []
    x = Axis(f"cost of a row by {result.loss}", scale)
    return Panel("how rows are spread", x, Axis("rows", whole=True), [bars_of(costs, scale), *rules], ", ".join(words))


def _on(scale: str, value: float) -> bool:
    return math.isfinite(value) and (scale == "linear" or value > 0)


def _carried(result: Result, costs: Counted) -> Iterator[Panel]:
    """Which share of the total the costliest rows carry."""
    shares = shares_of(costs)
    if shares is None or result.infinite:
        return
    carried = np.interp(COSTLIEST, shares.rows, shares.sum)
    texts = [f"{share:.0%}: {of_sum:.0%}" for share, of_sum in zip(COSTLIEST, carried.tolist(), strict=True)]
    words = [f"the costliest {text.replace(':', ' of rows carry about')} of the total" for text in texts]
    whole = np.array([0.0, 100.0])
    marks: list[Mark] = [
        Curve(100 * shares.rows, 100 * shares.sum),
        Curve(whole, whole, dashed=True),
        Points(100 * np.array(COSTLIEST), 100 * carried, texts=texts),
    ]
    x, y = Axis("costliest rows, %", low=0, high=100), Axis("share of the total, %", low=0, high=100)
    yield Panel("which rows carry the total", x, y, marks, ", ".join(words), square=True)


def _groups(run: Run, loss: str, costs: Counted | None, counted: Sequence[OfGroup]) -> Iterator[Panel]:
    """The value of each group with its interval; where groups are few, how the rows of each are spread, on one axis."""
    results = [result for result in run.results if result.loss == loss and result.by is not None]
    if not results:
        return
    named = [(group_name(result.by), result) for result in results]
    yield values_panel(f"by {', '.join(results[0].by or ())}", loss, named, "groups")
    if costs is None or not len(costs.rows):
        return
    scale = scale_of(costs)
    for of_group in counted:
        if (of_group.costs.low > 0).any() or (scale == "linear" and len(of_group.costs.rows)):
            median = quantile(of_group.costs, 0.5)
            marks: list[Mark] = [bars_of(of_group.costs, scale, costs)]
            marks += [Rule(median, "about p50")] if _on(scale, median) else []
            yield Panel(group_name(of_group.by), Axis(f"cost of a row by {loss}", scale), Axis("rows", whole=True), marks)


def _calibration(run: Run, found: Calibrated) -> Iterator[Panel]:
    """How often predictions are right beside how sure they are, and how many there are of each."""
    positive = (run.classes or ["0", "1"])[-1]
    sure = f"probability of {positive}" if found.of_one else "confidence: the largest probability"
    right = f"share that is {positive}" if found.of_one else "share that is right"
    line, whole = (found.confidence, found.right), np.array([0.0, 1.0])
    marks: list[Mark] = [Curve(*line), Points(*line), Curve(whole, whole, dashed=True)]
    gap = float((found.weight * np.abs(found.right - found.confidence)).sum() / found.weight.sum())
    words = f"the mean gap between {sure.partition(':')[0]} and {right} is about {gap:.3g}"
    x = Axis(sure, low=0, high=1)
    yield Panel("how sure and how right", x, Axis(right, low=0, high=1), marks, words, square=True)
    edges = np.linspace(0, 1, len(found.all_rows) + 1)
    bars = Bars(edges[:-1], edges[1:], found.all_rows.astype(np.float64))
    yield Panel("how many are how sure", x, Axis("predictions", whole=True), [bars])
