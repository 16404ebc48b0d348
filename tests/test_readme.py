"""Every example of the README runs and prints what the README says."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from lossctl.losses.registry import LOSSES
from lossctl.options.commands import Check
from lossctl.question.checks.configuration import read_config
from tests import ROOT
from tests.conftest import BUILT_IN, Command
from tests.picture import DISTRIBUTION, PICTURE, distribution, drawn
from tests.readme import README, copy_of_the_project, marked, run_in_terminal, sessions, written

TEXT = README.read_text()


@pytest.mark.slow
def test_every_console_example_prints_what_the_readme_shows(tmp_path: Path) -> None:
    folder = copy_of_the_project(tmp_path)
    for command, output in sessions(TEXT):
        assert run_in_terminal(command, folder) == output, command


def test_the_python_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copy_of_the_project(tmp_path))
    examples = re.findall(r"(?ms)^( *)```python\n(.*?)```", TEXT)
    assert len(examples) == 2
    for indent, example in examples:
        program = re.sub(f"(?m)^{indent}", "", example)
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(program, "README.md", "exec"), {"__name__": "readme"})
    LOSSES.remove("saturated")  # which the last example declared


def test_a_loss_is_added_as_the_readme_says(lossctl: Command) -> None:
    (section,) = re.findall(r"(?s)\n## Adding a loss\n(.*?)\n## ", TEXT)
    ((indent, example),) = re.findall(r"(?ms)^( *)```python\n(.*?)```", section)
    ((command, plugin),) = re.findall(r"`lossctl (eval preds\.csv .* --plugin (\S+))`", section)
    Path(plugin).write_text(re.sub(f"(?m)^{indent}", "", example))
    Path("preds.csv").write_text("y_true,y_pred\n1,2\n1,4\n")
    assert lossctl(*command.split(), "-b").value == (1 / 2 + 9 / 10) / 2
    page = lossctl("losses", "saturated", "--plugin", plugin).out
    assert "Geman & McClure (1987)" in page
    assert "x / (1 + x),  x = ((pred - target) / scale)**2" in page


def test_the_number_of_losses_is_said_in_tens() -> None:
    tens = {9: "ninety", 10: "a hundred", 11: "a hundred and ten"}[len(BUILT_IN) // 10]
    assert f": {tens} losses, exact" in TEXT


@pytest.mark.parametrize("name", written())
def test_the_tables_of_losses_and_columns_are_as_declared(name: str) -> None:
    path, text = written()[name]
    assert marked(name).findall(path.read_text()) == [text]


def test_the_configuration_example_is_read_as_it_stands(tmp_path: Path) -> None:
    example = re.search(r"(?s)```toml\n(.*?)```", TEXT)
    assert example is not None
    (tmp_path / "lossctl.toml").write_text(example[1])
    items = read_config(tmp_path / "lossctl.toml", Check())
    assert [(item.name, item.limits, item.severity) for item in items] == [
        ("overall", {"max": "0.1", "max_rise": "1%"}, "error"),
        ("by region", {"max": "0.4", "min_n": "50"}, "warn"),
    ]


def test_the_picture_is_what_its_command_shows_now() -> None:
    assert PICTURE.read_text() == drawn(), "draw it anew: python -m tests.picture"
    assert not re.findall(r"url\(['\"]?http|href=", PICTURE.read_text())
    assert f"({PICTURE.relative_to(ROOT)})" in TEXT


@pytest.mark.slow
def test_the_drawn_picture_has_the_parts_that_its_command_draws_now() -> None:
    """Of other versions of matplotlib coordinates and letters differ, and not what there is."""
    parts = [re.findall(r'id="([a-z]+[\d_a-z.]*)"', text) for text in (DISTRIBUTION.read_text(), distribution())]
    assert parts[0] == parts[1], "draw it anew: python -m tests.picture"
    assert len(parts[0]) > 100
    assert f"({DISTRIBUTION.relative_to(ROOT)})" in TEXT


def test_the_action_runs_a_check_that_annotates_and_summarises(lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    action = (ROOT / ".github" / "actions" / "check" / "action.yml").read_text()
    (command,) = re.findall(r"run: lossctl (.*) \$ARGUMENTS\n", action)
    assert (ROOT / ".github" / "actions" / "check" / "../../.." / "pyproject.toml").is_file()  # what the action installs
    Path("a.csv").write_text("y,pred\n0,1\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    done = lossctl(*command.split(), "a.csv", "--max", "mse=0.1")
    assert done.code == 1
    assert "::error" in done.out
    assert "mse" in Path("summary.md").read_text()
