"""Sums, means and standard deviations: exact arithmetic says what they are, and no order or grouping changes a bit."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossctl.rows.elements import row_means
from lossctl.statistics.exact.exact_sum import EVERY_BIT, ExactSum
from lossctl.statistics.exact.rounding import root, rounded
from lossctl.statistics.moments import Moments

properties = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

ALIKE = st.floats(1e-3, 1e3) | st.floats(-1e3, -1e-3) | st.just(0.0)  # 20 binary orders: every bit of a sum counts
EDGES = st.builds(  # at and beside the powers of two where levels begin, which are 48 apart
    lambda sign, level, step, ulps: sign * math.ldexp(1 + ulps * 2**-52, 48 * level - 30 + step),
    st.sampled_from([-1, 1]),
    st.integers(-21, 21),
    st.integers(-2, 2),
    st.integers(0, 3),
)
WILD = EDGES | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([5e-324, -5e-324, 1e308, -1e308, 1.7e308])
COSTS = st.floats(0, 1.7e308) | st.floats(0, 10) | st.just(0.1)
WEIGHTS = st.floats(0, 1e300) | st.floats(0, 2) | st.sampled_from([0.0, 1.0, 1e-300])


def exact(values: Sequence[float]) -> Fraction:
    return sum(map(Fraction, values), Fraction(0))


def held(values: Sequence[float], cuts: Sequence[int] = (), kept: float = 72) -> Fraction:
    """The sum of parts that are summed on their own and merged."""
    total = ExactSum(kept)
    for part in np.split(np.array(values, float), sorted(cuts)):
        one = ExactSum(kept)
        one.add(part)
        total.merge(one)
    return total.fraction()


def statistics(costs: Sequence[float], weights: Sequence[float] | None = None, cuts: Sequence[int] = ()) -> Moments:
    """The statistics of parts, merged."""
    total = Moments()
    weight_parts = [None] * (len(cuts) + 1) if weights is None else np.split(np.array(weights, float), cuts)
    for cost, weight in zip(np.split(np.array(costs, float), cuts), weight_parts, strict=True):
        one = Moments()
        if len(cost):
            one.add(cost, weight, None, partial(np.arange, len(cost)))
        total.merge(one)
    return total


def bits(of: Moments) -> list[bytes]:
    return [np.float64(value).tobytes() for value in (of.sum(), of.mean(), of.std(), of.least, of.most)]


@given(st.lists(WILD, min_size=1, max_size=40), st.data(), st.sampled_from([72, 108]))
@properties
def test_no_order_and_no_partition_changes_a_sum(values: list[float], data: st.DataObject, kept: float) -> None:
    whole = ExactSum(kept)
    whole.add(np.array(values))
    shuffled = data.draw(st.permutations(values))
    cuts = data.draw(st.lists(st.integers(0, len(values)), max_size=5))
    assert held(shuffled, cuts, kept) == whole.fraction()


@pytest.mark.parametrize("kept", [72, 108])
@pytest.mark.parametrize("levels", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("size", [0.5, 0.5 + 2**-20, 1 - 2**-53, 1.0, 1.5, 2.0**18, 2.0**24 + 1, 2.0**30 + 1])
def test_what_is_just_below_the_last_level_is_rounded_alike_alone_and_beside_the_largest(
    kept: float, levels: int, size: float
) -> None:
    values = [1.5 * 2.0 ** (48 * levels - 30), size * 2.0**-30]
    assert held(values, [], kept) == held(values, [1], kept)


@pytest.mark.slow
@given(st.lists(WILD, min_size=1, max_size=40))
@properties
def test_a_sum_is_off_by_less_than_72_bits_below_its_largest_value(values: list[float]) -> None:
    assert abs(held(values) - exact(values)) <= len(values) * Fraction(max(map(abs, values))) / 2**72


@given(st.lists(WILD, min_size=1, max_size=40), st.lists(st.integers(0, 40), max_size=5))
@properties
def test_enough_levels_hold_every_bit(values: list[float], cuts: list[int]) -> None:
    assert held(values, cuts, EVERY_BIT) == exact(values)


@given(st.lists(ALIKE, max_size=40), st.lists(st.integers(0, 40), max_size=5), st.integers(-1000, 900))
@properties
def test_a_sum_of_values_of_like_size_is_exact(values: list[float], cuts: list[int], power: int) -> None:
    scaled = [math.ldexp(value, power) for value in values]
    assert held(scaled, cuts) == exact(scaled)
    assert rounded(held(values)) == math.fsum(values)


def test_sums_of_more_values_than_a_block_holds_are_exact() -> None:
    values = np.random.default_rng(0).uniform(1e-3, 1e3, 300_000)
    assert rounded(held(values.tolist())) == math.fsum(values)
    long = 2**47 - 1 - np.random.default_rng(0).integers(0, 2**20, 200_000)  # 2**16 of them would overflow an int64
    assert held((long * 2.0**-30).tolist()) == Fraction(sum(long.tolist()), 2**30)


def test_sums_of_subnormal_numbers_are_exact() -> None:
    values = [5e-324 * random.Random(0).getrandbits(52) for _ in range(1000)]
    assert held(values, [10, 500]) == exact(values)


def test_a_sum_beyond_the_largest_double_is_inf() -> None:
    assert rounded(held([1e308] * 3)) == math.inf
    assert rounded(held([-1e308] * 3)) == -math.inf
    assert rounded(held([1e308, 1e308, -1.5e308])) == float(2 * Fraction(1e308) - Fraction(1.5e308))


@given(st.lists(st.tuples(WILD, WILD), min_size=1, max_size=20))
@properties
def test_products_are_summed_without_rounding_them(pairs: list[tuple[float, float]]) -> None:
    total = ExactSum()
    total.add_product(np.array([left for left, _ in pairs]), np.array([right for _, right in pairs]))
    products = [Fraction(left) * Fraction(right) for left, right in pairs]
    assert abs(total.fraction() - sum(products)) <= 2 * len(pairs) * max(map(abs, products)) / 2**72


@given(st.integers(0, 2**32), st.integers(1, 300), st.sampled_from([1.0, 1e-320, 1e306, 1e-200]))
@properties
def test_the_mean_of_a_row_is_within_an_ulp(seed: int, width: int, size: float) -> None:
    rows = np.random.default_rng(seed).exponential(size=(2, width)) * size
    with np.errstate(over="ignore"):
        means = row_means(rows)
    for row, mean in zip(rows, means, strict=True):
        right = rounded(exact(row.tolist()) / width)
        assert abs(mean - right) <= math.ulp(right)


def test_the_mean_of_a_row_overflows_only_where_a_value_is_infinite() -> None:
    with np.errstate(over="ignore"):
        means = row_means(np.array([[1.7e308] * 5, [math.inf, 0, 0, 0, 0], [0] * 5]))
    assert means.tolist() == [1.7e308, math.inf, 0]


@given(st.lists(st.tuples(COSTS, WEIGHTS), min_size=1, max_size=20), st.data(), st.booleans())
@properties
def test_no_order_and_no_partition_changes_a_statistic(
    rows: list[tuple[float, float]], data: st.DataObject, weighted: bool
) -> None:
    shuffled = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=4)))

    def of(some: list[tuple[float, float]], cuts: list[int]) -> list[bytes]:
        return bits(statistics([cost for cost, _ in some], [weight for _, weight in some] if weighted else None, cuts))

    assert of(shuffled, cuts) == of(rows, [])


def moments(costs: Any, weights: Any) -> tuple[float, float, float]:
    """The sum, mean and standard deviation in exact arithmetic."""
    w, c = [Fraction(float(one)) for one in weights], [Fraction(float(one)) for one in costs]
    total = sum((a * b for a, b in zip(w, c, strict=True)), Fraction(0))
    mean = total / sum(w)
    return (
        rounded(total),
        rounded(mean),
        root(sum((a * (b - mean) ** 2 for a, b in zip(w, c, strict=True)), Fraction(0)) / sum(w)),
    )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("offset", "size"), [(0, 1), (1e6, 1e-6), (1, 1e-14), (0, 1e-300), (0, 1e300), (1e140, 1e125), (7e-322, 1e-322)]
)
def test_sum_mean_and_std_are_those_of_exact_arithmetic(offset: float, size: float, weighted: bool) -> None:
    rng = np.random.default_rng(1)
    costs = offset + rng.random(1000) * size
    weights = 1 + rng.random(1000) if weighted else np.ones(1000)
    got = statistics(costs.tolist(), weights.tolist() if weighted else None, [1, 500])
    total, mean, std = moments(costs, weights)
    assert (got.sum(), got.mean()) == (total, mean)
    assert abs(got.std() - std) <= 1e-15 * std + 1e-16 * mean


@pytest.mark.parametrize("weight", [1e-300, 1e-90, 1.0, 1e90, 1e300])
@pytest.mark.parametrize("size", [1e-117, 1e-5, 1e117])
def test_weights_of_any_size_give_the_mean_and_std_of_exact_arithmetic(weight: float, size: float) -> None:
    rng = np.random.default_rng(2)
    costs, weights = rng.random(50) * size, rng.random(50) * weight
    got = statistics(costs.tolist(), weights.tolist())
    total, mean, std = moments(costs, weights)
    assert got.sum() == total
    assert got.mean() == (mean if math.isfinite(total) else math.inf)
    assert abs(got.std() - std) <= 1e-15 * std


@pytest.mark.parametrize("cost", [0.1, 1.1, 1e-320, 3e200])
def test_equal_costs_have_no_spread(cost: float) -> None:
    assert statistics([cost] * 10).std() == 0
    for seed in range(20):
        assert statistics([cost] * 10, (1 + np.random.default_rng(seed).random(10)).tolist()).std() == 0


def test_an_infinite_cost_counts_unless_its_weight_is_0() -> None:
    counted, weightless = statistics([1, math.inf, 3], [1, 1, 1]), statistics([1, math.inf, 3], [1, 0, 1])
    assert (counted.sum(), counted.mean(), counted.infinite, counted.first_infinite) == (math.inf, math.inf, 1, 1)
    assert math.isnan(counted.std())
    assert (weightless.sum(), weightless.mean(), weightless.std(), weightless.infinite) == (4, 2, 1, 1)


def test_infinite_costs_of_both_signs_and_costs_that_are_no_number_give_nan_in_any_order() -> None:
    assert statistics([-math.inf, 1]).mean() == -math.inf
    for costs in ([math.inf, 1, -math.inf], [math.nan, 1, 2], [1, 2, math.nan], [math.inf, 1, math.nan]):
        for cuts in ([], [1], [2], [1, 2]):
            got = statistics(costs, cuts=cuts)
            assert all(math.isnan(value) for value in (got.sum(), got.mean(), got.std()))
    assert math.isnan(statistics([1, 2, math.nan], cuts=[1]).most)


def test_a_sum_of_costs_that_overflows_makes_the_mean_infinite() -> None:
    got = statistics([1e308] * 4)
    assert (got.sum(), got.mean(), got.std()) == (math.inf, math.inf, 0)
    assert statistics([-1e200, 1], [1e200, 1]).sum() == -math.inf
