"""Imports point down, heavy packages stay where they belong, files and functions stay readable."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import lossctl

ROOT = Path(lossctl.__file__).parent
FILES = {
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path for path in ROOT.rglob("*.py")
}
TREES = {name: ast.parse(path.read_text()) for name, path in FILES.items()}

# Who may import what: a package, and the only modules that do.
HEAVY = {
    "typer": ("lossctl.cli", "lossctl.options"),
    "rich": ("lossctl.reports.table_report", "lossctl.progress"),
    "pandas": ("lossctl.python",),
    "pyarrow": (
        "lossctl.sources.text_fast",
        "lossctl.sources.pairing",
        "lossctl.sources.zstd",
        "lossctl.sources.parquet",
        "lossctl.sources.arrow",
        "lossctl.sources.arrow_columns",
        "lossctl.sources.arrow_pieces",
        "lossctl.sources.jsonl",
        "lossctl.sources.object_storage",
        "lossctl.evaluation.sample_sinks",
        "lossctl.reports.parquet_report",
        "lossctl.reports.sample_files",
    ),
}
# The lower a package, the less it may know.
LAYERS = ("losses", "sources", "evaluation", "statistics", "verdicts", "reports", "batch", "commands")


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
    assert users <= set(HEAVY[package])


@pytest.mark.parametrize("layer", LAYERS)
def test_no_layer_knows_the_commands_or_prints(layer: str) -> None:
    above = {f"lossctl.{other}" for other in (*LAYERS[LAYERS.index("reports") :], "cli")} - {f"lossctl.{layer}"}
    for name, tree in TREES.items():
        if name.startswith(f"lossctl.{layer}") and LAYERS.index(layer) < LAYERS.index("reports"):
            found = {other for other in imports(tree, everywhere=True) if ".".join(other.split(".")[:2]) in above}
            assert found <= {"lossctl.reports.json_report"}, name


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
