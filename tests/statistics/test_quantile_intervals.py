"""Intervals of quantiles: between which rows they lie, and how few rows have none."""

from __future__ import annotations

import itertools
import json
import math
from fractions import Fraction
from pathlib import Path

import pytest

from lossctl.statistics.intervals.interval import ORDER, order_ranks, rows_for_ranks
from tests.conftest import Command
from tests.statistics.interval_data import (
    COST,
    result,
    table,  # noqa: F401 - a fixture, which tests use by its name
)

# SciPy 1.17, binom.cdf: of all pairs of ranks that cover at the level, the nearest to each other.
NEAREST = [("0.9", 30, 8, 0.95559), ("0.5", 100, 20, 0.95395), ("0.95", 1000, 27, 0.95042)]


@pytest.mark.parametrize(("share", "rows", "apart", "coverage"), NEAREST)
def test_the_ranks_around_a_quantile_are_the_nearest_that_cover(share: str, rows: int, apart: int, coverage: float) -> None:
    ranks = order_ranks(Fraction(share), rows, 0.95)
    assert ranks is not None
    low, high = ranks
    assert high - low == apart
    p = float(share)
    mass = [math.comb(rows, count) * p**count * (1 - p) ** (rows - count) for count in range(low, high)]
    assert sum(mass) == pytest.approx(coverage, abs=1e-5)


def exact_fewest(share: Fraction, level: Fraction) -> int:
    """The fewest rows of which the least and the greatest loss are on both sides of a quantile at a level, summed exactly."""
    for rows in itertools.count(2):
        inside = (math.comb(rows, below) * share**below * (1 - share) ** (rows - below) for below in range(1, rows))
        if sum(inside) >= level:
            return rows
    raise AssertionError


@pytest.mark.parametrize("level", ["0.5", "0.75", "0.8", "0.9", "0.9375", "0.95", "0.99"])
@pytest.mark.parametrize("share", ["0.05", "0.1", "0.25", "0.5", "0.75", "0.9", "0.95"])
def test_the_fewest_rows_with_an_interval_of_a_quantile_are_those_of_exact_arithmetic(share: str, level: str) -> None:
    fewest = exact_fewest(Fraction(share), Fraction(level))
    assert rows_for_ranks(Fraction(share), float(level)) == fewest
    assert order_ranks(Fraction(share), fewest - 1, float(level)) is None
    assert order_ranks(Fraction(share), fewest, float(level)) is not None


def test_the_fewest_rows_of_a_far_quantile() -> None:
    """0.99**299 = 0.0495, and 0.99**298 = 0.05003; 0.999**2994 = 0.0500197 is above 0.05."""
    assert rows_for_ranks(Fraction("0.99"), 0.95) == 299
    assert rows_for_ranks(Fraction("0.999"), 0.95) == 2995
    assert (rows_for_ranks(Fraction(0), 0.95), rows_for_ranks(Fraction(1), 0.95)) == (None, None)


@pytest.mark.parametrize(
    ("typed", "rows", "said"),
    [
        ("--reduction p90", 28, "p90 has no interval at 0.95: it takes 29 rows, and there are 28"),
        ("--reduction p90", 29, None),
        ("--reduction p50", 5, "p50 has no interval at 0.95: it takes 6 rows, and there are 5"),
        ("--reduction p90 --block 2", 40, "p90 has no interval at 0.95: it takes 29 independent units, and there are 20"),
        (
            "--reduction p90 -w w",
            28,
            "p90 has no interval at 0.95: it takes 29 rows, and by their weights these tell as much as 2",
        ),
        ("--reduction p90 --by g", 40, "p90 has no interval at 0.95 in 2 of 2 groups: it takes 29 rows in each"),
        ("--reduction p100", 40, "p100 has no interval at 0.95, whatever the number of rows"),
        ("--quantiles 99", 40, None),
    ],
)
def test_a_quantile_of_too_few_rows_has_no_interval_and_that_is_said(
    lossctl: Command, typed: str, rows: int, said: str | None
) -> None:
    lines = (f"0,{row},{'uv'[row % 2]},{1 if row else 999}" for row in range(rows))
    Path("few.csv").write_text("\n".join(["y,pred,g,w", *lines]) + "\n")
    for command in (["eval"], ["check", "--max", "mae=99"]):
        done = lossctl(*command[:1], "few.csv", *command[1:], "-l", "mae", "--confidence", "0.95", *typed.split(), "--json")
        found = json.loads(done.out)
        warnings = [] if said is None else [f"few.csv: {said}"]
        assert (found["warnings"], done.err.count("warning:")) == (warnings, len(warnings))
        results = found["runs"][0]["results"]
        assert any(one["low"] is None for one in results) == (said is not None)


@pytest.mark.usefixtures("table")
def test_the_interval_of_a_quantile_lies_between_two_losses(lossctl: Command) -> None:
    found = result(lossctl, "a.csv", "-l", "mae", "--reduction", "p50")
    low, high = order_ranks(Fraction(1, 2), 12, 0.95) or (0, 0)
    assert (found["ci_method"], found["low"], found["high"]) == (ORDER, sorted(COST)[low - 1], sorted(COST)[high - 1])


def test_rows_that_weigh_nothing_do_not_narrow_the_interval_of_a_quantile(lossctl: Command) -> None:
    Path("a.csv").write_text("y,pred,w\n" + "".join(f"0,{row},1\n0,{row}.5,0\n" for row in range(12)))
    weighted = result(lossctl, "a.csv", "-l", "mae", "--reduction", "p50", "-w", "w")
    alone = result(lossctl, "a.csv", "-l", "mae", "--reduction", "p50", "--where", "w=1")
    names = ("value", "low", "high", "ci_method")
    assert [weighted[name] for name in names] == [alone[name] for name in names]
    assert alone["high"] - alone["low"] > 4
