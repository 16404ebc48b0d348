"""Limits: how they are read, and exactly what keeps one."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from lossctl import LossctlError, check
from lossctl.errors import UsageError
from lossctl.losses.text import read_losses
from lossctl.question.checks.limit_kinds import rule_text
from lossctl.question.checks.limits import limit_of, read_limit
from lossctl.results.document import Result
from lossctl.verdicts.judge import Judge, Matched
from lossctl.verdicts.kept import keeps, keeps_gap
from tests.conftest import Command, write
from tests.python.refusals import refusal

PERCENT = "if it is of a baseline's value: --max-rise mse=5% --baseline FILE instead of --max; if that is 0.05: --max mse=0.05"


@pytest.mark.parametrize(
    ("text", "loss", "value", "percent"),
    [
        ("mse=0.1", "mse", Fraction(1, 10), False),
        ("huber:delta=1.5=0.4", "huber:delta=1.5", Fraction(2, 5), False),
        ("l2=1e-3", "mse", Fraction(1, 1000), False),
        ("mse=1.5%", "mse", Fraction(3, 2), True),
    ],
)
def test_the_value_follows_the_last_equals_sign(text: str, loss: str, value: Fraction, percent: bool) -> None:
    limit = read_limit("max_rise", text)
    assert (str(limit.loss), limit.value, limit.percent) == (loss, value, percent)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("max", "mse", "--max is LOSS=V, not 'mse'\nhint: --max mse=V"),
        ("max", "mse<0.7", "--max is LOSS=V, not 'mse<0.7'\nhint: type --max mse=0.7"),
        ("max", "mse<=0.7", "unknown loss 'mse<'\nhint: type --max mse=0.7"),
        ("min", "mse > .5", "--min is LOSS=V, not 'mse > .5'\nhint: type --min mse=.5"),
        ("max_rise", "mse:1%", "--max-rise is LOSS=V, not 'mse:1%'\nhint: type --max-rise mse=1%"),
        ("max", "mse=3,mae=2", "--max is about one loss, and 'mse=3,mae=2' about 2\nhint: type --max mse=3 --max mae=2"),
        ("max", "mse=", "--max of mse is a number, not ''"),
        (
            "max",
            "mse=5%",
            f"--max of mse is a number, not '5%'\nhint: {PERCENT}",
        ),
        (
            "max",
            "5%",
            f"--max is LOSS=V, not '5%'\nhint: {PERCENT.replace('mse', 'LOSS')}",
        ),
        ("min", "zero_one=.5%", "--min of zero_one is a number, not '.5%'\nhint: if that is 0.005: --min zero_one=0.005"),
        ("max", "huber:delta=2=abc", "--max of huber:delta=2 is a number, not 'abc'"),
        ("max", "mse=5%%", "--max of mse is a number, not '5%%'"),
        ("max", "mse=nan", "--max of mse is a number, not 'nan'"),
        ("max_rise", "mse=x%", "--max-rise of mse is a number or a percentage, not 'x%'"),
        ("max_gap", "mse=-1", "--max-gap of mse is not below 0, and '-1' is"),
        ("max_rise", "mse=-1", "--max-rise of mse is not below 0, and '-1' is"),
        ("max", "mse,mae=1", "--max is about one loss; 'mse,mae' are 2"),
        ("max", "mse=1e400", "--max of mse is beyond what a double can hold: '1e400'"),
        ("max", "mse=-1e999", "--max of mse is beyond what a double can hold: '-1e999'"),
        ("max_rise", "mse=1e400%", "--max-rise of mse is beyond what a double can hold: '1e400%'"),
        ("min", "mse=" + "9" * 5000, f"--min of mse is beyond what a double can hold: '{'9' * 51}...{'9' * 26}'"),
        ("max", "mse=0." + "0" * 5000 + "1", f"--max of mse is beyond what a double can hold: '0.{'0' * 49}...{'0' * 25}1'"),
        ("max_change", "huber:delta=1.5", None),
    ],
)
def test_a_limit_that_is_none_is_refused(kind: str, text: str, said: str | None) -> None:
    if said is None:  # a parameter's value is taken for the limit only after the last equals sign
        assert str(read_limit(kind, text + "=2").loss) == text
        return
    with pytest.raises(UsageError) as refused:
        read_limit(kind, text)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("kind", "limit", "value", "baseline", "kept"),
    [
        ("max", "0.1", 0.1, None, True),
        ("max", "0.1", math.nextafter(0.1, 1), None, False),
        ("max", "0.1", math.nan, None, False),
        ("max", "0.1", math.inf, None, False),
        ("max", "0.1", -math.inf, None, True),
        ("max_rise", "0.1", 0.8, 0.7, True),  # 0.8 - 0.7 is above 0.1 in binary arithmetic
        ("max_rise", "0.1", 0.3, 0.1, False),
        ("max_rise", "0.1", 0.1, 5.0, True),
        ("max_rise", "1%", 1.01, 1.0, True),
        ("max_rise", "1%", math.nextafter(1.01, 2), 1.0, False),
        ("max_rise", "10%", -0.9, -1.0, True),
        ("max_rise", "10%", -0.8, -1.0, False),
        ("max_rise", "50%", 0.0, 0.0, True),
        ("max_rise", "50%", 5e-324, 0.0, False),
        ("max_rise", "50%", -1.0, 0.0, True),
        ("max_rise", "1", math.inf, math.inf, False),
        ("max_rise", "1", math.inf, 1.0, False),
        ("max_rise", "1%", math.inf, 1.0, False),
        ("max_rise", "0", 1e300, math.inf, True),  # a fall, however large the value
        ("max_rise", "1", math.nan, math.inf, False),
        ("max_rise", "1", 1.0, -math.inf, False),
        ("max_change", "1e300", 1.0, math.inf, False),
        ("max_change", "50%", 0.0, 0.0, True),
        ("max_change", "50%", -1.0, 0.0, False),
        ("min", "0.1", 0.1, None, True),
        ("min", "0.1", math.nextafter(0.1, 0), None, False),
        ("min", "0.1", math.nan, None, False),
        ("min", "0.1", math.inf, None, True),
        ("min", "0.1", -math.inf, None, False),
        ("max_rise", "1", 1.0, math.nan, False),
        ("max_change", "0.1", 0.6, 0.7, True),
        ("max_change", "0.1", 0.5, 0.7, False),
        ("max_change", "10%", 0.9, 1.0, True),
    ],
)
def test_exactly_on_the_limit_passes_and_nan_never_does(
    kind: str, limit: str, value: float, baseline: float | None, kept: bool
) -> None:
    assert keeps(limit_of(kind, None, limit), value, baseline) is kept


def test_a_bare_value_is_that_of_the_one_loss_that_is_named() -> None:
    one = read_losses(["huber:delta=1.5"])
    assert read_limit("max", "0.7", one) == limit_of("max", one[0], "0.7")
    assert read_limit("max", "mae=0.7", one) == limit_of("max", read_losses(["mae"])[0], "0.7")
    for losses in ((), read_losses(["mse", "mae"])):
        with pytest.raises(
            UsageError, match=r"--max is LOSS=V, not '0\.7'\nhint: name its loss, as --max mse=0\.7, or with -l LOSS"
        ):
            read_limit("max", "0.7", losses)


def test_a_group_without_a_number_is_no_end_of_a_gap_that_passes() -> None:
    named = {"params": {}, "reduction": "mean", "weight": 1.0, "sum": 1.0, "std": 0.0, "min": 1.0, "max": 1.0, "infinite": 0}
    results = [
        Matched(Result(loss="mse", name="mse", value=value, mean=value, by={"g": group}, n=1, signature="mse", **named))  # type: ignore[arg-type]  # the rest of a result
        for group, value in (("a", 1.0), ("b", math.nan), ("c", 1.1))
    ]
    (check,) = Judge(None, [read_limit("max_gap", "mse=5")]).checks("run", results)
    assert check.status == "fail"


def test_a_percentage_of_a_gap_is_of_the_smallest_whatever_its_sign() -> None:
    limit = read_limit("max_gap", "bias=50%")
    assert keeps_gap(limit, -4.0, -2.0)
    assert not keeps_gap(limit, -4.0, -1.875)


@pytest.mark.parametrize("given", [{"max": "mse=5%"}, {"max": "5%", "loss": "mse"}])
def test_a_percentage_that_is_no_limit_is_answered_in_keywords(given: dict[str, str]) -> None:
    with pytest.raises(LossctlError) as refused:
        check([1.0], [2.0], **given)  # type: ignore[arg-type]  # by name
    assert str(refused.value) == (
        "max of mse is a number, not '5%'\n"
        'hint: if it is of a baseline\'s value: max_rise="mse=5%", baseline="FILE" instead of max; '
        'if that is 0.05: max="mse=0.05"'
    )


@pytest.mark.parametrize(
    ("kind", "text", "allowed", "rule"),
    [
        ("max", "mse=0.10", "0.1", "<= 0.1"),
        ("min", "mse=-2", "-2", ">= -2"),
        ("max_rise", "mse=1%", "+1%", "+1%"),
        ("max_change", "mse=2", "+-2", "+-2"),
        ("max_gap", "mse=5%", "5%", "gap <= 5%"),
    ],
)
def test_sentences_say_what_a_limit_allows_and_tables_its_rule(kind: str, text: str, allowed: str, rule: str) -> None:
    limit = read_limit(kind, text)
    assert limit.text() == allowed
    assert rule_text(limit.kind, float(limit.value), percent=limit.percent) == rule


def test_a_number_of_rows_is_that_of_a_loss(lossctl: Command) -> None:
    write("a.csv", "pred,y\n1,1\n3,1\n")
    done = lossctl("check", "a.csv", "--min-n", "2")
    said = "no loss given: -l mse for numbers, -l ce for classes; lossctl losses lists all"
    assert (done.code, done.err) == (2, f"lossctl: error: {said}\n")
    assert lossctl("check", "a.csv", "--min-n", "2", "-l", "mse", "-b").value == 2
    assert refusal(check, "a.csv", min_n=3).startswith("no loss given: ")


def test_what_an_undecided_limit_is_needs_a_level(lossctl: Command) -> None:
    write("a.csv", "pred,y\n1,1\n3,1\n")
    done = lossctl("check", "a.csv", "--max", "mse=3", "--undecided", "fail")
    said = "--undecided is about limits judged by intervals, and none are asked for: --confidence 0.95"
    assert (done.code, done.err) == (2, f"lossctl: error: {said}\n")
    assert lossctl("check", "a.csv", "--max", "mse=3", "--undecided", "fail", "--confidence", "0.95").code == 1
