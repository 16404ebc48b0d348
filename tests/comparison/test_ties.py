"""Which models are tied with the best: against a plain computation in pairs, by Holm's method."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

import lossctl as python
from lossctl.record import replace
from lossctl.reports.tables.verdict_sentences import tie_sentences
from lossctl.results.document import Comparison
from tests.conftest import Command

RNG = np.random.default_rng(11)
# the costs of rows by four models; paired with the first, which is the best, the others have p = 0.041, 0.20 and 0.00061
COSTS = {
    "a": [1.0, 2.0, 3.0, 2.0, 1.0, 3.0],
    "b": [1.5, 3.0, 3.0, 2.5, 2.0, 3.0],
    "c": [2.0, 1.0, 4.0, 3.0, 2.0, 3.0],
    "d": [2.0, 3.0, 3.5, 3.5, 2.0, 4.0],
}


def models(costs: dict[str, Any], column: str = "y_pred") -> list[str]:
    """Writes a file for each model, whose absolute errors are its costs."""
    for name, values in costs.items():
        Path(f"{name}.csv").write_text(f"y_true,{column}\n" + "".join(f"0,{float(value)!r}\n" for value in values))
    return [f"{name}.csv" for name in costs]


def ranked(lossctl: Command, files: Sequence[str], *options: str, loss: str = "mae") -> dict[str, Any]:
    """What is said of all rows: the best model, and of each model whether it is tied with it."""
    done = lossctl("compare", *files, "-l", loss, "--method", "t", *options, "--json", "-q")
    assert done.code == 0, done.err
    found = [
        comparison
        for comparison in json.loads(done.out)["comparisons"]
        if comparison["by"] is None and comparison["loss"] == loss
    ]
    (best,) = {one["best"] for one in found}
    return {"best": best, files[0]: found[0]["base_tied"], **{one["candidate"]: one["tied"] for one in found}}


def lead(lossctl: Command, files: Sequence[str], *options: str, loss: str = "mae", form: str = "table") -> list[str]:
    """The sentences of ties above the table."""
    done = lossctl("compare", *files, "-l", loss, "--method", "t", *options, "-f", form, "-q")
    return [line for line in done.out.splitlines() if line.startswith("best by ")]


def p_value(one: Sequence[float], other: Sequence[float]) -> float:
    """Student's paired t, by mpmath's incomplete beta function."""
    apart = [b - a for a, b in zip(one, other, strict=True)]
    t = statistics.mean(apart) / (statistics.stdev(apart) / math.sqrt(len(apart)))
    freedom = len(apart) - 1
    return float(mpmath.betainc(freedom / 2, 0.5, 0, freedom / (freedom + t * t), regularized=True))


def expected(costs: Mapping[str, Sequence[float]], best: str, level: float) -> dict[str, bool]:
    """The models of which Holm's (1979) procedure rejects no equality with the best, step by step."""
    pairs = sorted((p_value(costs[best], values), name) for name, values in costs.items() if name != best)
    tied = dict.fromkeys(costs, True)
    for step, (p, name) in enumerate(pairs):
        if p > level / (len(pairs) - step):
            break
        tied[name] = False
    return tied


@pytest.mark.parametrize("base", COSTS)
@pytest.mark.parametrize("confidence", ["0.5", "0.8", "0.95", "0.99"])
def test_ties_are_those_of_paired_t_tests_whichever_model_is_the_base(lossctl: Command, base: str, confidence: str) -> None:
    costs = {base: COSTS[base], **COSTS}
    found = ranked(lossctl, models(costs), "--confidence", confidence)
    tied = expected(COSTS, "a", 1 - float(confidence))
    assert found == {"best": "a.csv", **{f"{name}.csv": status for name, status in tied.items()}}


def test_what_one_pair_would_tell_apart_many_do_not(lossctl: Command) -> None:
    assert 0.05 / 2 < p_value(COSTS["a"], COSTS["b"]) < 0.05 < p_value(COSTS["a"], COSTS["c"])
    files = models(COSTS)
    pair = lossctl("compare", "a.csv", "b.csv", "-l", "mae", "--method", "t", "--json")
    assert json.loads(pair.out)["comparisons"][0]["verdict"] == "worse"
    assert ranked(lossctl, files[:3])["b.csv"] is True
    assert lead(lossctl, files[:3]) == ["best by mae: a.csv; tied with it: b.csv, c.csv"]


def test_a_single_candidate_is_compared_and_not_ranked(lossctl: Command) -> None:
    files = models({name: COSTS[name] for name in "ab"})
    (found,) = json.loads(lossctl("compare", *files, "-l", "mae", "--json").out)["comparisons"]
    assert not {"best", "tied", "base_tied"} & set(found)
    assert "tied" not in lossctl("compare", *files, "-l", "mae", "-f", "csv").out
    assert lead(lossctl, files) == []


def test_of_scores_that_should_be_high_the_greatest_is_the_best(lossctl: Command) -> None:
    files = []
    for name, values in COSTS.items():
        Path(f"{name}.csv").write_text("score\n" + "".join(f"{value!r}\n" for value in values))
        files.append(f"{name}.csv")
    tied = expected(COSTS, "d", 0.05)
    assert ranked(lossctl, files, loss="given:better=high") == {"best": "d.csv", **{f"{a}.csv": b for a, b in tied.items()}}
    assert ranked(lossctl, files, loss="given")["best"] == "a.csv"


def test_bias_is_ranked_by_its_distance_from_zero_on_either_side(lossctl: Command) -> None:
    noise = RNG.normal(size=40) / 10
    noise -= noise.mean()
    files = models({"a": noise + 2, "b": noise[::-1] - 1, "c": noise + 1.01, "d": noise - 3})
    found = ranked(lossctl, files, loss="bias")
    assert found == {"best": "b.csv", "a.csv": False, "b.csv": True, "c.csv": True, "d.csv": False}
    turned = ranked(lossctl, files[1:3] + files[:1], loss="bias")  # the best is the base, far from c.csv, and as near to 0
    assert turned == {"best": "b.csv", "a.csv": False, "b.csv": True, "c.csv": True}


def test_equal_models_are_tied_and_the_first_is_called_the_best(lossctl: Command) -> None:
    models(COSTS)
    assert lead(lossctl, ["d.csv", "a.csv", "a.csv"]) == ["best by mae: a.csv; tied with it: a.csv"]
    same = models({"u": [1, 2, 3], "v": [3, 1, 2], "w": [2, 3, 1]})
    assert lead(lossctl, same) == ["best by mae: u.csv; tied with it: v.csv, w.csv"]


def test_a_model_that_costs_inf_is_not_tied_and_counts_for_the_others(lossctl: Command) -> None:
    for name, second in (("a", 0.5), ("b", 0.4), ("c", 1.0)):
        Path(f"{name}.csv").write_text("y_true,y_prob\n" + f"0,0.5\n0,{second}\n" * 9)
    found = ranked(lossctl, ["a.csv", "b.csv", "c.csv"], loss="ce")
    assert found == {"best": "b.csv", "a.csv": False, "b.csv": True, "c.csv": False}


def test_of_one_row_nothing_is_known_of_ties(lossctl: Command) -> None:
    files = models({"a": [1], "b": [2], "c": [3]})
    assert ranked(lossctl, files) == {"best": "a.csv", "a.csv": True, "b.csv": None, "c.csv": None}
    assert lead(lossctl, files) == ["best by mae: a.csv; not known whether tied with it: b.csv, c.csv"]


def test_each_group_and_loss_has_its_best_model(lossctl: Command) -> None:
    costs = {name: RNG.normal(size=40) for name in "abc"}
    costs["b"][:20] += 5
    costs["a"][20:] += 5
    for name, values in costs.items():
        rows = (f"0,{value!r},{'uv'[place >= 20]}\n" for place, value in enumerate(map(float, values)))
        Path(f"{name}.csv").write_text("y_true,y_pred,g\n" + "".join(rows))
    options = ("-l", "mse,mae", "--by", "g", "--method", "t", "--json", "-q")
    found = json.loads(lossctl("compare", "a.csv", "b.csv", "c.csv", *options).out)["comparisons"]
    seen = {(one["loss"], (one["by"] or {}).get("g"), one["candidate"]): one for one in found}
    for loss in ("mse", "mae"):
        assert [seen[loss, None, name]["best"] for name in ("b.csv", "c.csv")] == ["c.csv", "c.csv"]
        assert [seen[loss, group, "b.csv"]["tied"] for group in "uv"] == [False, True]
        assert [seen[loss, group, "b.csv"]["base_tied"] for group in "uv"] == [True, False]
        cut = {f"{name}.csv": np.abs(values[:20]) ** (2 if loss == "mse" else 1) for name, values in costs.items()}
        assert seen[loss, "u", "b.csv"]["best"] == min(cut, key=lambda name: cut[name].mean())


@pytest.mark.slow
@pytest.mark.parametrize("method", ["bootstrap", "permutation"])
def test_a_pair_has_the_p_value_that_it_has_alone(lossctl: Command, method: str) -> None:
    costs = {
        "d": RNG.normal(size=60) + 1,
        "a": RNG.normal(size=60),
        "b": RNG.normal(size=60) + 0.3,
        "c": RNG.normal(size=60) + 0.1,
    }
    files, given = models(costs), ("--method", method, "--seed", "5", "--unit", "unit")
    for name in files:
        lines = Path(name).read_text().split()
        Path(name).write_text("\n".join([lines[0] + ",unit", *(f"{line},{at // 2}" for at, line in enumerate(lines[1:]))]) + "\n")
    best = min(files, key=lambda name: float(np.mean(costs[name[0]] ** 2)))
    others = [name for name in files if name != best]
    alone = {
        name: json.loads(lossctl("compare", best, name, "-l", "mse", *given, "--json").out)["comparisons"][0]["p_value"]
        for name in others
    }
    assert best != files[0]
    for confidence in (0.5, 0.7, 0.9, 0.95):
        done = lossctl("compare", *files, "-l", "mse", *given, "--confidence", str(confidence), "--json")
        found = json.loads(done.out)["comparisons"]
        tied = {"d.csv": found[0]["base_tied"], **{one["candidate"]: one["tied"] for one in found}}
        left = sorted(others, key=lambda name: alone[name])
        while left and alone[left[0]] <= 1 - confidence and alone[left[0]] * len(left) <= 1 - confidence:
            assert tied.pop(left.pop(0)) is False
        assert set(tied.values()) == {True}


@pytest.mark.slow
def test_the_terminal_markdown_a_page_and_a_notebook_say_the_same(lossctl: Command) -> None:
    files = models(COSTS)
    (line,) = lead(lossctl, files)
    assert line == "best by mae: a.csv; tied with it: b.csv, c.csv"
    assert f"{line}." in lossctl("compare", *files, "-l", "mae", "--method", "t", "-f", "md", "-q").out.splitlines()
    assert lossctl("compare", *files, "-l", "mae", "--method", "t", "-o", "x.html", "-q").code == 0
    assert f"<li>{line}</li>" in Path("x.html").read_text()
    found = python.compare(*files, loss="mae", method="t")
    assert line in repr(found).splitlines()
    assert f"<div>{line}</div>" in found._repr_html_().splitlines()
    assert [found.to_frame()[name].tolist() for name in ("best", "tied", "base_tied")] == [
        ["a.csv"] * 3,
        [True, True, False],
        [True] * 3,
    ]


def test_a_notebook_that_shows_the_first_rows_has_the_ties_of_all() -> None:
    runs = {f"m{place:02}": np.array([3.25, 3.5, 3.251]) for place in range(29)} | {"last": np.array([0.25, 0.5, 0.25])}
    found = python.compare(runs, target=np.zeros(3), loss="mae", method="t")
    assert "best by mae: last; none is tied with it" in repr(found)


def test_models_beyond_some_are_counted() -> None:
    one = Comparison(
        loss="mse", by=None, base="base", candidate="", base_value=2.0, value=1.0, difference=-1.0, low=-2.0, high=0.5,
        confidence=0.95, method="t", seed=None, p_value=0.5, p_adjusted=0.5, better=1, worse=1, equal=0, n=2, units=2,
        best="base", tied=True, base_tied=True,
    )  # fmt: skip
    (said,) = tie_sentences([replace(one, candidate=f"m{place}") for place in range(22)])
    assert said == f"best by mse: base; tied with it: {', '.join(f'm{place}' for place in range(20))} and 2 more"


@pytest.mark.parametrize(("method", "resamples", "needed"), [("bootstrap", 78, 80), ("permutation", 38, 40)])
def test_too_few_resamples_to_tell_any_model_apart_are_warned_of(
    lossctl: Command, method: str, resamples: int, needed: int
) -> None:
    files = models({"a": [1] * 20 + [2], "b": [10] * 21, "c": [20] * 21})
    few = lossctl("compare", *files, "-l", "mae", "--method", method, "--resamples", str(resamples), "--json")
    least = {"bootstrap": "0.025", "permutation": "0.026"}[method]
    words = f"{resamples} resamples give no p-value below {least}, so that of 3 models none is apart from the best"
    assert json.loads(few.out)["warnings"] == [f"{words}; --resamples {needed}, or --method t"]
    assert {comparison["tied"] for comparison in json.loads(few.out)["comparisons"]} == {True}
    enough = lossctl("compare", *files, "-l", "mae", "--method", method, "--resamples", str(needed), "--json")
    assert json.loads(enough.out)["warnings"] == []
    assert {comparison["tied"] for comparison in json.loads(enough.out)["comparisons"]} == {False}
