"""Changes and gaps against intervals: of independent samples, and of all pairs of groups."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

import lossctl
from lossctl.question.checks.limits import limit_of
from lossctl.record import replace
from lossctl.results.document import Result
from lossctl.statistics.intervals.interval import HALL, WILSON, Added, mean_interval, share_change_seen
from lossctl.statistics.intervals.student import quantile
from lossctl.verdicts import gaps
from lossctl.verdicts.gaps import gap_judged
from lossctl.verdicts.gates import Known, Verdict, difference_known, freedom_of, judged, value_known


def saved(value: float, error: float, freedom: int) -> Result:
    """A mean with its standard error and degrees of freedom."""
    fields: dict[str, Any] = {"params": {}, "weight": 9.0, "std": 1.0, "min": 0.0, "max": 1.0, "infinite": 0, "signature": "mse"}
    return Result(
        loss="mse", name="mse", reduction="mean", value=value, mean=value, sum=value, by={"g": str(value)}, n=9,
        se=error, df=freedom, **fields,
    )  # fmt: skip


def test_the_change_of_two_samples_has_the_degrees_of_freedom_of_welch() -> None:
    """5**4 / (3**4 / 4 + 4**4 / 9), of errors 3 and 4 with 4 and 9 degrees."""
    known = difference_known(saved(8.0, 3.0, 4), saved(1.0, 4.0, 9), 0.95)
    assert known is not None
    assert known.error == 5
    assert known.freedom == pytest.approx(22500 / 1753, rel=1e-15)


@pytest.mark.parametrize("scale", [1e-120, 1e120])
def test_the_degrees_of_freedom_are_those_of_errors_of_any_size(scale: float) -> None:
    results = saved(8.0, 3 * scale, 4), saved(1.0, 4 * scale, 9)
    known = difference_known(*results, 0.95)
    assert known is not None
    assert known.freedom == pytest.approx(22500 / 1753, rel=1e-14)
    assert gap_judged(limit_of("max_gap", None, "1"), results, 0.95) is not None


def test_the_gap_of_three_groups_is_judged_by_three_pairs_at_once() -> None:
    """2.6125854... is the quantile 1 - 0.05 / 6 of t with 20 degrees of freedom, found by mpmath."""
    groups = [saved(value, 1.0, 10) for value in (0.0, 0.0, 10.0)]
    verdict = gap_judged(limit_of("max_gap", None, "1"), groups, 0.95)
    assert verdict is not None
    half = 2.612585423033487 * math.sqrt(2)
    assert (verdict.known.low, verdict.known.high) == pytest.approx((10 - half, 10 + half), rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_the_gap_of_many_groups_has_the_ends_of_all_pairs_by_few_quantiles(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(seed)
    values, errors = random.normal(size=40).tolist(), (random.gamma(0.5, size=40) * random.integers(0, 2, 40)).tolist()
    freedoms = random.integers(1, 4 ** random.integers(1, 6), 40).tolist()
    lows, highs = [0.0], []
    for one, other in itertools.combinations(range(40), 2):
        freedom = freedom_of(errors[one], freedoms[one], errors[other], freedoms[other])
        half = quantile(1 - 2 * 0.05 / (40 * 39), freedom) * math.hypot(errors[one], errors[other])
        lows.append(abs(values[one] - values[other]) - half)
        highs.append(abs(values[one] - values[other]) + half)
    counted = Mock(side_effect=quantile)
    monkeypatch.setattr(gaps, "quantile", counted)
    verdict = gap_judged(limit_of("max_gap", None, "1"), list(map(saved, values, errors, freedoms)), 0.95)
    assert verdict is not None
    assert (verdict.known.low, verdict.known.high) == (max(lows), max(highs))
    assert counted.call_count < 200  # of 780 pairs


def test_a_percentage_is_of_the_size_of_a_baseline_below_0() -> None:
    limit, known = limit_of("max_rise", None, "10%"), Known(2.0, -1.0, 5.0)
    found = [judged(limit, known, baseline, 0.95) for baseline in (-100.0, -40.0)]
    assert [(verdict.kept, verdict.broken) for verdict in found] == [(True, False), (False, False)]


COSTS: dict[str, tuple[Callable[[np.random.Generator, tuple[int, int]], Any], float]] = {  # with their mean
    "normal": (lambda random, shape: random.normal(2.0, 1.0, shape), 2.0),
    "gamma": (lambda random, shape: random.gamma(2.0, 1.0, shape), 2.0),
    "lognormal": (lambda random, shape: random.lognormal(0.0, 1.0, shape), math.exp(0.5)),
}


@pytest.mark.parametrize("kind", ["max", "min"])
@pytest.mark.parametrize("name", COSTS)
def test_a_gate_finds_the_rise_or_fall_that_it_sees_four_times_in_five(name: str, kind: str) -> None:
    draw, mean = COSTS[name]
    costs = draw(np.random.default_rng(7), (4000, 100))
    means, apart = costs.mean(axis=1), costs - costs.mean(axis=1, keepdims=True)
    deviations = np.sqrt((apart**2).mean(axis=1))
    columns = means, deviations / math.sqrt(99), (apart**3).mean(axis=1) / deviations**3
    gate = limit_of(kind, None, "0")
    known = []
    for value, error, skewness in zip(*(column.tolist() for column in columns), strict=True):
        ends = mean_interval(value, error, 100, 0.95, skewness)
        assert ends.low is not None
        assert ends.high is not None
        known.append(Known(value, ends.low, ends.high, error, 99, skewness / 10))
    sees = math.fsum(judged(gate, one, None, 0.95).sees or math.nan for one in known) / len(known)
    limit = mean - sees if kind == "max" else mean + sees  # where the true mean lies beyond it by what is seen
    found = np.mean([one.low > limit if kind == "max" else one.high < limit for one in known])
    assert 0.77 <= found <= 0.83


def test_a_result_says_by_which_skewness_its_interval_is_moved_and_a_gate_sees_by_it(here: Path) -> None:
    costs = [0.5, 2.25, 0.0, 1.75, 9.0, 0.25, 4.0, 1.0, 0.125, 3.5, 0.75, 6.0]
    result = lossctl.evaluate(costs, [0.0] * 12, "mae", confidence=0.95).document.runs[0].results[0]
    assert result.ci_method == HALL
    assert result.skewness is not None
    assert result.skewness == pytest.approx(1.2594708976823294, rel=1e-14)  # SciPy 1.17, skew
    known = value_known(result, 0.95)
    assert known is not None
    assert known.skewness == result.skewness / math.sqrt(12)
    (check,) = lossctl.check(costs, [0.0] * 12, max="mae=1", confidence=0.95).checks
    assert check.sees == known.rise_seen(1.0, 0.95)
    weighted = (
        lossctl.evaluate(costs, [0.0] * 12, "mae", weight=np.linspace(1, 2, 12), confidence=0.95).document.runs[0].results[0]
    )
    assert weighted.skewness is None
    saved = Path("base.json")
    lossctl.check(costs, [0.0] * 12, loss="mae", confidence=0.95, baseline=str(saved), update_baseline=True)
    saved.write_text(saved.read_text().replace('"skewness"', '"from an older version"'))
    (check,) = lossctl.check(costs, [0.0] * 12, max_rise="mae=1", confidence=0.95, baseline=str(saved)).checks
    assert (check.status, check.change) == ("pass", 0)


@pytest.mark.slow
def test_a_rise_of_a_share_from_a_saved_result_is_found_four_times_in_five() -> None:
    """The variance of a share grows with it: by that at no change a rise of 0.0685 would be found in 69 %."""
    random, gate, p, rows = np.random.default_rng(3), limit_of("max_rise", None, "0"), 0.1, 300

    def share(ones: int) -> Result:
        value = ones / rows
        error = math.sqrt(value * (1 - value) / (rows - 1))
        return replace(saved(value, error, rows - 1), n=rows, ci_method=WILSON)

    def verdicts(rise: float) -> list[Verdict]:
        pairs = zip(random.binomial(rows, p, 500).tolist(), random.binomial(rows, p + rise, 500).tolist(), strict=True)
        known = [difference_known(share(now), share(before), 0.95) for before, now in pairs]
        return [judged(gate, one, None, 0.95) for one in known if one is not None]

    sees = math.fsum(verdict.sees or math.nan for verdict in verdicts(0.0)) / 500
    assert 0.75 <= np.mean([verdict.broken for verdict in verdicts(sees)]) <= 0.85


@pytest.mark.parametrize(("rows", "changed"), [(300, 0.018), (1000, 0.05), (200, 0.1)])
def test_a_rise_of_a_share_of_the_same_rows_is_found_four_times_in_five(rows: int, changed: float) -> None:
    """Differences of -1, 0 and 1; a rise makes more of them 1."""
    random, t = np.random.default_rng(3), quantile(0.95, rows - 1)

    def samples(rise: float) -> list[tuple[float, float, float]]:
        counts = random.multinomial(rows, [changed + rise, changed, 1 - 2 * changed - rise], 2000) / rows
        means, sizes = counts[:, 0] - counts[:, 1], counts[:, 0] + counts[:, 1]
        return [*zip(means.tolist(), sizes.tolist(), np.sqrt((sizes - means**2) / (rows - 1)).tolist(), strict=True)]

    seen = [
        share_change_seen(mean, error, rows - 1, 0.95, 0.8, Added(mean, size, rows))
        for mean, size, error in samples(0.0)
        if error
    ]
    assert None not in seen
    sees = math.fsum(one for one in seen if one is not None) / len(seen)
    assert 0.77 <= np.mean([mean - t * error > 0 for mean, _, error in samples(sees)]) <= 0.83
