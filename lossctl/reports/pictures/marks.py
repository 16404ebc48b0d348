"""The marks of a panel on matplotlib's axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import FuncFormatter, LogFormatter, MaxNLocator

from lossctl.errors import shorten
from lossctl.reports.pictures.picture import Axis, Bars, Cells, Curve, Panel, Points, Ranges, Rule
from lossctl.reports.tables.short_names import short_names
from lossctl.text import shown

INK, PALE, PAPER = "#1b1f24", "#d5d9de", "#ffffff"
# Okabe & Ito (2008), Color universal design: told apart by people who see few colours; in grey by their lightness, and by marks.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")
MARKS = ("o", "s", "^", "D", "v")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
STATUS = {"pass": 2, "better": 2, "fail": 1, "error": 1, "worse": 1}  # places among colours and marks
NAME, WORDS = 28, 60  # cells of a name beside an axis, and characters of other words
LARGEST = 1e150  # greater numbers overflow where distances are computed
PLAIN = FuncFormatter(lambda value, _: f"{value:g}")
NEAR = 0.08  # of an axis, a line of words
RULES = 4  # words of lines one below the other


class Between(LogFormatter):
    """Numbers between powers of ten where few powers are in sight, as they are."""

    def __call__(self, value: float, place: int | None = None) -> str:
        return PLAIN(value, place) if super().__call__(value, place) else ""


def draw(axes: Any, panel: Panel) -> Any:
    """Draws a panel on matplotlib's axes, and returns them."""
    unfit = too_far(panel)
    named = any(isinstance(mark, (Curve, Points)) and mark.name for mark in panel.marks)
    above = named and bool(panel.y.names)  # the legend is, and the title above it
    loc = "left" if panel.y.names else "center"
    axes.set_title(unfit or drawn_words(panel.title), loc=loc, pad=24 if above else None)
    _set_axis(axes, panel.x, "x")
    _set_axis(axes, panel.y, "y")
    axes.grid(axis="x" if panel.y.names else "both" if panel.square else "y", linewidth=0.6)
    series = rules = 0
    for mark in () if unfit else panel.marks:
        if isinstance(mark, Rule):
            _rule(axes, mark, rules)
            rules += 1
        elif isinstance(mark, Cells):
            _cells(axes, mark)
        else:
            beside = isinstance(mark, Points) and not mark.name and series > 0  # the points of the curve before
            _OF_SERIES[type(mark)](axes, mark, series - beside)
            series += not beside and not (isinstance(mark, Curve) and mark.dashed)
    if panel.square:
        axes.set_aspect("equal", adjustable="box")
    if unfit:
        axes.tick_params(which="both", left=False, bottom=False, labelleft=False, labelbottom=False)
    elif named:
        place = {"loc": "lower right", "bbox_to_anchor": (1, 1), "ncols": len(panel.marks) + 1} if above else {}
        axes.legend(fontsize=8, **place)
    for text in axes.texts:
        text.set_in_layout(False)  # a long word beside a mark must not squeeze the axes
    return axes


def too_far(panel: Panel) -> str:
    """Why the numbers of a panel cannot be drawn; an empty text where they can."""
    for axis, names in ((panel.x, ("x", "low", "high", "value")), (panel.y, ("y", "height", "place"))):
        numbers = [np.abs(getattr(mark, name)) for mark in panel.marks for name in names if hasattr(mark, name)]
        farthest = max((float(some[np.isfinite(some)].max(initial=0)) for some in numbers), default=0.0)
        if farthest >= LARGEST:
            return "numbers too large to draw"
        if 0 < farthest <= 1 / LARGEST and axis.scale == "linear":
            return "numbers too small to draw"
    return ""


def _set_axis(axes: Any, axis: Axis, along: str) -> None:
    getattr(axes, f"set_{along}label")(drawn_words(axis.label))
    if axis.scale == "log":
        getattr(axes, f"set_{along}scale")("log")
        getattr(axes, f"{along}axis").set_major_formatter(PLAIN)
        getattr(axes, f"{along}axis").set_minor_formatter(Between())
    if axis.names:
        of_axis = getattr(axes, f"{along}axis")
        of_axis.set_ticks(range(len(axis.names)), labels=_apart(axis.names))
        getattr(axes, f"set_{along}lim")(*((len(axis.names) - 0.5, -0.5) if along == "y" else (-0.5, len(axis.names) - 0.5)))
    elif axis.low is not None or axis.high is not None:
        getattr(axes, f"set_{along}lim")(axis.low, axis.high)
    elif axis.scale == "linear":
        getattr(axes, f"{along}axis").set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], integer=axis.whole))


def _apart(names: Sequence[str]) -> list[str]:
    """Names beside an axis: different ones stay different, by their places where the middle of all alike is left out."""
    safe = [shown(name) for name in names]
    short = short_names([*dict.fromkeys(safe)], NAME)
    if short is None:
        return [f"{place}. {shorten(name, NAME)}" for place, name in enumerate(safe, 1)]
    return [short[name] for name in safe]


def _bars(axes: Any, mark: Bars, series: int) -> None:
    edges = np.append(mark.low, mark.high[-1:])
    axes.stairs(mark.height, edges, fill=True, color=COLOURS[series], alpha=0.75)


def _curve(axes: Any, mark: Curve, series: int) -> None:
    style: dict[str, Any] = {"color": INK, "linestyle": ":", "linewidth": 1}
    if not mark.dashed:
        style = {"color": COLOURS[series % len(COLOURS)], "linestyle": DASHES[series % len(DASHES)]}
    y = mark.y
    if np.isinf(y).any() and not axes.get_autoscaley_on():  # a pole leaves the axis, and does not end within it
        low, high = axes.get_ylim()
        y = np.where(y == np.inf, 2 * high - low, np.where(y == -np.inf, 2 * low - high, y))
    axes.plot(mark.x, y, label=_entry(mark.name), **style)


def _points(axes: Any, mark: Points, series: int) -> None:
    small = len(mark.x) > 100
    style: dict[str, Any] = {"marker": "|", "markersize": 12, "markeredgewidth": 1.5, "color": INK}
    if not mark.strokes:
        style = {"marker": MARKS[series % len(MARKS)], "markersize": 2 if small else 4, "color": COLOURS[series % len(COLOURS)]}
        style |= {"alpha": 0.4 if small else 1, "rasterized": small, "clip_on": False}
    axes.plot(mark.x, mark.y, linestyle="", label=_entry(mark.name), **style)
    low, high = axes.get_ylim()
    crowded = len(mark.texts) > 1 and np.ptp(mark.y) < NEAR * (high - low)
    for place, (x, y, text) in enumerate(zip(mark.x.tolist(), mark.y.tolist(), mark.texts, strict=False)):
        below = y < (low + high) / 2
        step = place if below else place - len(mark.texts) + 1  # away from the nearer end of the axis
        offset = (7, (3 if below else -1) + 10 * step * crowded)
        axes.annotate(drawn_words(text), (x, y), xytext=offset, textcoords="offset points", va="center", fontsize=8)


def _ranges(axes: Any, mark: Ranges, series: int) -> None:
    for status in dict.fromkeys(mark.status) or [""]:
        here = np.array([own == status for own in mark.status], bool) if mark.status else np.ones(len(mark.value), bool)
        style = STATUS.get(status, series)
        value = mark.value[here]
        below, above = (np.where(np.isfinite(end), np.abs(end - value), 0.0) for end in (mark.low[here], mark.high[here]))
        look = {"fmt": MARKS[style % len(MARKS)], "color": COLOURS[style % len(COLOURS)], "label": _entry(status)}
        ends = np.stack([below, above])
        axes.errorbar(value, mark.place[here], xerr=ends, markersize=4.5, capsize=2, elinewidth=1.2, **look)


def _rule(axes: Any, mark: Rule, before: int) -> None:
    """The line, with its word below those of the lines before."""
    axes.axvline(mark.at, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
    place = {"xy": (mark.at, 1 - before % RULES / RULES), "xycoords": ("data", "axes fraction"), "xytext": (2, -2)}
    axes.annotate(drawn_words(mark.name), **place, textcoords="offset points", fontsize=7.5, rotation=90, va="top")


def _cells(axes: Any, mark: Cells) -> None:
    counts = np.ma.masked_equal(mark.count, 0)
    found = axes.pcolormesh(mark.x, mark.y, counts, cmap="cividis_r", norm="log", rasterized=True)
    bar = axes.figure.colorbar(found, ax=axes, label="rows", shrink=0.8, format=PLAIN)
    bar.minorformatter = Between()


# those that have colours in turn
_OF_SERIES: dict[type, Callable[[Any, Any, int], None]] = {Bars: _bars, Curve: _curve, Points: _points, Ranges: _ranges}


def _entry(name: str) -> str | None:
    """A name in the legend, where matplotlib leaves out those that begin with an underscore."""
    words = drawn_words(name)
    return f" {words}" if words.startswith("_") else words or None


def drawn_words(text: str) -> str:
    """Words in a picture: none too long, and none that acts."""
    return shown(shorten(text, WORDS))
