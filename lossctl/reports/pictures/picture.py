"""What a picture shows: data on axes. Files, pages and terminals draw it from this one description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Literal, TypeAlias

from lossctl.losses.roles.block import Array
from lossctl.record import record

Scale: TypeAlias = Literal["linear", "log"]


@record
class Axis:
    """What an axis measures, with its unit, and how. names: of the places 0, 1, ... that stand there instead of numbers.

    whole: it counts, and has whole numbers alone.
    """

    label: str
    scale: Scale = "linear"
    names: Sequence[str] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False


@record
class Bars:
    """How much lies between two numbers each: low, high, height (k,), each bar where that before it ends."""

    low: Array
    high: Array
    height: Array


@record
class Curve:
    """A line through points: x, y (k,). name: in the legend. dashed: a reference, not data."""

    x: Array
    y: Array
    name: str = ""
    dashed: bool = False


@record
class Points:
    """Separate points: x, y (k,). texts: what stands beside each. strokes: they are limits, and short lines across."""

    x: Array
    y: Array
    name: str = ""
    texts: Sequence[str] = ()
    strokes: bool = False


@record
class Ranges:
    """Intervals across places of the other axis, one below the other: low, value, high (k,) along x, place (k,) along y.

    NaN ends where there is no interval. status: a word for each, by which they differ in mark and colour.
    """

    low: Array
    value: Array
    high: Array
    place: Array
    status: Sequence[str] = ()


@record
class Rule:
    """A line across the whole panel at a number along x, with a word."""

    at: float
    name: str


@record
class Cells:
    """How many rows lie in each cell of a grid: edges along x (k + 1,) and y (m + 1,), count (m, k)."""

    x: Array
    y: Array
    count: Array


Mark: TypeAlias = Bars | Curve | Points | Ranges | Rule | Cells


@record
class Panel:
    """Marks on two axes. says: what it shows in words, for those who do not see it. square: both axes measure the same."""

    title: str
    x: Axis
    y: Axis
    marks: Sequence[Mark]
    says: str = ""
    square: bool = False


@record
class Picture:
    """Panels that belong together. says: sentences below them."""

    title: str
    panels: Sequence[Panel]
    says: Sequence[str] = field(default_factory=tuple)
