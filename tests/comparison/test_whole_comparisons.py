"""`lossctl compare` of losses that have no value for a row: one for all rows, or one for each group of them."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lossctl as python
from tests.conftest import Command

Rows = list[dict[str, Any]]
NOTHING = dict.fromkeys(("low", "high", "p_value", "p_adjusted", "better", "worse", "equal", "seed", "units", "verdict"))


def auc_loss(rows: Rows) -> float:
    """The share of pairs in the wrong order, pair by pair."""
    pairs = [(one["p"], zero["p"]) for one, zero in itertools.product(rows, rows) if one["y"] == 1 and zero["y"] == 0]
    return sum(1.0 if one < zero else 0.5 if one == zero else 0.0 for one, zero in pairs) / len(pairs)


def ece(rows: Rows) -> float:
    """Of 15 bins of the probability of 1, (low, high], the mean distance of that from how often it is 1."""
    bins: dict[int, Rows] = {}
    for row in rows:
        bins.setdefault(max(0, math.ceil(row["p"] * 15) - 1), []).append(row)
    return float(sum(abs(sum(row["p"] - row["y"] for row in some)) for some in bins.values()) / len(rows))


def ndcg_loss(rows: Rows) -> float:
    """1 - DCG / ideal DCG with gains 2**y - 1; no scores are tied."""

    def dcg(order: Callable[[dict[str, Any]], float]) -> float:
        return math.fsum((2 ** row["y"] - 1) / math.log2(rank) for rank, row in enumerate(sorted(rows, key=order), start=2))

    return 1 - dcg(lambda row: -row["p"]) / dcg(lambda row: -row["y"])


def squared(rows: Rows) -> float:
    return math.fsum((row["p"] - row["y"]) ** 2 for row in rows) / len(rows)


def write(name: str, rows: Rows) -> None:
    text = "id,q,g,y,p\n" + "".join(f"{row['id']},{row['q']},{row['g']},{row['y']},{row['p']}\n" for row in rows)
    Path(name).write_text(text.replace("nan", ""))


def models(levels: int = 2, rows: int = 60, spread: float = 1.5) -> tuple[Rows, Rows]:
    """Two models of the same rows; the second is written in another order."""
    random = np.random.default_rng(11)
    y = random.integers(0, levels, rows)
    found: list[Rows] = []
    for noise in (spread, 2 * spread):
        p = 1 / (1 + np.exp(-(2 * y - 1 + noise * random.normal(size=rows))))
        found.append(
            [
                {"id": f"r{row}", "q": f"q{row * 7 % 10}", "g": "uv"[row % 2], "y": int(y[row]), "p": float(p[row])}
                for row in range(rows)
            ]
        )
    base, candidate = found
    write("a.csv", base)
    write("b.csv", [candidate[row] for row in random.permutation(rows)])
    return base, candidate


NAMED = ("a.csv", "b.csv", "-p", "p", "-t", "y", "--id", "id")


def compared(lossctl: Command, *arguments: str, files: tuple[str, ...] = NAMED) -> list[dict[str, Any]]:
    done = lossctl("compare", *files, *arguments, "--json")
    assert done.code == 0, done.err
    found: list[dict[str, Any]] = json.loads(done.out)["comparisons"]
    return found


def test_whole_losses_give_the_difference_without_an_interval_beside_one_of_rows(lossctl: Command) -> None:
    base, candidate = models()
    rows, *wholes = compared(lossctl, "-l", "mse,ece,auc_loss")
    for found, formula in zip(wholes, (ece, auc_loss), strict=True):
        assert (found["base_value"], found["value"]) == pytest.approx((formula(base), formula(candidate)), rel=1e-12)
        assert found["difference"] == found["value"] - found["base_value"]
        assert {name: found[name] for name in NOTHING} == NOTHING
        assert (found["method"], found["counted"], found["n"], found["confidence"]) == ("none", "whole", 60, 0.95)
        assert "nonfinite" not in found
    assert rows["difference"] == pytest.approx(squared(candidate) - squared(base), rel=1e-12)
    assert rows["p_adjusted"] == rows["p_value"]  # Holm's method counts the one p-value that there is
    assert rows["counted"] == "row"


def test_whole_losses_are_compared_within_each_group(lossctl: Command) -> None:
    base, candidate = models()
    found = compared(lossctl, "-l", "auc_loss", "--by", "g")
    assert [one["by"] for one in found] == [None, {"g": "u"}, {"g": "v"}]
    for one in found[1:]:
        values = [auc_loss([row for row in rows if row["g"] == one["by"]["g"]]) for rows in (base, candidate)]
        assert (one["base_value"], one["value"], one["n"]) == (*(pytest.approx(value, rel=1e-12) for value in values), 30)


@pytest.mark.parametrize(("loss", "formula"), [("auc_loss", auc_loss), ("ece", ece)])
def test_rows_that_one_model_drops_are_dropped_for_all_before_a_whole_loss_is_judged(
    lossctl: Command, loss: str, formula: Callable[[Rows], float]
) -> None:
    base, candidate = models()
    gone = {"r3", "r17", "r18", "r40"}
    write("b.csv", [{**row, "p": math.nan} if row["id"] in gone else row for row in candidate])
    kept = [[row for row in rows if row["id"] not in gone] for rows in (base, candidate)]
    done = lossctl("compare", *NAMED, "-l", loss, "--nan", "drop", "--json")
    document = json.loads(done.out)
    (found,) = document["comparisons"]
    assert formula(base) != pytest.approx(formula(kept[0]), rel=1e-3)  # which would be as plausible
    assert (found["base_value"], found["value"], found["n"]) == (
        pytest.approx(formula(kept[0]), rel=1e-12), pytest.approx(formula(kept[1]), rel=1e-12), 56,
    )  # fmt: skip
    assert [(run["used"], run["results"][0]["value"]) for run in document["runs"]] == [
        (56, found["base_value"]),
        (56, found["value"]),
    ]


def test_a_pooled_loss_is_the_difference_of_its_pools(lossctl: Command) -> None:
    random = np.random.default_rng(2)
    y, one, other = random.integers(0, 2, (5, 4, 4)), random.random((5, 4, 4)), random.random((5, 4, 4))
    for name, array in (("y", y), ("one", one), ("other", other)):
        np.save(name, array)
    (found,) = compared(lossctl, "-l", "dice:pool=dataset", files=("one.npy", "other.npy", "-t", "y.npy"))
    values = [1 - 2 * (p * y).sum() / (p.sum() + y.sum()) for p in (one, other)]
    assert (found["base_value"], found["value"]) == pytest.approx(values, rel=1e-12)
    assert found["difference"] == pytest.approx(values[1] - values[0], rel=1e-12)
    assert {name: found[name] for name in NOTHING} == NOTHING


def test_a_loss_of_groups_pairs_groups_and_counts_them(lossctl: Command) -> None:
    base, candidate = models(levels=3)
    (found,) = compared(lossctl, "-l", "ndcg_loss", "-r", "group=q", "--method", "t")
    queries = sorted({row["q"] for row in base})
    was, now = (np.array([ndcg_loss([row for row in rows if row["q"] == q]) for q in queries]) for rows in (base, candidate))
    apart = now - was
    assert (found["base_value"], found["value"], found["n"]) == (pytest.approx(was.mean()), pytest.approx(now.mean()), 10)
    assert found["difference"] == pytest.approx(apart.mean(), rel=1e-10)
    half = 2.2621571627409915 * apart.std(ddof=1) / math.sqrt(10)  # Student's t of 9 degrees of freedom, two-sided 95 %
    assert (found["low"], found["high"]) == pytest.approx((apart.mean() - half, apart.mean() + half), rel=1e-9)
    assert (found["better"], found["worse"]) == (int((apart < -1e-12).sum()), int((apart > 1e-12).sum()))
    assert (found["better"] + found["worse"] + found["equal"], found["units"], found["counted"]) == (10, 10, "group")


def test_groups_are_judged_on_the_rows_that_all_models_use(lossctl: Command) -> None:
    base, candidate = models(levels=3)
    gone = {row["id"] for row in base if row["q"] == "q4"} | {"r1", "r2"}  # a query, and rows of two others
    write("b.csv", [row for row in candidate if row["id"] not in gone])
    found = compared(lossctl, "-l", "mse,ndcg_loss", "-r", "group=q", "--missing", "drop", "--by", "g")
    for one in found:
        kept = [
            [row for row in rows if row["id"] not in gone and (one["by"] is None or row["g"] == one["by"]["g"])]
            for rows in (base, candidate)
        ]
        if one["loss"] == "mse":
            values = [squared(rows) for rows in kept]
            assert one["n"] == len(kept[0])
        else:
            queries = {row["q"] for row in kept[0]}
            values = [np.mean([ndcg_loss([row for row in rows if row["q"] == q]) for q in queries]).item() for rows in kept]
            assert one["n"] == len(queries)
        assert (one["base_value"], one["value"]) == pytest.approx(values, rel=1e-10)
    assert found[1]["n"] == 9


def test_groups_that_differ_between_the_models_are_refused(lossctl: Command) -> None:
    _, candidate = models(levels=3)
    write("b.csv", [{**row, "q": "q0" if row["id"] == "r9" else row["q"]} for row in candidate])
    done = lossctl("compare", *NAMED, "-l", "ndcg_loss", "-r", "group=q")
    problem = "b.csv: the groups of some rows differ from those of a.csv, so the rows cannot be compared"
    hint = "name one source for all: truth.csv:COLUMN"
    assert (done.code, done.err) == (3, f"lossctl: error: {problem}\nhint: {hint}\n")


def test_the_unit_of_a_group_is_that_of_its_rows(lossctl: Command) -> None:
    base, _ = models(levels=3)  # each query has rows of one g alone
    assert all(len({row["g"] for row in base if row["q"] == q}) == 1 for q in {row["q"] for row in base})
    (found,) = compared(lossctl, "-l", "ndcg_loss", "-r", "group=q", "--unit", "g")
    assert (found["n"], found["units"]) == (10, 2)
    done = lossctl("compare", *NAMED, "-l", "ndcg_loss", "-r", "group=g", "--unit", "q")
    problem = "a.csv line 4, column 'q': ndcg_loss: the rows of a group are of different units, where the group is of one"
    assert (done.code, done.err) == (3, f"lossctl: error: {problem}\n")
    done = lossctl("compare", *NAMED, "-l", "ndcg_loss", "-r", "group=q", "--block", "5")
    problem = "--block counts rows, and ndcg_loss is one value for a group of rows"
    assert (done.code, done.err) == (2, f"lossctl: error: {problem}\nhint: leave --block out\n")


def test_the_sentence_says_that_a_whole_loss_has_no_interval_and_the_table_has_blanks(lossctl: Command) -> None:
    Path("a.csv").write_text("y,p\n1,0.9\n0,0.2\n1,0.6\n0,0.7\n")
    Path("b.csv").write_text("y,p\n1,0.9\n0,0.2\n1,0.8\n0,0.7\n")
    table = ("-p", "p", "-t", "y", "-l", "auc_loss", "--format", "table", "-q")
    lines = lossctl("compare", "a.csv", "b.csv", *table).out.splitlines()
    assert lines[0] == "b.csv differs from a.csv by -100 %; no interval: a whole loss"
    columns = "candidate loss base value difference low 95% high 95% p better worse equal n"
    assert lines[2].split() == columns.split()
    assert lines[4].split() == ["b.csv", "auc_loss", "0.25", "0", "-0.25", "4"]
    assert lines[5] == "base: a.csv"
    lines = lossctl("compare", "a.csv", "a.csv", *table).out.splitlines()
    assert lines[0] == "a.csv comes to the same as a.csv; no interval: a whole loss"


def test_exit_code_says_once_that_it_cannot_fail_by_whole_losses(lossctl: Command) -> None:
    models()
    done = lossctl("compare", *NAMED, "-l", "ece,auc_loss", "--by", "g", "--exit-code")
    assert done.code == 0
    warnings = [line for line in done.err.splitlines() if "warning" in line]
    assert warnings == ["lossctl: warning: --exit-code cannot fail by ece, auc_loss: a whole loss has no interval"]
    assert "warning" not in lossctl("compare", *NAMED, "-l", "ece").err


@pytest.mark.parametrize(
    ("loss", "what"), [("ece", "the whole dataset"), ("ndcg_loss", "a group of rows"), ("dice:pool=dataset", "all rows")]
)
def test_no_row_got_worse_most_by_what_has_no_value_for_a_row(lossctl: Command, loss: str, what: str) -> None:
    done = lossctl("compare", *NAMED, "-l", loss, "-r", "group=q", "--worst", "3")
    problem = f"{loss} is one value for {what}; it has none for a row"
    assert (done.code, done.err) == (2, f"lossctl: error: {problem}\nhint: leave --worst out\n")


@pytest.mark.slow
def test_every_format_writes_comparisons_of_whole_losses(lossctl: Command) -> None:
    models(levels=3)
    for ending in ("json", "jsonl", "csv", "tsv", "md", "html", "txt", "parquet", "svg"):
        run = ("compare", *NAMED, "-l", "mse,ndcg_loss", "-r", "group=q", "-o", f"x.{ending}", "-q")
        done = lossctl(*run)
        assert done.code == 0, done.err
    models()
    for ending in ("json", "jsonl", "csv", "tsv", "md", "html", "txt", "parquet"):
        done = lossctl("compare", *NAMED, "-l", "mse,ece", "-o", f"x.{ending}", "-q")
        assert done.code == 0, done.err


@pytest.mark.usefixtures("here")
def test_in_python_whole_losses_are_compared_too() -> None:
    base, candidate = models()
    y, one, other = (
        np.array(column) for column in zip(*((a["y"], a["p"], b["p"]) for a, b in zip(base, candidate, strict=True)), strict=True)
    )
    (found,) = python.compare(one, other, target=y, loss="auc_loss").comparisons
    assert (found.base_value, found.value) == pytest.approx((auc_loss(base), auc_loss(candidate)), rel=1e-12)
    assert (found.low, found.p_value, found.better, found.verdict) == (None, None, None, None)


@pytest.mark.parametrize(("loss", "formula"), [("auc_loss", auc_loss), ("ece", ece)])
def test_a_limit_on_the_change_of_a_whole_loss_is_judged_by_the_value(
    lossctl: Command, loss: str, formula: Callable[[Rows], float]
) -> None:
    base, candidate = models()
    change = formula(candidate) - formula(base)
    checks = ("check", "b.csv", "--baseline", "a.csv", "-p", "p", "-t", "y", "--id", "id")
    for limit, code in ((abs(change) * 1.01, 0), (abs(change) * 0.99, 1)):
        done = lossctl(*checks, "--max-change", f"{loss}={limit}", "--json")
        (found,) = json.loads(done.out)["checks"]
        assert (done.code, found["undecided"], found["low"]) == (code, False, None), done.err
        assert found["change"] == pytest.approx(change, rel=1e-9)
    done = lossctl(*checks, "--max-change", f"{loss}={abs(change) * 1.01}", "--confidence", "0.95", "--json")
    (found,) = json.loads(done.out)["checks"]
    assert (done.code, found["undecided"], found["low"]) == (0, True, None)


def test_a_limit_on_the_change_of_a_loss_of_groups_is_judged_by_pairs_of_groups(lossctl: Command) -> None:
    models(levels=3)
    loss = ("-p", "p", "-t", "y", "--id", "id", "-r", "group=q")
    (pair,) = compared(lossctl, "-l", "ndcg_loss", "-r", "group=q", "--method", "t")
    done = lossctl("check", "b.csv", "--baseline", "a.csv", *loss, "--max-rise", "ndcg_loss=9", "--confidence", "0.95", "--json")
    (found,) = json.loads(done.out)["checks"]
    assert (done.code, found["low"], found["high"]) == (0, pytest.approx(pair["low"]), pytest.approx(pair["high"]))


def test_a_limit_on_the_change_of_a_pooled_loss_is_judged(lossctl: Command) -> None:
    random = np.random.default_rng(2)
    y, one, other = random.integers(0, 2, (5, 4, 4)), random.random((5, 4, 4)), random.random((5, 4, 4))
    for name, array in (("y", y), ("one", one), ("other", other)):
        np.save(name, array)
    values = [1 - 2 * (p * y).sum() / (p.sum() + y.sum()) for p in (one, other)]
    limit = f"dice:pool=dataset={abs(values[1] - values[0]) * 0.99}"
    done = lossctl("check", "other.npy", "--baseline", "one.npy", "-t", "y.npy", "--max-change", limit, "--json")
    (found,) = json.loads(done.out)["checks"]
    assert (done.code, found["change"]) == (1, pytest.approx(values[1] - values[0], rel=1e-12))
