"""`--where`: which rows are judged, against plain Python, through every door."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

import lossctl as api
from lossctl.columns.words import WordList
from lossctl.effects import Declared, options_of
from lossctl.options.commands import Eval
from lossctl.question.read_inputs import read_condition
from lossctl.rows.conditions import NotComparable, rows_for_which
from tests.conftest import Command

CELLS = ["", "1", "1.0", "01", "2", "-3", "1e1", "10", "0.5", "9007199254740993", "9007199254740992", "+1", " 1"]
WORDS = ["", "a", "b", "B", "ab"]
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda one, other: one == other, "!=": lambda one, other: one != other, "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other, ">": lambda one, other: one > other, ">=": lambda one, other: one >= other,
}  # fmt: skip


def write(name: str, *lines: str) -> None:
    Path(name).write_text("\n".join(lines) + "\n")


def number(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None


def satisfies(cell: str, operator: str, value: str) -> bool:
    """`=` is text, or a number without leading zeros; an empty cell satisfies only `=` nothing, and `!=`."""
    one, other = number(cell), number(value)
    if operator in ("=", "!="):
        zeros = any(len(digits) > 1 and digits[0] == "0" and digits[1].isdigit() for digits in (cell.strip(), value.strip()))
        same = cell == value or (one is not None and one == other and not zeros)
        return same == (operator == "=")
    if cell == "":
        return False
    return OPERATORS[operator](cell, value) if other is None else OPERATORS[operator](one, other)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("value", CELLS[1:])
def test_numbers_are_compared_exactly_and_equal_whatever_their_spelling(operator: str, value: str) -> None:
    holds = rows_for_which(read_condition(f"n{operator}{value}"), WordList(CELLS))
    assert dict(zip(CELLS, holds.tolist(), strict=True)) == {cell: satisfies(cell, operator, value) for cell in CELLS}


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("value", WORDS[1:])
def test_words_are_compared_letter_for_letter(operator: str, value: str) -> None:
    holds = rows_for_which(read_condition(f"n{operator}{value}"), WordList(WORDS))
    assert dict(zip(WORDS, holds.tolist(), strict=True)) == {cell: satisfies(cell, operator, value) for cell in WORDS}


@pytest.mark.parametrize(("condition", "kept"), [("n=", [True, False, False]), ("n!=", [False, True, True])])
def test_an_empty_cell_is_found_by_no_value_alone(condition: str, kept: list[bool]) -> None:
    assert rows_for_which(read_condition(condition), WordList(["", "nan", "0"])).tolist() == kept


def test_an_empty_cell_is_neither_above_nor_below_and_another_word_is_refused() -> None:
    assert rows_for_which(read_condition("n>=0"), WordList(["", "nan", " ", "0"])).tolist() == [False, False, False, True]
    with pytest.raises(NotComparable) as caught:
        rows_for_which(read_condition("n<3"), WordList(["1", "x", "2"]))
    assert (caught.value.row, caught.value.problem) == (1, "'x' is not a number, which < compares")


@pytest.mark.parametrize(
    ("condition", "cells", "problem"),
    [
        ("n<2,5", ["0.5", "10"], "'0.5' is a number, and '2,5', with which < compares it, is none"),
        ("n<1_000", ["", "20"], "'20' is a number, and '1_000', with which < compares it, is none"),
        ("n>=abc", ["x", "1e3"], "'1e3' is a number, and 'abc', with which >= compares it, is none"),
        (
            "d<2024/01/10",
            ["", "2024-01-09"],
            "'2024-01-09' is not written as '2024/01/10' is, and < compares texts sign by sign",
        ),
        ("d<9kg", ["8kg", "10kg"], "'10kg' is not written as '9kg' is, and < compares texts sign by sign"),
    ],
)
def test_what_has_no_order_is_refused(condition: str, cells: list[str], problem: str) -> None:
    """By their signs 10 is below 2,5, each 2024-... below 2024/..., and 10kg below 9kg."""
    with pytest.raises(NotComparable) as caught:
        rows_for_which(read_condition(condition), WordList(cells))
    assert (cells[caught.value.row], caught.value.problem) == (problem.split("'")[1], problem)


def test_dates_of_one_form_are_ordered_whole_or_by_their_beginning() -> None:
    days = ["2024-01-09", "2024-01-10", "2024-02-01", ""]
    assert rows_for_which(read_condition("d<2024-01-10"), WordList(days)).tolist() == [True, False, False, False]
    assert rows_for_which(read_condition("d>=2024-01-10T00"), WordList(days)).tolist() == [False, False, True, False]
    assert rows_for_which(read_condition("d<2024-02"), WordList(days)).tolist() == [True, True, False, False]


def test_the_first_operator_splits() -> None:
    found = [read_condition(text) for text in ("a=b=c", "a!=b<c", "a<=b=1", "x y>=1", "s.csv:a=b", "a==b")]
    assert [(one.src.column, one.operator, one.value) for one in found] == [
        ("a", "=", "b=c"), ("a", "!=", "b<c"), ("a", "<=", "b=1"), ("x y", ">=", "1"), ("a", "=", "b"), ("a", "=", "=b"),
    ]  # fmt: skip


CONDITIONS: list[list[tuple[str, str, str]]] = [
    [("s", "=", "a")], [("s", "!=", "a")], [("s", "=", "")], [("s", "!=", "")], [("n", ">", "2")], [("n", "<=", "2")],
    [("n", "=", "1")], [("n", "=", "01")], [("n", "!=", "1.0")], [("s", "<", "b")], [("n", ">=", "1"), ("s", "!=", "b")],
    [("n", ">", "0"), ("n", "<", "3")],
]  # fmt: skip
TEXTS = {"s": ["a", "b", "", "B"], "n": ["1", "1.0", "01", "2", "3.5", ""]}
Row = tuple[str, float, float, str, str, str]  # id, pred, y, s, n, g


def made(seed: int) -> list[Row]:
    chance = random.Random(seed)
    return [
        (
            f"k{place}", float(chance.randrange(9)), float(chance.randrange(9)), chance.choice(TEXTS["s"]),
            chance.choice(TEXTS["n"]), chance.choice("gh"),
        )
        for place in range(24)
    ]  # fmt: skip


def kept(rows: Sequence[Row], conditions: Sequence[tuple[str, str, str]]) -> list[int]:
    at = {"s": 3, "n": 4}
    return [
        place
        for place, row in enumerate(rows)
        if all(satisfies(str(row[at[column]]), operator, value) for column, operator, value in conditions)
    ]


def mean(rows: Sequence[Row], places: Sequence[int]) -> float:
    return sum((rows[place][1] - rows[place][2]) ** 2 for place in places) / len(places)


@pytest.mark.slow
@pytest.mark.parametrize("conditions", CONDITIONS, ids=str)
@pytest.mark.parametrize("shape", ["one table", "in the truth by order", "in the truth by key", "in the run by key"])
def test_what_holds_is_judged_and_the_rest_counted(lossctl: Command, shape: str, conditions: list[tuple[str, str, str]]) -> None:
    rows = made(len(shape))
    places = kept(rows, conditions)
    own, other = ("id,pred,g", "id,y,s,n") if "in the truth" in shape else ("id,pred,g,s,n", "id,y")
    if shape == "one table":
        own = "id,pred,g,s,n,y"
    names = ["id", "pred", "y", "s", "n", "g"]

    def lines(header: str, order: Sequence[int]) -> list[str]:
        columns = [names.index(name) for name in header.split(",")]
        return [header, *(",".join(str(rows[place][column]) for column in columns) for place in order)]

    by_key = shape.endswith("by key")
    order = list(range(len(rows)))
    write("p.csv", *lines(own, order))
    write("t.csv", *lines(other, order[::-1] if by_key else order))
    file = "t.csv:" if "in the truth" in shape else ""
    run = ["p.csv", "-l", "mse", *(() if shape == "one table" else ("-t", "t.csv:y")), *(("--id", "id") if by_key else ())]
    run += [part for column, operator, value in conditions for part in ("--where", f"{file}{column}{operator}{value}")]
    [found] = json.loads(lossctl("eval", *run, "--by", "g", "--per-sample", "--worst", "3", "--json").out)["runs"]
    assert (found["rows"], found["used"], found["dropped"]) == (24, len(places), {"where": 24 - len(places)})
    assert found["samples"]["row"] == places
    groups = {group: [place for place in places if rows[place][5] == group] for group in "gh"}
    expected = [mean(rows, places), *(mean(rows, some) for some in groups.values() if some)]
    assert [one["value"] for one in found["results"]] == pytest.approx(expected, rel=1e-15)
    worst = sorted(places, key=lambda place: (-((rows[place][1] - rows[place][2]) ** 2), place))[:3]
    assert [one["row"] for one in found["worst"]["mse"]] == worst
    value = found["results"][0]["value"]
    assert lossctl("batch", *run, "-b").value == value
    assert lossctl("check", *run[:1], *run[3:], "--max", f"mse={value!r}").code == 0
    assert lossctl("check", *run[:1], *run[3:], "--min-n", str(len(places) + 1), "--max", "mse=1e9").code == 1
    compared = json.loads(lossctl("compare", "p.csv", *run, "--json").out)
    assert [(one["used"], one["dropped"]) for one in compared["runs"]] == [(len(places), {"where": 24 - len(places)})] * 2
    assert (compared["comparisons"][0]["n"], compared["comparisons"][0]["base_value"]) == (len(places), value)
    options: dict[str, Any] = {"where": [f"{file}{column}{operator}{value}" for column, operator, value in conditions]}
    if by_key:
        options["id"] = "id"
    target = None if shape == "one table" else "t.csv:y"
    assert api.evaluate("p.csv", target, "mse", **options).value == value


def test_keys_that_a_condition_leaves_out_are_neither_missing_nor_twice(lossctl: Command) -> None:
    write("p.csv", "id,pred,s", "x,1,in", "y,2,out", "y,3,out", "z,4,in", ",5,out")
    write("t.csv", "id,y,part", "z,1,test", "x,1,test", "w,7,train", "w,8,train", "y,9,test")
    run = ("eval", "p.csv", "-t", "t.csv:y", "-l", "mse", "--id", "id", "--json")
    done = lossctl(*run, "--where", "s=in", "--where", "t.csv:part=test", "--missing", "drop")
    [found] = json.loads(done.out)["runs"]
    assert (found["used"], found["results"][0]["value"]) == (2, 9 / 2)
    assert found["dropped"] == {"where": 4}  # w counts once, y once for each of its rows in the run's table
    assert lossctl(*run, "--where", "s=in").code == 3  # w stands twice in what is left of t.csv
    done = lossctl(*run, "--where", "t.csv:part=test", "--where", "s!=nothing")
    assert (done.code, "the key is empty" in done.err) == (3, True)


def test_a_condition_that_leaves_nothing_is_refused(lossctl: Command) -> None:
    write("p.csv", "pred,y,s", "1,2,a", "2,2,b")
    done = lossctl("eval", "p.csv", "-l", "mse", "--where", "s=c")
    assert (done.code, done.out) == (3, "")
    assert done.err == "lossctl: error: p.csv: none of the 2 rows is used: 2 dropped (where)\n"


def test_a_condition_on_a_table_of_another_length_is_called_by_its_option(lossctl: Command) -> None:
    write("p.csv", "p", "1", "2", "3")
    write("t.csv", "y,s", "1,a", "2,a")
    done = lossctl("eval", "p.csv", "-p", "p", "-t", "t.csv:y", "--where", "t.csv:s=a", "-l", "mae")
    problem = "p.csv and t.csv: different lengths: pred has 3 rows, target, where have 2 rows"
    assert (done.code, done.err) == (3, f"lossctl: error: {problem}\n")


def test_a_condition_of_another_definition_is_another_signature(lossctl: Command) -> None:
    write("p.csv", "pred,y,s", "1,2,a", "2,2,b")
    found = [
        json.loads(lossctl("eval", "p.csv", "-l", "mse", *more, "--json").out)["runs"][0]["results"][0]["signature"]
        for more in ((), ("--where", "s=a"), ("--where", "s!=b"), ("--in-order",))
    ]
    assert len(set(found)) == 4


@pytest.mark.parametrize(
    ("condition", "hint", "keyword"),
    [
        ("area=north", "a column of another file is FILE:COLUMN: --where FILE:area=north", 'where="FILE:area=north"'),
        ("area!=", "a column of another file is FILE:COLUMN: --where 'FILE:area!='", 'where="FILE:area!="'),
        ("area>3", "if it is the file that is meant: --where 'file:area>3'", 'where="file:area>3"'),
        ("k<=3", "k is in another file: --where 'o.csv:k<=3'", 'where="o.csv:k<=3"'),
    ],
)
def test_the_hint_of_a_column_that_is_not_there_is_the_whole_condition(
    lossctl: Command, condition: str, hint: str, keyword: str
) -> None:
    write("a.csv", "id,y,pred,region", "1,1,2,north", "2,1,4,south")
    write("o.csv", "id,k", "2,1", "1,9")
    if ">" in condition:
        write("area", "v", "1", "4")
    done = lossctl("eval", "a.csv", "-l", "mse", "--id", "id", "--keep", "o.csv:k", "--worst", "1", "--where", condition)
    column = condition.rstrip("<>=!north3")
    problem = f"a.csv: column '{column}' not found; there are id, y, pred, region"
    assert (done.code, done.err) == (3, f"lossctl: error: {problem}\nhint: {hint}\n")
    with pytest.raises(api.LossctlError) as caught:
        api.evaluate("a.csv", loss="mse", id="id", keep="o.csv:k", worst=1, where=condition)
    assert str(caught.value) == f"{problem}\nhint: {hint.rpartition(': ')[0]}: {keyword}"


def test_the_hint_of_a_condition_gives_the_number_that_was_asked_for(lossctl: Command) -> None:
    """By order the condition would keep the other row."""
    write("a.csv", "id,y,pred", "1,1,2", "2,1,4")
    write("o.csv", "id,k", "2,1", "1,9")
    typed = ["eval", "a.csv", "-l", "mse", "--id", "id", "-b", "--where"]
    assert lossctl(*typed, "o.csv:k<=3").out == "9\n"
    assert lossctl(*typed, "o.csv:k>3").out == "1\n"


@pytest.mark.parametrize("option", [declared for declared in options_of(Eval).values() if declared.option.names_columns])
def test_a_column_that_is_not_there_is_named_by_the_option_that_was_typed(lossctl: Command, option: Declared) -> None:
    write("a.csv", "y,pred,region", "1,2,north")
    flag, column = option.option.flags.split()[0], "area=1" if option.name == "where" else "area"
    more = {"unit": ["--confidence", "0.9"], "keep": ["--worst", "1"]}.get(option.name, [])
    done = lossctl("eval", "a.csv", "-l", "mse", *more, flag, column)
    problem = "a.csv: column 'area' not found; there are y, pred, region"
    hint = f"\nhint: a column of another file is FILE:COLUMN: {flag} FILE:{column}" if option.name != "id" else ""
    assert (done.code, done.err) == (3, f"lossctl: error: {problem}{hint}\n")


@pytest.mark.parametrize("condition", ["g==a", "g= a"])
def test_what_belongs_to_no_value_is_said_where_a_condition_leaves_nothing(lossctl: Command, condition: str) -> None:
    write("a.csv", "y,pred,g\n0,1,a\n0,2,b\n")
    done = lossctl("eval", "a.csv", "-l", "mse", "--where", condition)
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.csv: none of the 2 rows is used: 2 dropped (where)\n"
        "hint: all that follows = is the value: --where g=a\n",
    )
