"""The results of the models that compare sets side by side have the intervals that eval gives them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Command

FIELDS = ("value", "low", "high", "ci_method", "units", "se", "df", "skewness", "n", "std", "mean")


@pytest.fixture
def models(here: Path) -> None:
    """Two models whose rows stand in two orders, units that have unequal numbers of rows, groups and weights."""
    random = np.random.default_rng(5)
    rows = [
        (f"k{place}", place % 3 + 1, f"u{place % 11 * (place % 2)}", "vw"[place % 4 == 0], 1 + place % 5) for place in range(60)
    ]
    for name in ("a", "b"):
        lines = [
            f"{key},{target},{target + random.gamma(2)},{unit},{group},{weight}\n" for key, target, unit, group, weight in rows
        ]
        Path(f"{name}.csv").write_text("id,y,pred,u,g,w\n" + "".join(lines if name == "a" else reversed(lines)))


def results(lossctl: Command, *arguments: str) -> Any:
    """The results of each run."""
    done = lossctl(*arguments, "-l", "mse,rmse,wmape", "--id", "id", "--json")
    assert done.code == 0, done.err
    return [run["results"] for run in json.loads(done.out)["runs"]]


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("method", ["t", "bootstrap", "permutation"])
@pytest.mark.parametrize(
    "options", [(), ("--unit", "u"), ("--block", "7"), ("-w", "w"), ("--unit", "u", "-w", "w", "--by", "g")], ids=" ".join
)
def test_results_of_compared_models_are_those_of_eval(lossctl: Command, options: tuple[str, ...], method: str) -> None:
    options = (*options, "--confidence", "0.9")
    compared = results(lossctl, "compare", "a.csv", "b.csv", "--method", method, "--resamples", "20", *options)
    alone = [results(lossctl, "eval", f"{name}.csv", *options)[0] for name in "ab"]
    assert all(result["low"] < result["value"] < result["high"] for run in compared for result in run if result["by"] is None)
    for of_compared, of_eval in zip(compared, alone, strict=True):
        for found, wanted in zip(of_compared, of_eval, strict=True):
            assert [found[name] for name in FIELDS] == [wanted[name] for name in FIELDS]


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("options", [(), ("--unit", "u"), ("--block", "7"), ("-w", "w", "--by", "g")], ids=" ".join)
def test_rows_that_another_model_lacks_count_in_no_interval(lossctl: Command, options: tuple[str, ...]) -> None:
    rest = {name: Path(f"{name}.csv").read_text() for name in "ab"}
    for name, lacks in (("a", "k8,"), ("b", "k30,")):
        Path(f"{name}.csv").write_text("".join(line for line in rest[name].splitlines(True) if not line.startswith(lacks)))
    compared = results(lossctl, "compare", "a.csv", "b.csv", "--method", "t", "--missing", "drop", *options)
    for name, of_compared in zip("ab", compared, strict=True):
        lines = rest[name].splitlines(True)
        Path(f"{name}.csv").write_text("".join(line for line in lines if not line.startswith(("k8,", "k30,"))))
        of_eval = results(lossctl, "eval", f"{name}.csv", "--confidence", "0.95", *options)[0]
        for found, wanted in zip(of_compared, of_eval, strict=True):
            assert [found[field] for field in FIELDS] == [wanted[field] for field in FIELDS]


@pytest.mark.usefixtures("models")
def test_losses_of_groups_have_intervals_in_compare(lossctl: Command) -> None:
    for name in "ab":
        lines = Path(f"{name}.csv").read_text().splitlines()
        labels = [lines[0] + ",label", *(f"{line},{int(line.split(',')[1] == '1')}" for line in lines[1:])]
        Path(f"{name}.csv").write_text("\n".join(labels) + "\n")
    options = ("-l", "auc_loss:empty=drop", "-t", "label", "-p", "pred", "-r", "group=u", "--id", "id", "--json")
    done = lossctl("compare", "a.csv", "b.csv", *options)
    assert done.code == 0, done.err
    compared = [run["results"][0] for run in json.loads(done.out)["runs"]]
    alone = [
        json.loads(lossctl("eval", f"{name}.csv", *options, "--confidence", "0.95").out)["runs"][0]["results"][0] for name in "ab"
    ]
    assert [[one[name] for name in FIELDS] for one in compared] == [[one[name] for name in FIELDS] for one in alone]
    assert compared[0]["low"] is not None


@pytest.mark.usefixtures("here")
def test_a_mean_over_groups_has_the_interval_of_their_values(lossctl: Command) -> None:
    random = np.random.default_rng(8)
    rows = [(f"q{place // 5}", "vw"[place // 5 % 2], random.integers(0, 3), random.normal()) for place in range(150)]
    Path("a.csv").write_text("q,g,y,s\n" + "".join(f"{query},{group},{gain},{score}\n" for query, group, gain, score in rows))
    options = ("-l", "ndcg_loss:empty=0", "-t", "y", "-p", "s", "-r", "group=q", "--confidence", "0.95", "--json")
    run = json.loads(lossctl("eval", "a.csv", *options, "--per-sample").out)["runs"][0]
    (values,) = run["samples"]["values"].values()
    Path("values.csv").write_text("value\n" + "".join(f"{value!r}\n" for value in values))
    plain = json.loads(lossctl("eval", "values.csv", "-l", "given", "--confidence", "0.95", "--json").out)["runs"][0]["results"][
        0
    ]
    assert plain["units"] == 30
    assert [run["results"][0][name] for name in FIELDS] == [plain[name] for name in FIELDS]
    total, *groups = json.loads(lossctl("eval", "a.csv", *options, "--by", "g").out)["runs"][0]["results"]
    assert [total[name] for name in FIELDS] == [plain[name] for name in FIELDS]
    for group in groups:
        alone = json.loads(lossctl("eval", "a.csv", *options, "--where", f"g={group['by']['g']}").out)["runs"][0]["results"][0]
        assert [group[name] for name in FIELDS] == [alone[name] for name in FIELDS]
        assert alone["units"] == 15
    done = lossctl("eval", "a.csv", *options, "--where", "q=q1")
    assert json.loads(done.out)["warnings"] == ["a.csv: mean has no interval at 0.95: it takes 2 groups, and there is 1"]


@pytest.mark.parametrize(("units", "samples"), [(2, 3), (4, 35), (5, None)])
def test_a_bootstrap_of_too_few_units_for_a_verdict_is_warned_of(lossctl: Command, units: int, samples: int | None) -> None:
    for name, cost in (("a.csv", 1.0), ("b.csv", 2.0)):
        rows = [f"0,{cost + place % 3 / 8},{place % units}" for place in range(20)]
        Path(name).write_text("\n".join(["y_true,y_pred,u", *rows, ""]))
    found = json.loads(lossctl("compare", "a.csv", "b.csv", "-l", "mae", "--unit", "u", "--json").out)
    drawn = f"a bootstrap of {units} units draws from {samples} different samples, too few for a verdict at 0.95"
    assert found["comparisons"][0]["verdict"] == "worse"
    assert found["warnings"] == ([] if samples is None else [f"{drawn}; --method t goes by the number of units"])
    by_t = json.loads(lossctl("compare", "a.csv", "b.csv", "-l", "mae", "--unit", "u", "--method", "t", "--json").out)
    assert by_t["warnings"] == []
    by_rows = json.loads(lossctl("compare", "a.csv", "b.csv", "-l", "mae", "--json").out)
    assert by_rows["warnings"] == []
