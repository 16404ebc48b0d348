"""What people bring and type, in cases/: inputs of many kinds, the command that is typed first, and what must come of it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import ROOT
from tests.case_list import CASES, FAULTS, MISTAKES, Case
from tests.conftest import Command, Outcome
from tests.processes import environment

HERE = ROOT / "tests" / "cases"
SECONDS, MEMORY = 30, 2 * 2**20  # KiB
COMMANDS = ("eval", "check", "compare", "batch", "losses", "init")


def params(cases: tuple[Case, ...]) -> list[Any]:
    """The cases by folder and number."""
    return [pytest.param(case, id=f"{place}-{case.folder}") for place, case in enumerate(cases, 1)]


def shell(line: str) -> Outcome:
    """A line for bash, with `lossctl` and `python` as they are installed and this checkout as what they import.

    It may neither run for long nor take much memory, since some cases are about that.
    """
    command = ["timeout", "--signal=KILL", str(SECONDS), "bash", "-c", f"ulimit -d {MEMORY}; {line}"]
    done = subprocess.run(
        command, capture_output=True, stdin=subprocess.DEVNULL, env=environment(PYTHONPATH=str(ROOT)), check=False
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def place(document: Any, name: str) -> Any:
    """What stands at a place of a JSON document, as `comparisons.0.better`."""
    for part in name.split("."):
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def check(case: Case, lossctl: Command, here: Path) -> None:
    """Copies the folder of a case to this one, runs its commands, and compares what comes of them."""
    if case.folder:
        shutil.copytree(HERE / case.folder, here, dirs_exist_ok=True)
    for line in (*(["sh make.sh"] if Path("make.sh").exists() else []), *case.before):
        shell(line)
    is_ours = (case.command.split() or COMMANDS)[0] in COMMANDS
    got = (
        lossctl(*shlex.split(case.command)) if is_ours and case not in FAULTS else shell(f"{'lossctl ' * is_ours}{case.command}")
    )
    said = f"exit {got.code}, stdout {got.out!r}, stderr {got.err!r}"
    assert got.code == case.code, said
    assert "Traceback" not in got.err or "python -c" in case.command, said
    assert not case.err or got.err == f"lossctl: {case.err}\n", said
    for words in case.says:
        assert any(word in got.err for word in ([words] if isinstance(words, str) else words)), f"{words}: {said}"
    assert not [word for word in case.lacks if word in got.err], said
    assert all(word in got.out for word in case.shows), said
    if case.values:
        assert [float(line) for line in got.out.split()] == pytest.approx(list(case.values), rel=1e-12, abs=0), said
    for name, fact in case.facts.items():
        assert place(json.loads(got.out), name) == (pytest.approx(fact, rel=1e-5) if isinstance(fact, float) else fact), name
    if case.after:
        assert shell(case.after).out == case.left, said


@pytest.mark.parametrize("case", params(CASES))
def test_what_people_bring_is_read_or_refused_with_a_way_out(case: Case, lossctl: Command, tmp_path: Path) -> None:
    check(case, lossctl, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("case", params(FAULTS))
def test_a_kind_of_fault_is_mended(case: Case, lossctl: Command, tmp_path: Path) -> None:
    check(case, lossctl, tmp_path)


@pytest.mark.parametrize("case", params(MISTAKES))
def test_a_mistake_is_answered_with_what_to_type(case: Case, lossctl: Command, tmp_path: Path) -> None:
    check(case, lossctl, tmp_path)


def test_every_case_is_about_more_than_an_exit_code() -> None:
    for case in (*CASES, *FAULTS, *MISTAKES):
        assert case.values or case.facts or case.err or case.says or case.shows or (case.after and case.code == 0), case


def test_every_folder_and_nearly_every_file_of_mistakes_has_a_case() -> None:
    folders = {path.name for path in HERE.iterdir()} - {"faults", "mistakes"}
    assert {case.folder for case in CASES} == folders
    assert {case.folder for case in FAULTS if case.folder} == {f"faults/{path.name}" for path in (HERE / "faults").iterdir()}
    typed = " ".join(case.command for case in MISTAKES)
    unused = {path.name for path in (HERE / "mistakes").iterdir() if not re.search(rf"\b{re.escape(path.name)}", typed)}
    assert unused == {"good.py", "net.pt", "only.csv", "truth.csv"}
