"""How exact the losses of distances are, from subnormal vectors to those whose squares overflow."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lossctl import evaluate
from tests.oracle import ONE, ZERO, cosine, distance, exact, off, worst

pytestmark = pytest.mark.slow
RNG = np.random.default_rng(0)
VECTORS = np.array(
    [
        *RNG.normal(size=(30, 3, 3)),
        *RNG.normal(size=(30, 3, 1)) + 1e-9 * RNG.normal(size=(30, 3, 3)),
        *RNG.uniform(-1, 1, (60, 3, 3)) * RNG.choice([5e-324, 1e-310, 1e-200, 1e-160, 1, 1e100, 1e154, 1e308], (60, 3, 1)),
    ]
).transpose(1, 0, 2)
DISTANCES = [(p, f"p={p!r}") for p in (1.0, 1.5, 2.0, 3.0, 100.0, 1100.0, 1e6)] + [(math.inf, "p=inf")]


@pytest.mark.parametrize(("p", "text"), DISTANCES, ids=[text for _, text in DISTANCES])
@pytest.mark.parametrize("option", ["", ":swap=true", ":squared=true", ":eps=1e-06", ":margin=1e-300"])
def test_triplet_is_within_1e_13_of_its_largest_term(p: float, text: str, option: str) -> None:
    power, eps = 2 if "squared" in option else 1, 1e-6 if "eps" in option else 0.0
    margin = exact(1e-300 if "margin" in option else 1)
    right = []
    for anchor, positive, negative in zip(*VECTORS, strict=True):
        near, far = (distance(anchor, other, p, eps) ** power for other in (positive, negative))
        if "swap" in option:
            far = min(far, distance(positive, negative, p, eps))
        right.append((max(ZERO, near - far + margin), max(near, far, margin)))
    anchor, positive, negative = VECTORS
    got = evaluate(loss=f"triplet:{text}{option}", role={"anchor": anchor, "positive": positive, "negative": negative})
    error, row = worst(off, got.samples, *zip(*right, strict=True))
    assert error <= 1e-13, VECTORS[:, row]


@pytest.mark.parametrize(("p", "text"), DISTANCES, ids=[text for _, text in DISTANCES])
@pytest.mark.parametrize("margin", [1.0, 1e-300, 1e308])
def test_contrastive_is_within_1e_13_of_its_largest_term(p: float, text: str, margin: float) -> None:
    left, right, _ = VECTORS
    target = np.arange(len(left)) % 2
    expected = []
    for one, other, alike in zip(left, right, target, strict=True):
        apart = distance(one, other, p)
        lack = max(ZERO, exact(margin) - apart)
        expected.append((apart**2 / 2, ZERO) if alike else (lack**2 / 2, lack * max(apart, exact(margin))))
    got = evaluate(loss=f"contrastive:{text}:margin={margin!r}", role={"left": left, "right": right}, target=target)
    error, row = worst(off, got.samples, *zip(*expected, strict=True))
    assert error <= 1e-13, VECTORS[:, row]


def test_cosine_distances_are_within_1e_13_of_1() -> None:
    left, right, far = VECTORS[:, (VECTORS != 0).any(axis=2).all(axis=0)]
    apart, farther = (list(map(cosine, left, other)) for other in (right, far))
    got = evaluate(loss="contrastive:metric=cosine", role={"left": left, "right": right}, target=np.ones(len(left)))
    assert worst(off, got.samples, [one**2 / 2 for one in apart], [ONE] * len(left))[0] <= 1e-13
    got = evaluate(loss="triplet:metric=cosine", role={"anchor": left, "positive": right, "negative": far})
    triplet = [max(ZERO, one - other + 1) for one, other in zip(apart, farther, strict=True)]
    assert worst(off, got.samples, triplet, [exact(2)] * len(left))[0] <= 1e-13
    got = evaluate(loss="contrastive:metric=cosine", role={"left": left, "right": left}, target=np.ones(len(left)))
    assert not np.asarray(got.samples).any(), "equal vectors are not apart"
