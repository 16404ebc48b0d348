"""Exactness beyond the definitions' data: dtypes, signs that rounding must not change, and what lies far out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lossctl import evaluate
from tests.definitions.arithmetic import Sum, exact, off, ulps, worst
from tests.definitions.classes import PLAIN
from tests.definitions.embeddings import SOME
from tests.definitions.predictions import prediction


def test_a_loss_whose_coefficients_take_its_series_away_is_never_below_0() -> None:
    epsilon = ",".join(repr(-1 / power) for power in range(1, 31))
    for scale, pred in PLAIN.items():
        costs: Any = evaluate(pred, np.ones(len(pred)), f"poly:epsilon={epsilon}", from_=scale).samples  # type: ignore[arg-type]  # a scale
        assert np.min(costs) >= 0


def test_a_large_gamma_of_a_nearly_wrong_row_is_exact() -> None:
    for scale, pred in (("probs", 1e-9), ("logprobs", math.log(1e-9)), ("logits", -20.7)):
        seen = prediction(scale, (pred,))
        right = Sum(seen.rest[1] ** exact(1e8) * seen.cost[1], exact(0))
        got: Any = evaluate([pred], [1], "focal:gamma=1e8", from_=scale).samples  # type: ignore[arg-type]  # a scale
        assert off(got[0], right) <= 1e-13


@pytest.mark.parametrize("dtype", ["float16", "float32", "uint8", "int8", "uint64", ">f4"])
def test_arithmetic_is_that_of_doubles_whatever_the_array_holds(dtype: str) -> None:
    pred, target = np.array([10, 0.1, 3], dtype), np.array([100, 0.7, 3], dtype)
    squares = [(exact(one) - exact(other)) ** 2 for one, other in zip(pred, target, strict=True)]
    got: Any = evaluate(pred, target, "mse").samples
    assert worst(ulps, got, [Sum(one, one) for one in squares])[0] <= 4


def test_equal_vectors_are_not_apart() -> None:
    left = SOME[:, 0]
    got = evaluate(loss="contrastive:metric=cosine", role={"left": left, "right": left}, target=np.ones(len(left)))
    assert not np.asarray(got.samples).any()
