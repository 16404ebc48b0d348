"""How often predictions are right beside how sure they are, beside the loss that measures it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import lossctl
from lossctl.statistics.calibration import BINS, Calibrated

RNG = np.random.default_rng(0)
P = RNG.random(500)
Y = (RNG.random(500) < P**2).astype(int)
CLASSES = RNG.dirichlet(np.ones(3) / 2, 400)
LABELS = RNG.integers(0, 3, 400)
WEIGHT = RNG.random(500)


def calibrated(*arguments: Any, **keywords: Any) -> Calibrated:
    found = lossctl.evaluate(*arguments, **keywords).pictured.observed[0].calibration
    assert found is not None
    return found


def value(*arguments: Any, **keywords: Any) -> float:
    found = lossctl.evaluate(*arguments, **keywords).value
    assert isinstance(found, float)
    return found


def gap(found: Calibrated, weight: np.ndarray | None = None) -> float:
    shares = found.rows if weight is None else weight
    return float((shares * np.abs(found.right - found.confidence)).sum() / shares.sum())


@pytest.mark.parametrize("loss", ["ce", "brier", "ece"])
def test_the_gap_of_a_binary_diagram_is_the_expected_calibration_error(loss: str) -> None:
    found = calibrated(P, Y, loss)
    assert found.of_one
    assert math.isclose(gap(found), value(P, Y, "ece"), rel_tol=1e-4)
    assert found.rows.sum() == found.all_rows.sum() == 500
    assert len(found.all_rows) == BINS
    in_first = P < 1 / BINS
    assert found.rows[0] == in_first.sum()
    assert math.isclose(found.confidence[0], P[in_first].mean(), abs_tol=1e-6)
    assert math.isclose(found.right[0], Y[in_first].mean(), abs_tol=1e-12)


@pytest.mark.parametrize("scale", ["probs", "logits", "logprobs"])
def test_of_several_classes_it_is_about_the_largest_probability(scale: str) -> None:
    pred = CLASSES if scale == "probs" else np.log(CLASSES) + (3.0 if scale == "logits" else 0.0)
    found = calibrated(pred, LABELS, "ce", from_=scale)
    assert not found.of_one
    assert found.confidence.min() >= 1 / 3
    right = CLASSES.argmax(axis=1) == LABELS
    assert math.isclose((found.rows * found.right).sum(), right.sum())
    assert math.isclose(gap(found), value(CLASSES, LABELS, "ece"), rel_tol=1e-4)


def test_weights_count() -> None:
    found = calibrated(P, Y, "ce", weight=WEIGHT)
    at = np.minimum((P * BINS).astype(int), BINS - 1)
    weight = np.bincount(at, WEIGHT)
    assert np.allclose(found.right, np.bincount(at, WEIGHT * Y) / weight, atol=1e-12)
    assert math.isclose(gap(found, weight), value(P, Y, "ece", weight=WEIGHT), rel_tol=1e-4)


def test_elements_of_a_row_have_its_weight_and_ignored_ones_none() -> None:
    pred = np.moveaxis(CLASSES.reshape(100, 4, 3), -1, 1)
    labels = LABELS.reshape(100, 4).copy()
    labels[:, 0] = 9
    found = calibrated(pred, labels, "ce", ignore="9")
    kept = CLASSES.reshape(100, 4, 3)[:, 1:].max(axis=-1).ravel()
    assert found.all_rows.sum() == 300
    assert np.array_equal(found.all_rows, np.bincount(np.minimum((kept * BINS).astype(int), BINS - 1), minlength=BINS))


def test_soft_labels_and_other_losses_have_none() -> None:
    for pred, target, loss in ((CLASSES, CLASSES[::-1], "kl"), (P, P, "mse"), (2 * P - 1, Y, "hinge")):
        assert lossctl.evaluate(pred, target, loss).pictured.observed[0].calibration is None
