"""Quantiles of all rows and of groups: the least value whose cumulative weight reaches a share, wherever rows are kept."""

from __future__ import annotations

import math
import pickle
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lossctl.files.temporary import TemporaryFile
from lossctl.statistics import quantile, spool
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.quantile import Quantiles
from lossctl.statistics.quantile_search import keys_of, values_of
from lossctl.statistics.statistic import Asked, Scored

pytestmark = pytest.mark.slow
properties = settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

SHARES = [Fraction(0), Fraction(1, 10**12), Fraction(1, 4), Fraction(1, 2), Fraction("0.95"), Fraction(1)]
VALUES = st.floats(allow_nan=False) | st.sampled_from([0.0, -0.0, 1.0, 1.0, math.inf, -math.inf])
WEIGHTS = st.floats(0, 1e300) | st.sampled_from([0.0, 1.0, 1.0, 0.1, 5e-324, 2.0**-40])
ROWS = st.lists(st.tuples(st.integers(0, 4), VALUES, WEIGHTS), min_size=1, max_size=40)


def inverted_cdf(values: Sequence[float], weights: Sequence[float], share: Fraction) -> float:
    """By its definition, in fractions."""
    rows = sorted(zip(values, map(Fraction, weights), strict=True))
    total, reached = sum((weight for _, weight in rows), Fraction(0)), Fraction(0)
    for value, weight in rows:
        reached += weight
        if reached >= share * total and (weight > 0 or share * total == 0):
            return value
    return math.nan


def check(codes: Any, values: Any, weights: Any | None, cuts: Sequence[int] = ()) -> None:
    """That the quantiles of parts, merged in order, are those of the definition; the second loss is the first one negated."""
    codes, values = np.asarray(codes, np.int64), np.asarray(values, float)
    total, count = Quantiles(), int(codes.max()) + 1
    for rows in np.split(np.arange(len(codes)), sorted(cuts)):
        places, local = np.unique(codes[rows], return_inverse=True)
        one = Quantiles()
        if len(rows):
            weight = None if weights is None else np.asarray(weights, float)[rows]
            one.append({0: values[rows], 1: -values[rows]}, weight, local, len(places))
        total.merge(pickle.loads(pickle.dumps(one)), places, count)
    weights = np.ones(len(codes)) if weights is None else np.asarray(weights, float)
    for loss, signed in enumerate([values, -values]):
        got = total.values(loss, SHARES)
        assert got.shape == (len(SHARES), 1 + count)
        for place in range(1 + count):
            rows = np.flatnonzero((codes == place - 1) | (place == 0))
            expected = [inverted_cdf(signed[rows].tolist(), weights[rows].tolist(), share) for share in SHARES]
            np.testing.assert_array_equal(got[:, place], expected)


@given(ROWS, st.lists(st.integers(0, 40), max_size=3), st.booleans())
@properties
def test_quantiles_are_those_of_the_definition(rows: list[tuple[int, float, float]], cuts: list[int], weighted: bool) -> None:
    codes, values, weights = zip(*rows, strict=True)
    check(codes, values, weights if weighted else None, cuts)


@pytest.mark.parametrize("in_memory", [10**6, 300, 60])
@pytest.mark.parametrize("weights", ["no", "random", "whole", "zero", "wild"])
def test_quantiles_are_the_same_wherever_rows_are_kept(in_memory: int, weights: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantile, "_IN_MEMORY", in_memory)
    monkeypatch.setattr(spool, "_PIECE", 70)
    rng = np.random.default_rng(0)
    values = np.where(rng.random(500) < 0.3, rng.integers(-2, 3, 500), rng.normal(size=500))
    weight = {
        "no": None,
        "random": rng.random(500),
        "whole": rng.integers(0, 3, 500),
        "zero": np.zeros(500),
        "wild": 10.0 ** rng.uniform(-300, 300, 500),
    }[weights]
    codes = np.where(rng.random(500) < 0.4, 3, rng.integers(0, 8, 500))
    check(codes, values, weight, [200])


def test_many_groups_are_told_apart_in_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[TemporaryFile] = []

    class Counted(TemporaryFile):
        def __init__(self) -> None:
            super().__init__()
            opened.append(self)

    monkeypatch.setattr(quantile, "_IN_MEMORY", 4)
    monkeypatch.setattr(spool, "TemporaryFile", Counted)
    codes = np.arange(3000) % 1500
    values = np.arange(3000.0)
    some = Quantiles()
    some.append({0: values}, None, codes, 1500)
    assert some.values(0, [Fraction(1)])[0, 1:].tolist() == list(np.arange(1500.0) + 1500)
    assert len(opened) == 3  # costs, codes, and the rows of each group together


def test_no_rows_have_no_quantile() -> None:
    assert np.isnan(Quantiles().values(0, [Fraction(1, 2)])).all()


def test_rows_of_a_run_are_added_with_the_places_of_their_groups() -> None:
    some = Quantiles.asked(Asked(quantiles=True))
    assert some is not None
    assert Quantiles.asked(Asked()) is None
    some.add(Scored(lambda: np.arange(3), {0: np.array([3.0, 1.0, 2.0])}, grouping=Grouping(np.array([1, 0, 1]), 2)))
    assert some.values(0, [Fraction(1)]).tolist() == [[3, 1, 3]]


@given(st.lists(VALUES, max_size=20))
@properties
def test_keys_are_in_the_order_of_values(values: list[float]) -> None:
    keys = keys_of(np.array(values))
    assert values_of(keys).tolist() == values
    assert [values[place] for place in np.argsort(keys)] == sorted(values)


def test_groups_that_are_sorted_together_fit_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantile, "_IN_MEMORY", 5)
    assert quantile._bucket_starts([3, 3, 2, 9, 1]) == [0, 1, 3, 4]
