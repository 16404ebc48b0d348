"""Pictures drawn by matplotlib: whole files, and single panels for a page that sets its own colours."""

from __future__ import annotations

import io
import logging
import math
import textwrap
import warnings
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np

logging.getLogger("matplotlib").setLevel(logging.ERROR)  # that it makes its cache is nothing that a user asked about

import matplotlib as mpl  # noqa: E402  # its messages are settled before
from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.text import Text  # noqa: E402

from lossctl.reports.pictures.inline import inlined  # noqa: E402
from lossctl.reports.pictures.marks import COLOURS, INK, PALE, PAPER, draw, drawn_words, too_far  # noqa: E402
from lossctl.reports.pictures.picture import Panel, Picture  # noqa: E402
from lossctl.text import shown  # noqa: E402

WIDTH, HEIGHT, ROW, TITLE = 4.6, 3.1, 0.28, 0.45  # inches of a panel, of a name beside it, and of a picture's title
NARROW = 3.8  # inches of a panel on a page, whose letters can be read on a telephone
TALLEST, MOST = 160.0, 24  # inches, and pictures, of a file: a PNG ends at 65,536 pixels, and the time grows with their square
LINE = 72  # characters of a line below each column of panels
SETTINGS: Any = {
    # what a matplotlibrc of the user, or of the folder where one stands, says
    **{name: mpl.rcParamsDefault[name] for name in mpl.rcParamsDefault if not name.startswith("backend")},
    **dict.fromkeys(("axes.edgecolor", "axes.labelcolor", "text.color", "xtick.color", "ytick.color"), INK),
    **dict.fromkeys(("axes.spines.top", "axes.spines.right", "legend.frameon"), False),
    "text.parse_math": False,  # a name with $ is a name
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.facecolor": "none",
    "axes.axisbelow": True,
    "grid.color": PALE,
    "figure.facecolor": PAPER,
    "figure.dpi": 150,
    "pdf.fonttype": 42,
    "svg.hashsalt": "lossctl",
}


def drawn(pictures: Sequence[Picture], kind: str) -> bytes:
    """All pictures, one below the other, as a file: svg, png or pdf; one that says so where there are none."""
    if not pictures:
        with mpl.rc_context(SETTINGS):
            figure = Figure(figsize=(WIDTH, 1))
            figure.text(0.5, 0.5, "there is nothing to draw", ha="center")
            return _saved(figure, kind)
    columns = min(2, max(len(picture.panels) for picture in pictures))
    pictures, left_out = _first(pictures, columns)
    heights = [_heights(picture, columns) for picture in pictures]
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH * columns, sum(chain(*heights)) + TITLE * len(pictures)), layout="constrained")
        if left_out:
            figure.supxlabel(f"{left_out:,} more pictures: name fewer runs or losses", fontsize=9)
        ratios = [math.fsum(of_rows) + TITLE for of_rows in heights]
        parts = figure.subfigures(len(pictures), 1, squeeze=False, height_ratios=ratios)
        for part, picture, of_rows in zip(parts[:, 0], pictures, heights, strict=True):
            part.suptitle(drawn_words(picture.title), fontsize=11, fontweight="bold")
            grid = part.add_gridspec(len(of_rows), columns, height_ratios=of_rows)
            for down, row in enumerate(_rows(picture, columns)):
                for right, panel in enumerate(row):
                    draw(part.add_subplot(grid[down, right] if len(picture.panels) > 1 else grid[down, :]), panel)
            part.supxlabel("\n".join(_lines(picture.says, LINE * columns)), fontsize=8, x=0.02, ha="left")
        return _saved(figure, kind)


def drawn_panel(panel: Panel, salt: str, colours: Callable[[str], str]) -> str:
    """One panel as an SVG element whose names are its own by `salt`; colours: what stands for each colour on the page.

    It has the size and the font of what it stands in, which shows its title too.
    """
    with mpl.rc_context({**SETTINGS, "svg.fonttype": "none", "svg.hashsalt": salt, "figure.facecolor": "none"}):
        figure = Figure(figsize=(NARROW, _height(panel)), layout="constrained")
        axes = draw(figure.add_subplot(), panel)
        if not too_far(panel):
            for place in ("left", "center"):
                axes.set_title("", loc=place)
        svg = _saved(figure, "svg", Title=shown(panel.says or panel.title))
    return inlined(svg, {colour: colours(colour) for colour in (INK, PALE, *COLOURS)})


def plotted(panel: Panel, axes: Any = None) -> Any:
    """One panel on axes, by default those of a new figure of pyplot, which a notebook shows once and closes."""
    if axes is None:
        from matplotlib import pyplot

        with mpl.rc_context({"figure.max_open_warning": 0}):  # a loop within a cell opens many before they are shown
            figure = pyplot.figure(figsize=(1.4 * WIDTH, 1.4 * HEIGHT), layout="constrained")
        axes = figure.add_subplot()
    draw(axes, panel)
    for text in axes.figure.findobj(Text):
        text.set_parse_math(False)  # a name with $ is a name
    return axes


def _saved(figure: Figure, kind: str, **titles: str) -> bytes:
    """The file, the same bytes whenever it is drawn."""
    nothing = {"svg": ("Date", "Creator", "Format", "Type"), "png": ("Software",), "pdf": ("CreationDate", "Creator", "Producer")}
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of letters that the font lacks, or names too long for their place
        metadata = {**dict.fromkeys(nothing[kind]), **titles}
        if kind == "svg":
            FigureCanvasSVG(figure).print_svg(buffer, metadata=metadata)  # savefig goes through all that is drawn once more
        else:
            figure.savefig(buffer, format=kind, metadata=metadata)
    return buffer.getvalue()


def _first(pictures: Sequence[Picture], columns: int) -> tuple[Sequence[Picture], int]:
    """The pictures that a file has room for, the first in any case, and how many more there are."""
    heights = [TITLE + sum(_heights(picture, columns)) for picture in pictures[:MOST]]
    count = max(int(np.searchsorted(np.cumsum(heights), TALLEST, "right")), 1)
    return pictures[:count], len(pictures) - count


def _rows(picture: Picture, columns: int) -> list[Sequence[Panel]]:
    return [picture.panels[start : start + columns] for start in range(0, len(picture.panels), columns)]


def _height(panel: Panel) -> float:
    return 1 + ROW * len(panel.y.names) if panel.y.names else HEIGHT


def _heights(picture: Picture, columns: int) -> list[float]:
    """Of each row of panels."""
    return [max(map(_height, row)) for row in _rows(picture, columns)]


def _lines(says: Sequence[str], width: int) -> list[str]:
    """Sentences in lines of at most so many characters."""
    parts = (textwrap.wrap(shown(text), width, subsequent_indent="    ", break_on_hyphens=False) for text in says)
    return [line for part in parts for line in part]
