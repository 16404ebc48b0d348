"""Many small runs in copies of the process: the same lines as one after the other, and an end that leaves nothing behind."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from lossctl.maps.forked_map import can_fork
from tests.processes import python, shell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")

FORKED = """
import os, signal, sys, threading, time
from lossctl.maps.forked_map import CHUNK, can_fork, forked_map
parent = os.getpid()
def children():
    return open(f"/proc/self/task/{parent}/children").read().split()
def lost(item):
    return "lost"
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


def test_arrays_come_as_they_were_made_small_ones_too(tmp_path: Path) -> None:
    program = """
import numpy as np
made = [np.array([[-0.0, np.nan], [np.inf, 0.1]]).T, np.arange(3, dtype=np.int8), np.array([0.1], np.float32), np.zeros((0, 2)),
        np.array([["wilson", None]], object), np.array(["a", "bc"]), np.ones(1000), np.array([True]), np.array(5.0)]
for one, other in zip(made, forked_map(lambda place: made[place], range(len(made)), 2, lost)):
    print(one.dtype == other.dtype, one.shape == other.shape, repr(one) == repr(other))
"""
    assert printed(program, tmp_path) == "True True True\n" * 9


def test_results_come_in_order_whichever_copy_is_quicker(tmp_path: Path) -> None:
    program = """
def slow_at_first(item):
    time.sleep(0.2 if item == 0 else 0)
    return item * item, os.getpid()
found = [*forked_map(slow_at_first, range(5 * CHUNK + 3), 3, lost)]
print([square for square, _ in found] == [item * item for item in range(5 * CHUNK + 3)])
print(len({process for _, process in found} - {parent}), children())
"""
    assert printed(program, tmp_path) == "True\n3 []\n"


def test_there_are_no_more_copies_than_chunks(tmp_path: Path) -> None:
    program = "print(len(set(forked_map(lambda _: os.getpid(), range(CHUNK + 1), 9, lost))))"
    assert printed(program, tmp_path) == "2\n"


def test_what_a_copy_raises_is_raised_and_ends_the_others(tmp_path: Path) -> None:
    program = """
def fails(item):
    if item == CHUNK + 2:
        raise ValueError(f"item {item}")
    return item
taken = []
try:
    for item in forked_map(fails, range(100 * CHUNK), 4, lost):
        taken.append(item)
except ValueError as problem:
    print(problem, taken == [*range(CHUNK)], children())
"""
    assert printed(program, tmp_path) == "item 18 True []\n"


@pytest.mark.parametrize("place", [0, 15, 16, 99])
def test_an_item_whose_copy_is_ended_twice_is_lost_and_it_alone(tmp_path: Path, place: int) -> None:
    program = f"""
tries = os.pipe()
def killed(item):
    if item == {place}:
        os.write(tries[1], b".")
        os.kill(os.getpid(), signal.SIGKILL)
    return item
found = [*forked_map(killed, range(100), 2, lost)]
print(found == ["lost" if item == {place} else item for item in range(100)], os.read(tries[0], 99), children())
"""
    assert printed(program, tmp_path) == "True b'..' []\n"


def test_a_copy_that_is_ended_within_an_answer_has_not_given_it(tmp_path: Path) -> None:
    """The answer is longer than what a pipe holds, and nobody takes it before the copy ends."""
    program = """
def ended(item):
    if item == CHUNK and not os.path.exists("tried"):
        open("tried", "w").close()
        signal.setitimer(signal.ITIMER_REAL, 0.1)
    return "x" * 100_000 + str(item)
results = forked_map(ended, range(3 * CHUNK), 1, lost)
next(results)
time.sleep(1)
print([len(result) for result in results] == [100_000 + len(str(item)) for item in range(1, 3 * CHUNK)], children())
"""
    assert printed(program, tmp_path) == "True []\n"


def test_an_item_whose_copy_is_ended_once_is_tried_again(tmp_path: Path) -> None:
    program = """
def killed(item):
    try:
        os.close(os.open(f"tried-{item}", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return item
    if item % 40 == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item
print([*forked_map(killed, range(100), 2, lost)] == [*range(100)], children())
"""
    assert printed(program, tmp_path) == "True []\n"


def test_a_copy_waits_for_who_takes_its_results(tmp_path: Path) -> None:
    program = """
calls = os.pipe()
def counted(item):
    os.write(calls[1], b".")
    return "x" * 10_000
results = forked_map(counted, range(1000 * CHUNK), 1, lost)
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

    monkeypatch.setattr("lossctl.maps.forked_map.os.listdir", unmounted)
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


@pytest.mark.slow
def test_a_run_that_ends_its_process_fails_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "deadly.py").write_text(
        "import os, signal\nimport lossctl\n@lossctl.loss\ndef deadly(pred, target):\n    'Ends the process at 13.'\n"
        "    if 13 in pred:\n        os.kill(os.getpid(), signal.SIGKILL)\n    return abs(pred - target)\n"
    )
    for number in range(90):
        (tmp_path / f"{number:02}.csv").write_text(f"y_pred,y_true\n{number},0\n")
    done = shell("lossctl batch '*.csv' --plugin deadly.py -l deadly -b -j 2 -o j.jsonl", tmp_path)
    message = "13.csv: the process that scored it was ended from outside, twice"
    assert done.stderr == f"lossctl: error: 1 run of 90 failed: {message}\n"
    assert done.returncode == 3
    assert done.stdout.split() == [str(number) for number in range(90) if number != 13]
    assert [line for line in (tmp_path / "j.jsonl").read_text().splitlines() if message in line and '"13.csv"' in line]
