"""No code runs because of where one stands: configurations, manifests, and the modules of the working directory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT
from tests.conftest import Command

RAN = "open('ran', 'w').close()\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A table, and a plugin that leaves a file where it runs."""
    (tmp_path / "c.csv").write_text("p,y\n0.5,1\n")
    (tmp_path / "evil.py").write_text(RAN)
    (tmp_path / "deep").mkdir()
    return tmp_path


def module(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m lossctl` in a folder, with the package from elsewhere."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "lossctl", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)


@pytest.mark.parametrize("place", ["at top level", "in check 1"])
@pytest.mark.parametrize("below", ["", "deep"])
def test_a_configuration_that_is_found_runs_no_plugin(
    lossctl: Command, folder: Path, monkeypatch: pytest.MonkeyPatch, place: str, below: str
) -> None:
    lines = ['plugin = ["evil.py"]\n', '[[check]]\nfiles = ["c.csv"]\npred = "p"\nloss = "ce"\nmax = 1\n']
    (folder / "lossctl.toml").write_text("".join(lines if place == "at top level" else lines[::-1]))
    monkeypatch.chdir(folder / below)
    done = lossctl("check")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"lossctl: error: {folder}/lossctl.toml: plugin {place} is code, which a configuration that was found by itself does not"
        f" run\nhint: if you trust it: lossctl check --config {folder}/lossctl.toml\n"
    )
    assert not list(folder.rglob("ran"))
    assert lossctl("check", "--config", str(folder / "lossctl.toml")).code == 0
    assert list(folder.rglob("ran"))


@pytest.mark.parametrize(
    ("name", "text"),
    [("m.csv", "pred,plugin\nc.csv,evil.py\n"), ("m.jsonl", '{"pred": "c.csv", "plugin": "evil.py"}\n')],
)
def test_a_manifest_names_no_plugin(lossctl: Command, folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    done = lossctl("batch", "--manifest", name, "-l", "ce")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"lossctl: error: {name} line 1: the column 'plugin' is not for a row; --plugin is given to the command\n"
    )
    assert not (folder / "ran").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["typer", "numpy", "typing", "dataclasses", "csv"])
def test_python_m_imports_nothing_of_the_folder(folder: Path, name: str) -> None:
    (folder / f"{name}.py").write_text(RAN)
    done = module(folder, "eval", "c.csv", "-p", "p", "-l", "ce", "-b", "-q")
    assert (done.stdout, done.stderr, done.returncode) == ("0.6931471805599453\n", "", 0)
    assert not (folder / "ran").exists()


def test_python_m_knows_no_losses_of_the_folder(folder: Path) -> None:
    (folder / "evil-1.0.dist-info").mkdir()
    (folder / "evil-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    (folder / "evil-1.0.dist-info" / "entry_points.txt").write_text("[lossctl.losses]\nevil = evil\n")
    assert module(folder, "losses").returncode == 0
    assert module(folder, "eval", "c.csv", "-p", "p", "-l", "evil").returncode == 2
    assert not (folder / "ran").exists()
