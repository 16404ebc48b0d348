"""Groups, runs and calibration: every mark beside the numbers that it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lossctl
from lossctl.reports.pictures.picture import Bars, Curve, Ranges
from tests.conftest import Command
from tests.reports.pictured import ERRORS, RNG, ZEROS, marks, panels, rules


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
