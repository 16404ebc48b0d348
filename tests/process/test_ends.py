"""Ends with the right code and a line that says it: endless names, modes of Python, short memory, damaged footers."""

from __future__ import annotations

import struct
import sys
from pathlib import Path
from typing import NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lossctl.errors import DataError
from lossctl.formats.arrow.arrow_pieces import reading
from tests.conftest import Command
from tests.processes import python, shell

pytestmark = pytest.mark.slow
TABLE = "pred,y,w0,w1\n1,0,1,2\n2,0,3,4\n"
NINES = "9" * 5000
SHORT = "9" * 51 + "..." + "9" * 26
NO_MEMORY = "lossctl: error: not enough memory; fewer threads need less: -j 1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.csv").write_text(TABLE)
    return tmp_path


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--worst", NINES], 2, f"--worst is a whole number >= 0 of at most 18 digits, not '{SHORT}'"),
        (["--jobs", NINES], 2, f"--jobs is a whole number >= 1 of at most 18 digits, not '{SHORT}'"),
        (["-p", NINES], 3, f"p.csv: there is no column {SHORT}; the columns are 1 to 4"),
        (["-p", f"p0..p{NINES}"], 3, f"p.csv: column 'p0..p{'9' * 46}...{'9' * 26}' not found; there are pred, y, w0, w1"),
        (["-p", "p0..p999999999999"], 3, "p.csv: column 'p0..p999999999999' not found; there are pred, y, w0, w1"),
        (["-p", "w0..w999999999999"], 3, "p.csv: column 'w0..w999999999999' not found; there are pred, y, w0, w1"),
    ],
)  # fmt: skip
def test_thousands_of_digits_and_endless_ranges_are_refused_at_once(
    lossctl: Command, folder: Path, options: list[str], code: int, message: str
) -> None:
    done = lossctl("eval", "p.csv", "-l", "mse", *options)
    assert (done.code, done.out, done.err) == (code, "", f"lossctl: error: {message}\n")


@pytest.mark.parametrize("option", ["-w", "--by", "--id", "--keep"])
def test_a_pattern_of_several_columns_is_refused_where_one_is_wanted(lossctl: Command, folder: Path, option: str) -> None:
    done = lossctl("eval", "p.csv", "-l", "mse", option, "w*", "--worst", "1")
    message = "p.csv:w0,w1: these are 2 columns, where one of one value a row is wanted\nhint: name one of w0, w1"
    assert (done.code, done.out, done.err) == (3, "", f"lossctl: error: {message}\n")


def test_a_weight_of_several_values_a_row_is_refused(lossctl: Command, folder: Path) -> None:
    np.save(folder / "w.npy", np.ones((2, 2)))
    done = lossctl("eval", "p.csv", "-l", "mse", "-w", "w.npy")
    message = "w.npy: it holds vectors, where one of one value a row is wanted"
    assert (done.code, done.err) == (3, f"lossctl: error: {message}\n")


def test_utf_16_without_a_mark_is_said_with_the_names_that_need_none(lossctl: Command, folder: Path) -> None:
    (folder / "p.csv").write_bytes(TABLE.encode("utf-16-le"))
    done = lossctl("eval", "p.csv", "-l", "mse", "--encoding", "utf-16")
    problem = "not UTF-16: UTF-16 stream does not start with BOM"
    hint = "name that order: --encoding utf-16-le, or utf-16-be"
    assert (done.code, done.err) == (3, f"lossctl: error: p.csv: {problem}\nhint: {hint}\n")
    assert lossctl("eval", "p.csv", "-l", "mse", "--encoding", "utf-16-le", "-b").value == 2.5


@pytest.mark.parametrize("command", ["lossctl eval p.csv -l mse -b -q", "lossctl losses focal", "lossctl eval -h", "lossctl -h"])
def test_optimised_python_says_the_same(folder: Path, command: str) -> None:
    plain, optimised = (shell(command, folder, PYTHONOPTIMIZE=level) for level in ("0", "2"))
    assert (optimised.stdout, optimised.stderr, optimised.returncode) == (plain.stdout, plain.stderr, 0)
    assert plain.stdout


def test_a_working_directory_that_is_gone_is_said(folder: Path) -> None:
    (folder / "gone").mkdir()
    gone = f"cd gone && rmdir ../gone && lossctl eval {folder}/p.csv -l mse -q"
    assert shell(f"{gone} -b", folder).stdout == "2.5\n"
    (folder / "gone").mkdir()
    done = shell(f"{gone} -o x.json", folder)
    assert (done.returncode, done.stderr) == (4, "lossctl: error: the working directory is there no more\n")


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_short_memory_is_exit_4_be_it_noticed_in_python_or_below(folder: Path) -> None:
    done = shell("ulimit -v 60000; lossctl eval p.csv -l mse -b -q", folder)
    assert (done.returncode, done.stdout, done.stderr[-len(NO_MEMORY) :]) == (4, "", NO_MEMORY)
    done = shell("ulimit -v 3000000; lossctl eval p.csv -l mse -b -q; lossctl check p.csv --max mse=1 -q", folder)
    assert (done.returncode, done.stdout[:4]) == (1, "2.5\n")


def test_a_thread_that_cannot_be_started_is_exit_4(lossctl: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left(*_: object) -> NoReturn:
        raise RuntimeError("can't start new thread")

    np.save(folder / "a.npy", np.zeros(3_000_000))
    monkeypatch.setattr("threading.Thread.start", none_left)
    done = lossctl("eval", "-p", "a.npy", "-t", "a.npy", "-l", "mse", "-j", "2")
    assert (done.code, done.out, done.err) == (4, "", NO_MEMORY)


def test_a_library_that_finds_no_memory_does_not_blame_the_file() -> None:
    with pytest.raises(MemoryError), reading("a.parquet", "Parquet"):
        raise pa.ArrowException("Failed to launch worker thread: Resource temporarily unavailable")
    with pytest.raises(MemoryError), reading("a.parquet", "Parquet"):
        raise pa.ArrowMemoryError("malloc of size 4194304 failed")
    with pytest.raises(DataError), reading("a.parquet", "Parquet"):
        raise pa.ArrowInvalid("bad")
    with pytest.raises(DataError, match="not a valid Arrow file: malloc of size 2814749767106560 failed"), reading("a", "Arrow"):
        raise pa.ArrowMemoryError("malloc of size 2814749767106560 failed")


def test_a_damaged_parquet_footer_ends_its_run_and_no_other(folder: Path) -> None:
    pq.write_table(pa.table({"pred": ["a", "b"] * 9, "y": ["a", "a"] * 9}), folder / "sound.parquet")
    data = (folder / "sound.parquet").read_bytes()
    required = data.replace(b"\x25\x02\x18\x04pred", b"\x25\x00\x18\x04pred")  # it was optional; the statistics say so still
    assert required != data
    (folder / "bad.parquet").write_bytes(required)
    done = shell("lossctl batch bad.parquet p.csv -l mse -t y -q --json", folder)
    assert done.returncode == 3
    assert '"value": 2.5' in done.stdout
    assert "bad.parquet" in done.stdout
    text = shell("lossctl eval p.csv -t y -l mse --by bad.parquet:pred", folder)
    assert (text.returncode, text.stderr.startswith("lossctl: error: bad.parquet: not a valid Parquet file: ")) == (3, True)


def test_an_interrupt_while_something_is_freed_is_raised_soon_after(tmp_path: Path) -> None:
    program = """
import signal, sys, time
from lossctl.process import _raise_soon
class Freed:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
        [None for _ in range(9)]
sys.unraisablehook = _raise_soon
try:
    Freed()
    time.sleep(20)
except KeyboardInterrupt:
    print("interrupted")
"""
    done = python(program, tmp_path)
    assert (done.stdout, done.stderr) == ("interrupted\n", "")


def test_a_footer_is_as_long_as_it_says(lossctl: Command, folder: Path) -> None:
    pq.write_table(pa.table({"pred": [1.0], "y": [2.0]}), folder / "a.parquet")
    data = (folder / "a.parquet").read_bytes()
    (folder / "a.parquet").write_bytes(data[:-8] + struct.pack("<I", 2**31) + data[-4:])
    assert lossctl("eval", "a.parquet", "-l", "mse").code == 3
