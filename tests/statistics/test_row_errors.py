"""Standard errors and skewness of rows: many groups at once have the bits that each has alone, by fractions."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from lossctl.columns.integer_words import IntegerWords
from lossctl.statistics.exact.rounding import root
from lossctl.statistics.grouping import Grouping
from lossctl.statistics.groups import Groups
from lossctl.statistics.intervals.standard_errors import Errors, StandardErrors
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.statistic import Asked, Scored
from lossctl.statistics.table import Statistics

ROWS, GROUPS = 900, 250

Made = Callable[[np.random.Generator], Any]
COSTS: dict[str, Made] = {
    "normal": lambda random: random.normal(size=ROWS),
    "heavy": lambda random: np.abs(random.standard_cauchy(ROWS)) ** 3,
    "zero or one": lambda random: (random.random(ROWS) < 0.4) * 1.0,
    "rarely one": lambda random: (random.random(ROWS) < 0.01) * 1.0,
    "between zero and one": lambda random: random.random(ROWS),
    "nearly one": lambda random: 1 - random.integers(0, 3, ROWS) * 2.0**-53,
    "constant": lambda _: np.full(ROWS, 0.1),
    "far from zero": lambda random: 1e6 + random.normal(size=ROWS),
    "whole": lambda random: random.integers(-2, 3, ROWS) * 1.0,
    "large": lambda random: random.normal(size=ROWS) * 1e150,
    "with cubes at the end of doubles": lambda random: random.normal(size=ROWS) * 1e100,
    "with squares at the end of doubles": lambda random: random.normal(size=ROWS) * 1e154,
    "small": lambda random: random.normal(size=ROWS) * 1e-100,
    "subnormal": lambda random: random.normal(size=ROWS) * 1e-310,
    "of all sizes": lambda random: 10.0 ** random.uniform(-200, 200, ROWS),
    "partly infinite": lambda random: np.where(random.random(ROWS) < 0.2, np.inf, random.random(ROWS)),
}
WEIGHTS: dict[str, Made] = {
    "unweighted": lambda _: None,
    "weighted": lambda random: random.uniform(0.1, 3, ROWS),
    "weighted by whole numbers": lambda random: random.integers(1, 4, ROWS) * 1.0,
    "with idle rows": lambda random: random.integers(0, 3, ROWS) * 1.0,
    "with tiny weights": lambda random: 10.0 ** random.uniform(-280, -200, ROWS),
}
SHARES: dict[str, Made] = {
    "without shares": lambda _: None,
    "with shares": lambda random: random.integers(0, 4, ROWS) * 1.0,
}


def errors_of(cost: Any, weight: Any, share: Any, codes: Any = None) -> Errors:
    """Of all rows, and of the groups that codes are the numbers of."""
    with np.errstate(all="ignore"):
        statistics = Statistics(Asked(unit="row"))
        grouping = None if codes is None else Grouping(codes, GROUPS)
        groups = None if codes is None else Groups((IntegerWords(np.arange(GROUPS)),))
        shares = {} if share is None else {0: share}
        statistics.add(Scored(lambda: np.arange(len(cost)), {0: cost}, shares, weight, grouping, groups))
        errors = statistics.of(StandardErrors)  # type: ignore[type-abstract]  # whichever kind it is
        return errors.errors(0, statistics.of(LossMoments))


def bits(errors: Errors, place: int) -> list[bytes]:
    columns = (errors.units, errors.error, errors.skewness, errors.effective, errors.binary)
    return [np.asarray(column[place] + 0.0).tobytes() if column[place] == column[place] else b"nan" for column in columns]


@pytest.mark.parametrize("shares", SHARES)
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("costs", COSTS)
def test_errors_of_groups_have_the_bits_that_those_of_each_alone_have(costs: str, weights: str, shares: str) -> None:
    random = np.random.default_rng(17)
    columns = COSTS[costs](random), WEIGHTS[weights](random), SHARES[shares](random)
    codes = np.append(np.arange(GROUPS), random.integers(0, GROUPS // 2, ROWS - GROUPS))  # half of the groups are single rows
    found = errors_of(*columns, codes)
    assert bits(found, 0) == bits(errors_of(*columns), 0)
    for group in range(0, GROUPS, 17):
        rows = codes == group
        cost, weight, share = (None if column is None else column[rows] for column in columns)
        alone = errors_of(cost, weight, share)
        assert bits(found, 1 + group) == bits(alone, 0), group


def test_the_error_of_a_mean_is_that_of_its_definition_rounded_once() -> None:
    cost = np.random.default_rng(3).standard_gamma(0.4, 7)
    values = [Fraction(value) for value in cost.tolist()]
    mean = sum(values, Fraction(0)) / 7
    variance = sum(((value - mean) ** 2 for value in values), Fraction(0)) / 6
    third = sum((value - mean) ** 3 for value in values) / 7
    found = errors_of(cost, None, None, np.zeros(7, np.int64))
    assert found.error[:2].tolist() == [root(variance / 7)] * 2
    expected = float(third) / float(variance * 6 / 7) ** 1.5
    assert found.skewness[:2] == pytest.approx(expected, rel=1e-13)


def test_the_error_of_a_ratio_is_that_of_its_definition() -> None:
    random = np.random.default_rng(3)
    cost, share, weight = random.random(9), random.integers(1, 5, 9) * 1.0, random.random(9)
    above, below = [[Fraction(value) for value in column.tolist()] for column in (weight * cost, weight * share)]
    exact = [Fraction(one) * Fraction(two) for one, two in zip(weight.tolist(), cost.tolist(), strict=True)]
    ratio = sum(exact) / sum(Fraction(one) * Fraction(two) for one, two in zip(weight.tolist(), share.tolist(), strict=True))
    spread = sum((one - ratio * two) ** 2 for one, two in zip(above, below, strict=True))
    found = errors_of(cost, weight, share, np.zeros(9, np.int64))
    assert found.error[1] == pytest.approx(math.sqrt(spread * 9 / 8) / float(sum(below)), rel=1e-15)


def test_only_groups_of_costs_of_zero_and_one_are_binary() -> None:
    cost = np.array([0, 1, 1, 1, 0.5, 1 - 2**-53, 1, 2, 0, 0, -1, 0], float)
    codes = np.array([0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6])
    assert errors_of(cost, None, None, codes).binary[:8].tolist() == [False, True, True, False, False, False, True, False]
    assert not errors_of(cost, np.ones(12), None, codes).binary.any()
