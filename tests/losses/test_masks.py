"""Losses of masks and boxes."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lossctl import evaluate
from lossctl.errors import DataError, UsageError
from tests.conftest import Command

P = np.array([[[1.0, 0.5], [0, 0.25]], [[0, 0], [0, 0]], [[1, 1], [0.5, 0.5]]])
Y = np.array([[[1, 0], [1, 0]], [[0, 0], [0, 0]], [[1, 0], [1, 255]]])


def index(p: np.ndarray, y: np.ndarray) -> tuple[Fraction, Fraction]:
    """FP + FN, and I + FP + FN, in exact arithmetic."""
    pairs = [(Fraction(float(p)), int(y)) for p, y in zip(p.ravel(), y.ravel(), strict=True) if y != 255]
    hit, lost = sum(p * y for p, y in pairs), sum(p * (1 - y) + (1 - p) * y for p, y in pairs)
    return Fraction(lost), Fraction(hit + lost)


def test_masks_are_rows_of_any_axes_of_which_elements_may_be_ignored(lossctl: Command) -> None:
    np.save("p.npy", P)
    np.save("y.npy", Y)
    done = lossctl("eval", "p.npy", "-t", "y.npy", "-l", "jaccard", "--ignore", "255", "--json", "--per-sample")
    assert done.code == 0, done.err
    found = json.loads(done.out)["runs"][0]
    sums = [index(p, y) for p, y in zip(P, Y, strict=True)]
    expected = [float(lost / total) if total else 0.0 for lost, total in sums]
    assert found["samples"]["values"]["jaccard"] == pytest.approx(expected, rel=1e-15)
    assert (found["results"][0]["n"], found["results"][0]["weight"]) == (3, 3)  # a mask counts once, whatever is left of it


@pytest.mark.parametrize(
    ("loss", "smooth", "power"), [("jaccard", 0, 1), ("jaccard:smooth=2", 2, 1), ("focal_tversky:alpha=1:beta=1", 0, 0.75)]
)
def test_pooled_masks_are_summed_with_their_weights_before_they_are_compared(loss: str, smooth: int, power: float) -> None:
    weight = np.array([2.0, 1, 0.5])
    y = np.where(Y == 255, 0, Y)
    sums = [index(p, y) for p, y in zip(P, y, strict=True)]
    lost, total = (float(sum(Fraction(w) * one[part] for w, one in zip(weight, sums, strict=True))) for part in (0, 1))
    got = evaluate(P, y, f"{loss}:pool=dataset", weight=weight)
    assert got.value == pytest.approx((lost / (total + smooth)) ** power, rel=1e-14)


def test_pooled_masks_that_are_all_empty_cost_nothing_and_have_no_samples(lossctl: Command) -> None:
    np.save("p.npy", 0 * P)
    np.save("y.npy", 0 * Y)
    assert lossctl("eval", "p.npy", "-t", "y.npy", "-l", "dice:pool=dataset", "-b").value == 0
    done = lossctl("eval", "p.npy", "-t", "y.npy", "-l", "dice:pool=dataset", "--per-sample")
    problem = "dice:pool=dataset is one value for all rows; it has none for a row"
    assert (done.code, done.err) == (2, f"lossctl: error: {problem}\nhint: --by COLUMN gives a value for each group\n")
    done = lossctl("eval", "p.npy", "-t", "y.npy", "-l", "dice:pool=dataset", "--reduction", "max")
    problem = "dice:pool=dataset has no value for each row; --reduction max does not apply to it"
    assert (done.code, done.err) == (2, f"lossctl: error: {problem}\n")


def test_masks_and_elements_are_not_counted_alike() -> None:
    with pytest.raises(UsageError, match="dice counts each row the same, and other losses here each element"):
        evaluate(P, Y, ["dice", "multilabel_ce"], ignore="255")
    found = evaluate(P, np.where(Y == 255, 0, Y), ["dice", "multilabel_ce"])
    assert len(found.run.results) == 2


def test_an_element_that_is_neither_0_nor_1_is_named_by_its_place() -> None:
    with pytest.raises(DataError, match=r"target row 2, element \(1, 1\): label 255; expected 0 or 1"):
        evaluate(P, Y, "dice")


def test_lists_of_unequal_length_are_masks(lossctl: Command) -> None:
    rows = [([0.5, 0.5], [1, 0]), ([1.0, 0.25, 0.0], [1, 1, 0])]
    Path("a.jsonl").write_text("".join(json.dumps({"pred": p, "target": y}) + "\n" for p, y in rows))
    assert lossctl("eval", "a.jsonl", "-l", "dice", "-b").value == pytest.approx(((1 - 1 / 2) + (1 - 2.5 / 3.25)) / 2, rel=1e-15)


BOXES = np.array([[0, 0, 2, 2], [0, 0, 1, 1], [1, 1, 1, 1], [3, 3, 3, 3], [0, 0, 4, 1]], float)
TRUE = np.array([[1, 1, 3, 3], [2, 2, 3, 3], [1, 1, 1, 1], [1, 1, 1, 1], [0, 0, 4, 1]], float)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_the_size_of_boxes_changes_nothing(scale: float) -> None:
    for loss in ("iou_loss", "giou", "diou", "ciou"):
        assert list(evaluate(scale * BOXES, scale * TRUE, loss).samples) == pytest.approx(
            list(evaluate(BOXES, TRUE, loss).samples)
        )


def test_a_box_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(DataError, match="row 1: iou_loss: a box of the target has x2 < x1 or y2 < y1; expected two corners"):
        evaluate(BOXES[:2], np.array([[0, 0, 1, 1], [2, 2, 1, 3]]), "iou_loss")
    with pytest.raises(DataError, match="a box of the pred has a width or height below 0"):
        evaluate(-BOXES[:1], TRUE[:1], "giou:format=cxcywh")
    with pytest.raises(DataError, match=r"pred has shape \(n, 3\); expected \(n, 4\)"):
        evaluate(BOXES[:, :3], TRUE[:, :3], "iou_loss")
