"""Checks beside their limits: every mark beside the numbers that it stands for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import lossctl
from lossctl.reports.pictures.catalogue import pictures_of
from lossctl.reports.pictures.marks import INK, draw
from lossctl.reports.pictures.picture import Panel, Points, Ranges
from tests.reports.pictured import ERRORS, ZEROS, marks, panels, rules


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


def test_a_percentage_of_a_gap_is_of_the_smallest_value() -> None:
    frame = pd.DataFrame({"p": [-1.0, 2.0, 5.0, 1.0], "t": 0.0, "g": list("abcd"), "h": list("uvvu")})
    both = lossctl.check(frame, pred="p", target="t", max_gap="bias=900%", by="g")
    gap = panels(both)["bias: gap"]
    assert (marks(gap, Ranges)[0].value.tolist(), marks(gap, Points)[0].x.tolist()) == ([6.0], [9.0])
    document = both.pictured
    again = lossctl.check(frame, pred="p", target="t", max_gap="bias=900%", by="h").pictured
    (picture,) = pictures_of(replace(document, runs=document.runs + again.runs, checks=document.checks + again.checks))
    assert marks(picture.panels[0], Ranges)[0].value.tolist() == [6.0, 3.5]
    assert marks(picture.panels[0], Points)[0].x.tolist() == [9.0, 0.0]


def test_a_percentage_of_a_gap_is_not_drawn_where_groups_of_several_checks_have_that_gap() -> None:
    frame = pd.DataFrame({"p": [1.0, 2.0], "t": 0.0, "g": list("uv")})
    first = lossctl.check(frame, pred="p", target="t", max_gap="mae=900%", by="g").pictured
    moved = lossctl.check(frame.assign(p=[2.0, 3.0]), pred="p", target="t", max_gap="mae=9", by="g").pictured
    (picture,) = pictures_of(replace(first, runs=first.runs + moved.runs))
    assert marks(picture.panels[0], Points) == []
