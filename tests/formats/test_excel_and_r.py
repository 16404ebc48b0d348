"""Tables as Excel and R write them: a first line that says the delimiter, and a header without a name for the row names."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.conftest import Command


def evaluated(lossctl: Command, name: str, text: str, *more: str) -> float:
    Path(name).write_bytes(text.encode())
    done = lossctl("eval", name, "-l", "mae", "-b", *more)
    assert done.code == 0, done.err
    return done.value


def refused(lossctl: Command, name: str, text: str, *more: str) -> str:
    Path(name).write_bytes(text.encode())
    done = lossctl("eval", name, "-l", "mae", "-b", *more)
    assert (done.code, done.out) == (3, "")
    return done.err.removeprefix("lossctl: error: ").rstrip("\n")


@pytest.mark.parametrize("first", ["sep=;\n", "SEP=;\r\n", '"sep=;"\n', "\ufeffsep=;\n"])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_a_first_line_says_the_delimiter(first: str, name: str, lossctl: Command) -> None:
    text = f"{first}y;pred;n,m\n1;2;3,4\n3;7;1\n"
    assert evaluated(lossctl, name, text) == 2.5
    assert evaluated(lossctl, name, text, "--delimiter", ";") == 2.5
    assert evaluated(lossctl, name, f"{first}1;2\n3;7\n", "--no-header", "-t", "1", "-p", "2") == 2.5


@pytest.mark.parametrize(("sign", "first"), [("\t", "sep=\t"), ("|", "sep=|"), (",", "sep=,")])
def test_any_sign_may_be_said(sign: str, first: str, lossctl: Command) -> None:
    assert evaluated(lossctl, "a.csv", f"{first}\n" + f"y{sign}pred\n1{sign}2\n") == 1


def test_lines_keep_their_numbers_below_it(lossctl: Command) -> None:
    problem = "'1,5' is not a number\nhint: for decimal commas: --decimal ,"
    assert refused(lossctl, "a.csv", "sep=;\ny;pred\n1;2\n1,5;2\n") == f"a.csv line 4, column 'y': {problem}"
    assert refused(lossctl, "a.csv", "sep=;\ny;pred\n1;2;3\n") == "a.csv line 3: 3 fields, header has 2"
    assert (
        refused(lossctl, "a.csv", "sep=;\n1;2\n1\n", "--no-header", "-t", "1", "-p", "2") == "a.csv line 3: 1 field, line 2 has 2"
    )


def test_a_delimiter_that_contradicts_it_is_refused(lossctl: Command) -> None:
    problem = "the line says sep=;, and an option says the delimiter is ','"
    assert refused(lossctl, "a.csv", "sep=;\ny,pred\n1,2\n", "--delimiter", ",") == f"a.csv line 1: {problem}"


def test_nothing_but_that_line_has_no_rows(lossctl: Command) -> None:
    assert refused(lossctl, "a.csv", "sep=;\n") == "a.csv: no rows: the file is empty"
    assert refused(lossctl, "a.csv", "sep=;\ny;pred\n") == "a.csv: no rows after the header"


def test_the_line_is_understood_in_compressed_files(lossctl: Command) -> None:
    Path("a.csv.gz").write_bytes(gzip.compress(b"sep=;\ny;pred\n1;2\n"))
    assert lossctl("eval", "a.csv.gz", "-l", "mae", "-b").out == "1\n"


R = '"y" "pred" "n"\n"1" 1 2 9\n"2" 3 7 9\n'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", R),
        ("a.txt", R.replace('"', "")),
        ("a.txt", R.replace(" ", "   ")),
        ("a.tsv", R.replace(" ", "\t")),
        ("a.tsv", R.replace(" ", "\t").replace('"', "")),
        ("a.csv", R.replace(" ", ",")),
        ("a.txt", R.replace('"1"', '"a b"')),
    ],
)
def test_a_header_that_is_one_name_short_names_no_row_names(name: str, text: str, lossctl: Command) -> None:
    """Read from its neighbour, y would be 1, 2 and pred 1, 3: a mae of 0.5."""
    assert evaluated(lossctl, name, text) == 2.5
    assert evaluated(lossctl, name, text, "-t", "2", "-p", "3") == 2.5


def test_row_names_are_a_column(lossctl: Command) -> None:
    Path("a.txt").write_text(R)
    done = lossctl("eval", "a.txt", "-l", "mae", "--by", "row names", "-b")
    assert done.out == "2.5\n1\n4\n"
    Path("p.txt").write_text('"x"\n"b" 7\n"a" 2\n')
    Path("t.txt").write_text('"z"\n"a" 1\n"b" 3\n')
    done = lossctl("eval", "p.txt", "-t", "t.txt", "-l", "mae")
    assert done.code == 3
    assert "--id 'row names'" in done.err or "--id row names" in done.err
    assert lossctl("eval", "p.txt", "-t", "t.txt", "-l", "mae", "-b", "--id", "row names").out == "2.5\n"
    assert lossctl("eval", "p.txt", "-t", "t.txt", "-l", "mae", "-b", "--in-order").out == "3.5\n"


def test_a_row_too_long_elsewhere_is_a_fault(lossctl: Command) -> None:
    assert refused(lossctl, "a.csv", "y,pred\n1,2,3\n") == "a.csv line 2: 3 fields, header has 2"
    assert refused(lossctl, "a.csv", '"y","pred"\n"1",2,\n') == "a.csv line 2: 3 fields, header has 2"
    assert refused(lossctl, "a.tsv", "y\tpred\n1\t2\t\n") == "a.tsv line 2: 3 fields, header has 2"
    assert refused(lossctl, "a.txt", "y pred\n1 2 3\n1 2\n") == "a.txt line 3: 2 fields, line 2 has 3"
    assert refused(lossctl, "a.txt", "y pred\n1 2\n1 2 3\n") == "a.txt line 3: 3 fields, header has 2"
    assert refused(lossctl, "a.txt", "y pred\n1 2 3 4\n") == "a.txt line 2: 4 fields, header has 2"


def test_sparse_cells_are_refused_with_the_line_that_converts(lossctl: Command) -> None:
    Path("y.csv").write_text("y\n1\n0\n")
    said = refused(lossctl, "vw.txt", "no:0.3 yes:0.7\nno:0.4 yes:0.6\n", "-t", "y.csv")
    line = "sed 's/[^ ]*://g' vw.txt > preds.txt; then --table preds.txt:header=no -p 1.."
    assert said.endswith(f"hint: these are Vowpal Wabbit's cells: {line}")
    Path("svm.txt").write_text("1 1:0.5 3:2\n-1 2:1\n")
    said = refused(lossctl, "y.csv", "y\n1\n", "-p", "y", "-t", "svm.txt")
    assert said.endswith("hint: these are LIBSVM's cells; their labels alone: cut -d' ' -f1 svm.txt > labels.txt")
