"""Every hint leads on: the command that it names, or the options in place of what was typed, is no usage error once more."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.case_list import CASES, FAULTS, MISTAKES, Case
from tests.command_line.hints import next_commands
from tests.conftest import Command
from tests.corpus.case import Case as CorpusCase
from tests.corpus.case import Refused
from tests.corpus.generate import all_cases
from tests.test_cases import HERE

SHELL = re.compile(r"; |\$\(|> |\||^python")
TYPED = [
    pytest.param(case, id=f"{case.folder}-{case.command}")
    for case in (*CASES, *FAULTS, *MISTAKES)
    if case.code != 0 and not case.before and not SHELL.search(case.command)
]
CORPUS = [
    case
    for case in all_cases()
    if isinstance(case.expected, Refused) and not (case.shell or case.stdin or case.setup or case.process or case.memory)
]


def hint_of(err: str) -> str | None:
    """What the last error says how to go on."""
    _, found, rest = err.rpartition("\nhint: ")
    return rest.splitlines()[0] if found else None


def check(lossctl: Command, typed: Sequence[str]) -> Iterator[tuple[list[str], str]]:
    """The commands that the hint of a refused command names, each with its output; none of them is a usage error."""
    refused = lossctl(*typed)
    hint = hint_of(refused.err)
    for command in [] if hint is None else next_commands(typed, hint):
        done = lossctl(*command)
        assert done.code != 2, f"{shlex.join(typed)}: {hint}: {shlex.join(command)}: {done.err}"
        assert done.err != refused.err
        yield command, done.out


@pytest.mark.parametrize("case", TYPED)
def test_the_hint_of_a_case_leads_on(case: Case, lossctl: Command, tmp_path: Path) -> None:
    typed = shlex.split(case.command)
    if case.folder:
        shutil.copytree(HERE / case.folder, tmp_path, dirs_exist_ok=True)
    if typed[:1] == ["lossctl"]:
        typed = typed[1:]
    found = list(check(lossctl, typed))
    assert bool(found) != case.leads_nowhere, "its hint names a command, or none any more"
    if case.leads:
        assert [float(line) for line in found[0][1].split()] == pytest.approx(list(case.leads), rel=1e-12, abs=0)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted({case.kind for case in CORPUS}))
def test_the_hints_of_the_corpus_lead_on(kind: str, lossctl: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, case in enumerate(case for case in CORPUS if case.kind == kind):
        folder = tmp_path / str(place)
        write(case, folder)
        monkeypatch.chdir(folder)
        list(check(lossctl, case.command))


def write(case: CorpusCase, folder: Path) -> None:
    """The files of a case."""
    folder.mkdir()
    for name, made in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made() if callable(made) else made)


@pytest.mark.parametrize(
    ("typed", "hint", "commands"),
    [
        ("eval a.csv -l mse", "leave such rows out: --nan drop", ["eval a.csv -l mse --nan drop"]),
        ("eval a -l ce", "say: --from logits, or --from probs", ["eval a -l ce --from logits", "eval a -l ce --from probs"]),
        ("eval a.csv -l ce", "type -l ce --ignore 2", ["eval a.csv -l ce --ignore 2"]),
        ("eval a.csv -l mse -t y", "a column of another file is FILE:COLUMN: -t FILE:y", []),
        ("eval a.csv -l mse -b", "it is --worst here: lossctl eval a.csv -l mse --worst 5", ["eval a.csv -l mse --worst 5"]),
        ("eval a.csv -l mse --reduction none", "type --per-sample instead of --reduction", ["eval a.csv -l mse --per-sample"]),
        ("eval a.csv -l mse --id id", "without --id rows pair by order", ["eval a.csv -l mse"]),
        ("eval a.csv -l hubr", "lossctl losses lists all", ["losses"]),
        ("check a.csv", "give one, V being a number: lossctl check a.csv --max LOSS=V", []),
    ],
)  # fmt: skip
def test_hints_are_read_as_a_person_reads_them(typed: str, hint: str, commands: list[str]) -> None:
    assert [shlex.join(one) for one in next_commands(typed.split(), hint)] == commands
