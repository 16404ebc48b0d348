"""Help: what it says is what the code that reads options declares, and its examples run."""

from __future__ import annotations

from pathlib import Path

import pytest

from lossctl.effects import Heading, options_of
from lossctl.errors import UsageError
from lossctl.formats.catalogue import FORMATS as FILE_FORMATS
from lossctl.help import command_help, program_help, words
from lossctl.options.commands import COMMANDS, Check
from lossctl.options.examples import EXAMPLES
from lossctl.question.question import read_reduction
from lossctl.reports.formats.catalogue import FORMATS
from lossctl.reports.sample_files import SAMPLE_FILES
from tests import ROOT
from tests.conftest import Command
from tests.manual import PAGE, manual
from tests.processes import shell

BY_NAME = [pytest.param(record, name, id=name) for record, name in COMMANDS.items()]
TYPED = [pytest.param(command, id=command) for examples in EXAMPLES.values() for command, _ in examples]


@pytest.mark.parametrize("arguments", [(), ("help",), ("-h",), ("--help",)])
def test_the_program_alone_shows_its_help_and_examples_first(lossctl: Command, arguments: tuple[str, ...]) -> None:
    done = lossctl(*arguments)
    assert (done.code, done.out, done.err) == (0, program_help(), "")
    assert done.out.startswith("examples\n  lossctl eval sample_data/")
    assert all(f"\n  {name} " in done.out for name in COMMANDS.values())


@pytest.mark.parametrize(("record", "name"), BY_NAME)
def test_a_command_shows_its_help_however_it_is_asked(lossctl: Command, record: type, name: str) -> None:
    for arguments in (("help", name), (name, "-h"), (name, "--help"), (name, "-q", "-h")):
        done = lossctl(*arguments)
        assert (done.code, done.out, done.err) == (0, command_help(record), "")


def test_help_of_no_command_is_refused(lossctl: Command) -> None:
    done = lossctl("help", "evall")
    assert done.err == (
        "lossctl: error: no such command 'evall'; did you mean 'eval'?\nhint: the next command would be: lossctl eval -h\n"
    )


def test_the_version_is_said(lossctl: Command) -> None:
    assert lossctl("-V").out == lossctl("--version").out == "lossctl 0.1.0\n"


@pytest.mark.parametrize(("record", "name"), BY_NAME)
def test_help_begins_with_three_examples_and_has_every_option_under_its_heading(record: type, name: str) -> None:
    text = command_help(record)
    first, *rest = text.split("\n\n")
    assert [line.split()[:2] for line in first.splitlines() if line.startswith("  lossctl")] == [["lossctl", name]] * 3
    headings = [part.partition("\n")[0] for part in rest[2:]]
    assert headings == [heading.value for heading in Heading if heading.value in headings]
    for declared in options_of(record).values():
        part = rest[2 + headings.index(declared.option.heading.value)]
        assert f"\n  {words(declared)}" in part
        assert "\n" in part


@pytest.mark.parametrize("text", [program_help(), *map(command_help, COMMANDS)])
def test_help_fits_eighty_columns(text: str) -> None:
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize(("record", "name"), BY_NAME)
def test_help_says_every_choice_and_default(record: type, name: str) -> None:
    lines = " ".join(command_help(record).split())
    for declared in options_of(record).values():
        assert "|".join(declared.option.choices) in lines
        if isinstance(declared.default, str):
            assert f"[{declared.default}]" in lines
    if "--format" in lines:
        formats = [name for name, known in FORMATS.items() if known.stdout and (record is Check or not known.verdicts)]
        assert f": {', '.join(formats)} " in lines
    if "--input-format" in lines:
        assert f": {', '.join(FILE_FORMATS)} " in lines
    if "--save-samples" in lines:
        assert all(ending in lines for ending in SAMPLE_FILES)


def test_reductions_that_help_names_are_read() -> None:
    option = options_of(Check)["reduction"].option
    named, _, _ = option.help.partition(" or pNN")
    assert [read_reduction(word).text for word in named.split(", ")] == ["mean", "sum", "min", "max"]
    with pytest.raises(UsageError):
        read_reduction("pNN")


@pytest.mark.slow
@pytest.mark.parametrize("command", TYPED)
def test_every_example_runs(command: str, tmp_path: Path) -> None:
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    done = shell(command, tmp_path)
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr
    assert done.stdout or "lossctl.toml is written" in done.stderr


def test_the_manual_page_is_what_help_says_now() -> None:
    assert PAGE.read_text() == manual(), "write it anew: python -m tests.manual"


def test_the_manual_page_has_nothing_that_roff_would_take_for_a_request() -> None:
    requests = {line.split()[0] for line in manual().splitlines() if line.startswith((".", "'"))}
    assert requests == {".TH", ".nh", ".ad", ".SH", ".SS", ".TP", ".B", ".PP"}
    assert '"lossctl/lossctl.1" = "share/man/man1/lossctl.1"' in (ROOT / "pyproject.toml").read_text()
