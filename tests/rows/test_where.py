"""`--where`: which rows are judged, against plain Python, through every door."""

from __future__ import annotations

import gzip
import json
import math
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
from tests.processes import shell

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


NO_NUMBERS = ["timeout", "1,5", "1_000", "[1]", "--", "1e999", "50%", "True"]
FILES = ["a.csv", "a.csv.gz", "a.tsv", "a.txt", "a.jsonl", "a.jsonl.gz", "a.json"]
HEADER = ("id", "y", "p", "status")
Cells = tuple[str, str, str, str]


def with_words(seed: int, *, first: str) -> list[Cells]:
    """Rows that are ok, with numbers, or failed, with words for them, gaps, and numbers out of range; `first` is the first."""
    chance = random.Random(seed)
    rows: list[Cells] = []
    for place, status in enumerate([first, "ok", "failed", *chance.choices(["ok", "failed"], k=20)]):
        odd = [*NO_NUMBERS, "", "nan", "inf", "3"] if status == "failed" else [str(number) for number in range(9)]
        rows.append((f"k{place}", chance.choice(odd), chance.choice(odd[:8] if place == 2 else odd), status))
    return rows


def written(name: str, header: Sequence[str], rows: Sequence[Cells]) -> str:
    """Columns of rows in the format that a name says; in JSON numbers are such, and what is empty is null."""
    ending, _, packed = name.partition(".")[2].partition(".")
    cells = [[row[HEADER.index(column)] for column in header] for row in rows]
    if ending.startswith("json"):
        objects = [
            ", ".join(
                f'"{key}": {cell if cell.isdigit() else json.dumps(cell or None)}' for key, cell in zip(header, row, strict=True)
            )
            for row in cells
        ]
        lines = ["{" + members + "}" for members in objects]
        text = "\n".join(lines) if ending == "jsonl" else f"[{','.join(lines)}]"
    elif ending == "tsv":  # blanks around numbers are no part of them
        lines = ["\t".join(f" {cell} " if key in "yp" else cell for key, cell in zip(header, row, strict=True)) for row in cells]
        text = "\n".join(["\t".join(header), *lines])
    else:
        between = "," if ending == "csv" else "  "
        text = "\n".join(
            between.join(f'"{cell}"' if "," in cell or not cell else cell for cell in row) for row in [header, *cells]
        )
    data = text.encode() + b"\n"
    Path(name).write_bytes(gzip.compress(data) if packed else data)
    return name


def squared(rows: Sequence[Cells]) -> float:
    """The mean squared error of the rows that are ok."""
    costs = [(int(p) - int(y)) ** 2 for _, y, p, status in rows if status == "ok"]
    return sum(costs) / len(costs)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("first", ["ok", "failed"])
def test_a_word_for_a_number_is_no_fault_in_a_row_that_is_not_judged(lossctl: Command, name: str, first: str) -> None:
    rows = with_words(len(name), first=first)
    value, used = squared(rows), sum(row[3] == "ok" for row in rows)
    run = [written(name, HEADER, rows), "-l", "mse", "-p", "p", "--where", "status=ok"]
    for jobs in "12":
        [found] = json.loads(lossctl("eval", *run, "--json", "-j", jobs).out)["runs"]
        assert (found["results"][0]["value"], found["used"], found["dropped"]) == (value, used, {"where": 23 - used})
        assert lossctl("batch", *run, "-b", "-j", jobs).value == value
    assert lossctl("eval", *run, "--nan", "drop", "-b").value == value
    assert lossctl("eval", *run, "-t", "y", "-w", "y", "-b").code == 0
    assert lossctl("check", *run, "--max", f"mse={value!r}").code == 0
    compared = json.loads(lossctl("compare", name, *run, "--json").out)["comparisons"][0]
    assert (compared["n"], compared["base_value"], compared["difference"]) == (used, value, 0)
    assert api.evaluate(name, loss="mse", pred="p", where="status=ok").value == value


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("own", ["id,p,status", "id,p"])
@pytest.mark.parametrize("keys", [["--id", "id"], []])
def test_a_word_is_no_fault_in_a_row_that_another_table_leaves_out(
    lossctl: Command, name: str, own: str, keys: list[str]
) -> None:
    rows = with_words(len(name + own), first="failed")
    truth = written("t" + name[1:], ["id", "y", "status"], rows[::-1] if keys else rows)
    run = [written(name, own.split(","), rows), "-l", "mse", "-p", "p", "-t", f"{truth}:y", *keys]
    where = ["--where", "status!=failed" if "status" in own else f"{truth}:status!=failed"]
    assert lossctl("eval", *run, *where, "-b").value == squared(rows)
    assert lossctl("compare", name, *run, *where).code == 0
    if keys:
        written(truth, ["id", "y", "status"], [row for row in rows if row[3] == "ok"])
        assert lossctl("eval", *run, *where, "--missing", "drop", "-b").value == squared(rows)


@pytest.mark.parametrize("ending", [name[1:] for name in FILES])
def test_words_stand_in_some_shards_alone(lossctl: Command, ending: str) -> None:
    rows, more = with_words(len(ending), first="ok"), [row for row in with_words(7, first="ok") if row[3] == "ok"]
    more = [(f"m{key}", y, p, status) for key, y, p, status in more]
    Path("d").mkdir()
    for place, part in enumerate([more[:5], rows, more[5:]]):
        written(f"d/{place}{ending}", HEADER, part)
    truth = written("t.csv", ["id", "y"], [*rows, *more])
    run = ["d", "-l", "mse", "-p", "p", "--where", "status=ok"]
    assert lossctl("eval", *run, "-t", "y", "-b").value == squared([*rows, *more])
    assert lossctl("eval", *run, "-t", f"{truth}:y", "--id", "id", "-b", "-j", "2").value == squared([*rows, *more])


@pytest.mark.parametrize("name", FILES)
def test_words_stand_in_some_pieces_of_a_file_alone(lossctl: Command, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The first pieces hold numbers alone, which the fast readers take, and so do the last."""
    import pyarrow as pa  # where it is imported small pieces are read by it too

    assert pa.__version__
    for module in ("lines", "compression"):
        monkeypatch.setattr(f"lossctl.files.{module}._READ", 2**12)
    rows = with_words(3, first="ok")
    plain = [row for row in rows if row[3] == "ok"]
    many = [*(plain * 200), *rows, *(plain * 200)]
    many = [(f"k{place}", *row[1:]) for place, row in enumerate(many)]
    written(name, HEADER, many)
    truth = written("t" + name[1:], HEADER[:2], many[::-1])
    for jobs in "12":
        run = [name, "-l", "mse", "-p", "p", "--where", "status=ok", "-b", "-j", jobs]
        assert lossctl("eval", *run).value == squared(many)
        assert lossctl("eval", *run, "-t", f"{truth}:y", "--id", "id").value == squared(many)


@pytest.mark.parametrize("name", FILES)
def test_words_come_through_a_pipe(here: Path, name: str) -> None:
    rows = with_words(4, first="failed")
    written(name, HEADER, rows)
    form = name.split(".")[1]
    done = shell(f"cat {name} | lossctl eval - -l mse -p p --where status=ok -b -q --input-format {form}", here)
    assert (float(done.stdout), done.stderr) == (squared(rows), "")


WORDS_USED = """\
y,p,status
1,timeout,failed
2,,ok
3,late,ok
x,early,ok
"""


@pytest.mark.parametrize("more", [[], ["--nan", "drop"], ["--nan", "drop", "-w", "p"], ["-j", "2"]])
def test_a_word_in_a_row_that_is_judged_is_never_a_missing_value(lossctl: Command, more: list[str]) -> None:
    Path("a.csv").write_text(WORDS_USED)
    lines = [dict(zip(("y", "p", "status"), line.split(","), strict=True)) for line in WORDS_USED.splitlines()[1:]]
    Path("a.jsonl").write_text("".join(json.dumps(line | {"p": line["p"] or None, "y": 3}) + "\n" for line in lines))
    for name, where in (("a.csv", "line 4, column 'p': 'late' is"), ("a.jsonl", "line 3, column 'p': 'late' is text,")):
        run = [name, "-l", "mse", "-p", "p", "--where", "status=ok", *more]
        for command in (["eval"], ["compare", name], ["check", "--max", "mse=9"]):
            done = lossctl(*command, *run)
            assert (done.code, done.err.splitlines()[0]) == (3, f"lossctl: error: {name} {where} not a number")
        _, failed = lossctl("batch", *run).out.splitlines()
        assert failed.split("\t")[-1] == f"{name} {where} not a number"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("2,failed", "line 3: 2 fields, header has 3"),
        ('2,"1"x,failed', "line 3: bad quoting: ',' expected after '\"'"),
    ],
)
def test_what_is_no_row_is_a_fault_whatever_conditions_say(lossctl: Command, line: str, problem: str) -> None:
    write("a.csv", "y,p,status", "1,2,ok", line)
    done = lossctl("eval", "a.csv", "-l", "mse", "-p", "p", "--where", "status=ok")
    assert (done.code, done.err.splitlines()[0]) == (3, f"lossctl: error: a.csv {problem}")
    write("a.jsonl", '{"y": 1, "p": 2, "status": "ok"}', '{"y": 1, "p": timeout, "status": "failed"}')
    done = lossctl("eval", "a.jsonl", "-l", "mse", "-p", "p", "--where", "status=ok")
    assert (done.code, done.err.splitlines()[0].partition("line 2")[0]) == (3, "lossctl: error: a.jsonl ")


def test_an_unknown_label_is_no_fault_in_a_row_that_is_not_judged(lossctl: Command) -> None:
    """With it, --positive would leave two other labels."""
    write("a.csv", "y,p_cat,p_dog,s", "crash,x,y,failed", "cat,0.5,0.5,ok", "dog,0.75,0.25,ok", "elk,,2,failed")
    for options in (["-p", "p_*"], ["-p", "p_cat,p_dog", "--classes", "cat,dog"], ["-p", "p_dog", "--positive", "dog"]):
        done = lossctl("eval", "a.csv", "-l", "brier", *options, "--where", "s=ok", "-b")
        assert done.value == pytest.approx((0.25 + 0.5625) / (2 if "--positive" in options else 1))
    done = lossctl("eval", "a.csv", "-l", "brier", "-p", "p_*", "--where", "s!=ok", "--nan", "drop")
    assert done.err.splitlines()[0] == "lossctl: error: a.csv line 2, column 'p_cat': 'x' is not a number"
    write("n.csv", "y,p,s", "0,0.5,ok", "none of them,0.5,failed", "1,0.25,ok")
    assert lossctl("eval", "n.csv", "-l", "brier", "-p", "p", "--where", "s=ok", "-b").value == (0.25 + 0.5625) / 2


def test_lists_of_another_length_or_of_words_are_no_fault_in_a_row_that_is_not_judged(lossctl: Command) -> None:
    lists = [
        '{"p": [1, 2], "y": [1, 4], "s": "ok"}',
        '{"p": [1, "x"], "y": 3, "s": "bad"}',
        '{"p": "late", "y": [1], "s": "bad"}',
    ]
    write("a.jsonl", *lists, '{"p": [0, 3], "y": [0, 0], "s": "ok"}')
    assert lossctl("eval", "a.jsonl", "-l", "mse", "-p", "p", "--where", "s=ok", "-b").value == 13 / 4
    done = lossctl("eval", "a.jsonl", "-l", "mse", "-p", "p", "--where", "s!=good", "--nan", "drop")
    assert done.err == "lossctl: error: a.jsonl line 2, column 'p': 'x' is text, not a number\n"
    write("g.jsonl", '{"p": 1, "y": 2, "g": {}, "w": 1, "s": "bad"}', '{"p": 1, "y": 3, "g": "u", "w": 2, "s": "ok"}')
    assert lossctl("eval", "g.jsonl", "-l", "mse", "--by", "g", "-p", "p", "--where", "s=ok", "-b").out == "4\n4\n"


FIRST_WORD = [
    ("zero_one", ("y", "pred"), [("?", "timeout"), ("1", "1.0"), ("0", "1"), ("0", "0.0")], 1 / 3),
    ("bits_per_byte", ("logprob", "bytes"), [("-1", "many"), ("-2", "12"), ("-3", "7")], 5 / math.log(2) / 19),
]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
@pytest.mark.parametrize(("loss", "header", "cells", "value"), FIRST_WORD)
def test_a_word_in_a_row_that_is_not_judged_makes_no_words_of_numbers(
    lossctl: Command, name: str, loss: str, header: tuple[str, str], cells: list[tuple[str, str]], value: float
) -> None:
    """As words 1.0 and 1 differ, and 12 has two bytes."""
    rows = [(*row, "ok" if place else "failed") for place, row in enumerate(cells)]

    def write_rows(rows: Sequence[Sequence[str]]) -> None:
        values = ([cell if number(cell) is None else json.loads(cell) for cell in row] for row in rows)
        lines = [json.dumps(dict(zip((*header, "s"), row, strict=True))) for row in values]
        write(name, *([",".join((*header, "s")), *map(",".join, rows)] if name == "a.csv" else lines))

    run = [name, "-l", loss, "--where", "s=ok"]
    write_rows(rows)
    column = header[1]
    problem = f"{name}:{column}: the first cell of the {column} is a word, and the rows that conditions leave have numbers alone"
    hint = "the first cell says how all are read: have one of these rows come first"
    done = lossctl("eval", *run)
    assert (done.code, done.err) == (3, f"lossctl: error: {problem}\nhint: {hint}\n")
    assert lossctl("batch", *run).out.splitlines()[1].endswith(problem)
    write_rows([*rows[1:], rows[0]])
    assert lossctl("eval", *run, "-b").value == pytest.approx(value, rel=1e-15)


def test_words_and_numbers_that_are_judged_are_compared_as_words(lossctl: Command) -> None:
    write("a.csv", "y,pred,s", "cat,timeout,failed", "7,7,ok", "7,7.0,ok", "cat,cat,ok", "cat,8,ok")
    done = lossctl("eval", "a.csv", "-l", "zero_one", "--where", "s=ok", "-b")
    said = "lossctl: a.csv: pred pred, target y, where s; 4 rows used, 1 dropped (where)\n"
    assert (done.value, done.err) == (0.5, said)
