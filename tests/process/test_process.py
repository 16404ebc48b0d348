"""The program as a process: pipes, devices, signals, and what is left on disk."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.processes import shell

pytestmark = pytest.mark.slow
TABLE = "y_true,y_pred\n1,2\n3,5\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text(TABLE)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_python_m_lossctl_is_the_same_program(folder: Path) -> None:
    done = shell(f"{sys.executable} -m lossctl eval a.csv -l mse -b -q", folder)
    assert (done.stdout, done.stderr, done.returncode) == ("2.5\n", "", 0)


def test_a_backend_that_is_not_there_keeps_no_picture_from_being_drawn(folder: Path) -> None:
    done = shell("MPLBACKEND=none lossctl eval a.csv -l mse -q -o x.svg", folder)
    assert (done.stderr, done.returncode) == ("", 0)
    assert (folder / "x.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize("source", ["- < a.csv", "<(cat a.csv)", "/dev/stdin < a.csv", "- -q <<< $(cat a.csv | tr ' ' '\n')"])
def test_streams_are_read_once_from_front_to_back(folder: Path, source: str) -> None:
    assert shell(f"lossctl eval -l mse -b -q {source}", folder).stdout == "2.5\n"


def test_an_array_may_come_through_a_pipe(folder: Path) -> None:
    np.save(folder / "p.npy", np.array([1.0, 2.0]))
    np.save(folder / "t.npy", np.array([1.0, 4.0]))
    done = shell("cat p.npy | lossctl eval - --input-format npy -t t.npy -l mse -b -q", folder)
    assert (done.stdout, done.stderr) == ("2\n", "")


def test_a_full_device_is_said_and_is_exit_4(folder: Path) -> None:
    done = shell("lossctl eval a.csv -l mse -q > /dev/full", folder)
    assert (done.returncode, done.stderr) == (4, "lossctl: error: cannot write to standard output: no space left on device\n")


def test_a_closed_standard_output_is_exit_4(folder: Path) -> None:
    done = shell("lossctl eval a.csv -l mse -q >&-", folder)
    assert (done.returncode, done.stderr) == (4, "lossctl: error: cannot write to standard output: it is closed\n")


def test_a_reader_that_is_gone_is_exit_141_without_a_word_and_files_are_whole(folder: Path) -> None:
    rows = "".join(f"{row},{row + 1}\n" for row in range(50_000))
    (folder / "b.csv").write_text("y_true,y_pred\n" + rows)
    done = shell("lossctl eval b.csv -l mse --per-sample -q -o all.json | head -n 1 >/dev/null; echo ${PIPESTATUS[0]}", folder)
    assert (done.stdout, done.stderr) == ("141\n", "")
    assert len(json.loads((folder / "all.json").read_text())["runs"][0]["samples"]["row"]) == 50_000


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_the_work_with_their_code_and_leave_nothing(folder: Path, number: int, code: int) -> None:
    os.mkfifo(folder / "pipe.csv")
    command = [sys.executable, "-m", "lossctl", "eval", "pipe.csv", "-l", "mse", "-o", "x.json", "--save-samples", "s.npy"]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with (folder / "pipe.csv").open("w") as pipe:  # opens once the program reads
        pipe.write(TABLE)
        pipe.flush()
        time.sleep(0.5)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (code, "", "lossctl: interrupted\n")
    assert names(folder) == ["a.csv", "pipe.csv"]


def test_an_error_leaves_no_output_and_no_temporary_file(folder: Path) -> None:
    (folder / "bad.csv").write_text("y_true,y_pred\n1,2\n3,x\n")
    (folder / "old.json").write_text("old")
    done = shell("lossctl eval bad.csv -l mse -o old.json -o new.md --save-samples s.npy", folder)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "lossctl: error: bad.csv line 3, column 'y_pred': 'x' is not a number\n"
    assert names(folder) == ["a.csv", "bad.csv", "old.json"]
    assert (folder / "old.json").read_text() == "old"


def test_an_output_may_be_a_device_a_pipe_or_a_link(folder: Path) -> None:
    assert shell("lossctl eval a.csv -l mse -q -b -o json:/dev/null", folder).returncode == 0
    assert shell("lossctl eval a.csv -l mse -q -b -o tsv:/dev/stdout", folder).stdout.endswith("1\t4\n2.5\n")
    (folder / "link.json").symlink_to("real.json")
    assert shell("lossctl eval a.csv -l mse -q -b -o link.json", folder).returncode == 0
    assert (folder / "link.json").is_symlink()
    assert json.loads((folder / "real.json").read_text())["ok"]


def test_a_folder_that_is_not_there_and_one_that_cannot_be_written_are_exit_4(folder: Path) -> None:
    done = shell("lossctl eval a.csv -l mse -q -o no/x.json", folder)
    assert (done.returncode, done.stdout, done.stderr) == (
        4,
        "",
        "lossctl: error: no/x.json: cannot write: no such file or directory\n",
    )


@pytest.mark.parametrize("options", ["-o a.csv", "-o ./a.csv", "--save-samples a.csv", "-o link.csv"])
def test_an_output_that_is_an_input_is_refused(folder: Path, options: str) -> None:
    (folder / "link.csv").symlink_to("a.csv")
    done = shell(f"lossctl eval a.csv -l mse {options}", folder)
    assert done.returncode == 2
    assert "the output is one of the inputs" in done.stderr
    assert (folder / "a.csv").read_text() == TABLE


def test_it_works_without_home_in_locale_c_with_one_column_and_in_a_folder_that_cannot_be_written(folder: Path) -> None:
    done = shell("env -i PATH=$PATH LC_ALL=C COLUMNS=1 lossctl eval a.csv -l mse,mae -f table -q", folder)
    assert done.returncode == 0
    assert done.stdout.splitlines()[2:] == [" mse     2.5   2   1.5     1     4", " mae     1.5   2   0.5     1     2"]


def test_file_names_that_are_not_utf_8_are_shown_escaped(folder: Path) -> None:
    name = os.fsdecode(b"b\xff\x1b[31m.csv")
    (folder / name).write_text(TABLE)
    done = subprocess.run(
        [sys.executable, "-m", "lossctl", "eval", name, "-l", "mse"], cwd=folder, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert done.stderr == b"lossctl: b\\xff\\x1b[31m.csv: pred y_pred, target y_true; 2 rows used\n"
    assert b"b\\xff\\x1b[31m.csv\tmse\t2.5" in done.stdout


def test_standard_input_that_is_a_terminal_is_refused_at_once(folder: Path) -> None:
    _, terminal = pty.openpty()
    command = [sys.executable, "-m", "lossctl", "eval", "-", "-l", "mse"]
    done = subprocess.run(command, cwd=folder, stdin=terminal, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (2, "lossctl: error: <stdin>: standard input is a terminal; pipe a file into it\n")


def test_standard_input_named_twice_is_refused(folder: Path) -> None:
    done = shell("lossctl eval - - -l mse < a.csv", folder)
    assert (done.returncode, done.stderr) == (2, "lossctl: error: standard input is named twice; it can be read once\n")


@pytest.mark.parametrize(
    "command", ["eval a.csv b.csv", "compare a.csv b.csv", "batch a.csv b.csv", "check a.csv --baseline b.csv --max-rise mse=1"]
)
def test_a_stream_that_several_runs_read_is_refused(folder: Path, command: str) -> None:
    (folder / "b.csv").write_text(TABLE)
    done = shell(f"lossctl {command} -t -:y_true -l mse < a.csv", folder)
    problem = "<stdin> can be read only once, and several runs read it"
    hint = "write it into a file first: ... > truth.csv, then name that file"
    assert done.returncode == 2
    assert f"lossctl: error: {problem}\nhint: {hint}\n" in done.stderr


def test_a_stream_that_several_rows_of_a_manifest_name_is_refused(folder: Path) -> None:
    (folder / "runs.csv").write_text("run,pred,target\nx,a.csv,-\ny,a.csv,-\n")
    done = shell("lossctl batch --manifest runs.csv -l mse < a.csv", folder)
    assert (done.returncode, done.stderr.partition("\n")[0]) == (
        2,
        "lossctl: error: <stdin> can be read only once, and several runs read it",
    )


def test_colours_are_on_a_terminal_and_never_in_a_pipe(folder: Path) -> None:
    assert "\x1b" not in shell("lossctl eval a.csv -l mse -f table -q", folder).stdout
    assert "\x1b" not in shell("lossctl eval a.csv -l mse -q", folder, FORCE_COLOR="1").stdout
    assert "\x1b" in shell("script -qc 'lossctl eval a.csv -l mse -q' /dev/null", folder, TERM="xterm").stdout
    assert "\x1b" not in shell("script -qc 'lossctl eval a.csv -l mse -q' /dev/null", folder, TERM="xterm", NO_COLOR="1").stdout
    assert "\x1b" not in shell("script -qc 'lossctl eval a.csv -l mse -q' /dev/null", folder, TERM="dumb").stdout


def test_completion_offers_commands_options_losses_and_parameters(folder: Path) -> None:
    def offered(words: str) -> list[str]:
        count = len(words.split(" ")) - 1
        done = shell(f"_LOSSCTL_COMPLETE=complete_bash COMP_WORDS='{words}' COMP_CWORD={count} lossctl", folder)
        return done.stdout.split()

    assert offered("lossctl ev") == ["eval"]
    assert "--per-sample" in offered("lossctl eval --per")
    assert offered("lossctl eval -l hu") == ["huber"]
    assert offered("lossctl eval -l huber:") == ["huber:delta=", "huber:period="]
    assert offered("lossctl eval -l mse,triplet:s") == ["mse,triplet:squared=", "mse,triplet:swap="]
    assert offered("lossctl eval -l triplet:metric=") == ["triplet:metric=lp", "triplet:metric=cosine"]
    assert offered("lossctl losses con") == ["contrastive"]
    assert offered("lossctl ") == ["eval", "check", "compare", "batch", "losses", "init"]


def test_completion_offers_choices_and_the_columns_of_the_file(folder: Path) -> None:
    (folder / "t.csv").write_text("label,group\n1,u\n3,v\n")

    def offered(words: str) -> list[str]:
        count = len(words.split(" ")) - 1
        return shell(f"_LOSSCTL_COMPLETE=complete_bash COMP_WORDS='{words}' COMP_CWORD={count} lossctl", folder).stdout.split()

    assert offered("lossctl eval a.csv -t ") == ["y_true", "y_pred"]
    assert offered("lossctl eval -l mse a.csv -b --by y_t") == ["y_true"]
    assert offered("lossctl eval a.csv --id y_true,y") == ["y_true,y_true", "y_true,y_pred"]
    assert offered("lossctl eval a.csv -t t.csv:") == ["t.csv:label", "t.csv:group"]
    assert offered("lossctl eval gone.csv -t ") == offered("lossctl eval -t ") == []
    assert offered("lossctl eval --nan ") == ["error", "drop"]
    assert offered("lossctl eval --from log") == ["logits", "logprobs"]
    assert offered("lossctl compare --method ") == ["bootstrap", "t", "permutation"]
    assert offered("lossctl eval --input-format p") == ["parquet"]


def test_completion_is_that_of_zsh_and_fish_too(folder: Path) -> None:
    def offered(which: str, words: str) -> str:
        asked = f"_LOSSCTL_COMPLETE=complete_{which} _TYPER_COMPLETE_FISH_ACTION=get-args _TYPER_COMPLETE_ARGS='{words}' lossctl"
        return shell(asked, folder).stdout

    assert offered("zsh", "lossctl eval a.csv -t y") == '_arguments \'*: :(("y_true"\n"y_pred"))\'\n'
    assert offered("fish", "lossctl eval a.csv -t y").split() == ["y_true", "y_pred"]
    assert offered("fish", "lossctl eval --poo") == "--pool\tall PREDs, in order, are one dataset\n"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("eval a.csv -t - -l mse < a.csv", "lossctl: a.csv: pred y_pred, target <stdin>:y_true; 1 row used"),
        (
            "eval a.csv -t -:y -l mse <<< $'y\\n1\\n2'",
            "lossctl: error: a.csv and <stdin>: different lengths: pred has 1 row, target has 2 rows",
        ),
        (
            "eval a.csv -t -:p_* -l mse <<< $'p_0,p_1\\n1,2'",
            "lossctl: error: a.csv:y_pred and <stdin>:p_0,p_1: mse: pred has shape (n,), target (n, 2); nothing is broadcast",
        ),
    ],
)
def test_standard_input_has_one_name_wherever_it_is_said(folder: Path, command: str, said: str) -> None:
    (folder / "a.csv").write_text("y_true,y_pred\n1,2\n")
    assert shell(f"lossctl {command}", folder).stderr == f"{said}\n"
