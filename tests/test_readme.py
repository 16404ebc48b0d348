"""Every example of the README runs and prints what the README says."""

from __future__ import annotations

import contextlib
import io
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_origin, get_type_hints

import pytest

from lossctl.commands.losses import catalogue
from lossctl.losses.registry import LOSSES
from lossctl.options import Check
from lossctl.reports.formats import Style, render_tables
from lossctl.verdicts.config import read_config
from tests.readme import README, copy_of_the_project, run_in_terminal, sessions

TEXT = README.read_text()


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
    LOSSES.remove("log_cosh")  # which the last example declared


def test_the_table_of_losses_is_the_catalogue() -> None:
    table = re.search(r"(?s)<!-- losses -->\n(.*?)<!-- end of losses -->", TEXT)
    assert table is not None
    assert table[1] == "".join(map(str, render_tables([catalogue(list(LOSSES.values()))], "md", Style())))


def test_the_configuration_example_is_read_as_it_stands(tmp_path: Path) -> None:
    example = re.search(r"(?s)```toml\n(.*?)```", TEXT)
    assert example is not None
    (tmp_path / "lossctl.toml").write_text(example[1])
    hints = get_type_hints(Check)
    options: dict[str, Any] = {
        field.name: [] if get_origin(hints[field.name]) is list else field.default for field in fields(Check)
    }
    items = read_config(tmp_path / "lossctl.toml", Check(**options))
    assert [(item.name, item.limits, item.severity) for item in items] == [
        ("overall", {"max": "0.1", "max_rise": "1%"}, "error"),
        ("by region", {"max": "0.4", "min_n": "50"}, "warn"),
    ]
