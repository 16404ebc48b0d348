"""The moments of groups: the bits that those of each group's rows alone have, and those of fractions."""

from __future__ import annotations

import math
import pickle
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossctl.columns.codes import by_code
from lossctl.statistics.exact.group_sums import GroupSums, grown
from lossctl.statistics.exact.rounding import root, rounded
from lossctl.statistics.group_moments import NEVER, GroupCounts, GroupMoments
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.moments import Moments
from lossctl.statistics.statistic import Asked, Scored

properties = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

COSTS = st.floats() | st.floats(0, 10) | st.sampled_from([0.0, 0.1, 1.0, 1e300, 5e-324, 1e-200, 2.0**48, math.inf])
WEIGHTS = st.floats(0, 1e300) | st.floats(0, 2) | st.sampled_from([0.0, 1.0, 1e-300, 5e-324])
SHARES = st.sampled_from([0.0, 1.0, 0.3, 7.0])
ROWS = st.lists(st.tuples(st.integers(0, 5), COSTS, WEIGHTS, SHARES), min_size=1, max_size=60)


def some(rows: Any, cost: Any, weight: Any, share: Any) -> tuple[Any, Any, Any]:
    """Some rows of each column that there is."""
    cost, weight, share = (None if column is None else np.asarray(column, float)[rows] for column in (cost, weight, share))
    return cost, weight, share


def of_block(cost: Any, weight: Any, share: Any, number: Any, grouping: Grouping, spread: bool = True) -> GroupMoments:
    block = GroupMoments(GroupCounts(), spread)
    block.counts.add(weight, grouping)
    block.add(cost, weight, share, number, grouping)
    return block


def merge(total: GroupMoments, block: GroupMoments, places: Any, count: int) -> None:
    total.counts.merge(block.counts, places, count)
    total.merge(block, places, count)


def of_groups(codes: Any, cost: Any, weight: Any = None, share: Any = None, cuts: Sequence[int] = ()) -> GroupMoments:
    """The moments of blocks, whose groups are numbered by the groups of the block, merged."""
    total, count = GroupMoments(GroupCounts()), int(max(codes)) + 1
    for rows in np.split(np.arange(len(codes)), sorted(cuts)):
        if len(rows):
            places, local = np.unique(np.asarray(codes)[rows], return_inverse=True)
            block = of_block(*some(rows, cost, weight, share), rows, Grouping(local, len(places)))
            merge(total, pickle.loads(pickle.dumps(block)), places, count)
    return total


def bits(value: Any) -> bytes:
    """Of a double; all NaN and both zeros are one."""
    return b"nan" if value != value else np.float64(value + 0.0).tobytes()


def assert_alike(groups: GroupMoments, codes: Any, cost: Any, weight: Any = None, share: Any = None) -> None:
    """That each group has the bits that its rows have alone."""
    got = np.array([groups.sum(), groups.mean(), groups.std(), groups.least, groups.most, groups.denominator()])
    for group in np.unique(codes).tolist():
        rows = np.flatnonzero(np.asarray(codes) == group)
        alone = Moments()
        alone.add(*some(rows, cost, weight, share), partial(np.asarray, rows))
        expected = [alone.sum(), alone.mean(), alone.std(), alone.least, alone.most, rounded(alone.denominator())]
        assert [bits(value) for value in got[:, group]] == [bits(value) for value in expected], group
        first = NEVER if alone.first_infinite is None else alone.first_infinite
        assert (groups.counts.rows[group], groups.infinite[group], groups.first_infinite[group]) == (
            len(rows),
            alone.infinite,
            first,
        )


@pytest.mark.slow
@given(ROWS, st.lists(st.integers(0, 60), max_size=4), st.booleans(), st.booleans())
@properties
def test_all_groups_together_have_the_bits_that_all_rows_have(
    rows: list[tuple[int, float, float, float]], cuts: list[int], weighted: bool, shared: bool
) -> None:
    codes, cost, weight, share = map(list, zip(*rows, strict=True))
    columns = some(np.arange(len(rows)), cost, weight if weighted else None, share if shared else None)
    alone = Moments()
    with np.errstate(all="ignore"):
        alone.add(*columns, partial(np.arange, len(rows)))
    total = of_groups(codes, *columns, cuts).total()
    for one, other in ((total.cost, alone.cost), (total.squares, alone.squares), (total.weight, alone.weight)):
        assert (one.fraction(), one.exponent, one.bits) == (other.fraction(), other.exponent, other.bits)
    assert total.denominator() == alone.denominator()
    assert [bits(value) for value in (total.least, total.most, total.sum(), total.mean(), total.std())] == [
        bits(value) for value in (alone.least, alone.most, alone.sum(), alone.mean(), alone.std())
    ]
    assert (total.rows, total.infinite, total.first_infinite) == (alone.rows, alone.infinite, alone.first_infinite)


@pytest.mark.slow
@given(ROWS, st.lists(st.integers(0, 60), max_size=4), st.booleans(), st.booleans())
@properties
def test_groups_have_the_bits_that_their_rows_have_alone(
    rows: list[tuple[int, float, float, float]], cuts: list[int], weighted: bool, shared: bool
) -> None:
    codes, cost, weight, share = map(list, zip(*rows, strict=True))
    columns = (cost, weight if weighted else None, share if shared else None)
    assert_alike(of_groups(codes, *columns, cuts), codes, *columns)


def spread_out(rng: np.random.Generator, rows: int) -> dict[str, Any]:
    return {
        "like costs": rng.exponential(size=rows),
        "300 orders of magnitude up and down": 10.0 ** rng.uniform(-300, 300, rows),
        "nearly equal": 1e6 + rng.random(rows) * 1e-6,
        "whole": rng.integers(0, 4, rows).astype(float),
        "of both signs": rng.normal(size=rows) * 10.0 ** rng.integers(-20, 20, rows),
        "half an ulp": 1 + rng.integers(0, 4, rows) * 2.0**-53 + rng.integers(0, 2, rows) * 2.0**-52,
        "subnormal": rng.integers(0, 9, rows) * 5e-324,
        "near overflow": rng.random(rows) * 1.7e308,
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", spread_out(np.random.default_rng(0), 1))
@pytest.mark.parametrize("weights", ["no", "random", "whole", "wild"])
def test_many_groups_have_the_bits_that_their_rows_have_alone(name: str, weights: str) -> None:
    rng = np.random.default_rng(3)
    rows = 600
    cost = spread_out(rng, rows)[name]
    weight = {
        "no": None,
        "random": rng.random(rows),
        "whole": rng.integers(0, 3, rows).astype(float),
        "wild": 10.0 ** rng.uniform(-300, 300, rows),
    }[weights]
    for groups in (3, 50, 200):
        codes = np.minimum(rng.integers(0, groups, rows), rng.integers(0, groups, rows))
        share = rng.integers(0, 3, rows).astype(float) if groups == 70 else None
        assert_alike(of_groups(codes, cost, weight, share, [100, 400]), codes, cost, weight, share)


@pytest.mark.parametrize("size", [1.0, 1e-5, 1e30, 1e-290])
def test_the_sum_mean_and_std_of_groups_are_those_of_exact_arithmetic(size: float) -> None:
    rng = np.random.default_rng(4)
    codes, cost = rng.integers(0, 50, 400), rng.exponential(size=400) * size
    got = of_groups(codes, cost)
    for group in range(50):
        costs = [Fraction(value) for value in cost[codes == group].tolist()]
        if costs:
            mean = sum(costs, Fraction(0)) / len(costs)
            variance = sum((value**2 for value in costs), Fraction(0)) / len(costs) - mean**2
            assert (got.sum()[group], got.mean()[group]) == (float(sum(costs)), float(mean))
            assert abs(got.std()[group] - root(variance)) <= 1e-15 * root(variance)


def test_groups_of_one_row_and_of_equal_costs_have_no_spread() -> None:
    codes = [0, 1, 1, 1, 2, 2]
    assert of_groups(codes, [0.1, 1.1, 1.1, 1.1, 3e200, 3e200]).std().tolist() == [0, 0, 0]
    assert of_groups(codes, [0.1, 1.1, 1.1, 1.1, 3e200, 3e200], [0.3, 0.1, 0.7, 0.2, 1e-9, 3]).std().tolist() == [0, 0, 0]


def test_a_group_whose_weights_are_all_0_has_no_mean() -> None:
    got = of_groups([0, 0, 1], [1, 2, 3], [0, 0, 2])
    assert got.denominator().tolist() == [0, 2]
    assert math.isnan(got.mean()[0])
    assert math.isnan(got.std()[0])
    assert (got.mean()[1], got.std()[1]) == (3, 0)


def test_an_infinite_cost_counts_in_its_group_alone_and_unless_its_weight_is_0() -> None:
    got = of_groups([0, 0, 1, 1, 2], [1, math.inf, math.inf, 3, 4], [1, 1, 0, 1, 1], cuts=[2])
    assert got.sum().tolist() == [math.inf, 3, 4]
    assert got.infinite.tolist() == [1, 1, 0]
    assert got.first_infinite.tolist() == [1, 2, NEVER]


def test_a_group_of_more_rows_than_an_int64_sums_is_exact() -> None:
    size = np.float64(2.0**47 - 1) * 2.0**-30  # 2**47 - 1 units of the level: 2**17 of them leave an int64
    rows = 2**17 + 5
    cost = np.full(rows, size)
    cost[:3] = [1.0, 2.0, 3.0]
    codes = np.zeros(rows, np.int64)
    codes[:3] = 1
    block = of_block(cost, None, None, np.arange(rows), Grouping(codes, 2), spread=False)
    total = GroupMoments(GroupCounts(), spread=False)
    for _ in range(3):
        merge(total, pickle.loads(pickle.dumps(block)), np.array([1, 0]), 3)
    exact = 3 * (rows - 3) * Fraction(float(size))
    assert total.cost.fractions(np.arange(3)) == [Fraction(18), exact, 0]
    assert total.sum().tolist() == [18, float(exact), 0]
    assert total.total().cost.fraction() == exact + 18
    assert total.mean().tolist()[:2] == [2, float(exact / (3 * (rows - 3)))]


@pytest.mark.parametrize("rows", [2**14, 2**10, 1000])
def test_sums_that_grow_slowly_leave_their_lanes_without_loss(rows: int) -> None:
    size = (2.0**47 - 1) * 2.0**-30
    total, grouping = GroupSums(), Grouping(np.zeros(rows, np.int64), 1)
    blocks = 9 * 2**14 // rows
    for _ in range(blocks):
        total.add(grouping, np.full(rows, size))
    assert total.spilled
    assert total.fractions(np.array([0])) == [blocks * rows * Fraction(size)]


def test_a_group_of_most_rows_and_many_of_few_are_exact_together() -> None:
    rng = np.random.default_rng(5)
    codes = np.where(rng.random(2**16) < 0.9, 7, rng.integers(0, 5000, 2**16))
    values = np.asarray((2.0**48 - rng.integers(1, 2**20, 2**16)) * 2.0**-30, np.float64)
    total, exact = GroupSums(), np.zeros(5000, object)
    np.add.at(exact, codes, (values * 2.0**30).astype(np.int64).astype(object))
    for block in range(4):
        total.add(Grouping(codes, 5000), -values if block == 2 else values)
    assert total.fractions(np.arange(5000)) == [Fraction(2 * whole, 2**30) for whole in exact.tolist()]


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=40))
@properties
def test_sums_are_rounded_as_fractions_are(rows: list[tuple[int, float]]) -> None:
    codes, values = (np.array(column) for column in zip(*rows, strict=True))
    sums, grouping = GroupSums(), Grouping(codes, 11)
    sums.add(grouping, values)
    assert sums.rounded().tolist() == [rounded(total) for total in sums.fractions(np.arange(11))]


@given(st.lists(st.integers(0, 7), min_size=1, max_size=50), st.permutations(range(9)))
@properties
def test_a_grouping_knows_the_groups_that_have_rows_wherever_they_stand(codes: list[int], places: list[int]) -> None:
    grouping = Grouping(np.array(codes), 8)
    assert dict(zip(grouping.groups.tolist(), grouping.sizes.tolist(), strict=True)) == Counter(codes)
    moved = grouping.placed(np.array(places), 9)
    assert moved.codes.tolist() == [places[code] for code in codes]
    assert dict(zip(moved.groups.tolist(), moved.sizes.tolist(), strict=True)) == Counter(moved.codes.tolist())


@given(st.lists(st.integers(0, 2**33), max_size=50))
@properties
def test_rows_are_sorted_by_code_and_those_of_one_code_stay_in_order(codes: list[int]) -> None:
    order = by_code(np.array(codes, np.int64), max(codes, default=0) + 1)
    assert order.tolist() == sorted(range(len(codes)), key=codes.__getitem__)


def test_the_moments_of_losses_are_of_all_rows_and_of_groups() -> None:
    codes = np.array([0, 1, 1])
    half = LossMoments.asked(Asked())
    costs = {0: np.array([1.0, 2.0, 4.0]), 1: np.array([0.0, 1.0, math.inf])}
    half.add(Scored(lambda: np.arange(3), costs, grouping=Grouping(codes, 2)))
    whole = LossMoments.asked(Asked())
    whole.merge(half, np.array([1, 0]), 2)
    whole.merge(half, np.array([0, 2]), 3)
    assert [whole.total(loss).sum() for loss in costs] == [14, math.inf]
    assert whole.groups[0].sum().tolist() == [7, 1, 6]
    assert whole.groups[1].first_infinite.tolist() == [2, NEVER, 2]


def test_a_mean_stands_though_its_denominator_is_too_small_for_a_double() -> None:
    assert_alike(of_groups([0], [0.0], [5e-324], [0.3]), [0], [0.0], [5e-324], [0.3])


def test_the_first_infinite_row_stays_the_first() -> None:
    moments = Moments()
    for first in (3, 8):
        moments.add(np.array([1.0, math.inf]), None, None, lambda: np.array([first, first + 1]))  # noqa: B023  # called at once
    assert (moments.first_infinite, moments.infinite) == (4, 2)


def test_values_grow_where_they_lie_and_never_over_those_of_others() -> None:
    values = np.arange(100)
    first = grown(values, 200, 7)
    assert values.tolist() == [*range(100)]
    assert first.tolist() == [*range(100), *[7] * 100]
    second = grown(first, 210, 8)
    assert second.tolist() == [*range(100), *[7] * 100, *[8] * 10]
    assert second.ctypes.data == first.ctypes.data
    some = grown(second[:5], 8, 9)
    assert some.tolist() == [0, 1, 2, 3, 4, 9, 9, 9]
    assert second.tolist() == [*range(100), *[7] * 100, *[8] * 10]


def test_what_results_are_made_of_is_let_go_and_the_moments_of_all_rows_stay() -> None:
    moments = LossMoments(spread=True)
    cost = np.array([1.0, 2.0, 4.0])
    moments.add(Scored(partial(np.arange, 3), {0: cost, 1: cost * 2}, grouping=Grouping(np.array([0, 1, 0]), 2)))
    kept = {name: values.tolist() for name, values in moments.fields(1).items()}
    assert (kept["n"], kept["sum"]) == ([3, 2, 1], [14, 10, 4])
    moments.release(0)
    assert (0 in moments.groups, moments.total(0).sum()) == (False, 7)
    assert {name: values.tolist() for name, values in moments.fields(1).items()} == kept
