"""Many small runs in copies of the process: the same lines as one after the other, and an end that leaves nothing behind."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from lossctl.engine.forked_map import can_fork
from tests.processes import python, shell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")

FORKED = """
import os, signal, sys, threading, time
from lossctl.engine.forked_map import CHUNK, can_fork, forked_map
parent = os.getpid()
def children():
    return open(f"/proc/self/task/{parent}/children").read().split()
"""


def printed(program: str, folder: Path) -> str:
    done = python(FORKED + program, folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A hundred and fifty runs of three lengths, some of them at fault, in NPY and CSV."""
    rng = np.random.default_rng(7)
    target = rng.normal(size=9)
    np.save(tmp_path / "truth.npy", target)
    (tmp_path / "r").mkdir()
    for number in range(150):
        pred = target + rng.normal(size=9)
        if number % 31 == 5:
            pred[4] = np.nan
        if number % 41 == 7:
            pred = pred[:5]
        if number % 3:
            np.save(tmp_path / f"r/{number:03}.npy", pred)
        else:
            (tmp_path / f"r/{number:03}.csv").write_text("y_pred\n" + "".join(f"{value!r}\n" for value in pred.tolist()))
    return tmp_path


def test_results_come_in_order_whichever_copy_is_quicker(tmp_path: Path) -> None:
    program = """
def slow_at_first(item):
    time.sleep(0.2 if item == 0 else 0)
    return item * item, os.getpid()
found = [*forked_map(slow_at_first, range(5 * CHUNK + 3), 3)]
print([square for square, _ in found] == [item * item for item in range(5 * CHUNK + 3)])
print(len({process for _, process in found} - {parent}), children())
"""
    assert printed(program, tmp_path) == "True\n3 []\n"


def test_there_are_no_more_copies_than_chunks(tmp_path: Path) -> None:
    program = "print(len(set(forked_map(lambda _: os.getpid(), range(CHUNK + 1), 9))))"
    assert printed(program, tmp_path) == "2\n"


def test_what_a_copy_raises_is_raised_and_ends_the_others(tmp_path: Path) -> None:
    program = """
def fails(item):
    if item == CHUNK + 2:
        raise ValueError(f"item {item}")
    return item
taken = []
try:
    for item in forked_map(fails, range(100 * CHUNK), 4):
        taken.append(item)
except ValueError as problem:
    print(problem, taken == [*range(CHUNK)], children())
"""
    assert printed(program, tmp_path) == "item 18 True []\n"


def test_a_copy_that_is_killed_is_said(tmp_path: Path) -> None:
    program = """
def killed(item):
    if item == 3:
        os.kill(os.getpid(), signal.SIGKILL)
try:
    [*forked_map(killed, range(100), 2)]
except Exception as problem:
    print(type(problem).__name__, problem, children())
"""
    said = "EnvironmentFailure one of the processes that score runs was ended\nhint: -j 1 needs one only []\n"
    assert printed(program, tmp_path) == said


def test_a_copy_waits_for_who_takes_its_results(tmp_path: Path) -> None:
    program = """
calls = os.pipe()
def counted(item):
    os.write(calls[1], b".")
    return "x" * 10_000
results = forked_map(counted, range(1000 * CHUNK), 1)
next(results)
time.sleep(0.3)
print(len(os.read(calls[0], 100_000)) < 10 * CHUNK)
results.close()
print(children())
"""
    assert printed(program, tmp_path) == "True\n[]\n"


def test_a_process_with_threads_is_not_copied(tmp_path: Path) -> None:
    program = """
print(can_fork())
thread = threading.Thread(target=time.sleep, args=(5,), daemon=True)
thread.start()
print(can_fork())
sys.stdout.flush()
os._exit(0)
"""
    assert printed(program, tmp_path) == "True\nFalse\n"


def test_a_process_whose_threads_nobody_counts_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    def unmounted(path: str) -> list[str]:
        raise FileNotFoundError(path)

    monkeypatch.setattr("lossctl.engine.forked_map.os.listdir", unmounted)
    assert not can_fork()


@pytest.mark.slow
@pytest.mark.parametrize("form", ["-b", "-f json", "-f csv --sort mae", "--confidence 0.95 -f md"])
def test_copies_say_what_one_process_says(runs: Path, form: str) -> None:
    command = f"lossctl batch 'r/*' -t truth.npy -l mse,mae {form}"
    alone, together = shell(f"{command} -j 1", runs), shell(f"{command} -j 3", runs)
    assert (together.stdout, together.stderr, together.returncode) == (alone.stdout, alone.stderr, alone.returncode)
    assert alone.returncode == 3
    assert "9 runs of 150 failed" in alone.stderr


@pytest.mark.slow
def test_a_journal_of_copies_is_that_of_one_process_and_goes_on(runs: Path) -> None:
    command = "lossctl batch 'r/*' -t truth.npy -l mse -q"
    assert shell(f"{command} -j 1 -o alone.jsonl", runs).returncode == 3
    assert shell(f"{command} -j 3 -o together.jsonl", runs).returncode == 3
    written = (runs / "together.jsonl").read_text()
    assert written == (runs / "alone.jsonl").read_text()
    (runs / "together.jsonl").write_text("".join(written.splitlines(keepends=True)[:40]))
    assert shell(f"{command} -j 3 -o together.jsonl --resume", runs).returncode == 3
    assert (runs / "together.jsonl").read_text() == written
