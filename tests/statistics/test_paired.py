"""Resamples of many rows: drawn piece by piece, each row as likely, and independent of how many threads draw them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lossctl.statistics.paired.difference import Method, PairedInterval, interval
from lossctl.statistics.paired.pair import Pair


def found(pair: Pair, difference: float, method: str, resamples: int) -> PairedInterval:
    return interval(pair, difference, Method(method, 0.95, resamples), lambda function, items: map(function, items))


@pytest.mark.slow
@pytest.mark.parametrize(
    "rows", [slice(0, 40), slice(32_760, 32_776), slice(98_304, None), slice(1, None, 3), slice(60_000, 70_000)], ids=str
)
def test_each_row_is_drawn_as_often_as_any_other(rows: Any) -> None:
    """Of n rows drawn with replacement the number that lies in a share p is binomial: n p, with the variance n p (1 - p)."""
    n, resamples = 100_000, 400
    candidate = np.zeros(n)
    candidate[rows] = 1.0
    share = float(candidate.mean())
    spread = np.sqrt(share * (1 - share) / n)
    ends = found(Pair(np.zeros(n), candidate), share, "bootstrap", resamples)
    # the ends are quantiles of 400 draws, which are off by sqrt(0.025 0.975 / 400) / 0.0585 = 0.13 deviations: five of these
    assert [(ends.low - share) / spread, (ends.high - share) / spread] == pytest.approx([-1.96, 1.96], abs=0.75)


@pytest.mark.slow
def test_resamples_of_many_weighted_rows_have_the_spread_of_their_mean() -> None:
    random = np.random.default_rng(2)
    apart, weight = random.gamma(2.0, 1.0, 150_000), random.uniform(0.5, 2.0, 150_000)
    pair = Pair(np.zeros(150_000), apart, weight)
    difference = float(np.average(apart, weights=weight))
    t, bootstrap, permutation = (found(pair, difference, method, 400) for method in ("t", "bootstrap", "permutation"))
    half = (t.high - t.low) / 2
    assert [(bootstrap.low - difference) / half, (bootstrap.high - difference) / half] == pytest.approx([-1, 1], abs=0.35)
    assert permutation.p_value == 1 / 401


def test_signs_are_flipped_bit_by_bit_in_the_order_of_rows() -> None:
    """The p-value and the interval by the plain form of what is drawn."""
    apart = np.random.default_rng(4).normal(0.01, 1.0, 70_001)
    ends = found(Pair(np.zeros(70_001), apart), float(apart.mean()), "permutation", 40)
    drawn = []
    for number in range(40):
        random = np.random.Generator(np.random.SFC64([0, number]))
        bits = [np.unpackbits(np.frombuffer(random.bytes(-(-rows // 8)), np.uint8), count=rows) for rows in (65_536, 4_465)]
        drawn.append(float((np.where(np.concatenate(bits) == 1, 1.0, -1.0) * apart).mean()))
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert [ends.low, ends.high] == pytest.approx([apart.mean() - high, apart.mean() - low], rel=1e-9)
    assert ends.p_value == (np.sum(np.abs(drawn) >= abs(apart.mean())) + 1) / 41


def test_a_bootstrap_is_of_the_quantiles_of_what_its_resamples_come_to() -> None:
    """The interval and the p-value by the plain form of what is drawn, by NumPy alone."""
    random = np.random.default_rng(6)
    apart, weight = random.normal(0.05, 1.0, 300), random.uniform(0.5, 2.0, 300)
    unit = np.repeat(np.arange(60), 5)
    for pair, units in (
        (Pair(np.zeros(300), apart, weight), np.arange(300)),
        (Pair(np.zeros(300), apart, weight, unit=unit), unit),
    ):
        above, below = np.bincount(units, weight * apart), np.bincount(units, weight)
        drawn = []
        for number in range(200):
            rows = np.random.Generator(np.random.SFC64([0, number])).integers(0, len(above), len(above))
            drawn.append(above[rows].sum() / below[rows].sum())
        ends = found(pair, float(above.sum() / below.sum()), "bootstrap", 200)
        assert [ends.low, ends.high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), rel=1e-12)
        assert ends.p_value == pytest.approx(2 * (min(np.sum(np.array(drawn) <= 0), np.sum(np.array(drawn) >= 0)) + 1) / 201)
