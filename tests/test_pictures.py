"""What pictures show: every mark beside the numbers that it stands for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import lossctl
from lossctl.python.found import Found
from lossctl.reports.formats import Style
from lossctl.reports.pictures.bins import quantile
from lossctl.reports.pictures.catalogue import pictures_of
from lossctl.reports.pictures.comparisons import POINTS
from lossctl.reports.pictures.drawing import _first, drawn, drawn_panel
from lossctl.reports.pictures.marks import INK, draw
from lossctl.reports.pictures.picture import Axis, Bars, Cells, Curve, Panel, Picture, Points, Ranges, Rule
from lossctl.reports.pictures.terminal import _bar, histograms
from lossctl.results.document import Document
from lossctl.results.observed import Paired
from tests.conftest import Command

RNG = np.random.default_rng(7)
ERRORS = RNG.normal(size=2000)
ZEROS = np.zeros(2000)
M = TypeVar("M")


def panels(found: Found) -> dict[str, Panel]:
    return {panel.title: panel for picture in pictures_of(found.pictured) for panel in picture.panels}


def marks(panel: Panel, kind: type[M]) -> list[M]:
    return [mark for mark in panel.marks if isinstance(mark, kind)]


def rules(panel: Panel) -> Mapping[str, float]:
    return {rule.name: rule.at for rule in marks(panel, Rule)}


def test_each_bar_holds_exactly_its_rows() -> None:
    panel = panels(lossctl.evaluate(ERRORS, ZEROS, "mae"))["how rows are spread"]
    (bars,) = marks(panel, Bars)
    costs = np.abs(ERRORS)
    expected = [int(((costs >= low) & (costs < high)).sum()) for low, high in zip(bars.low, bars.high, strict=True)]
    expected[-1] += int((costs == bars.high[-1]).sum())
    assert bars.height.tolist() == expected
    assert (bars.low[0], bars.high[-1]) == (costs.min(), costs.max())
    assert panel.x.label == "cost of a row by mae"
    assert panel.x.scale == "linear"


def test_signed_losses_have_bars_on_both_sides_of_0() -> None:
    (bars,) = marks(panels(lossctl.evaluate(ERRORS, ZEROS, "bias"))["how rows are spread"], Bars)
    assert bars.height.sum() == 2000
    below = bars.height[bars.high <= 0].sum() / 2000
    assert abs(below - (ERRORS < 0).mean()) < 0.05
    assert bars.low[0] == ERRORS.min()


def test_where_most_rows_would_share_a_bar_the_axis_is_logarithmic_and_zeros_are_said() -> None:
    pred = np.exp(3 * ERRORS)
    pred[:5] = 0
    panel = panels(lossctl.evaluate(pred, ZEROS, "mae"))["how rows are spread"]
    (bars,) = marks(panel, Bars)
    assert panel.x.scale == "log"
    assert bars.height.sum() == 1995
    assert panel.says.endswith(", 5 rows of 0 left out")


def test_marked_quantiles_are_those_asked_for_or_near_them() -> None:
    about = panels(lossctl.evaluate(ERRORS, ZEROS, "mse"))["how rows are spread"]
    exact = panels(lossctl.evaluate(ERRORS, ZEROS, "mse", quantiles="75"))["how rows are spread"]
    assert rules(about).keys() == {"mean", "about p50", "about p90", "about p99"}
    for name, value in rules(about).items():
        costs = ERRORS**2
        assert np.isclose(value, costs.mean() if name == "mean" else np.quantile(costs, float(name[-2:]) / 100), rtol=0.02)
    assert rules(exact) == {"mean": (ERRORS**2).mean(), "p75": np.quantile(ERRORS**2, 0.75, method="inverted_cdf")}
    assert "about p50 " in about.says
    assert "about" not in exact.says


def test_weights_count_in_quantiles_and_shares() -> None:
    weight = np.where(np.abs(ERRORS) > 1, 10.0, 1.0)
    plain = panels(lossctl.evaluate(ERRORS, ZEROS, "mae"))
    weighted = panels(lossctl.evaluate(ERRORS, ZEROS, "mae", weight=weight))
    order = np.argsort(np.abs(ERRORS))
    reached = np.cumsum(weight[order])
    median = np.abs(ERRORS)[order][np.searchsorted(reached, reached[-1] / 2)]
    assert np.isclose(rules(weighted["how rows are spread"])["about p50"], median, rtol=0.02)
    assert rules(plain["how rows are spread"])["about p50"] < 0.8 < median
    carried = {
        name: marks(found["which rows carry the total"], Points)[0].y[1] for name, found in (("p", plain), ("w", weighted))
    }
    assert carried["p"] > carried["w"] + 5


def test_where_no_row_that_has_weight_costs_anything_no_shares_are_drawn() -> None:
    shown = panels(lossctl.evaluate([1.0, 2.0, 0.0], [0.0] * 3, "mae", weight=[0.0, 0.0, 1.0]))
    assert shown.keys() == {"how rows are spread"}


def test_the_costliest_rows_carry_their_share() -> None:
    panel = panels(lossctl.evaluate(ERRORS, ZEROS, "mse"))["which rows carry the total"]
    costs = np.sort(ERRORS**2)[::-1]
    (points,) = marks(panel, Points)
    assert points.x.tolist() == [1, 10]
    assert np.allclose(points.y, [100 * costs[:20].sum() / costs.sum(), 100 * costs[:200].sum() / costs.sum()], atol=0.2)
    curve = marks(panel, Curve)[0]
    assert np.allclose([curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]], [0, 0, 100, 100])


def test_rows_that_cost_inf_are_said_and_no_shares_are_made_of_them() -> None:
    found = lossctl.evaluate([0.0, 0.5, 0.25], [1, 1, 0], "ce")
    (picture, _) = pictures_of(found.pictured)
    assert [panel.title for panel in picture.panels] == ["how rows are spread"]
    assert picture.says == ["1 row of inf left out"]


@pytest.mark.parametrize("values", [[3.0], [2.0, 2.0], [0.0], [1e308, -1e308, 0.0], [5e-324, 1e-300]])
def test_extreme_and_equal_losses_have_a_picture(values: list[float], lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred\n" + "".join(f"0,{value!r}\n" for value in values))
    for loss in ("mae", "bias"):
        done = lossctl("eval", "a.csv", "-l", loss, "-q", "-o", f"{loss}.svg", "--hist")
        assert (done.code, done.err) == (0, "")
        assert Path(f"{loss}.svg").read_bytes().startswith(b"<?xml")


def test_groups_have_their_values_intervals_and_rows() -> None:
    groups = np.where(np.arange(2000) % 10 < 3, "b", np.where(np.arange(2000) % 10 < 4, "a", "c"))
    pred = ERRORS * np.where(groups == "a", 3, 1)
    found = lossctl.evaluate(pred, ZEROS, "mae", by=groups, confidence=0.9)
    shown = panels(found)
    title = next(title for title in shown if title.startswith("by "))
    (ranges,) = marks(shown[title], Ranges)
    results = [result for result in found.run.results if result.by is not None]
    assert shown[title].y.names == ["a", "b", "c"]
    assert ranges.value.tolist() == [result.value for result in results]
    assert ranges.low.tolist() == [result.low for result in results]
    assert ranges.high.tolist() == [result.high for result in results]
    for name in "abc":
        (bars,) = marks(shown[name], Bars)
        assert bars.height.sum() == (groups == name).sum()
        assert np.isclose(rules(shown[name])["about p50"], np.median(np.abs(pred[groups == name])), rtol=0.05)


def test_groups_whose_words_look_alike_are_drawn_each() -> None:
    frame = pd.DataFrame({"p": [1.0, 2.0], "t": 0.0, "one": ["a, b", "a"], "two": ["c", "b, c"]})
    shown = panels(lossctl.evaluate(frame, pred="p", target="t", loss="mae", by="one,two"))
    assert marks(shown["by one, two"], Ranges)[0].value.tolist() == [2, 1]
    assert shown["by one, two"].y.names == ["a, b, c"] * 2


def test_the_gap_of_calibration_is_that_of_ece() -> None:
    prob, weight = RNG.random(2000), RNG.integers(0, 9, 2000).astype(float)
    label = (RNG.random(2000) < prob**2).astype(int)
    cases: tuple[dict[str, Any], ...] = ({}, {"weight": weight})
    for given in cases:
        bins = np.minimum(np.floor(prob * 15), 14).astype(int)
        of = given.get("weight", np.ones(2000))
        gaps = [abs((of * (label - prob))[bins == place].sum()) for place in range(15)]
        panel = panels(lossctl.evaluate(prob, label, "bce", **given))["how sure and how right"]
        assert panel.says.endswith(f" is about {sum(gaps) / of.sum():.3g}")


def test_of_many_groups_the_first_are_drawn_and_the_others_counted() -> None:
    groups = np.array([f"g{place:03}" for place in range(100)] * 20)
    shown = panels(lossctl.evaluate(ERRORS, ZEROS, "mae", by=groups))
    title = next(title for title in shown if title.startswith("by "))
    assert len(shown[title].y.names) == 40
    assert shown[title].says.endswith(", 60 more groups")
    assert "g000" not in shown


def test_differences_and_pairs_are_of_the_candidate_beside_the_base() -> None:
    base, candidate = np.abs(ERRORS), np.abs(ERRORS) + 0.5
    shown = panels(lossctl.compare(base, candidate, target=ZEROS, loss="mae"))
    (bars,) = marks(shown["how differences are spread"], Bars)
    assert np.isclose([bars.low[0], bars.high[-1]], 0.5).all()
    assert shown["how differences are spread"].says == "0 rows below 0, 2,000 above, 0 the same"
    (points,) = marks(shown["each row by both"], Points)
    assert np.array_equal(points.x, base)
    assert np.array_equal(points.y, candidate)
    assert shown["each row by both"].x.label == "mae by base"
    assert shown["each row by both"].y.label == "mae by candidate"


def test_rows_whose_difference_is_inf_are_said() -> None:
    document = Document(
        command="compare", version="0", paired=(Paired("bias", ("a", "b"), np.array([-1e308, 1.0]), np.array([1e308, 3.0])),)
    )
    (picture,) = pictures_of(document)
    assert picture.says == ["1 row of inf left out"]
    assert picture.panels[0].says == "0 rows below 0, 1 above, 0 the same"
    alone = replace(document, paired=(Paired("bias", ("a", "b"), np.array([-1e308]), np.array([1e308])),))
    assert pictures_of(alone) == []


def test_more_pairs_than_points_are_counted_in_cells() -> None:
    base = RNG.random(POINTS + 1)
    shown = panels(lossctl.compare(base, base / 2, target=np.zeros(POINTS + 1), loss="mae"))
    (cells,) = marks(shown["each row by both"], Cells)
    assert cells.count.sum() == POINTS + 1
    assert np.tril(cells.count, -1).sum() == 0  # rows of the array are the candidate's, which costs half


def test_checks_stand_beside_their_limits() -> None:
    found = lossctl.check(ERRORS, ZEROS, max=["mse=1.5", "mae=0.5"], confidence=0.95)
    shown = panels(found)
    for check, limit in zip(found.checks, (1.5, 0.5), strict=True):
        panel = shown[f"{check.loss}: value"]
        (ranges,), (limits,) = marks(panel, Ranges), marks(panel, Points)
        assert (ranges.low[0], ranges.value[0], ranges.high[0]) == (check.low, check.value, check.high)
        assert ranges.status == [check.status]
        assert limits.x.tolist() == [limit]


def test_of_many_checks_those_that_failed_are_drawn() -> None:
    groups = np.array([f"g{place:03}" for place in range(100)] * 20)
    pred = np.where(groups == "g099", 5.0, 1.0)
    shown = panels(lossctl.check(pred, ZEROS, max="mae=2", by=groups))["mae: value"]
    assert shown.y.names[0] == "max, g099"
    assert shown.says.startswith("max, g099 5: fail, ")
    assert shown.says.endswith(", 61 more checks")


def test_a_limit_looks_like_no_failure_and_is_named_where_there_is_one() -> None:
    frame = pd.DataFrame({"p": ERRORS, "t": ZEROS, "g": np.arange(2000) % 2})
    found = panels(lossctl.check(frame, pred="p", target="t", max="mae=0.5", max_gap="mse=900%", by="g"))
    axes = draw(Figure().add_subplot(), found["mae: value"])
    failed, limits = axes.lines[0], axes.lines[-1]
    assert (failed.get_marker(), limits.get_marker(), limits.get_color()) == ("s", "|", INK)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["limit", "fail"]
    assert marks(found["mse: gap"], Points) == []


def test_rises_stand_beside_a_share_of_the_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    base, new = 2 * ERRORS, 2.2 * ERRORS
    found = check_of(new, base, max_rise="mae=25%", max_change="mse=1")
    mae, mse = (np.abs(2 * ERRORS).mean(), np.square(2 * ERRORS).mean())
    rise, change = found["mae: rise"], found["mse: change"]
    assert np.isclose(marks(rise, Ranges)[0].value[0], 0.1 * mae)
    assert np.allclose(marks(rise, Points)[0].x, [0.25 * mae])
    assert np.isclose(marks(change, Ranges)[0].value[0], 0.21 * mse)
    assert np.allclose(marks(change, Points)[0].x, [-1, 1])
    assert rules(rise) == rules(change) == {"baseline": 0}


def test_a_fall_is_a_rise_where_more_is_better(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    loss = "given:better=high"
    for name, value in (("base", 0.75), ("new", 0.5)):
        Path(f"{name}.csv").write_text("score\n" + f"{value}\n" * 3)
    found = lossctl.check("new.csv", role={"value": "score"}, baseline="base.csv", max_rise=f"{loss}=0.1")
    (ranges,) = marks(panels(found)[f"{loss}: rise"], Ranges)
    assert ranges.value.tolist() == [0.25]
    assert ranges.status == ["fail"]


def check_of(new: np.ndarray, base: np.ndarray, **limits: Any) -> dict[str, Panel]:
    np.save("base.npy", base)
    np.save("new.npy", new)
    np.save("y.npy", np.zeros(len(new)))
    return panels(lossctl.check("new.npy", "y.npy", baseline="base.npy", **limits))


def test_runs_stand_in_order_of_rank_and_over_the_number_of_their_names() -> None:
    runs = {f"lr0.1/step-{step}.npy": ERRORS * size for step, size in ((9, 3.0), (10, 1.0), (200, 2.0))}
    shown = panels(lossctl.batch(runs, target=ZEROS, loss="mae"))
    assert shown["in order of rank"].y.names == ["lr0.1/step-10.npy", "lr0.1/step-200.npy", "lr0.1/step-9.npy"]
    (curve,) = marks(shown["over step"], Curve)
    assert curve.x.tolist() == [9, 10, 200]
    assert np.allclose(curve.y / np.abs(ERRORS).mean(), [3, 1, 2])


def test_runs_whose_names_differ_by_more_than_a_number_have_no_curve() -> None:
    runs = {"a1": ERRORS, "b2": ERRORS, "c3": ERRORS}
    assert panels(lossctl.batch(runs, target=ZEROS, loss="mae")).keys() == {"in order of rank"}


@pytest.mark.parametrize(
    ("names", "numbers", "scale"),
    [
        (("lr1e-3", "lr1e-1", "lr0.01"), [1e-3, 0.01, 0.1], "log"),
        (("k2", "k10", "k1e999"), [2, 10], "linear"),
        (("step0", "step10", "step2000"), [0, 10, 2000], "linear"),
    ],
)
def test_numbers_of_names_far_apart_have_a_logarithmic_axis(names: Sequence[str], numbers: Sequence[float], scale: str) -> None:
    shown = panels(lossctl.batch(dict.fromkeys(names, ERRORS), target=ZEROS, loss="mae"))
    (panel,) = (panel for title, panel in shown.items() if title.startswith("over "))
    assert (marks(panel, Curve)[0].x.tolist(), panel.x.scale) == (numbers, scale)


def test_a_column_of_the_manifest_has_a_curve(lossctl: Command) -> None:
    lines = ["pred,target,epoch,note"]
    for name, epoch, size in (("x", 3, 1.0), ("yy", 1, 2.0), ("z", 2, 4.0)):
        np.save(f"{name}.npy", size * ERRORS)
        lines.append(f"{name}.npy,y.npy,{epoch},{name}")
    np.save("y.npy", ZEROS)
    Path("runs.csv").write_text("\n".join(lines) + "\n")
    done = lossctl("batch", "--manifest", "runs.csv", "-l", "mae", "-o", "x.svg", "-q")
    assert done.code == 0
    assert "over epoch" in Path("x.svg").read_text() or Path("x.svg").stat().st_size > 10_000


def test_quantiles_of_counts_are_in_the_bin_that_holds_them() -> None:
    counted = lossctl.evaluate(ERRORS, ZEROS, "mae").pictured.observed[0].costs["mae"]
    for share in (0.001, 0.5, 1.0):
        exact = np.quantile(np.abs(ERRORS), share, method="inverted_cdf")
        found = quantile(counted, share)
        (place,) = np.flatnonzero((counted.low <= found) & (found <= counted.high))[:1]
        assert counted.low[place] <= exact <= counted.high[place]


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


HOSTILE = "<script>$x^2$]]>‮"


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
        draw(figure.add_subplot(), Panel("$a^$", Axis("$b^$", "log"), Axis("y", "log"), marks_of))
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


def test_a_histogram_stands_below_the_table(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred\n0,1\n0,2\n0,2\n0,4\n")
    done = lossctl("eval", "a.csv", "-l", "mae", "--hist", "-q")
    assert (done.code, done.err) == (0, "")
    title, *bars, words = done.out.partition("\n\n")[2].splitlines()
    assert title == "mae of a.csv: how rows are spread"
    assert [bar.split()[-1] for bar in bars if not bar.endswith(" 0")] == ["1", "2", "1"]
    assert [bar.count("█") for bar in bars if not bar.endswith(" 0")][1] == max(bar.count("█") for bar in bars)
    assert words == " mean 2.25, about p50 2, about p90 4, about p99 4"


def test_a_long_name_above_a_histogram_is_cut_on_a_terminal_alone() -> None:
    found = lossctl.evaluate(ERRORS, ZEROS, "mae", by=np.array(["x" * 500] * 2000)).pictured
    titles = {width: [*histograms(found, Style(width=width))][:60] for width in (40, None)}
    assert max(len(line) for line in "".join(titles[40]).splitlines() if "x" in line) == 40
    assert f"mae of pred: {'x' * 500}\n" in "".join(titles[None])


def test_a_terminal_without_blocks_has_signs() -> None:
    assert [_bar(length, blocks=False) for length in (0, 0.1, 3, 3.6)] == ["", "#", "###", "####"]
    assert [_bar(length, blocks=True) for length in (0, 0.01, 0.5, 1, 2.25)] == ["", "▏", "▌", "█", "██▎"]


def test_numbers_that_differ_little_are_told_apart_beside_bars(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred\n" + "".join(f"0,{1000 + place / 2**20!r}\n" for place in range(51)))
    bars = lossctl("eval", "a.csv", "-l", "mae", "--hist", "-q").out.partition("\n\n")[2].splitlines()[1:-1]
    edges = [float(edge) for bar in bars for edge in (bar.split()[0], bar.split()[2])]
    assert edges[::2] == sorted({*edges[::2]})
    assert edges[1:-1:2] == edges[2::2]
    assert [bar.split()[-1] for bar in bars] == ["3"] * 17
    assert bars[0].split()[:3] == ["1000", "to", "1000.000003"]


def test_a_histogram_is_of_differences_too(lossctl: Command) -> None:
    for name, pred in (("a", (1, 2, 3)), ("b", (2, 4, 3))):
        Path(f"{name}.csv").write_text("y_true,y_pred\n" + "".join(f"0,{one}\n" for one in pred))
    done = lossctl("compare", "a.csv", "b.csv", "-l", "mae", "--hist", "-q")
    assert done.code == 0
    assert done.out.endswith("\n 0 rows below 0, 2 above, 1 the same\n")


def test_a_histogram_is_refused_beside_other_formats(lossctl: Command) -> None:
    done = lossctl("eval", "a.csv", "-l", "mae", "--hist", "-f", "csv")
    message = "--hist is drawn below a table, and standard output has the format csv; leave out --format"
    assert (done.code, done.err) == (2, f"lossctl: error: {message}\n")


def test_python_draws_on_axes() -> None:
    found = lossctl.evaluate(ERRORS, ZEROS, "mae")
    axes = found.plot(axes=Figure().add_subplot())
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == ("how rows are spread", "cost of a row by mae", "rows")
    other = found.plot("mae of pred: which rows carry the total", axes=Figure().add_subplot())
    assert other.get_xlabel() == "costliest rows, %"
    with pytest.raises(lossctl.LossctlError, match=r"^there is no picture 'spread'\nhint: there are 'how rows are spread', "):
        found.plot("spread")
