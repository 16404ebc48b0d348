"""`--table`: how the text of one file is written, or of all."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import pytest

import lossctl as api
from lossctl.errors import UsageError
from lossctl.formats.catalogue import open_table
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Kind, Selection
from lossctl.question.table_settings import read_table
from tests.conftest import Command

PLAIN = "y,pred\n1000,1250\n2,4\n"  # mse 31252, mae 126

PERCENT = "no percent sign is read; save numbers: {} where the others are percentages too, {} where they are shares"


def write(**files: str) -> None:
    for name, text in files.items():
        Path(name.replace("_", ".")).write_text(text)


def mae(lossctl: Command, *more: str) -> float:
    done = lossctl("eval", *more, "-l", "mae", "-b")
    assert done.code == 0, done.err
    return done.value


@pytest.mark.parametrize(
    ("text", "file", "values"),
    [
        ("delimiter=;", None, {"delimiter": ";"}),
        ("truth.csv:delimiter=;:decimal=,", "truth.csv", {"delimiter": ";", "decimal": ","}),
        ("delimiter=::decimal=,", None, {"delimiter": ":", "decimal": ","}),
        ("a:b.csv:skip=2", "a:b.csv", {"skip": 2}),
        ("s3://b/t.csv?region=eu:header=no", "s3://b/t.csv?region=eu", {"header": False}),
        ("-:missing=-999,?:thousands= ", "-", {"missing": ("-999", "?"), "thousands": " "}),
        ("comment=://:quote=none:format=tsv", None, {"comment": "://", "quote": False, "format": "tsv"}),
        ("delimiter=tab", None, {"delimiter": "\t"}),
    ],
)
def test_a_file_ends_before_the_first_key_and_a_value_before_the_next(text: str, file: str | None, values: object) -> None:
    table = read_table(text)
    assert (table.file, table.values) == (file, values)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("truth.csv:sep=;", "not 'truth.csv:sep=;'; sep is delimiter here"),
        ("truth.csv:headr=no", "not 'truth.csv:headr=no'; did you mean 'header'?"),
        (
            "truth.csv",
            "not 'truth.csv'; keys are header, delimiter, decimal, thousands, encoding, format, quote, comment, skip, missing",
        ),
        ("delimiter=;;", "--table delimiter is one ASCII character, or tab, not ';;'"),
        ("decimal=;", "--table decimal has no ';'; did you mean '.'?"),
        ("thousands=x", "--table thousands is one sign, as . or , or a blank, not 'x'"),
        ("skip=-1", "--table skip is a whole number >= 0, not '-1'"),
        ("header=maybe", "--table header has no 'maybe'; one of yes, no"),
        ("format=xls", "--table format 'xls' is none of npy, npz, csv, tsv, txt, jsonl, json, parquet, arrow"),
        ("missing=", "--table missing is words with commas between them, as -999,?, not ''"),
        ("comment=", "--table comment is how comments begin, as #"),
        ("skip=1:skip=2", "--table 'skip=1:skip=2' says skip twice"),
    ],
)
def test_what_is_no_setting_is_refused_with_what_is(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_table(text)
    assert str(refused.value).endswith(message)


def test_a_setting_is_of_its_file_alone(lossctl: Command) -> None:
    write(p_csv="pred;n\n1,25;9\n4;9\n", t_csv="y,n\n1.5,9\n2,9\n")
    own = ["p.csv", "-t", "t.csv", "--table", "p.csv:delimiter=;:decimal=,"]
    assert mae(lossctl, *own) == 1.125
    assert lossctl("eval", "p.csv", "-t", "t.csv", "-l", "mae", "--table", "delimiter=;:decimal=,").code == 3
    write(t_csv="y;n\n1.5;9\n2;9\n")
    assert mae(lossctl, *own, "--delimiter", ";") == 1.125
    assert mae(lossctl, *own, "--table", "delimiter=;") == 1.125


def test_a_directory_is_all_of_its_files_or_one(lossctl: Command) -> None:
    Path("d").mkdir()
    write(**{"d/1_csv": "y,pred\n1,2\n", "d/2_csv": "9,9\ny,pred\n1,4\n"})
    assert mae(lossctl, "d", "--table", "d/2.csv:skip=1") == 2
    write(**{"d/1_csv": "9,9\ny,pred\n1,2\n"})
    for named in ("d", "d/", "./d"):
        assert mae(lossctl, "d", "--table", f"{named}:skip=1") == 2


@pytest.mark.parametrize("named", ["b.csv", "d/b.csv", "a.csv.gz", "-"])
def test_a_file_that_is_not_read_is_refused(named: str, lossctl: Command) -> None:
    write(a_csv=PLAIN)
    done = lossctl("eval", "a.csv", "-l", "mae", "--table", f"{named}:skip=1")
    message = f"lossctl: error: --table names '{named}', which is not read\nhint: files are a.csv\n"
    assert (done.code, done.err) == (2, message)


def test_what_is_said_twice_or_contradicts_itself_is_refused(lossctl: Command) -> None:
    write(a_csv=PLAIN)

    def refusal(*more: str) -> str:
        done = lossctl("eval", "a.csv", "-l", "mae", *more)
        assert done.code == 2
        return done.err.removeprefix("lossctl: error: ")

    assert refusal("--decimal", ",", "--table", "decimal=.") == "decimal is said twice of all tables\n"
    assert refusal("--table", "a.csv:skip=1", "--table", "a.csv:skip=2") == "skip is said twice of 'a.csv'\n"
    both = "the sign between thousands and the decimal sign are both "
    assert refusal("--table", "thousands=.") == f"{both}'.'\nhint: for decimal commas: --decimal ,\n"
    assert refusal("--table", "a.csv:thousands=,", "--decimal", ",") == f"--table a.csv: {both}','\n"


def test_settings_of_text_are_none_of_other_formats(lossctl: Command) -> None:
    write(a_jsonl='{"y": 1, "pred": -999}\n')
    done = lossctl("eval", "a.jsonl", "-l", "mae", "--table", "missing=-999")
    message = "lossctl: error: a.jsonl: --table missing is about tables of text, and this is none\n"
    assert (done.code, done.err) == (2, f"{message}hint: name the table that is meant: --table FILE:missing=...\n")


@pytest.mark.parametrize("fast", [False, True])
def test_words_for_missing_numbers_are_missing_in_any_spelling_of_the_number(fast: bool, lossctl: Command) -> None:
    if fast:
        __import__("pyarrow.csv")
    write(a_csv="g,y,pred\n?,1,2\n-999,-999.0,3\n-998,4,9\n-999,?,7\nx,5, -9.99e2\n")
    done = lossctl("eval", "a.csv", "-l", "mae", "--table", "missing=-999,?", "--nan", "drop", "--by", "g", "--json")
    run = json.loads(done.out)["runs"][0]
    assert run["dropped"] == {"nan": 3}
    assert [(one["by"], one["value"]) for one in run["results"]] == [(None, 3), ({"g": "-998"}, 5), ({"g": "?"}, 1)]
    done = lossctl("eval", "a.csv", "-l", "mae", "--table", "missing=-9_9_9,?", "--nan", "drop", "-b")
    assert float(done.out) == (1 + 1002 + 5 + 1004) / 4  # a word, which is no number
    done = lossctl("eval", "a.csv", "-l", "mae")
    problem = "a.csv line 5, column 'y': '?' is not a number"
    assert done.err == f"lossctl: error: {problem}\nhint: if it stands for a missing value: --table 'missing=?'\n"


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("1,234.5", "for thousands separators: --table thousands=,"),
        ("1,234,567", "for thousands separators: --table thousands=,"),
        ("1.234,5", "for thousands separators: --table decimal=,:thousands=."),
        ("1.234.567", "for thousands separators: --table decimal=,:thousands=."),
        ("1 234.5", "for thousands separators: --table 'thousands= '; if blanks are between cells: --input-format txt"),
        ("0.3 0.7", "if blanks are between cells: --input-format txt"),
        ("1'234", """for thousands separators: --table "thousands='\""""),
        ("1,234", "if it is 1.234, for decimal commas: --decimal ,; if it is 1234: --table thousands=,"),
        ("0,234", "for decimal commas: --decimal ,"),
        ("12,5", "for decimal commas: --decimal ,"),
        ("1,23,456", None),
        ("1,2345.0", None),
        ("-", "if it stands for a missing value: --table missing=-"),
        ("1;2", "try --delimiter ';'"),
        *(
            (cell, PERCENT.format(number, share))
            for cell, number, share in [
                ("76.4%", "76.4", "0.764"),
                ("-5 %", "-5", "-0.05"),
                ("100%", "100", "1"),
                ("0.10%", "0.1", "0.001"),
            ]
        ),
        ("76,4%", None),
        ("7%6", None),
        (
            "cat:0.3",
            "these are Vowpal Wabbit's cells: sed 's/[^ ]*://g' FILE > preds.txt; then --table preds.txt:header=no -p 1..",
        ),
    ],
)
def test_a_cell_that_is_no_number_is_refused_with_what_makes_it_one(cell: str, hint: str | None, lossctl: Command) -> None:
    write(a_csv=f'y,pred\n1,"{cell}"\n')
    done = lossctl("eval", "a.csv", "-l", "mae")
    said = f"\nhint: {hint}\n" if hint else "\n"
    assert (done.code, done.err) == (3, f"lossctl: error: a.csv line 2, column 'pred': '{cell}' is not a number{said}")


def test_a_percentage_with_a_decimal_comma_is_answered_in_its_numbers(lossctl: Command) -> None:
    write(a_csv='y,pred\n1,"76,4%"\n')
    done = lossctl("eval", "a.csv", "-l", "mae", "--decimal", ",")
    hint = PERCENT.format("76,4", "0,764")
    assert (done.code, done.err) == (
        3,
        f"lossctl: error: a.csv line 2, column 'pred': '76,4%' is not a number\nhint: {hint}\n",
    )


@pytest.mark.parametrize(
    ("sign", "decimal", "cells", "value"),
    [
        (",", ".", ["1,234.5", "1,234,567", "12", "-1,000e3"], (1234.5 + 1234567 + 12 + 1e6) / 4),
        (".", ",", ["1.234,5", "999", "0,5", "+1.000"], (1234.5 + 999 + 0.5 + 1000) / 4),
        (" ", ".", ["1 234.5", " 12 ", "1 000 000", "7"], (1234.5 + 12 + 1e6 + 7) / 4),
        ("\u202f", ",", ["1\u202f234,5", "12", "1\u202f000", "7"], (1234.5 + 12 + 1000 + 7) / 4),
        ("_", ".", ["1_234.5", "12", "1_000", "7"], (1234.5 + 12 + 1000 + 7) / 4),
    ],
)
@pytest.mark.parametrize("fast", [False, True])
def test_groups_of_three_digits_are_read(
    sign: str, decimal: str, cells: list[str], value: float, fast: bool, lossctl: Command
) -> None:
    if fast:
        __import__("pyarrow.csv")
    write(a_csv="y;pred\n" + "".join(f"0;{cell}\n" for cell in cells))
    assert mae(lossctl, "a.csv", "--delimiter", ";", "--decimal", decimal, "--table", f"thousands={sign}") == value


@pytest.mark.parametrize("cell", ["1,23", "0,234", "1,2345", ",234", "1234,567", "1.5,000", "1,,234", "1,234,"])
def test_digits_in_other_groups_are_no_number(cell: str, lossctl: Command) -> None:
    write(a_csv=f'y,pred\n1,"{cell}"\n')
    done = lossctl("eval", "a.csv", "-l", "mae", "--table", "thousands=,")
    assert (done.code, done.err.splitlines()[0]) == (3, f"lossctl: error: a.csv line 2, column 'pred': '{cell}' is not a number")


def test_hints_name_the_file_where_there_are_several(lossctl: Command) -> None:
    write(p_csv="pred\n1\n2\n", t_csv="y;z\n1,5;3\n2,5;3\n")

    def hint(*more: str) -> str:
        done = lossctl("eval", "p.csv", "-t", "t.csv", "-l", "mae", *more)
        assert done.code == 3
        return done.err.partition("hint: ")[2].rstrip("\n")

    assert hint() == "try --table 't.csv:delimiter=;'"
    assert hint("--table", "t.csv:delimiter=;") == "for decimal commas: --table t.csv:decimal=,"
    assert mae(lossctl, "p.csv", "-t", "t.csv", "--table", "t.csv:delimiter=;", "--table", "t.csv:decimal=,") == 0.5


def test_quotes_are_signs_as_any_where_none_quote(lossctl: Command) -> None:
    write(a_tsv='t\ty\tpred\n"a\t1\t2\n5" disk\t1\t3\n""\t2\t2\n')
    assert mae(lossctl, "a.tsv", "--table", "quote=none") == 1
    done = lossctl("eval", "a.tsv", "-l", "mae", "--table", "quote=none", "--by", "t", "--json", "-q")
    assert [one["by"]["t"] for one in json.loads(done.out)["runs"][0]["results"][1:]] == ['""', '"a', '5" disk']


def test_signatures_name_what_cells_mean_and_no_paths(lossctl: Command) -> None:
    write(p_csv="x\ny,pred\n1,2\n", t_csv="y\n1\n")

    def signature(*more: str) -> str:
        done = lossctl("eval", "p.csv", "-l", "mae", "--json", *more)
        assert done.code == 0, done.err
        found: str = json.loads(done.out)["runs"][0]["results"][0]["signature"]
        return found.partition("average=rows|")[2] or found

    assert "table=run:skip=1|column.pred" in signature("--table", "p.csv:skip=1")
    own = signature("--table", "p.csv:skip=1:encoding=latin-1:delimiter=,:missing=?,-9", "-t", "t.csv")
    assert "table=run:missing=?,-9|table=run:skip=1|column.pred" in own
    assert "table=run:skip=1|table=target:thousands=_|" in signature(
        "--table", "p.csv:skip=1", "-t", "t.csv", "--table", "t.csv:thousands=_"
    )
    write(p_csv="y,pred\n1,2\n")
    assert signature("--table", "decimal=,") == signature("--decimal", ",")
    assert signature("--table", "p.csv:delimiter=,:quote=none") == signature()
    assert "table=comment=#|" in signature("--table", "comment=#")


def test_a_baseline_of_another_syntax_is_not_comparable(lossctl: Command) -> None:
    write(p_csv='y,pred\n1,"1,000"\n')
    common = ["check", "p.csv", "--baseline", "b.json", "--table"]
    assert lossctl(*common, "thousands=,", "--max", "mae=9e9", "--update-baseline").code == 0
    assert lossctl(*common, "thousands=,", "--max-rise", "mae=0").code == 0
    done = lossctl(*common, "thousands=,:skip=0:missing=?", "--max-rise", "mae=0")
    assert done.code == 3
    assert "table=thousands=, in the baseline, table=missing=? and table=thousands=, now" in done.err


def test_configurations_and_manifests_say_it_of_their_files(lossctl: Command) -> None:
    Path("deep").mkdir()
    write(**{"deep/p_csv": "pred;n\n3;1\n", "deep/t_csv": "y\n1\n", "deep/q_csv": "pred\n2\n"})
    check = '[[check]]\nname = "{0}"\nfiles = ["{0}.csv"]\nloss = "mae"\nmax = {1}\n'
    head = 'target = "t.csv"\ntable = "{}.csv:delimiter=;"\n'
    Path("deep/lossctl.toml").write_text(head.format("p") + check.format("p", 2) + check.format("q", 0.5))
    done = lossctl("check", "--config", "deep/lossctl.toml", "--json")
    assert [(one["name"], one["value"], one["status"]) for one in json.loads(done.out)["checks"]] == [
        ("p", 2, "pass"),
        ("q", 1, "fail"),
    ]
    Path("deep/lossctl.toml").write_text(head.format("x") + check.format("p", 2))
    done = lossctl("check", "--config", "deep/lossctl.toml")
    assert (done.code, done.err.partition("\n")[0]) == (2, "lossctl: error: --table names 'deep/x.csv', which is not read")
    Path("deep/m.csv").write_text("run,pred,target,--table\na,p.csv,t.csv,p.csv:delimiter=;\nb,q.csv,t.csv,\n")
    done = lossctl("batch", "--manifest", "deep/m.csv", "-l", "mae", "-b")
    assert [float(line) for line in done.out.split()] == [1, 2]
    Path("deep/m.csv").write_text("run,pred,target\na,p.csv,t.csv\nb,q.csv,t.csv\n")
    assert lossctl("batch", "--manifest", "deep/m.csv", "-l", "mae", "-b", "--table", "deep/p.csv:delimiter=;").out == "1\n2\n"
    done = lossctl("batch", "--manifest", "deep/m.csv", "-l", "mae", "-b", "--table", "p.csv:delimiter=;")
    assert (done.code, done.err.partition("\n")[0]) == (2, "lossctl: error: --table names 'p.csv', which is not read")


def test_a_journal_knows_the_syntax(lossctl: Command) -> None:
    write(p_csv="y,pred,n\n1;2,1;4,5\n")
    for _ in range(2):
        assert lossctl("batch", "p.csv", "-l", "mae", "-o", "j.jsonl", "--resume", "--table", "p.csv:delimiter=;").code == 3
    write(p_csv='y,pred\n1,"1,234"\n')
    assert lossctl("batch", "p.csv", "-l", "mae", "-b", "-o", "j.jsonl", "--resume", "--table", "thousands=,").out == "1233\n"
    assert lossctl("batch", "p.csv", "-l", "mae", "-b", "-o", "j.jsonl", "--resume", "--decimal", ",").value == pytest.approx(
        0.234
    )


def rows_of(path: str, syntax: TableSyntax, most: int | None) -> tuple[list[float], list[str]]:
    """The numbers of the second column, read in pieces of `most` rows, and where each is said to stand."""
    wanted = Selection((1,), Kind.NUMBER, False)
    cutter = open_table(path, syntax).cut([wanted])
    values: list[float] = []
    places: list[str] = []
    while (piece := cutter.take(most)) is not None:
        values += list(piece.open({"": wanted})(0, piece.rows)[""])  # type: ignore[arg-type]  # numbers were selected
        places += [piece.locate(row, wanted, None) for row in range(piece.rows)]
    return values, places


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("most", [1, 2, 7, None])
def test_comments_and_lines_before_the_table_are_passed_over_and_lines_keep_their_numbers(
    seed: int, most: int | None, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    skip, lines = chance.choice([0, 0, 1, 3]), []
    lines += [chance.choice(["made by hand", "# 1,2", "", "1,2,3"]) for _ in range(skip)]
    lines += ["# a comment"] * chance.randint(0, 2) + ["x,y"]
    expected: list[Any] = []
    for place in range(chance.randint(1, 40)):
        if place and chance.random() < 0.3:
            lines.append(chance.choice(["#", "# 5,6", '#"', "#7,8"]))
        else:
            expected.append((float(len(expected)), len(lines) + 1))
            lines.append(f"9,{len(expected) - 1}")
    lines += chance.choice([[], ["# the end"], ["", "", "# the end", ""], [""]])
    end = chance.choice(["\n", "\r\n"])
    path = tmp_path / "a.csv"
    path.write_text(end.join(lines) + end * chance.randint(0, 1), newline="")
    values, places = rows_of(str(path), TableSyntax(skip=skip, comment="#"), most)
    assert values == [value for value, _ in expected]
    assert places == [f"{path} line {line}, column 'y'" for _, line in expected]


def test_a_cell_that_runs_over_a_line_end_is_refused_where_comments_are(lossctl: Command) -> None:
    """The second line of the cell would be lost."""
    write(a_csv='t,y,pred\n"a\n# b",1,2\n')
    assert mae(lossctl, "a.csv") == 1
    done = lossctl("eval", "a.csv", "-l", "mae", "--table", "comment=#")
    assert (done.code, done.err.partition(";")[0]) == (
        3,
        "lossctl: error: a.csv line 2: a quote opens in line 2 and does not close there",
    )


def test_comments_are_hinted_at(lossctl: Command) -> None:
    """As numpy.savetxt writes a header."""
    write(a_txt="# y pred\n1 2\n3 7\n")
    done = lossctl("eval", "a.txt", "-l", "mae", "-t", "y", "-p", "pred")
    hint = "if the first line is a comment and none a header: --table 'comment=#:header=no'"
    assert (done.code, done.err) == (3, f"lossctl: error: a.txt line 2: 2 fields, header has 3\nhint: {hint}\n")
    assert mae(lossctl, "a.txt", "--table", "comment=#:header=no", "-t", "1", "-p", "2") == 2.5
    write(a_csv="y,pred\n1,2\n# the rest\n3,7\n")
    done = lossctl("eval", "a.csv", "-l", "mae")
    assert done.err == "lossctl: error: a.csv line 3: 1 field, header has 2\nhint: if it is a comment: --table 'comment=#'\n"
    assert mae(lossctl, "a.csv", "--table", "comment=#") == 2.5


def test_standard_input_has_a_syntax_of_its_own(lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    write(t_csv="y\n1\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"pred;n\n1,5;2\n"))))
    assert mae(lossctl, "-", "-t", "t.csv", "--table", "-:delimiter=;:decimal=,") == 0.5


def test_python_takes_it_as_a_keyword(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y;pred\n1;1,5\n")
    assert api.evaluate(path, loss="mae", table=[f"{path}:delimiter=;", "decimal=,"]).value == 0.5


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_lines_keep_their_numbers_where_comments_follow_the_header(lossctl: Command, name: str) -> None:
    delimiter = "," if name.endswith("csv") else "\t"
    Path(name).write_text("y_true,y_pred\n# c\n1,2\n1,zz\n".replace(",", delimiter))
    done = lossctl("eval", name, "-l", "mse", "--table", f"{name}:comment=#")
    assert done.err == f"lossctl: error: {name} line 4, column 'y_pred': 'zz' is not a number\n"
