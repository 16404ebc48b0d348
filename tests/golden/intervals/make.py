"""Writes `values.json`, the intervals and p-values that SciPy and statsmodels give: `python tests/golden/intervals/make.py`.

A case is a command, the set of tables that it reads by its name, and what it must say, to `rtol` relatively; where resamples are
random, to within `atol` of each field, four standard errors of the difference of both programs' resamples.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import statsmodels
import statsmodels.api as sm
from scipy import optimize, stats
from statsmodels.stats._delta_method import NonlinearDeltaCov
from statsmodels.stats.proportion import proportion_confint

Array = Any
SCIPY, STATSMODELS = f"SciPy {scipy.__version__}", f"statsmodels {statsmodels.__version__}"
RESAMPLES = 20_000  # of lossctl; SciPy draws ten times as many


def main() -> None:
    """Writes the data, each set once, and the cases, one a line."""
    random = np.random.default_rng(20_240_607)
    makers = (means, functions, shares, quantiles, comparisons, resampled, saved)
    cases = [case for make in makers for case in make(random)]
    data: dict[str, str] = {}  # by their text what they are called
    for one in cases:
        one["data"] = data.setdefault(json.dumps(one["data"]), f"{len(data) + 1}")
    sets = ",\n".join(f'"{name}": {text}' for text, name in data.items())
    lines = ",\n".join(json.dumps(one, allow_nan=False) for one in cases)
    Path(__file__).with_name("values.json").write_text(f'{{"data": {{\n{sets}\n}}, "cases": [\n{lines}\n]}}\n')


def case(name: str, command: str, tables: dict[str, dict[str, Array]], source: str, expected: dict[str, Any], **more: Any) -> Any:
    plain = {file: {head: [*map(_plain, column)] for head, column in table.items()} for file, table in tables.items()}
    return {"id": name, "command": command, "data": plain, "expected": expected, "rtol": 1e-9, "source": source} | more


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def sizes_of_units(random: np.random.Generator, units: int) -> Array:
    """The unit of each row: of unequal numbers of rows, mixed."""
    return random.permutation(np.repeat(np.arange(units), random.integers(1, 7, units)))


def fitted(cost: Array, weight: Array, share: Array, groups: Array | None) -> Any:
    """The mean sum w cost / sum w share as a regression on a constant, with its sandwich."""
    model = sm.WLS(cost / share, np.ones(len(cost)), weights=weight * share)
    if groups is None:
        return model.fit(cov_type="HC1", use_t=True)
    return model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)


def means(random: np.random.Generator) -> Iterator[Any]:
    """Means and ratios of rows, units and blocks, with and without weights."""
    unit = sizes_of_units(random, 9)
    n = len(unit)
    block = np.arange(n) // 4
    target, weight = random.uniform(0.5, 4.0, n), random.uniform(0.25, 3.0, n)
    cost = random.gamma(1.5, 1.0, n)
    table: dict[str, Array] = {"y": target, "pred": target + cost, "w": weight, "u": [f"u{one}" for one in unit]}
    cost = np.abs(table["pred"] - target)
    ones = np.ones(n)
    ways = {"rows": ("", None), "units": (" --unit u", unit), "blocks": (" --block 4", block)}
    for way, (options, groups) in ways.items():
        for of, weights in (("", ones), ("weighted ", weight)):
            for loss, share in (("mae", ones), ("wmape", target)):
                if (loss, of, way) == ("mae", "", "rows"):  # Hall's
                    continue
                found = fitted(cost, weights, share, groups)
                level = 0.9 if of else 0.95
                low, high = found.conf_int(1 - level)[0]
                units = n if groups is None else len(set(groups))
                expected = {"value": found.params[0], "low": low, "high": high, "se": found.bse[0], "units": units}
                command = f"eval a.csv -l {loss} --confidence {level}{options}{' -w w' if of else ''}"
                source = f"{STATSMODELS}: WLS on a constant, cov_type={'HC1' if groups is None else 'cluster'}, use_t"
                yield case(f"{of}{loss} of {way}", command, {"a.csv": table}, source, expected)
    error, skewness = cost.std(ddof=1) / math.sqrt(n), float(stats.skew(cost))

    def transformed(mean: float) -> float:
        """Hall (1992), eq. 3.6, of (sample mean - mean) / error by the root of n."""
        y = (cost.mean() - mean) / error / math.sqrt(n)
        return float(math.sqrt(n) * (y + skewness * y**2 / 3 + skewness**2 * y**3 / 27 + skewness / (6 * n)))

    ends = [
        optimize.brentq(lambda mean, t=t: transformed(mean) - t, cost.mean() - 9 * error, cost.mean() + 9 * error, xtol=1e-15)
        for t in stats.t.ppf([0.975, 0.025], n - 1)
    ]
    expected = {"value": cost.mean(), "low": ends[0], "high": ends[1], "se": error, "skewness": skewness}
    source = f"{SCIPY}: skew, t.ppf, and brentq of Hall's transformation"
    yield case("mae of rows", "eval a.csv -l mae --confidence 0.95", {"a.csv": table}, source, expected)


def functions(random: np.random.Generator) -> Iterator[Any]:
    """A root of a mean by the delta method."""
    unit = sizes_of_units(random, 8)
    n = len(unit)
    table: dict[str, Array] = {"y": random.normal(0, 1, n), "pred": random.normal(0.5, 1, n), "u": unit}
    squares = (table["pred"] - table["y"]) ** 2
    for name, options, groups in (("rows", "", None), ("units", " --unit u", unit)):
        found = fitted(squares, np.ones(n), np.ones(n), groups)
        root = NonlinearDeltaCov(
            np.sqrt, found.params, cov_params=found.cov_params(), deriv=lambda mean: np.diag(0.5 / mean**0.5)
        )
        units = n if groups is None else len(set(unit))
        half = stats.t.ppf(0.975, units - 1) * root.se_vectorized()[0]
        value = math.sqrt(squares.mean())
        expected = {"value": value, "low": value - half, "high": value + half, "se": root.se_vectorized()[0]}
        source = f"{STATSMODELS}: NonlinearDeltaCov of WLS; {SCIPY}: t.ppf"
        yield case(f"rmse of {name}", f"eval a.csv -l rmse --confidence 0.95{options}", {"a.csv": table}, source, expected)


def shares(_: np.random.Generator) -> Iterator[Any]:
    """Shares of rows: Wilson's in results, Clopper and Pearson's in gates."""
    for ones, rows, level in ((0, 40, 0.95), (3, 40, 0.95), (29, 40, 0.9), (40, 40, 0.99), (1, 500, 0.8)):
        table = {"y": [0] * rows, "pred": [1] * ones + [0] * (rows - ones)}
        for method, words in (("wilson", "eval a.csv -l mae"), ("beta", "check a.csv --max mae=0.5")):
            low, high = (min(max(end, 0.0), 1.0) for end in proportion_confint(ones, rows, 1 - level, method))
            expected = {"low": low if ones else 0.0, "high": high if ones < rows else 1.0}
            name, command = f"{ones} of {rows}, {method}", f"{words} --confidence {level}"
            yield case(name, command, {"a.csv": table}, f"{STATSMODELS}: proportion_confint, {method}", expected)


def quantiles(random: np.random.Generator) -> Iterator[Any]:
    """Of all pairs of ranks that cover at the level the nearest to each other, of these those that cover least."""
    for share, rows in ((0.5, 37), (0.9, 80), (0.25, 150)):
        values = random.lognormal(0, 1, rows)
        below = stats.binom.cdf(np.arange(-1, rows + 1), rows, share)
        pairs = [
            (last - first, below[last] - below[first], first, last)
            for first in range(1, rows + 1)
            for last in range(first + 1, rows + 1)
            if below[last] - below[first] >= 0.95
        ]
        apart, _, first, last = min(pairs)
        ordered = np.sort(values)
        equal_tails = stats.quantile_test(values, p=share).confidence_interval(0.95)
        ranks = np.searchsorted(ordered, equal_tails) + 1
        assert apart <= ranks[1] - ranks[0]  # SciPy leaves at most half of the rest on either side
        expected = {"low": ordered[first - 1], "high": ordered[last - 1]}
        more = {"quantile_test": [*map(float, equal_tails)]}
        command = f"eval a.csv -l mae --reduction p{100 * share:g} --confidence 0.95"
        table = {"y": [0] * rows, "pred": values}
        source = f"{SCIPY}: binom.cdf of every pair of ranks; quantile_test, which is as wide or wider"
        yield case(f"p{100 * share:g} of {rows} rows", command, {"a.csv": table}, source, expected, **more)


def pair_of_tables(random: np.random.Generator) -> tuple[dict[str, Any], Array]:
    """Two models on the same rows, whose units hang together."""
    unit = sizes_of_units(random, 10)
    n = len(unit)
    target, weight, shift = random.uniform(0.5, 4.0, n), random.uniform(0.25, 3.0, n), random.normal(0, 0.5, 10)[unit]
    column = {"y": target, "w": weight, "u": [f"u{one}" for one in unit]}
    base = target + random.normal(0, 1, n)
    return {"a.csv": {**column, "pred": base}, "b.csv": {**column, "pred": base + 0.2 + shift + random.normal(0, 0.7, n)}}, unit


def comparisons(random: np.random.Generator) -> Iterator[Any]:
    """Differences of means and ratios by t, over rows, units and blocks."""
    tables, unit = pair_of_tables(random)
    base, candidate = (np.abs(table["pred"] - table["y"]) for table in tables.values())
    target, weight, n = tables["a.csv"]["y"], tables["a.csv"]["w"], len(unit)
    ones = np.ones(n)
    paired = stats.ttest_rel(candidate, base)
    ends = paired.confidence_interval(0.95)
    expected = {"difference": (candidate - base).mean(), "low": ends.low, "high": ends.high, "p_value": paired.pvalue, "units": n}
    yield case("t of rows", "compare a.csv b.csv -l mae --method t", tables, f"{SCIPY}: ttest_rel", expected)
    ways = {"rows": ("", np.arange(n)), "units": (" --unit u", unit), "blocks": (" --block 4", np.arange(n) // 4)}
    for way, (options, groups) in ways.items():
        for of, weights in (("", ones), ("weighted ", weight)):
            for loss, share in (("mae", ones), ("wmape", target)):
                # both models one below the other: the slope of a dummy is the difference, its cluster-robust error that of pairs
                dummy = np.repeat([0.0, 1.0], n)
                model = sm.WLS(
                    np.concatenate([base, candidate]) / np.tile(share, 2),
                    np.column_stack([np.ones(2 * n), dummy]),
                    weights=np.tile(weights * share, 2),
                )
                found = model.fit(
                    cov_type="cluster", cov_kwds={"groups": np.tile(groups, 2), "use_correction": False}, use_t=True
                )
                units = len(set(groups))
                error = found.bse[1] * math.sqrt(units / (units - 1))
                half = stats.t.ppf(0.975, units - 1) * error
                difference = found.params[1]
                expected = {
                    "difference": difference, "low": difference - half, "high": difference + half,
                    "p_value": 2 * stats.t.sf(abs(difference) / error, units - 1), "units": units,
                }  # fmt: skip
                command = f"compare a.csv b.csv -l {loss} --method t{options}{' -w w' if of else ''}"
                source = f"{STATSMODELS}: WLS of both models on a dummy, cov_type=cluster, times G / (G - 1); {SCIPY}: t"
                yield case(f"t of {of}{loss} of {way}", command, tables, source, expected)


def error_of_quantile(drawn: Array, share: float, resamples: int) -> float:
    """The standard error of a quantile of so many draws, by the density there."""
    near = np.quantile(drawn, [share - 0.01, share + 0.01])
    return float(math.sqrt(share * (1 - share) / resamples) * (near[1] - near[0]) / 0.02)


def within(drawn: Array, share: float) -> float:
    """Four standard errors of the difference of a quantile of lossctl's and SciPy's draws, and the rounding of few values."""
    return 4 * math.hypot(*(error_of_quantile(drawn, share, count) for count in (RESAMPLES, len(drawn)))) + 1e-12


def resampled(random: np.random.Generator) -> Iterator[Any]:
    """Percentile bootstrap and permutation: what random resamples give within their error, and what all permutations give."""
    tables, unit = pair_of_tables(random)
    base, candidate = (np.abs(table["pred"] - table["y"]) for table in tables.values())
    target, weight = tables["a.csv"]["y"], tables["a.csv"]["w"]
    ones = np.ones(len(unit))

    def ratios(*columns: Array, axis: int = -1) -> Array:
        above, below, above_base, below_base = (column.sum(axis=axis) for column in columns)
        return above / below - above_base / below_base

    ways: dict[str, tuple[str, Callable[[Array], Array]]] = {
        "rows": ("", lambda column: column),
        "units": (" --unit u", lambda column: np.bincount(unit, column)),
        "blocks": (" --block 4", lambda column: np.bincount(np.arange(len(column)) // 4, column)),
    }
    for way, (options, summed) in ways.items():
        for name, weights, share in (("mae", ones, ones), ("weighted mae", weight, ones), ("wmape", ones, target)):
            data = [summed(weights * one) for one in (candidate, share, base, share)]
            found = stats.bootstrap(
                data,
                ratios,
                paired=True,
                vectorized=True,
                method="percentile",
                n_resamples=10 * RESAMPLES,
                batch=5000,
                rng=random,
            )
            drawn = found.bootstrap_distribution
            below = np.mean(drawn <= 0)
            p = 2 * min(below, 1 - below)
            expected = {
                "difference": float(ratios(*data)),
                "low": found.confidence_interval.low, "high": found.confidence_interval.high, "p_value": p,
            }  # fmt: skip
            atol = {
                "low": within(drawn, 0.025), "high": within(drawn, 0.975),
                "p_value": 8 * math.sqrt(max(p, 1e-3) / 2 / RESAMPLES) + 2 / RESAMPLES,
            }  # fmt: skip
            command = (
                f"compare a.csv b.csv -l {name.split()[-1]} --resamples {RESAMPLES}{options}{' -w w' if ' ' in name else ''}"
            )
            source = f"{SCIPY}: bootstrap(paired=True, method=percentile) of sums, {10 * RESAMPLES:,} resamples"
            yield case(f"bootstrap of {name} of {way}", command, tables, source, expected, atol=atol)
    few = {file: {head: column[:12] for head, column in table.items()} for file, table in tables.items()}
    of_few = [np.abs(table["pred"] - table["y"]) for table in few.values()][::-1]
    by_unit = [np.bincount(unit, column) / len(unit) for column in (candidate, base)]
    for name, options, used, data in (("12 rows", "", few, of_few), ("10 units", " --unit u", tables, by_unit)):
        statistic: Any = np.mean if name == "12 rows" else np.sum
        found = stats.permutation_test(
            data,
            lambda one, other, axis, statistic=statistic: statistic(one - other, axis=axis),
            permutation_type="samples", vectorized=True, n_resamples=np.inf,
        )  # fmt: skip
        drawn, p = found.null_distribution, found.pvalue
        assert len(drawn) == 2 ** len(data[0])
        low, high = found.statistic - np.quantile(drawn, [0.975, 0.025])
        expected = {"difference": found.statistic, "low": low, "high": high, "p_value": p}
        gap = float(np.diff(np.sort(drawn)).max())  # by which a quantile of few values may be off
        atol = {
            "low": within(drawn, 0.025) + gap, "high": within(drawn, 0.975) + gap,
            "p_value": 4 * math.sqrt(p * (1 - p) / RESAMPLES) + 1 / RESAMPLES,
        }  # fmt: skip
        command = f"compare a.csv b.csv -l mae --method permutation --resamples {RESAMPLES}{options}"
        source = f"{SCIPY}: permutation_test(permutation_type=samples) of all {len(drawn):,} signs"
        yield case(f"permutation of {name}", command, used, source, expected, atol=atol)


def saved(random: np.random.Generator) -> Iterator[Any]:
    """A change from a saved result: two independent samples."""
    base, candidate = random.gamma(2.0, 1.0, 40), random.gamma(2.2, 1.0, 57)
    tables = {"a.csv": {"y": [0] * 40, "pred": base}, "b.csv": {"y": [0] * 57, "pred": candidate}}
    ends = stats.ttest_ind(candidate, base, equal_var=False).confidence_interval(0.95)
    expected = {"low": ends.low, "high": ends.high}
    command = "check b.csv --max-rise mae=1 --baseline a.json --confidence 0.95"
    source, before = f"{SCIPY}: ttest_ind(equal_var=False)", "eval a.csv -l mae --confidence 0.95 -o a.json"
    yield case("rise from a saved result", command, tables, source, expected, before=before)


if __name__ == "__main__":
    main()
