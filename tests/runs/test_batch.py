"""`lossctl batch`: which runs, their order, the journal, and resuming."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl.errors import Terminated
from lossctl.formats.catalogue import open_table
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Table
from lossctl.question.batch_runs import Planned
from lossctl.runs import many_runs
from tests.conftest import Command


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    """Ten runs whose order by mse is not that of their names, and not that by mae."""
    (tmp_path / "p").mkdir()
    np.save(tmp_path / "t.npy", np.zeros(4))
    for number in range(10):
        size = (number * 7) % 10
        np.save(tmp_path / f"p/{number}.npy", np.array([size, size, 0.0, 11.0 if number == 3 else 0.0]))


def runs(out: str) -> list[str]:
    return [line.split("\t")[1] for line in out.splitlines()[1:]]


def test_the_leaderboard_is_best_first_and_globs_are_expanded(lossctl: Command) -> None:
    done = lossctl("batch", "p/*.npy", "-t", "t.npy", "-l", "mse", "-q")
    assert runs(done.out) == [f"p/{number}.npy" for number in (0, 6, 9, 2, 5, 8, 1, 3, 4, 7)]


def test_another_loss_may_rank_and_the_top_alone_be_shown(lossctl: Command) -> None:
    done = lossctl("batch", "p/*.npy", "-t", "t.npy", "-l", "mse,mae", "--sort", "l1", "--top", "8", "-q", "--json")
    assert [run["run"] for run in json.loads(done.out)["runs"]] == [f"p/{number}.npy" for number in (0, 6, 9, 2, 5, 8, 3, 1)]
    done = lossctl("batch", "p/*.npy", "-t", "t.npy", "-l", "mse", "--sort", "mae")
    assert (done.code, done.err) == (2, "lossctl: error: --sort mae is none of the losses: mse\n")


def test_a_glob_without_match_is_exit_2_and_a_run_named_twice_too(lossctl: Command) -> None:
    done = lossctl("batch", "q/*.npy", "-t", "t.npy", "-l", "mse")
    assert (done.code, done.err) == (2, "lossctl: error: 'q/*.npy' matches no file\n")
    done = lossctl("batch", "p/0.npy", "p/*.npy", "-t", "t.npy", "-l", "mse")
    assert (done.code, done.err) == (2, "lossctl: error: the run 'p/0.npy' is named twice\n")


def test_pooled_files_are_one_run_whose_journal_knows_all_of_them(lossctl: Command) -> None:
    Path("a.csv").write_text("y,pred\n0,1\n0,2\n")
    Path("b.csv").write_text("y,pred\n0,5\n")
    pooled = ("batch", "a.csv", "b.csv", "--pool", "-l", "mse", "-o", "j.jsonl")
    assert lossctl(*pooled).out == "rank\trun\tmse\terror\n1\ta.csv,b.csv\t10\t\n"
    assert "1 run taken from j.jsonl" in lossctl(*pooled, "--resume").err
    Path("b.csv").write_text("y,pred\n0,50\n")
    assert lossctl(*pooled, "--resume", "-b").value == 835


def test_a_bad_file_is_an_error_row_with_the_message_it_has_alone(lossctl: Command) -> None:
    Path("p/4.npy").write_bytes(b"x")
    alone = lossctl("eval", "p/4.npy", "-t", "t.npy", "-l", "mse").err.splitlines()[0].removeprefix("lossctl: error: ")
    done = lossctl("batch", "p/*.npy", "-t", "t.npy", "-l", "mse", "-o", "x.jsonl", "-o", "y.csv", "--json")
    assert done.code == 3
    assert f"lossctl: error: 1 run of 10 failed: {alone}\n" in done.err
    assert json.loads(done.out)["runs"][-1]["error"] == alone
    rows = [json.loads(line) for line in Path("x.jsonl").read_text().splitlines()]
    assert [row["run"] for row in rows] == [f"p/{number}.npy" for number in range(10)]
    assert (rows[4]["type"], rows[4]["error"], rows[4]["rows_of_run"]) == ("error", alone, 1)
    assert Path("y.csv").read_text().splitlines()[-1] == f",p/4.npy,,{alone}"


def test_a_fault_of_a_plugin_goes_before_those_of_data(lossctl: Command) -> None:
    Path("p.py").write_text(
        "import lossctl\n@lossctl.loss\ndef picky(pred, target):\n    'Some rows.'\n    return pred[pred < 5]\n"
    )
    Path("5.csv").write_text("y_pred,y_true\n5,0\n")
    Path("4.csv").write_text("y_pred,y_true\n4,0\n")
    Path("none.csv").write_text("y_pred,y_true\n")
    asked = ("-l", "picky", "--plugin", "p.py", "-b")
    assert lossctl("batch", "4.csv", "none.csv", *asked).code == 3
    done = lossctl("batch", "4.csv", "5.csv", "none.csv", *asked)
    assert (done.code, done.out) == (70, "4\n")
    assert "1 run of 3 failed: loss picky returned" in done.err


def test_a_leaderboard_of_failed_runs_has_a_column_for_each_loss(lossctl: Command) -> None:
    Path("bad.csv").write_text("y_pred,y_true\n5,x\n")
    done = lossctl("batch", "bad.csv", "-l", "mse,mae", "-f", "csv")
    assert done.out == """rank,run,mse,mae,error\n,bad.csv,,,"bad.csv line 2, column 'y_true': 'x' is not a number"\n"""


def test_a_manifest_names_runs_with_options_of_their_own_and_paths_from_it(lossctl: Command) -> None:
    Path("deep").mkdir()
    Path("deep/m.csv").write_text("run,pred,target,--loss\nfirst,../p/1.npy,../t.npy,mse\nsecond,../p/2.npy,../t.npy,mae\n")
    done = lossctl("batch", "--manifest", "deep/m.csv", "-l", "huber", "--json")
    found = {run["run"]: run["results"][0] for run in json.loads(done.out)["runs"]}
    assert (found["first"]["loss"], found["first"]["value"]) == ("mse", 24.5)
    assert (found["second"]["loss"], found["second"]["value"]) == ("mae", 2)
    Path("deep/m.jsonl").write_text('{"run": "a", "pred": "../p/1.npy", "target": "../t.npy", "--reduction": "max"}\n')
    assert lossctl("batch", "--manifest", "deep/m.jsonl", "-l", "mse", "-b", "-q").value == 49
    Path("deep/m.csv").write_text("run,pred,targt\na,../p/1.npy,x\n")
    done = lossctl("batch", "--manifest", "deep/m.csv", "-l", "mse")
    assert (done.code, done.err) == (
        2,
        "lossctl: error: deep/m.csv line 1: unknown column 'targt'; did you mean 'target'?\n",
    )


def test_resuming_computes_only_what_is_missing_changed_or_failed(lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = ("batch", "p/*.npy", "-t", "t.npy", "-l", "mse,mae", "-o", "x.jsonl", "-q")
    Path("p/5.npy").write_bytes(b"x")
    assert lossctl(*batch).code == 3
    np.save("p/5.npy", np.ones(4))
    np.save("p/6.npy", np.ones(4) * 2)
    computed: list[str] = []
    score = many_runs.score

    def counted(planned: Planned, **given: Any) -> many_runs.Ended:
        computed.append(planned.name)
        return score(planned, **given)

    monkeypatch.setattr(many_runs, "score", counted)
    assert lossctl(*batch, "--resume").code == 0
    assert computed == ["p/5.npy", "p/6.npy"]
    resumed = Path("x.jsonl").read_bytes()
    computed.clear()
    assert lossctl(*batch).code == 0
    assert len(computed) == 10
    assert Path("x.jsonl").read_bytes() == resumed


def test_a_changed_target_or_option_is_never_resumed_over(lossctl: Command) -> None:
    batch = ("batch", "p/*.npy", "-t", "t.npy", "-o", "x.jsonl")
    assert lossctl(*batch, "-l", "huber").code == 0
    np.save("t.npy", np.ones(4))
    done = lossctl(*batch, "-l", "huber", "--resume", "--json")
    again = "p/0.npy: its files, options or the program changed; computed again; also p/1.npy, p/2.npy and 7 more"
    assert [line for line in done.err.splitlines() if "again" in line] == [f"lossctl: {again}"]
    fresh = lossctl("batch", "p/*.npy", "-t", "t.npy", "-l", "huber", "--json")
    assert json.loads(done.out)["runs"] == json.loads(fresh.out)["runs"]
    done = lossctl(*batch, "-l", "huber:delta=2", "--resume", "--json")
    assert json.loads(done.out)["runs"][0]["results"][0]["loss"] == "huber:delta=2"


def test_a_torn_last_line_is_dropped_and_a_torn_middle_line_is_an_error(lossctl: Command) -> None:
    batch = ("batch", "p/*.npy", "-t", "t.npy", "-l", "mse,mae", "-o", "x.jsonl", "-q")
    assert lossctl(*batch).code == 0
    whole = Path("x.jsonl").read_bytes()
    Path("x.jsonl").write_bytes(whole[: len(whole) // 2])
    assert lossctl(*batch, "--resume").code == 0
    assert Path("x.jsonl").read_bytes() == whole
    Path("x.jsonl").write_bytes(whole[:100] + b"\n" + whole[100:])
    done = lossctl(*batch, "--resume")
    assert (done.code, done.err) == (3, "lossctl: error: x.jsonl line 1: not a row of a journal\n")


def test_infinite_runs_rank_behind_finite_ones_and_before_errors(lossctl: Command) -> None:
    for name, row in (("a", "1,0"), ("b", "1,0.5"), ("c", "1,7")):
        Path(f"{name}.csv").write_text(f"y_true,y_prob\n{row}\n")
    assert runs(lossctl("batch", "?.csv", "-l", "ce", "-q").out) == ["b.csv", "a.csv", "c.csv"]


@pytest.mark.slow
def test_a_killed_batch_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    np.save(tmp_path / "t.npy", rng.normal(size=200))
    for number in range(150):
        np.save(tmp_path / f"p/{number:03}.npy", rng.normal(size=200))
    command = [sys.executable, "-m", "lossctl", "batch", "p/[0-9][0-9][0-9].npy", "-t", "t.npy", "-l", "mse,mae", "-q"]
    quiet = {"cwd": tmp_path, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*command, "-o", "whole.jsonl"], check=True, **quiet)  # type: ignore[call-overload]
    pauses = random.Random(7)
    for _ in range(4):
        process = subprocess.Popen([*command, "-o", "x.jsonl", "--resume"], **quiet)  # type: ignore[call-overload]
        time.sleep(pauses.uniform(0.2, 0.7))
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run([*command, "-o", "x.jsonl", "--resume"], check=True, **quiet)  # type: ignore[call-overload]
    assert (tmp_path / "x.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"key"', '"kez"'),
        ('"value": 0.0', '"value": "x"'),
        ('"rows_of_run": 1', '"rows_of_run": null'),
        ('"rows_of_run": 1', '"rows_of_run": 1e999'),
        ('"value": 0.0', '"value": 1.0, "value": 0.0'),
        ('"std": 0.0', '"std": NaN'),
    ],
)
def test_a_row_that_is_none_of_a_journal_is_named(lossctl: Command, old: str, new: str) -> None:
    batch = ("batch", "p/*.npy", "-t", "t.npy", "-l", "mse", "-o", "x.jsonl", "-q")
    assert lossctl(*batch).code == 0
    text = Path("x.jsonl").read_text()
    assert old in text
    Path("x.jsonl").write_text(text.replace(old, new, 1))
    done = lossctl(*batch, "--resume")
    assert (done.code, done.err) == (3, "lossctl: error: x.jsonl line 1: not a row of a journal\n")


def test_resuming_with_fewer_runs_keeps_the_rows_of_the_others(lossctl: Command) -> None:
    assert lossctl("batch", "p/*.npy", "-t", "t.npy", "-l", "mse", "-o", "x.jsonl", "-q").code == 0
    before = set(Path("x.jsonl").read_text().splitlines())
    done = lossctl("batch", "p/7.npy", "-t", "t.npy", "-l", "mse", "-o", "x.jsonl", "--resume", "-q")
    assert done.code == 0
    assert set(Path("x.jsonl").read_text().splitlines()) == before


def test_pool_makes_one_run_of_preds_alone(lossctl: Command) -> None:
    Path("m.csv").write_text("run,pred\na,a.csv\nb,b.csv\n")
    done = lossctl("batch", "--manifest", "m.csv", "--pool", "-l", "mse")
    problem = "--manifest names many runs, --pool makes one of all PREDs; give one of them"
    assert (done.code, done.out, done.err) == (2, "", f"lossctl: error: {problem}\n")
    Path("d").mkdir()
    for name in ("1.csv", "2.csv"):
        Path("d", name).write_text("pred,y\n1,0\n")
    done = lossctl("batch", "d", "--pool", "-l", "mse", "-b")
    assert (done.out, done.err) == ("1\n", "")


def test_a_manifest_may_name_a_column_of_the_run(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,old,new\n0,1,2\n")
    Path("m.csv").write_text("run,pred,target\nA,a.csv:old,a.csv:y_true\nB,a.csv:new,y_true\n")
    assert lossctl("batch", "--manifest", "m.csv", "-l", "mse", "-b", "-q").out == "1\n4\n"


@pytest.mark.parametrize("target", ["t.csv", "t.npy"])
def test_a_target_of_all_is_read_once_and_anew_when_it_changed(
    lossctl: Command, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    def write(values: Sequence[float]) -> None:
        np.save("t.npy", np.array(values))
        Path("t.csv").write_text("\n".join(["y", *map(str, values)]) + "\n")

    opened: list[str] = []

    def open_counted(path: str, syntax: TableSyntax) -> Table:
        opened.append(path)
        return open_table(path, syntax)

    monkeypatch.setattr("lossctl.formats.held.open_table", open_counted)
    for last in (1.0, 1000.5):
        write([0.0, 0.0, 0.0, last])
        opened.clear()
        together = lossctl("batch", "p/*.npy", "-t", target, "-l", "mse", "-b", "-q").out
        assert opened == [target] * 2  # its header, then its rows
        alone = [lossctl("eval", f"p/{number}.npy", "-t", target, "-l", "mse", "-b", "-q").out for number in range(10)]
        assert sorted(together.splitlines(True)) == sorted(alone)


@pytest.mark.parametrize("bad", [2, 5])
def test_a_fault_of_a_target_of_all_is_worded_as_of_one_alone(lossctl: Command, bad: int) -> None:
    lines = ["y,w", "0,1", "0,1", "0,1", "0,1"]
    lines[bad - 2 if bad < 5 else 4] = "x,1"
    Path("t.csv").write_text("\n".join(lines) + "\n")
    Path("a.csv").write_text("y_pred\n1\n1\nz\n1\n")
    Path("b.csv").write_text("y_pred\n1\n1\n1\n1\n")
    alone = [
        lossctl("eval", name, "-t", "t.csv:y", "-l", "mse").err.splitlines()[0].removeprefix("lossctl: error: ")
        for name in ("a.csv", "b.csv")
    ]
    done = lossctl("batch", "a.csv", "b.csv", "-t", "t.csv:y", "-l", "mse", "--json")
    assert [run["error"] for run in json.loads(done.out)["runs"]] == alone


def test_a_label_of_a_target_of_all_is_found_where_it_stands(lossctl: Command) -> None:
    Path("t.csv").write_text("id,y\n" + "".join(f"{row},{5 if row == 70_001 else row % 2}\n" for row in range(100_000)))
    for name in "ab":
        np.save(f"{name}.npy", np.full(100_000, 0.5))
    done = lossctl("batch", "a.npy", "b.npy", "-t", "t.csv:y", "-l", "ce", "--json")
    assert {run["error"] for run in json.loads(done.out)["runs"]} == {
        "t.csv line 70003, column 'y': label 5; expected 0, 1, or a soft label between them"
    }


LOST = "a journal of another batch, or of one that was interrupted, would be lost\nhint: go on with it: --resume; or remove it\n"


def whole_journal(lossctl: Command, *names: str) -> bytes:
    assert lossctl("batch", *names, "-t", "t.npy", "-l", "mse,mae", "-o", "x.jsonl", "-q").code == 0
    return Path("x.jsonl").read_bytes()


@pytest.mark.parametrize("cut", [40, 1, "lines", "line", "provisional"])
def test_an_interrupted_journal_is_not_overwritten(cut: int | str, lossctl: Command) -> None:
    whole = whole_journal(lossctl, "p/1.npy", "p/2.npy", "p/3.npy")
    lines = whole.splitlines(keepends=True)
    torn = {"lines": b"".join(lines[:2]), "line": lines[0], "provisional": whole.replace(b"}\n", b', "provisional": true}\n')}
    left = torn[cut] if isinstance(cut, str) else whole[:-cut]
    Path("x.jsonl").write_bytes(left)
    batch = ("batch", "p/1.npy", "p/2.npy", "p/3.npy", "-t", "t.npy", "-l", "mse,mae", "-o", "x.jsonl", "-q")
    done = lossctl(*batch)
    assert (done.code, done.out, done.err) == (2, "", f"lossctl: error: x.jsonl: {LOST}")
    assert Path("x.jsonl").read_bytes() == left
    assert lossctl(*batch, "--resume").code == 0
    assert Path("x.jsonl").read_bytes() == whole
    assert lossctl(*batch).code == 0


def test_a_finished_journal_of_other_runs_is_not_overwritten_and_what_is_none_is(lossctl: Command) -> None:
    whole = whole_journal(lossctl, "p/1.npy")
    done = lossctl("batch", "p/2.npy", "-t", "t.npy", "-l", "mse", "-o", "x.jsonl")
    assert (done.code, done.err) == (2, f"lossctl: error: x.jsonl: {LOST}")
    assert Path("x.jsonl").read_bytes() == whole
    for other in (b"", b'{"a": 1}\n', b"text\n"):
        Path("x.jsonl").write_bytes(other)
        assert whole_journal(lossctl, "p/1.npy") == whole


def test_a_journal_that_is_a_directory_cannot_be_written(lossctl: Command) -> None:
    Path("x").mkdir()
    done = lossctl("batch", "p/1.npy", "-t", "t.npy", "-l", "mse", "-o", "jsonl:x")
    assert (done.code, done.err) == (4, "lossctl: error: x: cannot write: is a directory\n")


def test_a_journal_of_which_all_runs_are_there_but_not_its_end_is_an_interrupted_one(
    lossctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    batch = ("batch", "p/1.npy", "-t", "t.npy", "-l", "mse", "-o", "x.jsonl", "-q")
    with monkeypatch.context() as patch:
        patch.setattr("lossctl.runs.finished_runs.write_file", interrupt)
        assert lossctl(*batch).code == 130
    assert lossctl(*batch).err == f"lossctl: error: x.jsonl: {LOST}"


@pytest.mark.parametrize(
    ("options", "spread"), [("-b", False), ("", True), ("-b -o x.jsonl", True), ("-b --confidence 0.9", False)]
)
def test_deviations_are_computed_where_they_are_shown(
    options: str, spread: bool, lossctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    score, asked = many_runs.score, []

    def seen(planned: Planned, **given: Any) -> many_runs.Ended:
        asked.append(given["wanted"].spread)
        return score(planned, **given)

    np.save("t.npy", np.arange(4.0))
    for name, values in (("a", [1.0, 1, 1, 1]), ("b", [0.0, 1, 2, 5])):
        np.save(f"{name}.npy", values)
    monkeypatch.setattr(many_runs, "score", seen)
    done = lossctl("batch", "b.npy", "a.npy", "-t", "t.npy", "-l", "mse", "-q", *options.split())
    assert (done.code, asked) == (0, [spread, spread])
    assert "-b" not in options or done.out == "1\n1.5\n"
    assert "-o" not in options or '"std": 1.7320508075688772,' in Path("x.jsonl").read_text()  # of 0, 0, 0 and 4


@pytest.mark.parametrize(("stop", "code"), [(KeyboardInterrupt, 130), (Terminated, 143)])
def test_an_interrupt_says_how_many_runs_are_saved(
    stop: type[BaseException], code: int, lossctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    score = many_runs.score

    def stopped(planned: Planned, **given: Any) -> many_runs.Ended:
        if planned.name == "p/2.npy":
            raise stop
        return score(planned, **given)

    monkeypatch.setattr(many_runs, "score", stopped)
    done = lossctl("batch", "p/*.npy", "-t", "t.npy", "-l", "mse", "-o", "x.jsonl")
    assert (done.code, done.out) == (code, "")
    assert done.err.splitlines()[0] == "lossctl: 2 of 10 runs are saved in x.jsonl; --resume goes on"
    assert len(Path("x.jsonl").read_text().splitlines()) == 2
    done = lossctl("batch", "p/*.npy", "-t", "t.npy", "-l", "mse")
    said = "2 of 10 runs were done, and none is saved; -o results.jsonl saves each as it ends"
    assert done.err.splitlines()[0] == f"lossctl: {said}"


def test_runs_of_another_version_are_computed_again_whatever_their_rows_have(
    lossctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = whole_journal(lossctl, "p/1.npy", "p/2.npy")
    rows = [json.loads(line) for line in whole.splitlines()]
    named = ("type", "run", "loss", "by", "key", "rows_of_run")
    old = [{name: row[name] for name in named} | {"value": "odd", "version": "0.0.9"} for row in rows]
    Path("x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in old))
    resumed = ("batch", "p/1.npy", "-t", "t.npy", "-l", "mse,mae", "-o", "x.jsonl", "--resume")
    assert lossctl(*resumed, "-b").out == "24.5\n3.5\n"
    found = [json.loads(line) for line in Path("x.jsonl").read_text().splitlines()]
    assert found == [*rows[:2], *old[2:]]  # those of a run that is not asked for stay
    monkeypatch.setattr("lossctl.__version__", "9")
    assert "p/1.npy: its files, options or the program changed; computed again" in lossctl(*resumed).err


@pytest.mark.slow
def test_standard_input_is_always_computed_again(tmp_path: Path) -> None:
    for value, expected, more in (("1", "1\n", []), ("9", "81\n", ["--resume"]), ("9", "81\n", ["--resume"])):
        done = subprocess.run(
            [sys.executable, "-m", "lossctl", "batch", "-", "-l", "mse", "-o", "s.jsonl", "-b", *more],
            input=f"pred,y\n{value},0\n",
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == expected
        assert ("lossctl: <stdin>: it is read from a stream; computed again\n" in done.stderr) == bool(more)


CHANGES: dict[str, Callable[[], object]] = {
    "a shard": lambda: Path("d/1.csv").write_text("id,y,p\n1,0,0.25\n2,1,0.75\n"),
    "a new shard": lambda: [Path(f"{folder}/2.csv").write_text("id,y,p\n3,1,0.5\n") for folder in "dk"],
    "a vector": lambda: np.save("w.npy", np.array([1.0, 3.0])),
    "a plugin": lambda: Path("own.py").write_text("# \n"),
    "a table of targets": lambda: Path("k/1.csv").write_text("id,y\n1,1\n2,1\n"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_with_any_file_that_is_read_changed_a_run_is_computed_again(change: str, lossctl: Command) -> None:
    """The old answer would be another plausible number."""
    for folder in ("d", "k"):
        Path(folder).mkdir()
    Path("d/1.csv").write_text("id,y,p\n1,0,0.5\n2,1,0.25\n")
    Path("k/1.csv").write_text("id,y\n1,0\n2,1\n")
    Path("own.py").write_text("")
    np.save("w.npy", np.array([1.0, 2.0]))
    data = ["d", "-l", "ce:class_weight=@w.npy", "-p", "p", "-t", "k/:y", "--id", "id", "--plugin", "own.py"]
    journal = ("-o", "x.jsonl", "--resume")
    lossctl("batch", *data, *journal)
    assert "lossctl: 1 run taken from x.jsonl\n" in lossctl("batch", *data, *journal).err
    CHANGES[change]()
    done = lossctl("batch", *data, *journal, "-b")
    assert "lossctl: d: its files, options or the program changed; computed again\n" in done.err
    assert done.out == lossctl("eval", *data, "-b").out
