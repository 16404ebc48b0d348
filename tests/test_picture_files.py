"""Pictures as files and on axes: how much has room, whose settings count, and names as they are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import lossctl
from lossctl.reports.pictures.drawing import _first, drawn, drawn_panel, plotted
from lossctl.reports.pictures.marks import _apart, draw
from lossctl.reports.pictures.picture import Axis, Cells, Curve, Panel, Picture, Ranges
from tests.conftest import Command
from tests.pictured import ERRORS, ZEROS

HOSTILE = "<script>$x^2$]]>\u202e"


def test_a_file_of_very_many_pictures_has_the_first_and_counts_the_others() -> None:
    steps = np.arange(3.0)
    short = Picture("", [Panel("", Axis("x"), Axis("y"), [Curve(steps, steps)])])
    tall = Picture("", [Panel("", Axis("x"), Axis("", names=["n"] * 400), [Ranges(steps, steps, steps, steps)])])
    assert _first([short] * 2000, 1) == ([short] * 24, 1976)
    assert _first([tall] * 3, 1) == ([tall], 2)
    assert drawn([tall] * 3, "png").startswith(b"\x89PNG")
    assert b"<!-- 2 more pictures: name fewer runs or losses -->" in drawn([tall] * 3, "svg")


def test_a_page_says_where_numbers_are_too_large_to_draw() -> None:
    steps = np.array([1.0, 1e300])
    panel = Panel("p", Axis("x"), Axis("y"), [Curve(steps, steps)])
    assert "numbers too large to draw" in drawn_panel(panel, "a", str)


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
