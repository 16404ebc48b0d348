"""Where classes lie in an array changes no bit of what it costs."""

from __future__ import annotations

import numpy as np
import pytest

from lossctl import evaluate
from lossctl.losses.roles.block import row_sums
from tests.conftest import Command

LOSSES = {
    "logits": "ce,focal,zero_one,brier,gce,ce:label_smoothing=0.1",
    "probs": "ce,brier,rps,top_k:k=2,js",
    "logprobs": "ce,kl",
}


@pytest.mark.parametrize("classes", [1, 2, 7, 8, 9, 16, 21, 128, 129, 300])
def test_rows_have_the_same_sums_whether_they_or_columns_lie_together(classes: int) -> None:
    rng = np.random.default_rng(classes)
    values = rng.normal(size=(50, classes)) * 10.0 ** rng.integers(-8, 8, (50, classes))
    for rows in (values, values[:, :-1], np.zeros((3, classes)), -np.zeros((3, classes))):
        assert row_sums(np.asfortranarray(rows)).tobytes() == rows.sum(axis=1).tobytes()


@pytest.mark.parametrize("scale", LOSSES)
@pytest.mark.parametrize("ignored", [False, True])
def test_the_axis_of_classes_changes_no_bit(lossctl: Command, scale: str, ignored: bool) -> None:
    rng = np.random.default_rng(1)
    z = rng.integers(-9, 9, (3, 10, 4, 5)).astype(float) + rng.normal(size=(3, 10, 4, 5)) * (rng.random((3, 1, 4, 5)) < 0.5)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.save("first.npy", {"logits": z, "probs": p, "logprobs": np.log(p)}[scale])
    np.save("last.npy", np.moveaxis(np.load("first.npy"), 1, -1).copy())
    labels = rng.integers(0, 10, (3, 4, 5))
    labels[rng.random(labels.shape) < 0.2] = 255 if ignored else 0
    np.save("labels.npy", labels)
    ways = ["-t", "labels.npy", "-l", LOSSES[scale], "--from", scale, "-b", *(["--ignore", "255"] if ignored else [])]
    first, last = (lossctl("eval", name, *ways) for name in ("first.npy", "last.npy"))
    assert (first.code, last.code) == (0, 0), (first.err, last.err)
    assert first.out == last.out


def test_the_first_of_equal_logits_is_the_largest_wherever_classes_lie() -> None:
    rng = np.random.default_rng(2)
    z, y = rng.integers(0, 3, (40, 5, 6)).astype(float), rng.integers(0, 5, (40, 6))
    z[0, 2] = np.inf
    z[0, [0, 1, 3, 4]] = -np.inf
    found = [
        evaluate(array, y, loss, from_="logits", class_axis="1" if array is z else "-1").value
        for loss in ("focal", "top_k:k=1:ties=first", "expected_cost:matrix=" + ",".join(map(str, range(25))))
        for array in (z, np.moveaxis(z, 1, -1))
    ]
    assert found[::2] == found[1::2]
