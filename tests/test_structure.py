"""Imports point down, heavy packages stay where they belong, files and functions stay readable."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import lossctl
from lossctl.losses.registry import FAMILIES

ROOT = Path(lossctl.__file__).parent
FILES = {
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path for path in ROOT.rglob("*.py")
}
TREES = {name: ast.parse(path.read_text()) for name, path in FILES.items()}

# Who may import what: a package, and the only modules that do.
HEAVY = {
    "typer": ("lossctl.parser",),
    "rich": ("lossctl.reports.progress",),
    "matplotlib": ("lossctl.reports.pictures.drawing", "lossctl.reports.pictures.marks"),
    "pandas": ("lossctl.python.found", "lossctl.python.compare"),
    "pyarrow": (
        "lossctl.columns.arrow_functions",
        "lossctl.columns.arrow_words",
        "lossctl.columns.number_words",
        "lossctl.formats.text.text_fast",
        "lossctl.files.zstd",
        "lossctl.formats.arrow.parquet_file",
        "lossctl.formats.arrow.arrow",
        "lossctl.formats.arrow.arrow_columns",
        "lossctl.formats.arrow.arrow_fields",
        "lossctl.formats.arrow.arrow_frames",
        "lossctl.formats.arrow.arrow_lists",
        "lossctl.formats.arrow.arrow_numbers",
        "lossctl.formats.arrow.arrow_pieces",
        "lossctl.formats.jsonl.jsonl",
        "lossctl.files.object_storage",
        "lossctl.reports.lines.arrow_columns",
        "lossctl.reports.lines.arrow_lines",
        "lossctl.reports.formats.parquet_report",
        "lossctl.reports.sample_files",
    ),
}
# The order in which data walks and modules are imported: each may know those before it, none knows those after it.
LAYERS = (
    "record", "lazy", "docstrings", "text", "spelling", "errors", "columns", "files", "formats", "losses", "effects", "options",
    "question", "binding", "rows", "statistics", "results", "verdicts", "maps", "scoring", "reduction", "runs", "comparison",
    "checks", "reports", "commands", "completion", "help",
    "answers", "command_line", "parser", "python", "cli", "process", "__main__",
)  # fmt: skip


def imports(tree: ast.AST, *, everywhere: bool) -> Iterator[str]:
    """The modules that a file imports, at its top or everywhere, type checking left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from (
                f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in FILES else node.module for alias in node.names
            )
        elif everywhere or isinstance(node, (ast.If, ast.Try)):
            yield from imports(node, everywhere=everywhere)


def test_no_imports_go_round_in_a_circle() -> None:
    graph = {name: {other for other in imports(tree, everywhere=False) if other in FILES} for name, tree in TREES.items()}
    list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("package", HEAVY)
def test_heavy_packages_are_imported_only_where_they_belong(package: str) -> None:
    users = {name for name, tree in TREES.items() for other in imports(tree, everywhere=True) if other.split(".")[0] == package}
    assert users == set(HEAVY[package])


def layer_of(module: str) -> str:
    """The folder or file directly below `lossctl` that a module belongs to."""
    return module.split(".")[1] if "." in module else "record"  # the package itself holds no more than its version


@pytest.mark.parametrize("name", FILES)
def test_each_layer_knows_only_those_before_it(name: str) -> None:
    known = LAYERS[: LAYERS.index(layer_of(name)) + 1]
    later = {other for other in imports(TREES[name], everywhere=True) if other in FILES and layer_of(other) not in known}
    assert not later


def test_nothing_outside_the_losses_names_one() -> None:
    names = {f'"{name}"' for name in lossctl.LOSSES}
    for name, path in FILES.items():
        if not name.startswith(("lossctl.losses", "lossctl.commands.init")):
            assert not [one for one in names if one in path.read_text()], name


@pytest.mark.parametrize("name", FILES)
def test_files_and_functions_fit_on_a_few_screens(name: str) -> None:
    assert len(FILES[name].read_text().splitlines()) <= 260
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 60, node.name


def test_every_file_of_losses_is_a_family_that_is_loaded() -> None:
    files = {name.removeprefix("lossctl.losses.kernels.") for name in FILES if name.startswith("lossctl.losses.kernels.")}
    assert files == {*FAMILIES}


def test_the_top_level_holds_the_project_and_nothing_that_a_run_left() -> None:
    made = {"build", "dist", "__pycache__"}  # by those who build it
    names = {path.name for path in ROOT.parent.iterdir() if not path.name.startswith(".")}
    assert names - made == {"CHANGELOG.md", "LICENSE", "README.md", "lossctl", "pyproject.toml", "sample_data", "tests"}
