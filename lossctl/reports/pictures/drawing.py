"""Pictures drawn by matplotlib: whole files, and single panels for a page that sets its own colours."""

from __future__ import annotations

import io
import logging
import math
import re
import textwrap
import warnings
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import numpy as np

logging.getLogger("matplotlib").setLevel(logging.ERROR)  # that it makes its cache is nothing that a user asked about

import matplotlib as mpl  # noqa: E402  # its messages are settled before
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: E402

from lossctl.errors import shorten  # noqa: E402
from lossctl.reports.pictures.picture import Axis, Bars, Cells, Curve, Panel, Picture, Points, Ranges, Rule  # noqa: E402
from lossctl.text import shown  # noqa: E402

INK, PALE, PAPER = "#1b1f24", "#d5d9de", "#ffffff"
# Okabe & Ito (2008), Color universal design: told apart by people who see few colours; in grey by their lightness, and by marks.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")
MARKS = ("o", "s", "^", "D", "v")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
STATUS = {"pass": 2, "better": 2, "fail": 1, "error": 1, "worse": 1}  # places among colours and marks
WIDTH, HEIGHT, ROW = 4.6, 3.1, 0.28  # inches of a panel, and of a name beside it
_LARGEST = 1e150
NARROW = 3.8  # inches of a panel on a page, whose letters can be read on a telephone
NAME, WORDS, LINE = 28, 60, 72  # characters of a name beside an axis, of a title, and of a line below each column of panels
_PLAIN = FuncFormatter(lambda value, _: f"{value:g}")
SETTINGS: Any = {
    "text.parse_math": False,  # a name with $ is a name
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.facecolor": "none",
    "axes.axisbelow": True,
    "grid.color": PALE,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "pdf.fonttype": 42,
    "svg.hashsalt": "lossctl",
}


def drawn(pictures: Sequence[Picture], kind: str) -> bytes:
    """All pictures, one below the other, as a file: svg, png or pdf."""
    columns = min(2, max(len(picture.panels) for picture in pictures))
    heights = [max(map(_height, row)) for picture in pictures for row in _rows(picture, columns)]
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH * columns, sum(heights) + 0.45 * len(pictures)), layout="constrained")
        rows = [len(list(_rows(picture, columns))) for picture in pictures]
        parts = figure.subfigures(len(pictures), 1, squeeze=False, height_ratios=_heights_of(heights, rows))
        for part, picture in zip(parts[:, 0], pictures, strict=True):
            part.suptitle(_words(picture.title), fontsize=11, fontweight="bold")
            of_rows = [*_rows(picture, columns)]
            grid = part.add_gridspec(len(of_rows), columns, height_ratios=[max(map(_height, row)) for row in of_rows])
            for down, row in enumerate(of_rows):
                for right, panel in enumerate(row):
                    draw(part.add_subplot(grid[down, right] if len(picture.panels) > 1 else grid[down, :]), panel)
            part.supxlabel("\n".join(_lines(picture.says, LINE * columns)), fontsize=8, x=0.02, ha="left")
        return _saved(figure, kind, {})


def drawn_panel(panel: Panel, salt: str, colours: Callable[[str], str]) -> str:
    """One panel as an SVG element whose names are its own by `salt`; colours: what stands for each colour on the page.

    It has the size and the font of what it stands in, which shows its title too.
    """
    with mpl.rc_context({**SETTINGS, "svg.fonttype": "none", "svg.hashsalt": salt, "savefig.transparent": True}):
        figure = Figure(figsize=(NARROW, _height(panel)), layout="constrained")
        axes = draw(figure.add_subplot(), panel)
        for place in ("left", "center"):
            axes.set_title("", loc=place)
        root = ElementTree.fromstring(_saved(figure, "svg", {"Title": shown(panel.says or panel.title)}))  # noqa: S314  # our own
    used = {name for element in root.iter() for text in element.attrib.values() for name in re.findall(r"#([\w-]+)", text)}
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for child in [*element]:
            if child.tag.rpartition("}")[2] in ("metadata", "style"):
                element.remove(child)
        element.attrib = {name.rpartition("}")[2]: text for name, text in element.attrib.items() if name != "id" or text in used}
        for name in {"d", "href", "style"} & {*element.attrib}:
            element.set(name, _of_page(name, element.attrib[name], colours))
        element.text, element.tail = ((text or "").strip() for text in (element.text, element.tail))
    root.attrib = {"role": "img", "viewBox": root.attrib["viewBox"]}
    return ElementTree.tostring(root, "unicode")


def _of_page(name: str, text: str, colours: Callable[[str], str]) -> str:
    """An attribute in one line: a style without its font's name, and with the colours of the page."""
    if name == "href":
        return "".join(text.split())
    text = re.sub(r"font-family: [^;]*(; )?", "", re.sub(r"font: (?:\w+ )*?([\d.]+px) [^;]*", r"font-size: \1", text))
    text = re.sub("|".join(map(re.escape, (INK, PALE, *COLOURS))), lambda found: colours(found[0]), text)
    return " ".join(text.split())


def new_axes() -> Any:
    """Axes of a figure of their own, which a notebook shows."""
    from matplotlib import pyplot

    return pyplot.figure(figsize=(1.4 * WIDTH, 1.4 * HEIGHT), layout="constrained").add_subplot()


def draw(axes: Any, panel: Panel) -> Any:
    """Draws a panel on matplotlib's axes, and returns them."""
    axes.set_title(
        _words(panel.title) if _fits(panel) else "numbers too large to draw", loc="left" if panel.y.names else "center"
    )
    _set_axis(axes, panel.x, "x")
    _set_axis(axes, panel.y, "y")
    axes.grid(axis="x" if panel.y.names else "both" if panel.square else "y", linewidth=0.6)
    series = 0
    rules = 0
    for mark in panel.marks if _fits(panel) else ():
        if isinstance(mark, Rule):
            _rule(axes, mark, rules)
            rules += 1
            continue
        beside = isinstance(mark, Points) and not mark.name and series > 0  # the points of the curve before
        _DRAW[type(mark)](axes, mark, series - beside)
        series += not beside and not (isinstance(mark, Curve) and mark.dashed)
    if panel.square:
        axes.set_aspect("equal", adjustable="box")
    if any(getattr(mark, "name", "") and not isinstance(mark, (Rule, Cells)) for mark in panel.marks):
        above = {"loc": "lower right", "bbox_to_anchor": (1, 1), "ncols": len(panel.marks) + 1} if panel.y.names else {}
        axes.legend(fontsize=8, **above)
    for text in axes.texts:
        text.set_in_layout(False)  # a long word beside a mark must not squeeze the axes
    return axes


def _fits(panel: Panel) -> bool:
    """Whether the numbers are small enough to be drawn; greater ones overflow where distances are computed."""
    numbers = [getattr(mark, name) for mark in panel.marks for name in ("x", "y", "low", "high", "value") if hasattr(mark, name)]
    return all((np.abs(some[np.isfinite(some)]) < _LARGEST).all() for some in numbers)


def _set_axis(axes: Any, axis: Axis, along: str) -> None:
    getattr(axes, f"set_{along}label")(_words(axis.label))
    if axis.scale == "log":
        getattr(axes, f"set_{along}scale")("log")
        getattr(axes, f"{along}axis").set_major_formatter(_PLAIN)
    if axis.names:
        of_axis = getattr(axes, f"{along}axis")
        of_axis.set_ticks(range(len(axis.names)), labels=[shown(shorten(name, NAME)) for name in axis.names])
        getattr(axes, f"set_{along}lim")(*((len(axis.names) - 0.5, -0.5) if along == "y" else (-0.5, len(axis.names) - 0.5)))
    elif axis.low is not None or axis.high is not None:
        getattr(axes, f"set_{along}lim")(axis.low, axis.high)
    elif axis.scale == "linear":
        getattr(axes, f"{along}axis").set_major_locator(MaxNLocator(6))


def _bars(axes: Any, mark: Bars, series: int) -> None:
    axes.bar(
        mark.low,
        mark.height,
        mark.high - mark.low,
        align="edge",
        color=COLOURS[series],
        alpha=0.75,
        label=_words(mark.name) or None,
    )


def _curve(axes: Any, mark: Curve, series: int) -> None:
    style: dict[str, Any] = {"color": INK, "linestyle": ":", "linewidth": 1}
    if not mark.dashed:
        style = {"color": COLOURS[series % len(COLOURS)], "linestyle": DASHES[series % len(DASHES)]}
    y = mark.y
    if np.isinf(y).any() and not axes.get_autoscaley_on():  # a pole leaves the axis, and does not end within it
        low, high = axes.get_ylim()
        y = np.where(y == np.inf, 2 * high - low, np.where(y == -np.inf, 2 * low - high, y))
    axes.plot(mark.x, y, label=_words(mark.name) or None, **style)


def _points(axes: Any, mark: Points, series: int) -> None:
    small = len(mark.x) > 100
    axes.plot(
        mark.x,
        mark.y,
        MARKS[series % len(MARKS)],
        markersize=2 if small else 4,
        alpha=0.4 if small else 1,
        color=COLOURS[series % len(COLOURS)],
        label=_words(mark.name) or None,
        rasterized=small,
    )
    for x, y, text in zip(mark.x.tolist(), mark.y.tolist(), mark.texts, strict=False):
        axes.annotate(_words(text), (x, y), xytext=(6, -9), textcoords="offset points", fontsize=8)


def _ranges(axes: Any, mark: Ranges, series: int) -> None:
    for status in dict.fromkeys(mark.status) or [""]:
        here = np.array([one == status for one in mark.status], bool) if mark.status else np.ones(len(mark.value), bool)
        style = STATUS.get(status, series)
        value = mark.value[here]
        below, above = (np.where(np.isfinite(end), np.abs(end - value), 0.0) for end in (mark.low[here], mark.high[here]))
        axes.errorbar(
            value,
            mark.place[here],
            xerr=np.stack([below, above]),
            fmt=MARKS[style % len(MARKS)],
            color=COLOURS[style % len(COLOURS)],
            markersize=4.5,
            capsize=2,
            elinewidth=1.2,
            label=status or _words(mark.name) or None,
        )


def _rule(axes: Any, mark: Rule, before: int) -> None:
    """The line, with its word below those of the lines before."""
    line = axes.axvline if mark.along == "x" else axes.axhline
    line(mark.at, color=INK, linewidth=0.9, linestyle=(0, (4, 2)))
    if mark.along == "x":
        axes.annotate(
            _words(mark.name),
            (mark.at, 1 - 0.14 * before),
            xycoords=("data", "axes fraction"),
            xytext=(2, -2),
            textcoords="offset points",
            rotation=90,
            va="top",
            fontsize=7.5,
        )
    else:
        axes.annotate(
            _words(mark.name),
            (1, mark.at),
            xycoords=("axes fraction", "data"),
            xytext=(-2, 2),
            textcoords="offset points",
            ha="right",
            fontsize=7.5,
        )


def _cells(axes: Any, mark: Cells, series: int) -> None:
    counts = np.ma.masked_equal(mark.count, 0)
    found = axes.pcolormesh(mark.x, mark.y, counts, cmap="cividis_r", norm="log", rasterized=True)
    axes.figure.colorbar(found, ax=axes, label=_words(mark.name), shrink=0.8, format=_PLAIN)


_DRAW: dict[type, Callable[[Any, Any, int], None]] = {
    Bars: _bars,
    Curve: _curve,
    Points: _points,
    Ranges: _ranges,
    Cells: _cells,
}


def _saved(figure: Figure, kind: str, titles: dict[str, str]) -> bytes:
    """The file, the same bytes whenever it is drawn."""
    nothing = {"svg": ("Date", "Creator", "Format", "Type"), "png": ("Software",), "pdf": ("CreationDate", "Creator", "Producer")}
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of letters that the font lacks, or names too long for their place
        figure.savefig(buffer, format=kind, dpi=150, metadata={**dict.fromkeys(nothing[kind]), **titles})
    return buffer.getvalue()


def _rows(picture: Picture, columns: int) -> list[Sequence[Panel]]:
    return [picture.panels[start : start + columns] for start in range(0, len(picture.panels), columns)]


def _height(panel: Panel) -> float:
    return 1 + ROW * len(panel.y.names) if panel.y.names else HEIGHT


def _heights_of(heights: Sequence[float], rows: Sequence[int]) -> list[float]:
    """The height of each picture, of the heights of all rows and how many rows each has."""
    bounds = np.cumsum([0, *rows]).tolist()
    return [math.fsum(heights[start:stop]) + 0.45 for start, stop in pairwise(bounds)]


def _lines(says: Sequence[str], width: int) -> list[str]:
    """Sentences in lines of at most so many characters."""
    parts = (textwrap.wrap(shown(text), width, subsequent_indent="    ", break_on_hyphens=False) for text in says)
    return [line for part in parts for line in part]


def _words(text: str) -> str:
    return shown(shorten(text, WORDS))
