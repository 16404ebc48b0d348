"""Pieces of text tables on their way to another process: of a plain file only where they stand in it."""

from __future__ import annotations

import gzip
import pickle
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lossctl.errors import DataError
from lossctl.formats.catalogue import open_table
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.text.text_piece import TextPiece
from tests.conftest import Command

ROWS = "".join(f"{row},{row / 7!r},café {row}\n" for row in range(500))
TEXTS = {
    "plain": "a,b,c\n" + ROWS,
    "a byte-order mark": "\ufeffa,b,c\n" + ROWS,
    "no final newline": "a,b,c\n" + ROWS.rstrip("\n"),
    "CRLF": "a,b,c\r\n" + ROWS.replace("\n", "\r\n"),
    "newlines in quotes": "a,b,c\n" + ROWS.replace("café 7\n", '"café\n7"\n'),
    "a header over two lines": 'a,b,"c\nd"\n' + ROWS,
    "empty lines at the end": "a,b,c\n" + ROWS + "\n\n",
}


def pieces(path: str, syntax: TableSyntax | None = None) -> Iterator[TextPiece]:
    cutter = open_table(path, syntax or TableSyntax()).cut([])
    while (piece := cutter.take(7)) is not None:
        assert isinstance(piece, TextPiece)
        yield piece


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("header", [True, False])
def test_a_piece_of_a_file_is_read_again_where_it_arrives(tmp_path: Path, name: str, header: bool) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXTS[name].encode())
    found = list(pieces(str(path), TableSyntax(header=header)))
    sent = [pickle.dumps(piece) for piece in found]
    assert [pickle.loads(one) for one in sent] == found
    assert not any("café 3".encode() in one for one in sent)


@pytest.mark.parametrize(
    ("name", "data", "syntax"),
    [
        ("a.csv.gz", gzip.compress(TEXTS["plain"].encode()), TableSyntax()),
        ("a.csv", TEXTS["plain"].encode("latin-1"), TableSyntax(encoding="latin-1")),
        ("a.txt", TEXTS["plain"].replace("café ", "café").replace(",", "  ").encode(), TableSyntax()),
    ],
)
def test_what_is_not_the_files_own_bytes_travels(tmp_path: Path, name: str, data: bytes, syntax: TableSyntax) -> None:
    (tmp_path / name).write_bytes(data)
    found = list(pieces(str(tmp_path / name), syntax))
    sent = [pickle.dumps(piece) for piece in found]
    (tmp_path / name).unlink()
    assert [pickle.loads(one) for one in sent] == found


def test_a_file_that_became_shorter_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXTS["plain"])
    sent = pickle.dumps(list(pieces(str(path))))
    path.write_text(TEXTS["plain"][:2000])
    with pytest.raises(DataError, match="changed while it was read"):
        pickle.loads(sent)


QUOTES = """text{0}y{0}pred
"a{0}1{0}2
b{0}1{0}3
c"{0}2{0}2
d{0}3{0}5
"""


@pytest.mark.parametrize(("name", "delimiter"), [("x.tsv", "\t"), ("x.txt", " "), ("x.tsv", ","), ("x.TSV", "\t")])
def test_a_quote_that_opens_in_a_line_and_does_not_close_there_is_refused(name: str, delimiter: str, lossctl: Command) -> None:
    """Read as a cell of three lines, the rows would be two, and their mae 1."""
    more = ["--delimiter", ","] if delimiter == "," else []
    problem = "a quote opens in line {0} and does not close there; expected a cell on one line"
    hint = "hint: if quotes are signs as any: --table quote=none; where cells hold line ends, save it as .csv"
    for text, line in ((QUOTES, 2), (QUOTES.replace('c"', "c"), 2), (QUOTES.replace("text", '"text').replace('"a', "a"), 1)):
        Path(name).write_text(text.format(delimiter))
        done = lossctl("eval", name, "-l", "mae", *more)
        message = f"lossctl: error: {name} line {line}: {problem.format(line)}\n{hint}\n"
        assert (done.code, done.out, done.err) == (3, "", message)
    Path(name).write_text(QUOTES.format(delimiter).replace('"', ""))
    assert lossctl("eval", name, "-l", "mae", "-b", *more).out == "1.25\n"


def test_quotes_that_close_in_their_line_and_cells_of_csv_are_read_as_ever(lossctl: Command) -> None:
    Path("x.tsv").write_text('"a\t b"\ty\tpred\n"1 ""x""\t"\t1\t2\n5" disk\t1\t4\n')
    assert lossctl("eval", "x.tsv", "-l", "mae", "-b").out == "2\n"
    Path("x.csv").write_text(QUOTES.format("\t"))
    assert lossctl("eval", "x.csv", "--delimiter", "tab", "-l", "mae", "-b").out == "1\n"


def test_a_quote_far_from_the_beginning_is_refused_with_its_line(lossctl: Command) -> None:
    lines = ["t\ty\tpred", *["a\t0\t1"] * 700_000, '"a\t0\t3', *["a\t0\t1"] * 10, 'a"\t0\t3']
    Path("x.tsv").write_text("\n".join(lines) + "\n")
    done = lossctl("eval", "x.tsv", "-l", "mae", "-b")
    assert (done.code, done.err.partition(":")[2].startswith(" error: x.tsv line 700002: a quote opens")) == (3, True)


LEAVE = "if empty lines are no rows, leave them out: grep -v '^[[:space:]]*$'"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "y,pred\n1,3\n\n0,1\n", "line 3: the line is empty, header has 2 fields"),
        ("a.csv", "y,pred\n\n1,3\n", "line 2: the line is empty, header has 2 fields"),
        ("a.csv", 'y,pred,n\n1,3,"a\nb"\n \t\n0,1,c\n', "line 4: the line is empty, header has 3 fields"),
        ("a.tsv", "y\tpred\n1\t3\n\r\n0\t1\n", "line 3: the line is empty, header has 2 fields"),
        ("a.txt", "y pred\n1 3\n   \n0 1\n", "line 3: the line is empty, header has 2 fields"),
        ("a.jsonl", '{"y": 1, "pred": 3}\n\n{"y": 0, "pred": 1}\n', "line 2: an empty line where an object should be"),
    ],
)
def test_an_empty_line_between_rows_is_said_with_its_line(lossctl: Command, name: str, text: str, said: str) -> None:
    Path(name).write_text(text)
    done = lossctl("eval", name, "-l", "mse")
    assert (done.code, done.err) == (3, f"lossctl: error: {name} {said}\nhint: {LEAVE}\n")
    kept = subprocess.run(["grep", "-v", "^[[:space:]]*$", name], capture_output=True, text=True, check=True).stdout
    Path(name).write_text(kept)
    assert lossctl("eval", name, "-l", "mse", "-b").value == (4 if "\n\n1,3" in text else 2.5)


def test_the_line_of_an_empty_line_counts_comments(lossctl: Command) -> None:
    Path("a.csv").write_text("# a\ny,pred\n# b\n1,3\n\n0,1\n")
    done = lossctl("eval", "a.csv", "-l", "mse", "--table", "comment=#")
    problem = "a.csv line 5: the line is empty, header has 2 fields"
    assert (done.code, done.err) == (3, f"lossctl: error: {problem}\nhint: {LEAVE}\n")


def test_empty_lines_before_the_header_are_skipped_where_asked(lossctl: Command) -> None:
    Path("a.csv").write_text("\n\ny,pred\n1,3\n0,1\n")
    done = lossctl("eval", "a.csv", "-l", "mse")
    hint = "if line 3 is the header: --table skip=2"
    assert (done.code, done.err) == (3, f"lossctl: error: a.csv line 1: an empty line where a header should be\nhint: {hint}\n")
    assert lossctl("eval", "a.csv", "-l", "mse", "-b", "--table", "skip=2").value == 2.5
