"""Values with their intervals, of groups and of ranked runs, and over a number that runs carry."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from lossctl.reports.pictures.picture import Axis, Curve, Panel, Picture, Points, Ranges, Scale
from lossctl.results.document import Document, Result, Run
from lossctl.results.ranking import total_of
from lossctl.text import as_number

MOST = 40  # values of a panel
WIDE = 100  # times the least positive number is the greatest, and the axis is logarithmic
_NUMBER = re.compile(r"(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)")


def values_panel(title: str, loss: str, results: Sequence[tuple[str, Result]], what: str) -> Panel:
    """The value of each of some results, with its name, and with its interval where it has one."""
    some = [(name, result) for name, result in results if math.isfinite(result.value)][:MOST]
    names = [name for name, _ in some]
    numbers = [(number(result.low), result.value, number(result.high)) for _, result in some]
    low, value, high = np.array(numbers, float).reshape(-1, 3).T
    left_out = [f"{len(results) - len(names):,} more {what}"] if len(names) < len(results) else []
    words = [*(f"{name} {ends[1]:.4g}" for name, ends in zip(names, numbers, strict=True)), *left_out]
    ends = " and interval" if np.isfinite(low).any() else ""
    marks = [Ranges(low, value, high, np.arange(float(len(names))))]
    return Panel(title, Axis(f"{loss}{ends}"), Axis("", names=names), marks, ", ".join(words))


def number(value: float | None) -> float:
    """A number that may be absent, NaN where it is."""
    return math.nan if value is None else value


def group_name(by: Mapping[str, str] | None) -> str:
    """A group by its words."""
    return ", ".join((by or {}).values())


def leaderboards(document: Document) -> Iterator[Picture]:
    """The runs of a batch in order of rank by each loss, and the curve over a number that their names or manifest carry."""
    return values(document, "in order of rank") if document.board is not None else iter(())


def values(document: Document, title: str = "values") -> Iterator[Picture]:
    """The value of each run by each loss, and the curve over a number that their names or manifest carry."""
    runs = [run for run in document.runs if run.error is None]
    for loss in dict.fromkeys(result.loss for run in runs for result in run.results):
        found = {run.run: result for run in runs if (result := total_of(run, loss)) is not None}
        panels = [values_panel(title, loss, [*found.items()], "runs")]
        panels += [_curve(loss, name, [*numbers.items()], found) for name, numbers in _numbered(runs)]
        yield Picture(loss, panels)


def _curve(loss: str, name: str, numbers: list[tuple[str, float]], found: Mapping[str, Result]) -> Panel:
    """The value over a number of each run."""
    points = sorted((number, found[run].value) for run, number in numbers if run in found and math.isfinite(found[run].value))
    x, y = np.array(points, float).reshape(-1, 2).T
    scale: Scale = "log" if len(x) and x[0] > 0 and x[-1] >= WIDE * x[0] else "linear"
    return Panel(f"over {name}", Axis(name, scale), Axis(loss), [Curve(x, y), Points(x, y)])


def _numbered(runs: Sequence[Run]) -> Iterator[tuple[str, dict[str, float]]]:
    """What carries a number for each run, by its name: columns of the manifest, and the one number by which run names differ."""
    for name in dict.fromkeys(name for run in runs for name in run.keep or ()):
        numbers = {run.run: _parsed((run.keep or {}).get(name)) for run in runs}
        if None not in numbers.values() and len({*numbers.values()}) > 2:
            yield name, {run: number for run, number in numbers.items() if number is not None}
    parts = [_NUMBER.split(run.run) for run in runs]
    if len({len(part) for part in parts}) != 1:
        return
    differ = [place for place, words in enumerate(zip(*parts, strict=True)) if len({*words}) > 1]
    if len(differ) == 1 and differ[0] % 2 and len(runs) > 2:
        name = re.split(r"[^A-Za-z]+", parts[0][differ[0] - 1].rstrip("-_=/. "))[-1] or "run"
        carried = {run.run: float(part[differ[0]]) for run, part in zip(runs, parts, strict=True)}
        yield name, {run: number for run, number in carried.items() if math.isfinite(number)}


def _parsed(cell: object) -> float | None:
    number = as_number(str(cell))
    return number if number is not None and math.isfinite(number) else None
