"""No output is a file that is read, by any name; devices are written to; files that change while they are read are noticed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lossctl.errors import UsageError
from lossctl.files.states import check_outputs, state_of
from lossctl.rows.dataset import Dataset
from lossctl.runs import evaluation as runs
from tests.conftest import Command

TABLE = "id,y_true,y_pred,g,w\n1,0,1,u,1\n2,0,2,v,1\n"
LOST = "the output is one of the inputs, which would be lost"
WITHIN = "the output lies in a directory that is read"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, lossctl: Command) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    (tmp_path / "d").mkdir()
    (tmp_path / "d/1.csv").write_text(TABLE)
    np.save(tmp_path / "w.npy", np.ones(2))


# Every way to name a file that is read -> the output that would be lost.
NAMED = {
    "pred": ("eval a.csv -l mse", "csv:a.csv"),
    "target": ("eval a.csv -t x.csv:y_true --id id -l mse", "csv:x.csv"),
    "weight": ("eval a.csv -w x.csv:w -l mse", "csv:x.csv"),
    "groups": ("eval a.csv --by x.csv:g -l mse", "csv:x.csv"),
    "kept": ("eval a.csv --keep x.csv:g --worst 1 -l mse", "csv:x.csv"),
    "condition": ("eval a.csv --where x.csv:g=u -l mse", "csv:x.csv"),
    "vector": ("eval a.csv -l ce:class_weight=@w.npy -p y_pred", "csv:w.npy"),
    "plugin": ("eval a.csv -l mse --plugin own.py", "csv:own.py"),
    "compared": ("compare a.csv x.csv -l mse", "csv:x.csv"),
    "glob": ("batch *.csv -l mse", "csv:x.csv"),
    "manifest": ("batch --manifest m.csv -l mse", "m.csv"),
    "of a manifest": ("batch --manifest m.csv -l mse", "csv:x.csv"),
    "baseline": ("check a.csv --max mse=9 --baseline b.json", "b.json"),
    "configuration": ("check --config c.toml", "csv:c.toml"),
    "of a configuration": ("check --config c.toml", "csv:x.csv"),
    "configuration found": ("check", "csv:lossctl.toml"),
    "shard": ("eval d -l mse", "csv:d/1.csv"),
    "samples": ("eval a.csv -l mse -o y.csv --save-samples x.csv -t x.csv:y_true --id id", ""),
    "catalogue": ("losses --plugin own.py", "csv:own.py"),
}


@pytest.mark.parametrize("link", [None, os.symlink, os.link])
@pytest.mark.parametrize("name", NAMED)
def test_an_output_is_no_file_that_is_read_by_any_name(
    name: str, link: Callable[[str, str], None] | None, lossctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, output = NAMED[name]
    Path("x.csv").write_text(TABLE)
    Path("own.py").write_text("")
    Path("m.csv").write_text("run,pred\na,x.csv\n")
    Path("c.toml").write_text('[[check]]\nfiles = ["x.csv"]\nloss = "mse"\nmax = 9\n')
    Path("lossctl.toml").write_text(Path("c.toml").read_text())
    lossctl("eval", "a.csv", "-l", "mse", "-o", "b.json")
    _, colon, path = output.partition(":")
    path = path or output
    if link is not None and path:
        link(os.path.abspath(path), "other" if colon else f"other{Path(path).suffix}")
        output = output.replace(path, "other" if colon else f"other{Path(path).suffix}")
    before = {file: file.read_bytes() for file in Path().rglob("*") if file.is_file()}
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # of the plugin, beside it
    done = lossctl(*command.split(), *(["-o", output] if output else []))
    assert (done.code, done.out) == (2, "")
    shown = (output.partition(":")[2] or output) if output else "x.csv"
    assert done.err == f"lossctl: error: {shown}: {LOST}\n"
    assert {file: file.read_bytes() for file in Path().rglob("*") if file.is_file()} == before


@pytest.mark.parametrize(
    "path", ["d/new.csv", "d/_hidden.csv", "d/deep/new.csv", "./d/../d/new.csv", "link/new.csv", "to_new.csv"]
)
def test_nothing_is_written_into_a_directory_that_is_read(path: str, lossctl: Command) -> None:
    os.symlink("d", "link")
    os.symlink("d/new.csv", "to_new.csv")
    for command in (["eval", "d", "-l", "mse"], ["eval", "a.csv", "-t", "d/:y_true", "-l", "mse"]):
        done = lossctl(*command, "-o", path)
        assert (done.code, done.out, done.err) == (2, "", f"lossctl: error: {path}: {WITHIN}\n")
        assert os.listdir("d") == ["1.csv"]


def test_an_output_beside_a_directory_that_is_read_is_written(lossctl: Command) -> None:
    Path("dd").mkdir()
    assert lossctl("eval", "d", "-l", "mse", "-o", "dd/new.csv").code == 0
    assert Path("dd/new.csv").exists()


@pytest.mark.parametrize(
    ("pattern", "path"), [("*.csv", "new.csv"), ("d/*", "d/new.csv"), ("**/*.csv", "e/new.csv"), ("./[a-n]*.csv", "link/new.csv")]
)
def test_an_output_that_a_glob_would_find_the_next_time_is_refused(pattern: str, path: str, lossctl: Command) -> None:
    os.symlink(".", "link")
    for command in (["batch"], ["eval"], ["compare"], ["check", "--max", "mse=1"]):
        done = lossctl(*command, pattern, "-l", "mse", "-o", path)
        problem = f"the output is matched by '{pattern}', and would be read by the next call"
        assert (done.code, done.out, done.err) == (2, "", f"lossctl: error: {path}: {problem}\n")


def test_an_output_that_no_glob_finds_is_written(lossctl: Command) -> None:
    assert lossctl("batch", "*.csv", "-l", "mse", "-o", ".hidden.csv", "-o", "d/new.csv", "-o", "new.tsv").code == 0


def test_the_same_file_is_no_two_outputs(lossctl: Command) -> None:
    Path("b.csv").write_text("old")
    os.link("b.csv", "c.csv")
    once = "lossctl: error: one output file is named twice\n"
    assert lossctl("eval", "a.csv", "-l", "mse", "-o", "b.csv", "-o", "c.csv").err == once
    assert lossctl("eval", "a.csv", "-l", "mse", "-o", "b.csv", "--save-samples", "./c.csv").err == once
    assert lossctl("check", "a.csv", "-l", "mse", "--baseline", "x.json", "--update-baseline", "-o", "x.json").err == once
    assert Path("b.csv").read_text() == "old"
    assert not Path("x.json").exists()


def test_a_baseline_may_be_updated_and_a_journal_resumed(lossctl: Command) -> None:
    for _ in range(2):
        assert lossctl("check", "a.csv", "-l", "mse", "--baseline", "x.json", "--update-baseline").code == 0
        assert lossctl("batch", "a.csv", "-l", "mse", "-o", "x.jsonl", "--resume").code == 0


def test_a_baseline_is_not_made_of_a_file_that_is_judged(lossctl: Command) -> None:
    os.link("a.csv", "b.json")
    done = lossctl("check", "a.csv", "-l", "mse", "--baseline", "b.json", "--update-baseline")
    assert (done.code, done.err) == (2, f"lossctl: error: b.json: {LOST}\n")
    assert Path("a.csv").read_text() == TABLE


def test_standard_input_is_known_by_its_file(lossctl: Command) -> None:
    command = [sys.executable, "-m", "lossctl", "eval", "-", "-l", "mse", "-o", "a.csv"]
    with open("a.csv", "rb") as file:
        done = subprocess.run(command, stdin=file, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, f"lossctl: error: a.csv: {LOST}\n")
    assert Path("a.csv").read_text() == TABLE


def test_devices_may_be_named_twice() -> None:
    check_outputs(["/dev/null", "/dev/null"], ["/dev/null"])
    with pytest.raises(UsageError):
        check_outputs(["x", "./x"], [])


@pytest.mark.slow
@pytest.mark.parametrize("place", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
@pytest.mark.parametrize("redirection", [">", ">>"])
def test_what_a_log_holds_stays_when_it_is_written_to_by_a_device_s_name(place: str, redirection: str, lossctl: Command) -> None:
    os.symlink("/dev/stdout", "link")
    Path("log").write_text("first\n")
    line = f"(echo before; {sys.executable} -m lossctl eval a.csv -l mse -b -q -o csv:{place}; echo after) {redirection} log"
    subprocess.run(["bash", "-c", line], check=True)
    written = "before\nrun,loss,value,n,weight,mean,sum,std,min,max\na.csv,mse,2.5,2,2,2.5,5,1.5,1,4\n2.5\nafter\n"
    assert Path("log").read_text() == ("first\n" if redirection == ">>" else "") + written


def test_a_pipe_is_written_to_and_stays_a_pipe(lossctl: Command) -> None:
    os.mkfifo("pipe")
    with subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE) as reader:
        assert lossctl("eval", "a.csv", "-l", "mse", "-b", "-o", "csv:pipe").out == "2.5\n"
        assert reader.communicate()[0].startswith(b"run,loss,value")
    assert Path("pipe").is_fifo()


def test_a_journal_to_a_device_is_written_once_at_the_end(lossctl: Command) -> None:
    done = lossctl("batch", "a.csv", "d/1.csv", "-l", "mse", "-b", "-q", "-o", "jsonl:/dev/stdout")
    assert [line[:17] for line in done.out.splitlines()] == ['{"type": "result"'] * 2 + ["2.5", "2.5"]
    done = lossctl("batch", "a.csv", "-l", "mse", "-o", "jsonl:/dev/stdout", "--resume")
    assert (done.code, done.err) == (2, "lossctl: error: --resume needs the journal of the batch: -o results.jsonl\n")


def grown(path: str) -> None:
    with open(path, "a") as file:
        file.write("3,0,3,u,1\n")


CHANGES: dict[str, tuple[str, Callable[[], object], str]] = {
    "a pred": ("a.csv -l mse", lambda: grown("a.csv"), "a.csv: the file"),
    "a target that was read": ("a.csv -l mse -t x.csv:y_true --id id", lambda: grown("x.csv"), "x.csv: the file"),
    "a vector": ("a.csv -l ce:class_weight=@w.npy -p w", lambda: np.save("w.npy", np.ones(3)), "w.npy: the file"),
    "a shard": ("d -l mse", lambda: grown("d/1.csv"), "d: the directory"),
    "a new shard": ("d -l mse", lambda: Path("d/2.csv").write_text(TABLE), "d: the directory"),
    "a shard that went": ("d -l mse", lambda: Path("d/1.csv").unlink(), "d: the directory"),
    "a plugin": ("a.csv -l mse --plugin own.py", lambda: grown("own.py"), "own.py: the file"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_while_it_is_read_is_noticed(name: str, lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments, change, where = CHANGES[name]
    Path("x.csv").write_text(TABLE)
    Path("own.py").write_text("")

    class Changed(Dataset):
        """A dataset whose files change when all its parts were given out."""

        def parts(self):  # type: ignore[no-untyped-def]
            yield from super().parts()
            change()

    monkeypatch.setattr(runs, "Dataset", Changed)
    done = lossctl("eval", *arguments.split())
    message = f"lossctl: error: {where} changed while it was read; run again when it is complete\n"
    assert (done.code, done.out, done.err) == (3, "", message)


def test_a_state_tells_of_a_directory_s_files_and_not_of_hidden_ones() -> None:
    before = state_of("d")
    Path("d/_SUCCESS").write_text("")
    Path("d/.crc").write_text("")
    assert state_of("d") == before
    grown("d/1.csv")
    assert state_of("d") != before
    assert state_of("nowhere") == ("nowhere",)
    assert state_of("-") == ("-",)
    assert state_of("/dev/null") == ("/dev/null",)
    os.mkfifo("pipe")
    assert state_of("pipe") == ("pipe",)


def test_a_glob_of_any_depth_finds_nothing_in_hidden_folders(lossctl: Command) -> None:
    for folder in ("runs/.old", "runs/deep"):
        Path(folder).mkdir(parents=True)
        Path(f"{folder}/a.csv").write_text("y,pred\n0,1\n")
    assert lossctl("batch", "runs/**/*.csv", "-l", "mse", "-b", "-o", "runs/.old/x.csv").out == "1\n"
    done = lossctl("batch", "runs/**/*.csv", "-l", "mse", "-o", "runs/deep/x.csv")
    said = "the output is matched by 'runs/**/*.csv', and would be read by the next call"
    assert (done.code, done.err) == (2, f"lossctl: error: runs/deep/x.csv: {said}\n")
