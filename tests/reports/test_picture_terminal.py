"""Histograms in a terminal."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import lossctl
from lossctl.reports.formats.catalogue import Style
from lossctl.reports.pictures.terminal import _bar, histograms
from tests.conftest import Command
from tests.reports.pictured import ERRORS, ZEROS


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
