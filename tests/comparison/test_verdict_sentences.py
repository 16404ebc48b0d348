"""The sentence above a comparison."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lossctl.reports.tables.verdict_sentences import verdict_sentences
from lossctl.results.document import Comparison
from tests.conftest import Command

NAN, INF = float("nan"), float("inf")
WORSE = Comparison(
    loss="mse", by=None, base="A", candidate="B", base_value=3030.79, value=3308.01, difference=277.224, low=46.7718, high=547.66,
    confidence=0.95, method="bootstrap", seed=0, p_value=0.01998, p_adjusted=0.01998, better=211, worse=231, equal=0,
    n=442, units=442, verdict="worse",
)  # fmt: skip


def sentence(**changes: object) -> str:
    (found,) = verdict_sentences([replace(WORSE, **changes)])  # type: ignore[arg-type]
    return found


def test_a_worse_candidate_is_said_to_be_worse() -> None:
    assert sentence() == "B is worse than A by 9.1 % (95 % interval 1.5 to 18 %, p = 0.02), better on 211 rows, worse on 231"


def test_a_better_candidate_is_said_to_be_better_by_a_positive_share() -> None:
    found = sentence(value=2753.566, difference=-277.224, low=-547.66, high=-46.7718, better=231, worse=211, verdict="better")
    assert found == "B is better than A by 9.1 % (95 % interval 1.5 to 18 %, p = 0.02), better on 231 rows, worse on 211"


def test_an_interval_around_zero_decides_nothing() -> None:
    assert sentence(difference=-10.0, low=-30.0, high=10.5, p_adjusted=0.34, verdict=None) == (
        "B is not clearly better or worse than A: a difference of -0.33 % (95 % interval -0.99 to 0.35 %, p = 0.34), "
        "better on 211 rows, worse on 231"
    )


def test_shares_are_of_the_absolute_base_and_of_0_there_are_none() -> None:
    assert sentence(base_value=-3030.79).startswith("B is worse than A by 9.1 % (95 % interval 1.5 to 18 %")
    assert sentence(base_value=0.0, difference=0.5, low=0.25, high=125.0).startswith(
        "B is worse than A by 0.5 (95 % interval 0.25 to 125,"
    )


def test_what_has_no_interval_and_what_is_equal_or_infinite() -> None:
    assert sentence(low=NAN, high=NAN, p_adjusted=NAN, verdict=None) == (
        "B is not clearly better or worse than A: a difference of 9.1 %, better on 211 rows, worse on 231"
    )
    assert sentence(better=0, worse=0, equal=442, difference=0.0) == "B costs the same as A on each of 442 rows"
    assert sentence(value=INF, difference=INF) == "B costs inf, A 3030.79"


def test_several_losses_are_named_and_groups_have_no_sentence() -> None:
    found = [
        *verdict_sentences([WORSE, replace(WORSE, by={"g": "x"}), replace(WORSE, loss="mae", difference=1.0, low=-1.0, high=2.0)])
    ]
    assert [line.partition(" ")[0] for line in found] == ["mse:", "mae:"]


def test_it_stands_above_the_table(lossctl: Command) -> None:
    for name, preds in {"a": (1, 1, 1), "b": (2, 2, 3)}.items():
        Path(f"{name}.csv").write_text("y_true,y_pred\n" + "".join(f"0,{pred}\n" for pred in preds))
    line = (
        "b.csv is not clearly better or worse than a.csv: a difference of 467 % (95 % interval -250 to 1,184 %, p = 0.11), "
        "better on 0 rows, worse on 3"
    )
    compare = ("compare", "a.csv", "b.csv", "-l", "mse", "--method", "t", "-q", "-f")
    assert lossctl(*compare, "table").out.splitlines()[:2] == [line, ""]
    assert lossctl(*compare, "md").out.replace("\\", "").splitlines()[:2] == [f"{line}.", ""]
    assert line not in lossctl(*compare, "tsv").out
