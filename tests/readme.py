"""The README's examples, run as a reader would run them, and derived tables. `python -m tests.readme` writes both."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import lossctl
from lossctl.losses.registry import LOSSES
from lossctl.reports.formats.catalogue import Style, render_tables
from lossctl.reports.tables.loss_pages import catalogue
from lossctl.reports.tables.table import Table
from lossctl.results.document import RESULT_FIELDS
from lossctl.results.fields import Field
from tests import ROOT
from tests.benchmarks.rows import ROWS
from tests.processes import environment

README = ROOT / "README.md"
BENCHMARK = ROOT / "tests" / "benchmarks" / "README.md"
_REACHES = {"table": "every format", "line": "JSON, JSON lines", "json": "JSON"}
BLOCK = re.compile(r"(?<=```console\n)(.*?)(?=```)", re.DOTALL)


def sessions(text: str) -> Iterator[tuple[str, str]]:
    """The (command, output) pairs of the console blocks."""
    for block in BLOCK.findall(text):
        for session in re.split(r"(?m)^(?=\$ )", block):
            if session:
                command, _, output = session.removeprefix("$ ").partition("\n")
                yield command, output


def run_in_terminal(command: str, folder: Path, *, colours: bool = False) -> str:
    """What a command shows on a terminal."""
    shown, terminal = pty.openpty()
    typed = ["bash", "-c", command]
    kind = {"COLUMNS": "90"} if colours else {"COLUMNS": "100", "NO_COLOR": "1"}
    with tempfile.TemporaryFile():
        process = subprocess.Popen(
            typed, stdin=terminal, stdout=terminal, stderr=terminal, cwd=folder, env=environment(TERM="xterm", **kind)
        )
        os.close(terminal)
        pieces: list[bytes] = []
        while True:
            try:
                piece = os.read(shown, 65536)
            except OSError:  # the terminal's other side is closed
                break
            if not piece:
                break
            pieces.append(piece)
        process.wait()
        os.close(shown)
    return b"".join(pieces).decode().replace("\r\n", "\n")


def copy_of_the_project(folder: Path) -> Path:
    """A folder that looks to the examples like a fresh clone."""
    (folder / "sample_data").symlink_to(ROOT / "sample_data")
    return folder


def declared_columns() -> Table:
    """The columns of results as their fields declare them: one row a field that this version of the program writes."""
    rows = [
        [column.name, column.field.meaning, _REACHES[column.field.reach], _people(column.field), column.field.since]
        for column in RESULT_FIELDS
    ]
    there = [row for row in rows if _numbers(str(row[-1])) <= _numbers(lossctl.__version__)]
    return Table("columns", ["column", "what it is", "written to", "in tables for people", "since"], there)


def _people(field: Field) -> str:
    return f"where it is not {field.beside}" if field.people == "differs" else field.people


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def written() -> dict[str, tuple[Path, str]]:
    """What stands between the marks of each name, as in `<!-- losses -->`, and `<!-- end of losses -->`, and in which file."""
    folder = ROOT / "lossctl"
    return {
        "families": (README, families()),
        "speed": (README, speed()),
        "losses": (folder / "losses" / "README.md", table_text(catalogue(list(LOSSES.values())))),
        "columns": (folder / "results" / "README.md", table_text(declared_columns())),
    }


def speed() -> str:
    """The rows of the benchmark that the README shows: the seconds of lossctl, and of the quickest peer with its name."""
    lines = marked("benchmark").findall(BENCHMARK.read_text())[0].splitlines()
    measured = {cells[1]: cells for cells in ([cell.strip() for cell in line.split("|")] for line in lines) if len(cells) > 2}
    shown = [(row.short, measured[row.title]) for row in ROWS if row.short]
    return "".join(
        f"| {' | '.join(cells)} |\n"
        for cells in (
            ["seconds", *(short for short, _ in shown)],
            ["---", *("---:" for _ in shown)],
            ["lossctl", *(cells[2].removesuffix(" s") for _, cells in shown)],
            ["quickest peer", *(f"{cells[5].removesuffix(' s')} {cells[4]}" for _, cells in shown)],
        )
    )


def families() -> str:
    """The names of the losses of each family."""
    names: dict[str, list[str]] = {}
    for loss in LOSSES.values():
        names.setdefault(loss.family, []).append(loss.name)
    found = "; ".join(f"*{family}* {', '.join(own)}" for family, own in names.items())
    return textwrap.fill(found.replace("_", r"\_"), 132, break_long_words=False, break_on_hyphens=False) + "\n"


def marked(name: str) -> re.Pattern[str]:
    """What stands between the marks of a name."""
    return re.compile(rf"(?s)(?<=<!-- {name} -->\n).*?(?=<!-- end of {name} -->)")


def table_text(table: Table) -> str:
    """A table as the README has it."""
    return "".join(map(str, render_tables([table], "md", Style())))


def rewritten(text: str) -> str:
    """The README with what its commands print now."""
    with tempfile.TemporaryDirectory() as name:
        folder = copy_of_the_project(Path(name))

        def block(match: re.Match[str]) -> str:
            return "".join(
                f"$ {command}\n{run_in_terminal(command, folder)}" for command, _ in sessions(f"```console\n{match[0]}```")
            )

        return BLOCK.sub(block, text)


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text()))
    for name, (path, text) in written().items():
        path.write_text(marked(name).sub(text.replace("\\", r"\\"), path.read_text()))
