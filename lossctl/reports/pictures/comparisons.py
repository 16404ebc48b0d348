"""A candidate against the base: the differences of rows, and each row's loss by both."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lossctl.errors import plural
from lossctl.losses.roles.block import Array
from lossctl.reports.pictures.bins import bars_of, scale_of
from lossctl.reports.pictures.picture import Axis, Cells, Curve, Mark, Panel, Picture, Points, Rule
from lossctl.results.document import Document
from lossctl.results.observed import Paired
from lossctl.statistics.distribution import Counts

POINTS = 10_000  # rows that are drawn each; more are counted in cells
CELLS = 60  # along each axis


def comparisons(document: Document) -> Iterator[Picture]:
    """For each candidate and loss the differences and the pairs of all rows."""
    for paired in document.paired:
        with np.errstate(over="ignore", invalid="ignore"):
            differences = paired.candidate - paired.base
        finite = np.isfinite(differences)
        base, candidate = paired.base[finite], paired.candidate[finite]
        if not len(base):
            continue
        infinite = len(finite) - len(base)
        says = [f"{plural(infinite, paired.counted)} of inf left out"] if infinite else []
        panels = [_differences(paired, differences[finite]), _pairs(paired, base, candidate)]
        yield Picture(f"{paired.loss}: {paired.names[1]} against {paired.names[0]}", panels, says)


def _differences(paired: Paired, differences: Array) -> Panel:
    counts = Counts()
    counts.add(differences, None, None, 1)
    counted = counts.counted(0)
    less, more = int((differences < 0).sum()), int((differences > 0).sum())
    words = f"{plural(less, paired.counted)} below 0, {more:,} above, {len(differences) - less - more:,} the same"
    x = Axis(f"cost of a {paired.counted} by {paired.loss}, candidate less base")
    marks: list[Mark] = [bars_of(counted, "linear"), Rule(0.0, "no difference")]
    return Panel("how differences are spread", x, Axis(f"{paired.counted}s", whole=True), marks, words)


def _pairs(paired: Paired, base: Array, candidate: Array) -> Panel:
    """Each row's loss by both; of many rows how many lie in each cell."""
    counts = Counts()
    counts.add(np.concatenate([base, candidate]), None, None, 1)
    counted = counts.counted(0)
    kept = (base > 0) & (candidate > 0)
    scale = scale_of(counted) if kept.any() else "linear"
    if scale == "linear":
        kept[:] = True
    base, candidate = base[kept], candidate[kept]
    ends = _ends(base, candidate)
    if len(base) > POINTS:
        edges = (np.geomspace if scale == "log" else np.linspace)(ends[0], ends[1], CELLS + 1)
        marks: list[Mark] = [Cells(edges, edges, np.histogram2d(candidate, base, bins=[edges, edges])[0])]
    else:
        marks = [Points(base, candidate)]
    marks.append(Curve(ends, ends, dashed=True))
    left_out = int((~kept).sum())
    words = f"{paired.counted}s above the line cost more by the candidate"
    words += f", {plural(left_out, paired.counted)} of 0 left out" if left_out else ""
    x, y = (Axis(f"{paired.loss} by {name}", scale) for name in paired.names)
    return Panel(f"each {paired.counted} by both", x, y, marks, words, square=True)


def _ends(base: Array, candidate: Array) -> Array:
    """The least and the greatest number, apart."""
    if not len(base):
        return np.array([0.1, 1.0])
    both = np.concatenate([base, candidate])
    low, high = float(both.min()), float(both.max())
    return np.array([low, high if high > low else low + (abs(low) or 1.0)])
