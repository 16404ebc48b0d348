"""CONTRIBUTING.md: its map of the folders, which `python -m tests.contributing` writes, and the steps of its sections."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import ROOT
from tests.test_structure import LAYERS

CONTRIBUTING = ROOT / ".github" / "CONTRIBUTING.md"
FOLDERS = re.compile(r"(?<=<!-- folders -->\n).*(?=<!-- end of folders -->)", re.DOTALL)
STEP = re.compile(r"(?ms)^\d+\. (.*?)(?=^\d+\. |\Z)")
BLOCK = re.compile(r"(?ms)^   ```(\w+)\n(.*?)^   ```$")


def sentence(path: Path) -> str:
    """The first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]


def folders() -> str:
    """A line for each folder and file directly below `lossctl/`, and for each folder in these, in the order of imports."""
    lines: list[str] = []
    for layer in LAYERS:
        folder = ROOT / "lossctl" / layer
        if not folder.is_dir():
            lines.append(f"- `lossctl/{layer}.py`: {sentence(folder.with_suffix('.py'))}\n")
            continue
        lines.append(f"- `lossctl/{layer}/`: {sentence(folder / '__init__.py')}\n")
        inner = sorted(path.parent for path in folder.glob("*/__init__.py"))
        lines += [f"  - `{path.name}/`: {sentence(path / '__init__.py')}\n" for path in inner]
    return "".join(lines)


def section(title: str) -> str:
    """The text below a heading."""
    return CONTRIBUTING.read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@dataclass(frozen=True)
class Step:
    """What a step says, and its blocks by language."""

    text: str
    blocks: tuple[tuple[str, str], ...]

    def edit(self, tree: Path) -> None:
        """Writes the step's Python or JSON into a copy of the tree: to a file's end, into a new one, or below a line of one."""
        for language, code in self.blocks:
            if language in ("python", "json"):
                place = re.search(r"(?s)\b(To|Write|[Ii]n) `([^`]+)`(?:,\s+below\s+`([^`]+)`)?", self.text)
                assert place is not None, self.text
                path = tree / place[2]
                assert path.exists() == (place[1] != "Write"), path
                old = path.read_text() if path.exists() else ""
                path.write_text(with_block(old, language, code, place[3]))

    def commands(self) -> Iterator[tuple[str, str | None]]:
        """The commands of the step, and what they print, None where that is not said."""
        for language, code in self.blocks:
            if language == "sh":
                yield from ((line, None) for line in code.splitlines())
            if language == "console":
                for session in re.split(r"(?m)^(?=\$ )", code)[1:]:
                    command, _, output = session.removeprefix("$ ").partition("\n")
                    yield command, output


def steps(title: str) -> list[Step]:
    """The numbered steps of a section."""
    return [
        Step(text, tuple((language, indented(code)) for language, code in BLOCK.findall(text)))
        for text in STEP.findall(section(title))
    ]


def indented(code: str) -> str:
    """Code without the three blanks of its step; what stands deeper, as the inside of a class, stays so."""
    return re.sub(r"(?m)^ {3}", "", code)


def with_block(old: str, language: str, code: str, below: str | None) -> str:
    """A file with a block: in a list of JSON at its end, below a line, or behind two empty lines at the end."""
    if language == "json":
        json.loads(code)
        return f"{old.rstrip().removesuffix(']').rstrip()},\n{code}]\n"
    if below is not None:
        assert f"\n{below}\n" in old, below
        return old.replace(f"\n{below}\n", f"\n{below}\n{code}", 1)
    return f"{old}\n\n{code}" if old else code


def rewritten(text: str) -> str:
    """The page with its map as the docstrings have it."""
    return FOLDERS.sub(lambda _: folders(), text)


if __name__ == "__main__":
    CONTRIBUTING.write_text(rewritten(CONTRIBUTING.read_text()))
