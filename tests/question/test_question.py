"""What is asked and which rows are read, from the texts that are typed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lossctl.errors import UsageError
from lossctl.options.commands import Eval
from lossctl.question.question import Quantile, read_quantiles
from lossctl.question.read_inputs import read_condition
from lossctl.question.request import Request, read_request
from lossctl.question.src import Src
from tests.conftest import Command


def request_of(*losses: str, **options: object) -> Request:
    return read_request(Eval(preds=("a.csv",), loss=losses or ("mse",), **options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "src", "operator", "value"),
    [
        ("region=north", "region", "=", "north"),
        ("region!=north", "region", "!=", "north"),
        ("n<3", "n", "<", "3"),
        ("n<=3", "n", "<=", "3"),
        ("n>3", "n", ">", "3"),
        ("n>=3", "n", ">=", "3"),
        ("a=b=c", "a", "=", "b=c"),  # the first operator splits
        ("a<b=c", "a", "<", "b=c"),
        ("a!b=c", "a!b", "=", "c"),
        ("name=", "name", "=", ""),
        ("name!=", "name", "!=", ""),
        ("note=two\nlines", "note", "=", "two\nlines"),
    ],
)
def test_a_condition_is_a_column_an_operator_and_a_value(text: str, src: str, operator: str, value: str) -> None:
    condition = read_condition(text)
    assert (condition.src, condition.operator, condition.value) == (Src(src, column=src), operator, value)
    assert condition.of_column == text


def test_a_condition_may_name_the_file_of_its_column() -> None:
    condition = read_condition("truth.csv:split=test")
    assert condition.src == Src("truth.csv:split", "truth.csv", "split")
    assert condition.of_column == "split=test"
    assert "truth.csv" in request_of(where=("truth.csv:split=test",)).files()


@pytest.mark.parametrize("text", ["region", "", "=north", "n!3"])
def test_a_condition_without_an_operator_says_that_the_shell_took_it(lossctl: Command, text: str) -> None:
    done = lossctl("eval", "a.csv", "-l", "mse", "--where", text)
    assert (done.code, done.err) == (
        2,
        f"lossctl: error: --where is SRC=VALUE, or another of != < <= > >=, not '{text}'\n"
        "hint: a shell takes > and < for itself; quote the condition: --where 'n>3'\n",
    )


def test_a_comparison_with_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match=r"^--where 'n>=' compares with nothing; a value follows >=$"):
        read_condition("n>=")


def test_quantiles_have_a_name_and_an_exact_share() -> None:
    assert read_quantiles("50,99.9,0,100") == (
        Quantile("p50", Fraction(1, 2)),
        Quantile("p99.9", Fraction(999, 1000)),
        Quantile("p0", Fraction(0)),
        Quantile("p100", Fraction(1)),
    )
    assert read_quantiles("50,50.0") == (Quantile("p50", Fraction(1, 2)),)
    assert read_quantiles(None) == ()


@pytest.mark.parametrize(("text", "named"), [("50,101", "101"), ("p50", "p50"), ("50,-1", "-1"), ("", ""), ("nan", "nan")])
def test_a_quantile_that_is_no_number_to_100_is_exit_2(lossctl: Command, text: str, named: str) -> None:
    done = lossctl("eval", "a.csv", "-l", "mse", "--quantiles", text)
    message = f"lossctl: error: --quantiles are numbers from 0 to 100, as 50,90,99, not '{named}'\n"
    assert (done.code, done.err) == (2, message)


def test_average_and_class_axis_have_choices() -> None:
    question = request_of("ce", average="rows", class_axis="-1").question
    assert (question.average, question.class_axis) == ("rows", -1)
    assert (request_of().question.average, request_of().question.class_axis) == ("elements", None)
    with pytest.raises(UsageError, match=r"^--average has no 'row'; did you mean 'rows'\?$"):
        request_of(average="row")
    with pytest.raises(UsageError, match=r"^--class-axis has no '2'; one of 1, -1$"):
        request_of("ce", class_axis="2")
    with pytest.raises(UsageError, match=r"^--class-axis is about class predictions, which no loss here reads$"):
        request_of("mse", class_axis="1")


@pytest.mark.parametrize("command", ["eval", "check", "compare", "batch"])
def test_every_command_on_data_takes_the_new_options(lossctl: Command, command: str) -> None:
    shown = lossctl(command, "-h").out
    assert all(flag in shown for flag in ("--where", "--quantiles", "--average", "--class-axis"))


def test_every_file_that_is_read_is_among_the_files(here: Path) -> None:
    np.save("k.npy", np.ones(2))
    Path("own.py").write_text("")
    request = read_request(
        Eval(
            preds=("a.csv", "b.csv"),
            loss=("mse", "ce:class_weight=@k.npy"),
            target=("t.csv:y",),
            weight=("w.npy",),
            role=("anchor=r.npy",),
            id=("g.csv:id",),
            by=("g.csv:g,h",),
            keep=("n.csv:text",),
            where=("s.csv:split=test",),
            plugin=("own.py",),
        )
    )
    named = ["t.csv", "r.npy", "w.npy", "g.csv", "g.csv", "n.csv", "s.csv"]
    assert request.files() == ["a.csv", "b.csv", *named, "k.npy", "own.py"]
    assert request.inputs.named_files == named


def test_a_weight_is_no_role() -> None:
    for request in (request_of(weight=("w",)), request_of(role=("weight=w",))):
        assert (request.inputs.roles, request.inputs.weight) == ({}, (Src("w", column="w"),))
