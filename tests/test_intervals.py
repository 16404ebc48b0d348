"""Intervals of values: against SciPy and statsmodels, with units and blocks, by group, whatever the parts; and what has none."""

from __future__ import annotations

import itertools
import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl import evaluate as lossctl_evaluate
from lossctl.results.document import Result
from lossctl.statistics.interval import HALL, ORDER, STUDENT, WILSON, order_ranks, rows_for_ranks, share_interval
from lossctl.verdicts.gates import Known, difference_known, gap_judged, judged
from lossctl.verdicts.limits import limit_of
from tests.conftest import Command

COST = [0.5, 2.25, 0.0, 1.75, 9.0, 0.25, 4.0, 1.0, 0.125, 3.5, 0.75, 6.0]
WEIGHT = [1, 2, 0.5, 1, 1.5, 3, 1, 1, 2, 0.25, 1, 1]
UNIT = "aabbbccddddd"
# Of the costs above. statsmodels 0.15.0: WLS of a constant with cov_type HC1 or cluster and use_t; SciPy 1.17: skew, t.ppf.
GOLDEN = {
    (): (1.030098380547734, 5.318370029990168, 0.8004583105599219, HALL, 12),
    ("-w", "w"): (0.19009253531051984, 4.252530415509153, 0.9228680760458858, STUDENT, 12),
    ("--unit", "u"): (1.149582470101454, 3.7045841965652135, 0.4014210266834317, STUDENT, 4),
    ("--unit", "u", "-w", "w"): (-0.2046602976503209, 4.647283248469994, 0.7622977861503581, STUDENT, 4),
    ("--block", "5"): (0.665786089066726, 4.188380577599942, 0.40935147568118196, STUDENT, 3),
}


@pytest.fixture
def table(here: Path) -> None:
    rows = zip(COST, WEIGHT, UNIT, strict=True)
    Path("a.csv").write_text("y,pred,w,u\n" + "".join(f"0,{cost},{weight},{unit}\n" for cost, weight, unit in rows))


def result(lossctl: Command, *arguments: str) -> Any:
    """The only result of an evaluation with intervals."""
    done = lossctl("eval", *arguments, "--confidence", "0.95", "--json")
    assert done.code == 0, done.err
    (found,) = json.loads(done.out)["runs"][0]["results"]
    return found


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("options", GOLDEN, ids=" ".join)
def test_intervals_of_means_are_those_of_other_implementations(lossctl: Command, options: tuple[str, ...]) -> None:
    low, high, error, method, units = GOLDEN[options]
    found = result(lossctl, "a.csv", "-l", "mae", *options)
    assert (found["ci_method"], found["units"], found["df"]) == (method, units, units - 1)
    assert [found["low"], found["high"], found["se"]] == pytest.approx([low, high, error], rel=1e-9)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("options", GOLDEN, ids=" ".join)
def test_an_interval_changes_no_value_and_does_not_depend_on_parts(lossctl: Command, options: tuple[str, ...]) -> None:
    whole = result(lossctl, "a.csv", "-l", "mae", *options)
    plain = json.loads(
        lossctl("eval", "a.csv", "-l", "mae", *options[2 * ("--unit" in options or "--block" in options) :], "--json").out
    )
    assert plain["runs"][0]["results"][0]["value"] == whole["value"]
    head, *lines = Path("a.csv").read_text().splitlines(keepends=True)
    Path("d").mkdir()
    for start, stop in ((0, 1), (1, 6), (6, 12)):
        Path(f"d/{start}.csv").write_text(head + "".join(lines[start:stop]))
    shards = result(lossctl, "d", "-l", "mae", *options)
    assert [shards[name] for name in ("low", "high", "se", "units")] == [whole[name] for name in ("low", "high", "se", "units")]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("options", [(), ("-w", "w"), ("--block", "2")], ids=str)
def test_a_group_has_the_interval_that_its_rows_have_alone(lossctl: Command, options: tuple[str, ...]) -> None:
    command = ("eval", "a.csv", "-l", "mae", *options, "--confidence", "0.9", "--json")
    total, *groups = json.loads(lossctl(*command, "--by", "u").out)["runs"][0]["results"]
    names = ("low", "high", "se", "df", "units", "ci_method")
    for group in groups:
        (alone,) = json.loads(lossctl(*command, "--where", f"u={group['by']['u']}").out)["runs"][0]["results"]
        assert [group[name] for name in names] == [alone[name] for name in names]
    (whole,) = json.loads(lossctl(*command).out)["runs"][0]["results"]
    assert [total[name] for name in names] == [whole[name] for name in names]


@pytest.mark.usefixtures("table")
def test_a_ratio_and_a_function_of_a_mean_are_linearised(lossctl: Command) -> None:
    root = result(lossctl, "a.csv", "-l", "rmse")  # of squares: the mean's error over twice the root
    squares = np.square(COST)
    error = squares.std(ddof=1) / math.sqrt(12) / (2 * math.sqrt(squares.mean()))
    assert root["ci_method"] == "delta method"
    assert [root["se"], root["high"] - root["value"]] == pytest.approx([error, 2.200985160082949 * error], rel=1e-9)
    Path("b.csv").write_text("y,pred\n" + "".join(f"{1 + at % 3},{1 + at % 3 + cost}\n" for at, cost in enumerate(COST)))
    share = np.array([1 + at % 3 for at in range(12)])
    apart = np.array(COST) - sum(COST) / share.sum() * share
    found = result(lossctl, "b.csv", "-l", "wmape")
    assert found["se"] == pytest.approx(math.sqrt(12 / 11 * (apart**2).sum()) / share.sum(), rel=1e-12)


@pytest.mark.parametrize(
    ("ones", "exact", "low", "high"),
    [  # statsmodels 0.15.0, proportion_confint: wilson, beta
        (3, False, 0.03459988874733416, 0.25621082579184085),
        (3, True, 0.02111713702972257, 0.2652884504742081),
        (0, True, 0.0, 0.1157033082220278),
    ],
)
def test_the_interval_of_a_share_is_that_of_statsmodels(ones: int, exact: bool, low: float, high: float) -> None:
    assert share_interval(ones, 30, 0.95, exact=exact)[:2] == pytest.approx((low, high), rel=1e-9, abs=1e-15)


@pytest.mark.usefixtures("table")
def test_what_costs_0_or_1_is_a_share_and_never_has_a_width_of_0(lossctl: Command) -> None:
    Path("a.csv").write_text("y,pred\n" + "0,1\n" * 3 + "0,0\n" * 27)
    found = result(lossctl, "a.csv", "-l", "mae")
    assert (found["ci_method"], found["low"]) == (WILSON, pytest.approx(0.03459988874733416, rel=1e-9))
    Path("a.csv").write_text("y,pred\n" + "0,0\n" * 30)
    found = result(lossctl, "a.csv", "-l", "mae")
    assert (found["low"], found["ci_method"]) == (0, WILSON)
    assert found["high"] > 0.1
    Path("a.csv").write_text("y,pred\n" + "0,2\n" * 30)  # constant, and no share
    found = result(lossctl, "a.csv", "-l", "mae")
    assert (found["low"], found["high"], found["se"]) == (2, 2, 0)


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
@pytest.mark.parametrize("reduction", ["sum", "min", "max"])
def test_sums_and_extremes_have_no_interval_and_that_is_said(lossctl: Command, reduction: str) -> None:
    done = lossctl("eval", "a.csv", "-l", "mae", "--confidence", "0.95", "--reduction", reduction, "--json")
    found = json.loads(done.out)
    assert found["warnings"] == [f"a.csv: {reduction} has no interval at 0.95; means and quantiles have one"]
    assert found["runs"][0]["results"][0]["low"] is None
    assert lossctl("eval", "a.csv", "-l", "mae", "--reduction", reduction, "--json").err.count("warning") == 0


@pytest.mark.usefixtures("table")
def test_the_interval_of_a_quantile_lies_between_two_losses(lossctl: Command) -> None:
    found = result(lossctl, "a.csv", "-l", "mae", "--reduction", "p50")
    low, high = order_ranks(Fraction(1, 2), 12, 0.95) or (0, 0)
    assert (found["ci_method"], found["low"], found["high"]) == (ORDER, sorted(COST)[low - 1], sorted(COST)[high - 1])


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    "options", [("--reduction", "sum"), ("--reduction", "max"), ("--where", "u=c", "--unit", "u")], ids=" ".join
)
def test_what_has_no_interval_has_none(lossctl: Command, options: tuple[str, ...]) -> None:
    found = result(lossctl, "a.csv", "-l", "mae", *options)
    assert (found["low"], found["high"], found["ci_method"]) == (None, None, None)


@pytest.mark.usefixtures("table")
def test_an_infinite_value_has_no_interval(lossctl: Command) -> None:
    Path("p.csv").write_text("y,pred\n1,0\n1,0.5\n0,0.5\n")
    found = result(lossctl, "p.csv", "-l", "ce")
    assert (found["nonfinite"], found["low"], found["high"]) == ("inf", None, None)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--unit", "u"), "--unit is about intervals, and none are asked for: --confidence 0.95"),
        (("--block", "3"), "--block is about intervals, and none are asked for: --confidence 0.95"),
        (("--confidence", "1"), "--confidence is a number between 0 and 1, as 0.95, not '1'"),
        (("--confidence", "0.95", "--block", "0"), "--block is a whole number >= 1, not '0'"),
    ],
)
def test_options_of_intervals_that_do_not_fit_are_refused(lossctl: Command, options: tuple[str, ...], said: str) -> None:
    done = lossctl("eval", "a.csv", "-l", "mae", *options)
    assert (done.code, done.err) == (2, f"lossctl: error: {said}\n")


@pytest.mark.usefixtures("table")
def test_a_block_of_all_rows_is_one_unit_which_has_no_interval(lossctl: Command) -> None:
    found = result(lossctl, "a.csv", "-l", "mae", "--block", "50")
    assert (found["units"], found["low"]) == (1, None)


@pytest.mark.usefixtures("table")
def test_units_of_a_comparison_are_those_of_its_t_test(lossctl: Command) -> None:
    random = np.random.default_rng(3)
    shift, unit = random.normal(size=9), np.repeat(np.arange(9), 11)
    for name, more in (("a", 0.0), ("b", 0.1)):
        pred = 1 + more * shift[unit] + 0.01 * random.normal(size=99)
        Path(f"{name}.csv").write_text(
            "y,pred,u\n" + "".join(f"0,{value},{place}\n" for value, place in zip(pred, unit, strict=True))
        )
    over_rows, over_units, over_blocks = (
        json.loads(lossctl("compare", "a.csv", "b.csv", "-l", "mae", "--method", "t", *options, "--json").out)["comparisons"][0]
        for options in ((), ("--unit", "u"), ("--block", "11"))
    )
    assert over_rows["p_value"] < over_units["p_value"] / 10
    names = ("low", "high", "p_value", "units")
    assert [over_units[name] for name in names] == pytest.approx([over_blocks[name] for name in names], rel=1e-12)
    assert over_units["units"] == 9
    for method in ("bootstrap", "permutation"):
        done = lossctl("compare", "a.csv", "b.csv", "-l", "mae", "--method", method, "--unit", "u", "--json")
        one = json.loads(done.out)["comparisons"][0]
        assert one["high"] - one["low"] > 2 * (over_rows["high"] - over_rows["low"])


@pytest.mark.usefixtures("table")
def test_where_all_rows_are_right_a_root_has_an_interval_of_width_0(lossctl: Command) -> None:
    rows = [(group, place, place + (group == "b") * (place % 3)) for place in range(20) for group in "ab"]
    Path("by.csv").write_text("g,y,pred\n" + "".join(f"{group},{target},{pred}\n" for group, target, pred in rows))
    done = lossctl("eval", "by.csv", "-l", "rmse", "--by", "g", "--confidence", "0.95", "--json")
    a = json.loads(done.out)["runs"][0]["results"][1]
    assert (a["by"], a["value"], a["low"], a["high"], a["se"]) == ({"g": "a"}, 0, 0, 0, 0)
    Path("right.csv").write_text("y,pred\n" + "".join(f"{target},{target}\n" for _, target, _ in rows))
    Path("wrong.csv").write_text("y,pred\n" + "".join(f"{target},{pred}\n" for _, target, pred in rows))
    for method in ("t", "permutation", "bootstrap"):
        done = lossctl("compare", "right.csv", "wrong.csv", "-l", "rmse", "--method", method, "--json")
        assert json.loads(done.out)["comparisons"][0]["verdict"] == "worse", done.err


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("scale", ["1e-150", "1e-50", "1e-20", "1e20", "1e50", "1e150"])
def test_an_interval_scales_with_the_losses(lossctl: Command, scale: str) -> None:
    """Cubes of costs beyond 1e100 are no doubles: there the skewness is not known, and the interval is Student's."""
    Path("b.csv").write_text("y,pred\n" + "".join(f"0,{cost * float(scale)!r}\n" for cost in COST))
    found = result(lossctl, "b.csv", "-l", "mae")
    low, high, error, method, _ = GOLDEN[()]
    if scale in ("1e-150", "1e150"):
        middle, half = sum(COST) / 12, 2.200985160082949 * error  # SciPy 1.17, t.ppf(0.975, 11)
        low, high, method = middle - half, middle + half, STUDENT
    assert found["ci_method"] == method
    assert [found["low"], found["high"], found["se"]] == pytest.approx(
        [float(scale) * one for one in (low, high, error)], rel=1e-9
    )


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("rare", [0, 1])
def test_a_share_is_one_at_either_end(lossctl: Command, rare: int) -> None:
    Path("share.csv").write_text("value\n" + f"{1 - rare}\n" * 99_999 + f"{rare}\n")
    found = result(lossctl, "share.csv", "-r", "value=value", "-l", "given")
    golden = share_interval(1 if rare else 99_999, 100_000, 0.95)
    assert (found["ci_method"], found["low"], found["high"]) == (WILSON, golden.low, golden.high)
    assert 0 < found["low"] < found["high"] < 1


def test_intervals_of_groups_need_no_standard_deviations(lossctl: Command) -> None:
    Path("g.csv").write_text("y_true,y_pred,g\n0,1,a\n0,2,a\n0,3,b\n0,4,b\n")
    done = lossctl("eval", "g.csv", "-l", "mae", "--by", "g", "--confidence", "0.9", "-b", "-q")
    assert (done.code, done.out) == (0, "2.5\n1.5\n3.5\n")
    found = lossctl_evaluate([1.0, 2.0, 3.0, 4.0], [0.0] * 4, "mae", by=np.array(["a", "a", "b", "b"]), confidence=0.9)
    assert found.groups == {"a": 1.5, "b": 3.5}


@pytest.mark.usefixtures("table")
def test_blocks_that_fill_the_rows_are_the_units_of_their_numbers(lossctl: Command) -> None:
    lines = Path("a.csv").read_text().splitlines()
    numbered = [f"{line},{place // 4}" for place, line in enumerate(lines[1:])]
    Path("a.csv").write_text("\n".join([f"{lines[0]},block", *numbered]))
    of_units, of_blocks = (result(lossctl, "a.csv", "-l", "mae", *more) for more in (("--unit", "block"), ("--block", "4")))
    assert of_blocks["units"] == 3
    assert of_blocks == of_units


def test_costs_that_are_not_0_or_1_are_no_share_though_their_squares_add_up_to_the_same(lossctl: Command) -> None:
    Path("a.csv").write_text("y,pred\n0,1.5\n0,0.5\n0,0.5\n0,0.5\n")  # sums of costs and of squares: 3
    assert result(lossctl, "a.csv", "-l", "mae")["ci_method"] == HALL


def test_rows_that_weigh_nothing_do_not_narrow_the_interval_of_a_quantile(lossctl: Command) -> None:
    Path("a.csv").write_text("y,pred,w\n" + "".join(f"0,{row},1\n0,{row}.5,0\n" for row in range(12)))
    weighted = result(lossctl, "a.csv", "-l", "mae", "--reduction", "p50", "-w", "w")
    alone = result(lossctl, "a.csv", "-l", "mae", "--reduction", "p50", "--where", "w=1")
    names = ("value", "low", "high", "ci_method")
    assert [weighted[name] for name in names] == [alone[name] for name in names]
    assert alone["high"] - alone["low"] > 4


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_where_no_row_or_every_row_costs_1_an_end_is_exactly_0_or_1(level: float) -> None:
    assert {share_interval(0, rows, level).low for rows in range(1, 200)} == {0.0}
    assert {share_interval(rows, rows, level).high for rows in range(1, 200)} == {1.0}


def test_an_infinite_cost_of_one_group_leaves_another_its_interval(lossctl: Command) -> None:
    Path("p.csv").write_text("y,pred,g,u\n1,0,a,1\n1,0.5,a,2\n1,0.5,b,1\n1,0.25,b,2\n1,0.75,b,3\n")
    options = ("-l", "ce", "--confidence", "0.9", "--unit", "u", "--json")
    grouped = json.loads(lossctl("eval", "p.csv", *options, "--by", "g").out)["runs"][0]["results"]
    alone = json.loads(lossctl("eval", "p.csv", *options, "--where", "g=b").out)["runs"][0]["results"][0]
    names = ("value", "low", "high", "se", "units")
    assert [grouped[2][name] for name in names] == [alone[name] for name in names]
    assert (grouped[1]["low"], alone["units"]) == (None, 3)


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


def test_a_percentage_is_of_the_size_of_a_baseline_below_0() -> None:
    limit, known = limit_of("max_rise", None, "10%"), Known(-1.0, 5.0)
    found = [judged(limit, known, baseline, 0.95) for baseline in (-100.0, -40.0)]
    assert [(verdict.kept, verdict.broken) for verdict in found] == [(True, False), (False, False)]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("options", [(), ("-w", "w")])
def test_groups_of_several_shards_have_the_intervals_of_their_rows(options: tuple[str, ...], lossctl: Command) -> None:
    arguments = ("-l", "mae", "--by", "u", "--confidence", "0.95", "-q", *options)
    whole = lossctl("eval", "a.csv", *arguments)
    head, *lines = Path("a.csv").read_text().splitlines(keepends=True)
    Path("d").mkdir()
    for start, stop in ((0, 5), (5, 10), (10, 12)):
        Path(f"d/{start}.csv").write_text(head + "".join(lines[start:stop]))
    shards = lossctl("eval", "d", *arguments)
    assert (shards.code, shards.err) == (0, "")
    assert shards.out.replace("\nd\t", "\na.csv\t") == whole.out
