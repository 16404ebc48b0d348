"""How the rows of a run are spread and which carry the total: every bar, line and share beside the numbers that it stands for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import lossctl
from lossctl.reports.pictures.bins import quantile
from lossctl.reports.pictures.catalogue import pictures_of
from lossctl.reports.pictures.picture import Bars, Curve, Points
from tests.conftest import Command
from tests.reports.pictured import ERRORS, ZEROS, marks, panels, rules


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


@pytest.mark.slow
@pytest.mark.parametrize("values", [[3.0], [2.0, 2.0], [0.0], [1e308, -1e308, 0.0], [5e-324, 1e-300]])
def test_extreme_and_equal_losses_have_a_picture(values: list[float], lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred\n" + "".join(f"0,{value!r}\n" for value in values))
    for loss in ("mae", "bias"):
        done = lossctl("eval", "a.csv", "-l", loss, "-q", "-o", f"{loss}.svg", "--hist")
        assert (done.code, done.err) == (0, "")
        assert Path(f"{loss}.svg").read_bytes().startswith(b"<?xml")


def test_quantiles_of_counts_are_in_the_bin_that_holds_them() -> None:
    counted = lossctl.evaluate(ERRORS, ZEROS, "mae").pictured.observed[0].costs["mae"]
    for share in (0.001, 0.5, 1.0):
        exact = np.quantile(np.abs(ERRORS), share, method="inverted_cdf")
        found = quantile(counted, share)
        (place,) = np.flatnonzero((counted.low <= found) & (found <= counted.high))[:1]
        assert counted.low[place] <= exact <= counted.high[place]
