"""Runs the benchmark: `python -m tests.benchmarks [ROW...] [--rounds N] [--data FOLDER] [--readme]`.

Contestants of a row take turns, after one round that counts for nothing and brings their files into memory. Peers whose package
is not installed are left out and named. With --readme the table in the folder's README.md is written anew.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.measure import Figures, run, summary, values
from tests.benchmarks.rows import ROWS, Row

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
README = HERE / "README.md"
LOSSCTL = os.path.join(sysconfig.get_path("scripts"), "lossctl")
TABLE = re.compile(r"(?<=<!-- benchmark -->\n).*(?=<!-- end of benchmark -->)", re.DOTALL)
PACKAGES = {"numpy_blocks": "numpy"}


@dataclass(frozen=True)
class Contestant:
    """A command, and the figures of its runs."""

    name: str
    command: list[str]
    runs: list[Figures]


@dataclass(frozen=True)
class Outcome:
    """A row's medians by contestant."""

    row: Row
    figures: dict[str, Figures]

    @property
    def best(self) -> str:
        """The quickest peer."""
        return min((name for name in self.figures if name not in ("lossctl", "limit")), key=lambda name: self.figures[name].wall)

    @property
    def ratio(self) -> float:
        """The wall time of lossctl in that of the quickest peer."""
        return self.figures["lossctl"].wall / self.figures[self.best].wall


def main() -> None:
    """Prints each row as it is measured, then the table."""
    options = read_options()
    rows = [row for row in ROWS if not options.rows or row.name in options.rows]
    outcomes = []
    for row in rows:
        make(options.data, row.files)
        outcomes.append(_measured(row, options.data, options.rounds))
    table = _table(outcomes, options.rounds)
    print(table)
    if options.readme:
        README.write_text(TABLE.sub(lambda _: table, README.read_text()))


def read_options() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=lambda text: Path(text).resolve(), default=ROOT / "build" / "benchmarks")
    parser.add_argument("--readme", action="store_true")
    return parser.parse_args()


def make(folder: Path, files: str) -> None:
    """Makes the files that are not there, in a process of its own: what it needs would count as this one's memory."""
    subprocess.run([sys.executable, "-m", "tests.benchmarks.data", str(folder), *files.split()], check=True, cwd=ROOT)


def environment() -> dict[str, str]:
    """That of measured processes: compiled modules are kept, as after an installation."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def machine() -> str:
    """What was measured on."""
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _measured(row: Row, folder: Path, rounds: int) -> Outcome:
    """Runs a row's contestants in turn. Raises SystemExit where their values disagree."""
    contestants = _contestants(row)
    printed: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for one in contestants:
            figures, found = run(one.command, folder, environment(), summary if row.long else values)
            if number:
                one.runs.append(figures)
            if one.name != "limit":
                printed[one.name] = found
    print(f"\n{row.title}{row.command and ': '}{row.command}")
    medians = {one.name: Figures.median_of(one.runs) for one in contestants}
    for name, median in medians.items():
        found = printed.get(name, [])
        shown = ", ".join(f"{value:.12g}" for value in found[:3])
        print(f"  {name:14} {median.wall:8.3f} s  {median.cpu:8.3f} s CPU  {median.peak:7.0f} MB  {shown}", flush=True)
        if name != "limit" and not _agree(found, printed["lossctl"], row.tolerance):
            raise SystemExit(f"{row.name}: {name} gives {found[:3]}, lossctl {printed['lossctl'][:3]}")
    outcome = Outcome(row, medians)
    print(f"  ratio to {outcome.best}: {outcome.ratio:.2f} (reach {row.reach}, aim {row.aim}; below {row.peak} MB)", flush=True)
    return outcome


def _contestants(row: Row) -> list[Contestant]:
    files = row.files.split() or row.command.split()
    scripts = sorted((HERE / "peers" / row.name).glob("with_*.py"), key=lambda path: (path.stem != "with_lossctl", path))
    found = [] if scripts[0].stem == "with_lossctl" else [Contestant("lossctl", [LOSSCTL, *row.command.split()], [])]
    for path in scripts:
        name = path.stem.removeprefix("with_")
        if find_spec(PACKAGES.get(name, name)) is None:
            print(f"{row.name}: {name} is not installed")
            continue
        found.append(Contestant(name.replace("_", " "), [sys.executable, str(path), *files], []))
    return [*found, Contestant("limit", [sys.executable, str(HERE / "limits" / f"{row.limit}.py"), *files], [])]


def _agree(one: list[float], other: list[float], tolerance: float) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= tolerance * max(abs(a), abs(b)) for a, b in zip(one, other, strict=True))


def _table(outcomes: list[Outcome], rounds: int) -> str:
    lines = ["| | lossctl | | quickest peer | | | ratio | unavoidable |", "|---|---:|---:|---|---:|---:|---:|---:|"]
    for outcome in outcomes:
        own, best = (_cells(outcome.figures[name]) for name in ("lossctl", outcome.best))
        limit = outcome.figures["limit"].wall
        lines.append(f"| {outcome.row.title} | {own} | {outcome.best} | {best} | {outcome.ratio:.2f} | {limit:.3g} s |")
    return "\n".join([*lines, "", f"Medians of {rounds} runs as whole processes, on {machine()}.", ""])


def _cells(figures: Figures) -> str:
    return f"{figures.wall:.3g} s | {figures.peak:.0f} MB"


if __name__ == "__main__":
    main()
