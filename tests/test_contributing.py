"""What CONTRIBUTING.md says is so: the map of the folders, the paths that it names, and its walks on copies of the tree."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.contributing import CONTRIBUTING, rewritten, steps
from tests.processes import environment

TEXT = CONTRIBUTING.read_text()
WALKS = re.findall(r"(?m)^## (Adding .*)$", TEXT)
COPIED = ("lossctl", "tests", "README.md", "pyproject.toml", "sample_data")


def test_the_map_of_the_folders_is_what_their_docstrings_say() -> None:
    assert rewritten(TEXT) == TEXT, "write it anew: python -m tests.contributing"


def test_every_path_that_is_named_is_there_or_is_written_by_a_step() -> None:
    named = set(re.findall(r"`((?:lossctl|tests|\.ci|\.github)/[^`\s]*)`", TEXT))
    written = set(re.findall(r"Write `([^`]+)`", TEXT))
    assert len(written) == 4
    assert {path for path in named if not (ROOT / path).exists()} == written


@pytest.mark.slow
def test_a_marker_and_a_test_that_are_named_are_there() -> None:
    options = ["--collect-only", "-q", "-p", "no:cacheprovider"]
    (test,) = re.findall(r"`pytest -q (tests/\S+ -k \S+)`", TEXT)
    for arguments in (test.split(), ["-m", "not slow", "tests/question/test_src.py"]):
        done = subprocess.run([sys.executable, "-m", "pytest", *options, *arguments], cwd=ROOT, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode()


def copy_of_the_tree(folder: Path) -> dict[str, str]:
    """Copies what a walk needs into a folder; gives the environment in which the copy is what runs."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "corpus", "cases"))
        else:
            shutil.copy(source, folder)
    return environment(PYTHONPATH=str(folder), PYTEST_ADDOPTS="-p no:cacheprovider", COLUMNS="80")


@pytest.mark.slow
@pytest.mark.parametrize("title", WALKS)
def test_the_steps_of_a_walk_lead_to_what_it_promises(title: str, tmp_path: Path) -> None:
    walk = steps(title)
    assert len(walk) >= 3
    environment = copy_of_the_tree(tmp_path)
    for step in walk:
        step.edit(tmp_path)
        for command, output in step.commands():
            done = subprocess.run(
                ["bash", "-c", f"exec 2>&1; {command}"],
                cwd=tmp_path,
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
                check=False,
            )
            assert done.stdout == output if output is not None else done.returncode == 0, f"{command}\n{done.stdout}"
