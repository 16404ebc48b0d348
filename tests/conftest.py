"""What every test may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lossctl.cli import run
from lossctl.losses import plugins
from lossctl.losses.registry import LOSSES


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> float:
        """The one bare number on stdout."""
        return float(self.out)


Command = Callable[..., Outcome]
BUILT_IN = set(LOSSES)


def write(name: str, text: str) -> str:
    """Writes a file, in folders that need not be there; gives its name."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)
    return name


def mean(*terms: float) -> float:
    """Of numbers that add without rounding."""
    return sum(terms) / len(terms)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, which is empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def lossctl(capfdbinary: pytest.CaptureFixture[bytes], here: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs a command in the working directory, in this process."""
    monkeypatch.setenv("COLUMNS", "80")

    def command(*arguments: str) -> Outcome:
        code = run(arguments)
        captured = capfdbinary.readouterr()
        return Outcome(code, captured.out.decode(), captured.err.decode())

    return command


@pytest.fixture(autouse=True)
def no_loss_stays_declared() -> Iterator[None]:
    """What a test declares is forgotten when it ends."""
    before = set(LOSSES._losses)
    yield
    plugins._LOADED.clear()
    for name in set(LOSSES._losses) - before - BUILT_IN:
        LOSSES.remove(name)
