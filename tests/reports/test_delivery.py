"""Where a document goes: standard output in one format, files in others, and what is said on standard error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.processes import shell

TABLE = "y_true,y_pred,g\n1,2,u\n3,5,v\n"
FIRST = {
    "table": " loss   mean   n   std   min   max\n",
    "tsv": "run\tloss\tvalue\tn\tweight\tmean\tsum\tstd\tmin\tmax\n",
    "csv": "run,loss,value,n,weight,mean,sum,std,min,max\n",
    "json": '{"schema": "lossctl/result@1"',
    "jsonl": '{"type": "result"',
    "md": "| loss | mean | n | std | min | max |\n",
}
USAGE = 2

ONE_OF = "one of table, tsv, csv, json, jsonl, md, parquet, html, svg, png, pdf"
CALLED = "\nhint: a file that is called so: -o "


@pytest.fixture(autouse=True)
def table(lossctl: Command) -> None:
    Path("a.csv").write_text(TABLE)


@pytest.mark.parametrize("name", FIRST)
def test_a_format_is_chosen_by_name(name: str, lossctl: Command) -> None:
    done = lossctl("eval", "a.csv", "-l", "mse", "-f", name)
    assert (done.code, done.out.startswith(FIRST[name])) == (0, True), done.out


def test_json_is_a_word_for_the_format(lossctl: Command) -> None:
    assert lossctl("eval", "a.csv", "-l", "mse", "--json").out == lossctl("eval", "a.csv", "-l", "mse", "-f", "json").out
    assert lossctl("eval", "a.csv", "-l", "mse", "--json", "-f", "json").code == 0


def test_a_pipe_gets_tabs_and_check_a_table(lossctl: Command) -> None:
    assert lossctl("eval", "a.csv", "-l", "mse").out.startswith(FIRST["tsv"])
    assert lossctl("check", "a.csv", "--max", "mse=9").out.startswith(" check   loss   value")


def test_bare_is_the_values_alone_total_before_groups(lossctl: Command) -> None:
    assert lossctl("eval", "a.csv", "-l", "mse", "--by", "g", "-b").out == "2.5\n1\n4\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--json", "-f", "csv"], "--json and --format 'csv' contradict each other"),
        (["-b", "-f", "csv"], "--bare and --format do not go together; leave one out"),
        (["-b", "--json"], "--bare and --json do not go together; leave one out"),
        (["-b", "--quantiles", "50"], "--bare and --quantiles do not go together; leave one out"),
        (["-f", "cvs"], "--format has no 'cvs'; did you mean 'csv'?"),
        (["-f", "parquet"], "--format has no 'parquet'; one of table, tsv, csv, json, jsonl, md, html, svg"),
        (["-f", "junit"], "--format has no 'junit'; one of table, tsv, csv, json, jsonl, md, html, svg"),
        (["--digits", "0"], "--digits is a whole number >= 1, not '0'"),
        (["-o", "jsn:x"], f"--output: 'jsn' is no format; did you mean 'json'?{CALLED}./jsn:x"),
        (["-o", "jsn:x.json"], f"--output: 'jsn' is no format; did you mean 'json'?{CALLED}./jsn:x.json"),
        (["-o", "om:m.txt"], f"--output: 'om' is no format; {ONE_OF}{CALLED}./om:m.txt"),
        (["-o", "j:m.json"], f"--output: 'j' is no format; {ONE_OF}{CALLED}./j:m.json"),
        (["-o", "junit:m.txt"], f"--output: 'junit' is no format; {ONE_OF}{CALLED}./junit:m.txt"),
        (["-o", "epoch3:m 1.json"], f"--output: 'epoch3' is no format; {ONE_OF}{CALLED}'./epoch3:m 1.json'"),
        (["-o", "json:"], "--output 'json:' names no file; name one: -o json:PATH"),
        (["-o", "x.json", "-o", "./x.json"], "one output file is named twice"),
        (["-o", "a.csv"], "a.csv: the output is one of the inputs, which would be lost"),
        (["-o", "json:./a.csv"], "./a.csv: the output is one of the inputs, which would be lost"),
    ],
)
def test_what_does_not_fit_is_said_before_anything_is_read(arguments: list[str], message: str, lossctl: Command) -> None:
    done = lossctl("eval", "a.csv", "-l", "mse", *arguments)
    assert (done.code, done.out, done.err) == (USAGE, "", f"lossctl: error: {message}\n")
    assert Path("a.csv").read_text() == TABLE
    assert os.listdir() == ["a.csv"]


@pytest.mark.parametrize("path", ["./om:m.json", "json:om:m.json", "12:00-run.json"])
def test_a_file_may_be_called_as_if_a_format_stood_before_it(path: str, lossctl: Command) -> None:
    assert lossctl("eval", "a.csv", "-l", "mse", "-q", "-o", path).code == 0
    assert sorted(os.listdir()) == sorted(["a.csv", path.removeprefix("./").removeprefix("json:")])


def test_an_unknown_extension_is_refused_with_the_known_ones(lossctl: Command) -> None:
    done = lossctl("eval", "a.csv", "-l", "mse", "-o", "x.doc")
    endings = ".txt, .tsv, .csv, .json, .jsonl, .ndjson, .md, .parquet, .html, .htm, .svg, .png, .pdf"
    words = f"--output: the extension of 'x.doc' names no format; known are {endings}"
    assert (done.code, done.err) == (USAGE, f"lossctl: error: {words}\nhint: name one: -o json:x.doc\n")


@pytest.mark.parametrize("arguments", [["-o", "x.svg"], ["-o", "x.PNG"], ["-o", "pdf:x"], ["-f", "svg"]])
def test_a_picture_without_its_package_is_exit_4_before_anything_is_read(
    arguments: list[str], lossctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    done = lossctl("eval", "lost.csv", "-l", "mse", *arguments)
    kind = {"x.svg": "svg", "x.PNG": "png", "pdf:x": "pdf", "svg": "svg"}[arguments[1]]
    assert (done.code, done.out) == (4, "")
    words = f"{kind} is drawn by matplotlib, which is not installed"
    assert done.err == f"lossctl: error: {words}\nhint: pip install matplotlib\n"


def test_a_package_that_cannot_be_imported_is_as_one_that_is_not_there(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "matplotlib.py").write_text("raise ImportError('libfreetype.so is not there')\n")
    (tmp_path / "a.csv").write_text(TABLE)
    done = shell("lossctl eval a.csv -l mse -o x.svg -q", tmp_path, PYTHONPATH=str(broken))
    words = "svg is drawn by matplotlib, which cannot be imported: libfreetype.so is not there"
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == f"lossctl: error: {words}\nhint: pip install matplotlib\n"
    assert shell("lossctl eval a.csv -l mse -o x.html -q", tmp_path, PYTHONPATH=str(broken)).returncode == 0
    assert "pictures are drawn by matplotlib: pip install matplotlib" in (tmp_path / "x.html").read_text()


@pytest.mark.parametrize("arguments", [["-o", "x.svg"], ["regression", "-o", "x.png"], ["--for", "a.csv", "-f", "svg"]])
def test_a_listing_has_no_picture(arguments: list[str], lossctl: Command) -> None:
    done = lossctl("losses", *arguments)
    assert (done.code, done.out) == (USAGE, "")
    said = "lossctl: error: a picture shows the curves of one loss; expected its name\nhint: lossctl losses mae -o mae.svg\n"
    assert done.err == said
    assert os.listdir() == ["a.csv"]


def test_an_input_is_known_by_any_link_to_it(lossctl: Command) -> None:
    os.symlink("a.csv", "link.csv")
    done = lossctl("eval", "a.csv", "-l", "mse", "-o", "link.csv")
    assert (done.code, done.err) == (USAGE, "lossctl: error: link.csv: the output is one of the inputs, which would be lost\n")


def test_files_are_written_in_their_formats_beside_standard_output(lossctl: Command) -> None:
    done = lossctl("eval", "a.csv", "-l", "mse", "-b", "-o", "x.json", "-o", "csv:y.txt", "-o", "x.MD")
    assert done.out == "2.5\n"
    assert json.loads(Path("x.json").read_text())["runs"][0]["results"][0]["value"] == 2.5
    assert Path("y.txt").read_text() == "run,loss,value,n,weight,mean,sum,std,min,max\na.csv,mse,2.5,2,2,2.5,5,1.5,1,4\n"
    assert Path("x.MD").read_text().startswith(FIRST["md"])


def test_a_file_holds_what_standard_output_shows(lossctl: Command) -> None:
    for name in ("tsv", "csv", "json", "jsonl", "md"):
        shown = lossctl("eval", "a.csv", "-l", "mse,mae", "--by", "g", "-f", name, "-o", f"{name}:out", "--digits", "3").out
        assert Path("out").read_text() == shown


def test_digits_round_for_people_and_never_for_machines(lossctl: Command) -> None:
    Path("b.csv").write_text("y_true,y_pred\n0,0.123456789012\n")
    value = "0.123456789012"
    assert f" {value[:5]} " in lossctl("eval", "b.csv", "-l", "mae", "-f", "md", "--digits", "3").out
    for name in ("tsv", "csv", "json", "jsonl"):
        assert value in lossctl("eval", "b.csv", "-l", "mae", "-f", name, "--digits", "3").out


def test_what_was_used_is_said_unless_told_to_be_quiet(lossctl: Command) -> None:
    said = "lossctl: a.csv: pred y_pred, target y_true, by g; 2 rows used\n"
    assert lossctl("eval", "a.csv", "-l", "mse", "--by", "g").err == said
    assert lossctl("eval", "a.csv", "-l", "mse", "--by", "g", "-q").err == ""


def test_what_was_left_out_and_which_classes_there_are_is_said(lossctl: Command) -> None:
    Path("b.csv").write_text("label,prob_a,prob_b\na,0.5,0.5\nb,,0.75\nb,0.25,0.75\n")
    done = lossctl("eval", "b.csv", "-l", "ce", "-p", "prob_*", "--nan", "drop", "-b")
    assert done.err == "lossctl: b.csv: pred prob_a,prob_b, target label; classes a, b; 2 rows used, 1 dropped (nan)\n"


def test_warnings_are_said_and_stand_in_the_document_and_quiet_hides_them_from_stderr(lossctl: Command) -> None:
    Path("c.csv").write_text("y_true,y_pred,weight\n1,2,3\n")
    loud = lossctl("eval", "c.csv", "-l", "mse", "--json")
    (warning,) = json.loads(loud.out)["warnings"]
    assert loud.err.splitlines()[-1] == f"lossctl: warning: {warning}"
    assert lossctl("eval", "c.csv", "-l", "mse", "--json", "-q").err == ""


def test_a_device_is_written_to_and_never_replaced(lossctl: Command) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lossctl", "eval", "a.csv", "-l", "mse", "-b", "-q", "-o", "json:/dev/stdout"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(FIRST["json"])
    assert done.stdout.endswith("\n2.5\n")


@pytest.mark.parametrize(
    ("names", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_terminals_or_on_demand(
    names: dict[str, str], coloured: bool, lossctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in lossctl("check", "a.csv", "--max", "mse=1", "-f", "table").out) == coloured


def test_a_file_that_cannot_be_written_is_exit_4_and_standard_output_stays_empty(lossctl: Command) -> None:
    done = lossctl("eval", "a.csv", "-l", "mse", "-q", "-o", "nowhere/x.json")
    assert (done.code, done.out) == (4, "")
    assert done.err == "lossctl: error: nowhere/x.json: cannot write: no such file or directory\n"
