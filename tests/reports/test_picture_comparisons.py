"""Differences and pairs of a comparison: every mark beside the numbers that it stands for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import lossctl
from lossctl.reports.pictures.catalogue import pictures_of
from lossctl.reports.pictures.comparisons import POINTS
from lossctl.reports.pictures.picture import Bars, Cells, Points
from lossctl.results.document import Document
from lossctl.results.observed import Paired
from tests.reports.pictured import ERRORS, RNG, ZEROS, marks, panels


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


def test_where_every_row_is_0_by_one_model_the_pairs_are_drawn_all_the_same() -> None:
    candidate = np.exp(3 * ERRORS)
    panel = panels(lossctl.compare(ZEROS, candidate, target=ZEROS, loss="mae"))["each row by both"]
    (points,) = marks(panel, Points)
    assert (panel.x.scale, points.x.tolist(), points.y.tolist()) == ("linear", ZEROS.tolist(), candidate.tolist())
