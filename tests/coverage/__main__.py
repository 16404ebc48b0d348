"""How often intervals cover what they are of: `python -m tests.coverage [CASE...] [--sets N] [--seed N]`.

Each case draws data sets whose mean, ratio or quantile is known, and counts how many intervals of the level hold it. The
intervals are made of the statistics that score rows, as those of results are.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from lossctl.columns.words import WordList
from lossctl.statistics.intervals.interval import mean_interval, order_ranks, share_interval
from lossctl.statistics.intervals.standard_errors import StandardErrors
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.statistic import Asked, Scored
from tests.coverage.gates import GATES, lines

Array = Any
LEVEL = 0.95


@dataclass(frozen=True)
class Drawn:
    """The costs of one data set, and what they go with."""

    cost: Array
    weight: Array | None = None
    share: Array | None = None
    unit: Array | None = None
    block: int | None = None


@dataclass(frozen=True)
class Case:
    """What is drawn, what its value is, and which coverage is asked."""

    draw: Callable[[np.random.Generator], Drawn]
    value: float
    least: float = 0.94
    most: float = 0.96
    quantile: Fraction | None = None


def normal(random: np.random.Generator, n: int) -> Drawn:
    return Drawn(random.normal(1.0, 2.0, n))


def decisions(random: np.random.Generator, n: int, p: float) -> Drawn:
    return Drawn((random.random(n) < p).astype(float))


def lognormal(random: np.random.Generator, n: int) -> Drawn:
    return Drawn(random.lognormal(0.0, 1.0, n))


def weighted(random: np.random.Generator, n: int) -> Drawn:
    return Drawn(random.normal(1.0, 2.0, n), random.uniform(0.5, 2.0, n))


def ratio(random: np.random.Generator, n: int) -> Drawn:
    share = random.uniform(0.5, 2.0, n)
    return Drawn(3 * share + random.normal(0.0, 1.0, n), share=share)


def clusters(random: np.random.Generator, count: int) -> Drawn:
    """Unequal sizes, correlation 0.5 within a cluster."""
    sizes = random.integers(2, 21, count)
    unit = np.repeat(np.arange(count), sizes)
    return Drawn(random.normal(0, 1, count)[unit] + random.normal(0, 1, len(unit)), unit=unit)


def series(random: np.random.Generator, blocks: int, block: int) -> Drawn:
    """An autoregressive series with coefficient 0.7 from its stationary distribution on."""
    n = blocks * block
    noise = random.normal(0, 1, n)
    values = np.empty(n)
    values[0] = noise[0] / math.sqrt(1 - 0.49)
    for at in range(1, n):
        values[at] = 0.7 * values[at - 1] + noise[at]
    return Drawn(values, block=block)


OF_ONE_P = 0.92, 0.98  # of discrete data no interval covers alike for every p: 94 to 96 % is asked on average over p
CASES: dict[str, Case] = {
    "normal, 30 rows": Case(lambda random: normal(random, 30), 1.0),
    "normal, 300 rows": Case(lambda random: normal(random, 300), 1.0),
    **{
        f"0/1, p {p}, {rows:,} rows": Case(partial(decisions, n=rows, p=p), p, *OF_ONE_P)
        for p, rows in ((0.01, 300), (0.01, 1000), (0.5, 30), (0.5, 1000))
    },
    "lognormal, 100 rows": Case(lambda random: lognormal(random, 100), math.exp(0.5), least=0.93),
    "lognormal, 1,000 rows": Case(lambda random: lognormal(random, 1000), math.exp(0.5), least=0.93),
    "weighted normal, 30 rows": Case(lambda random: weighted(random, 30), 1.0),
    "ratio, 30 rows": Case(lambda random: ratio(random, 30), 3.0),
    "50 clusters, correlation 0.5": Case(lambda random: clusters(random, 50), 0.0),
    "30 clusters, correlation 0.5": Case(lambda random: clusters(random, 30), 0.0),
    "AR(1) 0.7, 30 blocks of 50": Case(lambda random: series(random, 30, 50), 0.0),
    "AR(1) 0.7, 100 blocks of 50": Case(lambda random: series(random, 100, 50), 0.0),
    "p90 of normal, 30 rows": Case(lambda random: normal(random, 30), 1.0 + 2 * 1.2815515655446004, quantile=Fraction(9, 10)),
    "p90 of normal, 300 rows": Case(lambda random: normal(random, 300), 1.0 + 2 * 1.2815515655446004, quantile=Fraction(9, 10)),
}


def ends_of(drawn: Drawn, quantile: Fraction | None) -> tuple[float | None, float | None]:
    """The interval of a data set."""
    n = len(drawn.cost)
    if quantile is not None:
        ranks = order_ranks(quantile, n, LEVEL)
        ordered = np.sort(drawn.cost)
        return (None, None) if ranks is None else (float(ordered[ranks[0] - 1]), float(ordered[ranks[1] - 1]))
    kind = "unit" if drawn.unit is not None else "block" if drawn.block is not None else "row"
    asked = Asked(unit=kind, block=drawn.block or 1)
    moments, errors = LossMoments.asked(asked), StandardErrors.asked(asked)
    assert errors is not None
    words = None if drawn.unit is None else WordList([str(one) for one in drawn.unit.tolist()])
    shares = {} if drawn.share is None else {0: drawn.share}
    scored = Scored(lambda: np.arange(n), {0: drawn.cost}, shares, drawn.weight, unit=words)
    for statistic in (moments, errors):
        statistic.add(scored)
    found, fields = errors.errors(0, moments), moments.fields(0)
    if kind == "row" and set(np.unique(drawn.cost)) <= {0.0, 1.0}:
        return share_interval(int(fields["sum"][0]), n, LEVEL)[:2]
    return mean_interval(float(fields["mean"][0]), float(found.error[0]), int(found.units[0]), LEVEL, float(found.skewness[0]))[
        :2
    ]


def coverage(case: Case, sets: int, seed: int) -> float:
    """The share of data sets whose interval holds the value."""
    held = 0
    for number in range(sets):
        low, high = ends_of(case.draw(np.random.default_rng([seed, number])), case.quantile)
        held += low is not None and high is not None and low <= case.value <= high
    return held / sets


def average_of_decisions(rows: int) -> float:
    """The coverage of the interval of a share, exactly, on average over p from 0.02 to 0.98."""
    ends = [share_interval(ones, rows, LEVEL) for ones in range(rows + 1)]
    found = []
    for p in np.linspace(0.02, 0.98, 97).tolist():
        mass = [math.comb(rows, ones) * p**ones * (1 - p) ** (rows - ones) for ones in range(rows + 1)]
        found.append(sum(one for one, end in zip(mass, ends, strict=True) if (end.low or 0.0) <= p <= (end.high or 0.0)))
    return float(sum(found) / len(found))


def main() -> None:
    """Prints a row a case."""
    parser = argparse.ArgumentParser(prog="python -m tests.coverage")
    parser.add_argument("cases", nargs="*", help="parts of their names")
    parser.add_argument("--sets", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    amount = given.sets, given.seed
    print(f"coverage of {LEVEL:.0%} intervals, {given.sets:,} data sets each, seed {given.seed}\n")
    print("| data | coverage | asked |\n|---|---:|---|")
    for name, case in CASES.items():
        if not given.cases or any(part in name for part in given.cases):
            found = coverage(case, *amount)
            mark = "" if case.least <= found <= case.most else ", missed"
            print(f"| {name} | {found:.2%} | {case.least:.0%} to {case.most:.0%}{mark} |", flush=True)
    asked = {name: gate for name, gate in GATES.items() if not given.cases or any(part in name for part in given.cases)}
    for line in lines(asked, *amount):
        print(line, flush=True)
    if not given.cases:
        for rows in (30, 100, 500):
            print(f"| 0/1, {rows:,} rows, average over p, exact | {average_of_decisions(rows):.2%} | 94% to 96% |", flush=True)


if __name__ == "__main__":
    main()
