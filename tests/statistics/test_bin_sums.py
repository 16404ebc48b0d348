"""Sums of rows that lie in bins: exact arithmetic says what they are, and no order or grouping changes a bit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossctl.statistics.exact.bin_sums import BinSums
from lossctl.statistics.exact.exact_sum import CHUNK
from lossctl.statistics.exact.rounding import rounded

properties = settings(max_examples=100, deadline=None, derandomize=True)
ROWS = st.lists(
    st.tuples(st.floats(-1e3, 1e3).filter(lambda cost: cost == 0 or abs(cost) > 1e-3), st.integers(0, 9), st.floats(1e-3, 10)),
    min_size=1,
    max_size=40,
)


def summed(cost: np.ndarray, place: np.ndarray, weight: np.ndarray | None, cuts: Sequence[int] = ()) -> BinSums:
    """The sums of parts that are summed on their own and merged."""
    total = BinSums()
    for rows in np.split(np.arange(len(cost)), sorted(cuts)):
        if len(rows):
            part = BinSums()
            part.add(cost[rows], place[rows], None if weight is None else weight[rows])
            total.merge(part)
    return total


def exact(terms: Sequence[Fraction], place: np.ndarray) -> list[float]:
    sums = [Fraction(0)] * (int(place.max()) + 1)
    for term, at in zip(terms, place.tolist(), strict=True):
        sums[at] += term
    return [rounded(one) for one in sums]


@properties
@given(ROWS, st.lists(st.integers(0, 40), max_size=3))
def test_the_sums_of_bins_are_exact_however_rows_are_cut(rows: list[tuple[float, int, float]], cuts: list[int]) -> None:
    cost, place, weight = (np.array(column) for column in zip(*rows, strict=True))
    costs, weights = [Fraction(value) for value in cost], [Fraction(value) for value in weight]
    products = [one * other for one, other in zip(costs, weights, strict=True)]
    for given_weight, terms, of_weight in ((None, costs, [Fraction(1)] * len(costs)), (weight, products, weights)):
        found = summed(cost, place, given_weight, cuts)
        assert [one.tolist() for one in found.sums()] == [exact(terms, place), exact(of_weight, place)]
        assert found.weight() == rounded(sum(of_weight, Fraction(0)))


@pytest.mark.parametrize("size", [1e-300, 1e-9, 1.0, 2.0**37, 2.0**38, 1e15, 1e300])
def test_many_rows_of_every_size_are_added_without_rounding(size: float) -> None:
    rng = np.random.default_rng(3)
    cost, place = (rng.random(CHUNK + 100) + 0.5) * size, rng.integers(0, 3, CHUNK + 100)
    cost[: CHUNK // 2] = np.nextafter(1.5 * size, 0)  # as much as a bin of a chunk can hold
    found, _ = summed(cost, place, None).sums()
    assert found.tolist() == exact([Fraction(value) for value in cost], place)
