"""How many rows cost how much, beside the rows themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossctl.columns.words import WordList
from lossctl.losses.roles.block import Array
from lossctl.statistics.distribution import BINS, GROUPS, Counted, Counts, Distribution
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.groups import Groups
from lossctl.statistics.statistic import Asked, Scored

FLOATS = st.floats(allow_nan=False)
LISTS = st.lists(FLOATS | st.integers(-3, 3).map(float), min_size=1, max_size=40)


def counts_of(values: list[float], cuts: list[int]) -> Counts:
    """The counts of parts that merge in order, each added in two blocks."""
    total: Counts | None = None
    for part in np.split(np.array(values), sorted({cut % len(values) for cut in cuts} - {0})):
        counts = Counts()
        for block in np.array_split(part, 2):
            if len(block):
                counts.add(block, None, None, 1)
        if total is None:
            total = counts
        else:
            total.merge(counts, [0], 1)
    assert total is not None
    return total


def same(one: Counted, other: Counted) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("low", "high", "rows", "weight"))


@pytest.mark.slow
@given(values=LISTS, cuts=st.lists(st.integers(0, 100), max_size=4))
def test_every_number_is_in_its_bin_once_wherever_parts_are_cut(values: list[float], cuts: list[int]) -> None:
    counted = counts_of(values, cuts).counted(0)
    finite = [value for value in values if abs(value) < float("inf")]
    assert same(counted, counts_of(values, []).counted(0))
    assert counted.rows.sum() == len(finite)
    assert (counted.high[:-1] <= counted.low[1:]).all()
    for low, high, rows in zip(counted.low.tolist(), counted.high.tolist(), counted.rows.tolist(), strict=True):
        inside = sum(low <= value <= high for value in finite)
        at_edges = sum(value in (low, high) for value in finite)
        assert inside - at_edges <= rows <= inside
    if finite:
        assert (counted.low[0], counted.high[-1]) == (min(finite), max(finite))


@pytest.mark.parametrize(("low", "high"), [(1e-9, 1.0), (1000.0, 1000.0001), (5.0, 1e6)])
def test_bins_are_narrow_beside_the_range_or_the_numbers(low: float, high: float) -> None:
    values = np.linspace(low, high, 10_001)
    counted = counts_of(values.tolist(), []).counted(0)
    width, octaves = counted.high - counted.low, np.log2(high / low) + 1
    assert (width <= np.maximum(counted.low * octaves / BINS * 4, (high - low) / BINS * 4)).all()
    assert len(counted.rows) <= BINS


def test_bins_carry_the_sums_of_weights() -> None:
    counts = Counts()
    counts.add(np.array([1.0, 2.0, 2.0, 0.0, -1.0, np.inf]), None, np.array([0.5, 0.25, 0.125, 4.0, 8.0, 16.0]), 1)
    counted = counts.counted(0)
    assert counted.low.tolist() == [-1, 0, 1, 2]
    assert counted.rows.tolist() == [1, 1, 1, 2]
    assert counted.weight.tolist() == [8, 4, 0.5, 0.375]


def scored(costs: list[float], groups: list[str], weight: Array | None = None) -> Scored:
    names = list(dict.fromkeys(groups))
    codes = np.array([names.index(name) for name in groups])
    grouping = Grouping(codes, len(names))
    return Scored(lambda: np.arange(len(costs)), {0: np.array(costs)}, {}, weight, grouping, Groups((WordList(names),)))


def test_groups_are_counted_apart_under_their_places_after_a_merge() -> None:
    first, second = Distribution(), Distribution()
    first.add(scored([1.0, 2.0, 4.0], ["a", "b", "a"]))
    second.add(scored([8.0, 16.0, 0.0], ["c", "a", "a"]))
    first.merge(second, np.array([2, 0]), 3)  # c comes third, a is first
    a, b, c = first.of_groups(0)
    assert first.of_all(0).rows.sum() == 6
    assert [low for low, rows in zip(a.low, a.rows, strict=True) for _ in range(rows)] == [0, 1, 4, 16]
    assert b.low.tolist() == [2]
    assert c.low.tolist() == [8]


def test_a_group_that_comes_later_has_none_of_the_signs_and_weights_seen_before() -> None:
    distribution = Distribution()
    distribution.add(scored([-1.0], ["a"], np.array([0.5])))
    distribution.add(scored([2.0, 4.0], ["a", "b"], np.array([0.25, 8.0])))
    a, b = distribution.of_groups(0)
    assert (a.low.tolist(), a.weight.tolist()) == ([-1, 2], [0.5, 0.25])
    assert (b.low.tolist(), b.rows.tolist(), b.weight.tolist()) == ([4], [1], [8])


def test_more_groups_than_have_a_picture_are_not_counted_apart() -> None:
    distribution = Distribution()
    distribution.add(scored([1.0, 2.0], ["a", "b"]))
    many = [f"g{place}" for place in range(GROUPS + 1)]
    distribution.add(scored([1.0] * len(many), many))
    assert distribution.of_groups(0) == []
    assert distribution.of_all(0).rows.sum() == GROUPS + 3


def test_they_are_kept_only_where_pictures_are_wanted() -> None:
    assert Distribution.asked(Asked()) is None
    assert Distribution.asked(Asked(pictured=True)) is not None
