"""Columns beside roles are looked for in the run's table, then in the target's, whose rows are in another order here."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Command

MISSING = (
    "lossctl: error: p.csv: column 'h' not found; there are id, p, g\nhint: a column of another file is FILE:COLUMN: {}FILE:h\n"
)


@pytest.fixture(autouse=True)
def files(lossctl: Command) -> None:
    Path("p.csv").write_text("id,p,g\na,1,u\nb,2,u\nc,4,v\n")
    Path("t.csv").write_text("id,y,g,w,s\nc,0,x,0,test\nb,0,y,1,test\na,0,y,2,train\n")


def eval_of(lossctl: Command, *more: str) -> tuple[list[float], str]:
    done = lossctl("eval", "p.csv", "-p", "p", "-t", "t.csv:y", "--id", "id", "-l", "mse", "-b", *more)
    assert done.code == 0, done.err
    return [float(line) for line in done.out.split()], done.err


@pytest.mark.parametrize(
    ("more", "values", "source"),
    [
        (["-w", "w"], [(2 * 1 + 1 * 4) / 3], "weight t.csv:w"),
        (["--by", "s"], [7, 10, 1], "by t.csv:s"),
        (["--where", "s=test"], [10], "where t.csv:s"),
        (["--where", "w>0"], [2.5], "where t.csv:w"),
        (["--by", "w", "--where", "s=test"], [10, 16, 4], "by t.csv:w"),
    ],
)
def test_what_the_run_lacks_the_target_has(more: list[str], values: list[float], source: str, lossctl: Command) -> None:
    found, said = eval_of(lossctl, *more)
    assert found == pytest.approx(values, rel=1e-15)
    assert f", {source}" in said
    assert "warning" not in said


def test_kept_columns_go_with_their_rows(lossctl: Command) -> None:
    command = ["eval", "p.csv", "-p", "p", "-t", "t.csv:y", "--id", "id", "-l", "mse"]
    done = lossctl(*command, "--worst", "2", "--keep", "s", "--json")
    worst = json.loads(done.out)["runs"][0]["worst"]["mse"]
    assert [(row["id"], row["keep"]) for row in worst] == [("c", {"s": "test"}), ("b", {"s": "test"})]


def test_of_two_it_is_the_run_s_which_is_said(lossctl: Command) -> None:
    found, said = eval_of(lossctl, "--by", "g")
    assert found == [7, 2.5, 16]
    assert "lossctl: warning: p.csv: by g is that of p.csv, and t.csv has one too\n" in said
    assert eval_of(lossctl, "--by", "t.csv:g")[0] == [7, 16, 2.5]
    assert "has one too" not in eval_of(lossctl, "--by", "id")[1]


@pytest.mark.parametrize("more", ["--by ", "-w ", "--keep "])
def test_what_neither_has_is_not_found(more: str, lossctl: Command) -> None:
    done = lossctl("eval", "p.csv", "-p", "p", "-t", "t.csv:y", "--id", "id", "-l", "mse", "--worst", "1", more.strip(), "h")
    assert (done.code, done.err) == (3, MISSING.format(more))


def test_a_role_is_never_looked_for_elsewhere(lossctl: Command) -> None:
    done = lossctl("eval", "p.csv", "-p", "w", "-t", "t.csv:y", "--id", "id", "-l", "mse")
    assert done.code == 3
    assert done.err.endswith("hint: w is in another file: -p t.csv:w\n")


def test_without_a_pred_the_first_role_s_table_is_the_run_s(lossctl: Command) -> None:
    command = ["eval", "-p", "p.csv:p", "-t", "t.csv:y", "--id", "id", "-l", "mse", "-b"]
    done = lossctl(*command, "--by", "g")
    assert [float(line) for line in done.out.split()] == [7, 2.5, 16]
    assert "by g" in done.err
    assert [float(line) for line in lossctl(*command, "--by", "s").out.split()] == [7, 10, 1]


def test_every_command_looks_there(lossctl: Command) -> None:
    Path("q.csv").write_text("id,p\nc,1\na,1\nb,1\n")
    common = ["-p", "p", "-t", "t.csv:y", "--id", "id", "--by", "s"]
    done = lossctl("batch", "p.csv", "q.csv", *common, "-l", "mse", "--json")
    values = {run["run"]: [result["value"] for result in run["results"]] for run in json.loads(done.out)["runs"]}
    assert values == {"p.csv": [7, 10, 1], "q.csv": [1, 1, 1]}
    done = lossctl("compare", "p.csv", "q.csv", *common, "-l", "mse", "--json")
    assert [comparison["difference"] for comparison in json.loads(done.out)["comparisons"]] == [-6, -9, 0]
    done = lossctl("check", "p.csv", *common, "--max", "mse=9", "--json")
    assert [check["status"] for check in json.loads(done.out)["checks"]] == ["pass", "fail", "pass"]


def test_a_directory_of_targets_is_one_table(lossctl: Command) -> None:
    Path("t").mkdir()
    Path("t/1.csv").write_text("id,y,s\nc,0,test\n")
    Path("t/2.csv").write_text("id,s,y\nb,train,0\na,train,0\n")
    done = lossctl("eval", "p.csv", "-p", "p", "-t", "t/:y", "--id", "id", "--by", "s", "-l", "mse", "-b")
    assert [float(line) for line in done.out.split()] == [7, 16, 2.5]
    assert "by t/:s" in done.err


@pytest.mark.parametrize("command", ["eval", "check", "batch"])
def test_a_file_of_which_nothing_is_read_is_refused(command: str, lossctl: Command) -> None:
    preds = ["p.csv", "q.csv"] if command == "batch" else ["p.csv"]
    shutil.copy("p.csv", "q.csv")
    named = [*preds, "-p", "t.csv:w", "-t", "t.csv:y"]
    asked = ["--max", "mse=99"] if command == "check" else ["-l", "mse"]
    done = lossctl(command, *named, *asked)
    assert "p.csv: nothing is read from it: the pred is t.csv:w and the target is t.csv:y" in done.err
    assert "\nhint: leave it out, or -p t.csv:w\n" in done.err
    assert done.code == (3 if command == "batch" else 2)


@pytest.mark.parametrize("name", ["p.csv", "./p.csv", "link.csv"])
def test_a_file_is_read_by_whatever_name_an_option_gives_it(name: str, lossctl: Command) -> None:
    Path("link.csv").symlink_to("p.csv")
    asked = ("-t", "t.csv:y", "--id", "id", "-l", "mse", "-b")
    assert lossctl("eval", "p.csv", "-p", f"{name}:p", *asked).out == lossctl("eval", "p.csv", "-p", "p", *asked).out != ""


def test_of_files_that_are_one_dataset_each_is_read(lossctl: Command) -> None:
    shutil.copy("p.csv", "q.csv")
    done = lossctl("eval", "p.csv", "q.csv", "--pool", "-p", "p.csv:p", "-t", "t.csv:y", "-l", "mse")
    assert done.err.startswith("lossctl: error: q.csv: nothing is read from it: ")
    assert lossctl("eval", "p.csv", "-p", "t.csv:w", "-t", "t.csv:y", "--by", "p", "--in-order", "-l", "mse", "-b").code == 0
