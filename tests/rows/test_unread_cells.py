"""What cannot be read in a row that `--where` leaves out is no fault, and never a missing value in one that is judged."""

from __future__ import annotations

import gzip
import json
import math
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

import lossctl as api
from tests.conftest import Command
from tests.processes import shell
from tests.rows.test_where import number, write

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
