"""Pictures as files and on axes: how much has room, whose settings count, and names as they are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import lossctl
from lossctl.reports.pictures.drawing import _first, drawn, drawn_panel, plotted
from lossctl.reports.pictures.marks import _apart, draw
from lossctl.reports.pictures.picture import Axis, Bars, Cells, Curve, Panel, Picture, Points, Ranges, Rule
from tests.conftest import Command
from tests.reports.pictured import ERRORS, ZEROS

HOSTILE = "<script>$x^2$]]>\u202e"


@pytest.mark.slow
def test_a_file_of_very_many_pictures_has_the_first_and_counts_the_others() -> None:
    steps = np.arange(3.0)
    short = Picture("", [Panel("", Axis("x"), Axis("y"), [Curve(steps, steps)])])
    tall = Picture("", [Panel("", Axis("x"), Axis("", names=["n"] * 400), [Ranges(steps, steps, steps, steps)])])
    assert _first([short] * 2000, 1) == ([short] * 24, 1976)
    assert _first([tall] * 3, 1) == ([tall], 2)
    assert drawn([tall] * 3, "png").startswith(b"\x89PNG")
    assert b"<!-- 2 more pictures: name fewer runs or losses -->" in drawn([tall] * 3, "svg")


@pytest.mark.parametrize(("size", "words"), [(1e300, "numbers too large to draw"), (1e-300, "numbers too small to draw")])
def test_a_page_says_where_numbers_are_too_far_from_1_to_draw(size: float, words: str) -> None:
    steps = size * np.arange(1.0, 3.0)
    svg = drawn_panel(Panel("p", Axis("x"), Axis("y"), [Curve(steps, steps)]), "a", str)
    texts = [text for text in ElementTree.fromstring(svg).itertext() if text.strip()]
    assert texts == ["p", "x", "y", words]  # and no tick


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_pictures_are_files_of_the_same_bytes_each_time(ending: str, start: bytes, lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred,g\n0,1,a\n0,2,b\n0,4,b\n")
    for name in ("one", "two"):
        assert lossctl("eval", "a.csv", "-l", "mae", "--by", "g", "-q", "-o", f"{name}.{ending}").code == 0
    assert Path(f"one.{ending}").read_bytes().startswith(start)
    assert Path(f"one.{ending}").read_bytes() == Path(f"two.{ending}").read_bytes()


def test_names_are_drawn_as_they_are(lossctl: Command) -> None:
    Path("a.csv").write_text(f"y_true,y_pred,g\n0,1,{HOSTILE}\n0,2,b\n")
    done = lossctl("eval", "a.csv", "-l", "mae", "--by", "g", "-q", "-o", "x.svg")
    assert (done.code, done.err) == (0, "")
    tree = ElementTree.parse("x.svg")
    assert not [one for one in tree.iter() if one.tag.endswith("script")]


def test_no_tick_of_an_axis_is_mathematics() -> None:
    steps = np.linspace(2, 7, 100)
    for marks_of in ([Curve(steps, steps)], [Cells(steps, steps, np.arange(99.0**2).reshape(99, 99))]):
        figure = Figure()
        plotted(Panel("$a^$", Axis("$b^$", "log"), Axis("y", "log"), marks_of), figure.add_subplot())
        FigureCanvasAgg(figure).draw()
        ticks = [
            label.get_text()
            for axes in figure.axes
            for axis in (axes.xaxis, axes.yaxis)
            for label in (*axis.get_ticklabels(), *axis.get_ticklabels(minor=True))
        ]
        assert {"3", "4"} <= {*ticks}
        assert not [text for text in ticks if "$" in text]


@pytest.mark.slow
def test_a_matplotlibrc_where_one_stands_changes_no_picture(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred\n0,1\n0,2\n")
    command = [sys.executable, "-m", "lossctl", "eval", "a.csv", "-l", "mae", "-q"]
    for name, lines in (("plain.svg", None), ("other.svg", "text.usetex: True\nfont.size: 30\nno.such: 1\n")):
        if lines:
            Path("matplotlibrc").write_text(lines)
        done = subprocess.run([*command, "-o", name], capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    assert Path("plain.svg").read_bytes() == Path("other.svg").read_bytes()


def test_python_draws_on_axes() -> None:
    found = lossctl.evaluate(ERRORS, ZEROS, "mae")
    axes = found.plot(axes=Figure().add_subplot())
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == ("how rows are spread", "cost of a row by mae", "rows")
    other = found.plot("mae of pred: which rows carry the total", axes=Figure().add_subplot())
    assert other.get_xlabel() == "costliest rows, %"
    with pytest.raises(lossctl.LossctlError, match=r"^there is no picture 'spread'\nhint: there are 'how rows are spread', "):
        found.plot("spread")


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["run/" + "x" * 40 + "1", "run/" + "x" * 40 + "2"], ["run/xxxxx…xxxxxxxxxxxxxxxxx1", "run/xxxxx…xxxxxxxxxxxxxxxxx2"]),
        (
            ["x" * 40 + "1" + "y" * 40, "x" * 40 + "2" + "y" * 40],
            ["xxxxxxxxx…xxxxxxxxxxxxxxxxx1", "xxxxxxxxx…xxxxxxxxxxxxxxxxx2"],
        ),
        (["same", "same"], ["same", "same"]),
    ],
)
def test_long_names_beside_an_axis_stay_different(names: list[str], shown: list[str]) -> None:
    assert _apart(names) == shown


def test_names_that_differ_in_several_places_are_counted_beside_an_axis() -> None:
    names = [f"{'x' * 40}{one}{'y' * 40}{other}{'z' * 40}" for one in "12" for other in "12"]
    shown = _apart([*names, names[0]])
    assert [name.partition(" ")[0] for name in shown] == ["1.", "2.", "3.", "4.", "5."]


def test_a_name_that_begins_with_an_underscore_is_in_the_legend() -> None:
    steps = np.arange(3.0)
    axes = draw(Figure().add_subplot(), Panel("", Axis("x"), Axis("y"), [Curve(steps, steps, "_a"), Curve(steps, steps, "b")]))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [" _a", "b"]


@pytest.mark.slow
def test_a_notebook_has_one_figure_for_each_plot_and_no_warning_of_many() -> None:
    from matplotlib import pyplot

    pyplot.switch_backend("agg")
    found = lossctl.evaluate(ERRORS, ZEROS, "mae")
    try:
        drawn_axes = [found.plot() for _ in range(25)]
        assert [axes.figure for axes in drawn_axes] == [*map(pyplot.figure, pyplot.get_fignums())]
        assert pyplot.gca() is drawn_axes[-1]
    finally:
        pyplot.close("all")


def boxes(axes: Axes, texts: Sequence[Text]) -> list[Bbox]:
    """Where texts stand in a figure that is drawn."""
    FigureCanvasAgg(axes.get_figure()).draw()
    return [text.get_window_extent() for text in texts]


def test_words_at_one_place_stand_apart() -> None:
    whole = np.array([0.0, 100.0])
    every: tuple[list[Any], ...] = (
        [Rule(2.0, name) for name in ("mean", "about p50", "about p90", "about p99")],
        [Curve(whole, whole), Points(np.array([1.0, 10.0]), np.array([100.0, 100.0]), texts=["1%: 100%", "10%: 100%"])],
        *(
            [Curve(whole, whole), Points(np.array([1.0, 10.0]), np.array([1.0, y]), texts=["1%: 1%", "10%: 10%"])]
            for y in (2, 5, 10)
        ),
    )
    for marks_of in every:
        axes = draw(Figure(figsize=(3.8, 3.1)).add_subplot(), Panel("", Axis("x"), Axis("y", low=0, high=100), marks_of))
        places = boxes(axes, axes.texts)
        assert not [pair for pair in combinations(places, 2) if Bbox.intersection(*pair) is not None]
        assert min(place.y0 for place in places) > axes.bbox.y0


def test_a_legend_stands_below_the_title_of_named_values() -> None:
    none, one = np.full(2, np.nan), np.ones(2)
    ranges = Ranges(none, one, none, np.arange(2.0), status=["pass", "fail"])
    panel = Panel("mean_squared_error: value", Axis("x"), Axis("", names=["a", "b"]), [ranges, Points(one, one, "limit")])
    axes = draw(Figure(figsize=(3, 2), layout="constrained").add_subplot(), panel)
    (title,) = boxes(axes, [axes._left_title])
    assert not title.overlaps(axes.get_legend().get_window_extent())


def test_counts_have_whole_ticks() -> None:
    axes = draw(
        Figure().add_subplot(), Panel("", Axis("x"), Axis("rows", whole=True), [Bars(np.zeros(1), np.ones(1), np.ones(1))])
    )
    assert all(tick == int(tick) for tick in axes.get_yticks())
