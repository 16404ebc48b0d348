"""The checks of a project: `lossctl.toml`, or `[tool.lossctl]` in `pyproject.toml`. Data only; unknown keys are refused."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lossctl.effects import given_options
from lossctl.errors import UsageError, quoted, shorten
from lossctl.files.streams import folder_of, unreadable
from lossctl.options.commands import Check
from lossctl.options.data import Data
from lossctl.question.checks.limit_kinds import KINDS
from lossctl.question.checks.limits import NUMBER
from lossctl.question.mapping import check_keys, from_mapping, keys_of, read_number, read_text, read_texts
from lossctl.record import record, replace
from lossctl.text import shown

_OWN = ("name", "files", "baseline", "severity", "confidence", "undecided", *KINDS)
_SIZE = 2**20


@record
class Item:
    """One check of a configuration: its name, its options as the command's record, limits by kind, and severity."""

    name: str
    options: Check
    limits: Mapping[str, str]
    severity: str
    path: Path
    where: str

    @property
    def folder(self) -> Path:
        """Where its paths begin."""
        return folder_of(str(self.path))


def find_config() -> Path | None:
    """The nearest configuration, from the working directory upward; a `pyproject.toml` without the table is passed over."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "lossctl.toml").is_file():
            return folder / "lossctl.toml"
        project = folder / "pyproject.toml"
        if project.is_file() and _table(project) is not None:
            return project
    return None


def read_config(path: Path, given: Check) -> list[Item]:
    """The checks of a file, over the options `given` on the command line; UsageError for a key or value that does not fit."""
    table = _table(path) or {}
    checks = table.pop("check", [])
    if not isinstance(checks, list) or not all(isinstance(check, dict) for check in checks):
        raise UsageError("check is a list of tables: [[check]]", where=shown(str(path)))
    places = ["at top level", *(f"in check {place}" for place in range(1, len(checks) + 1))]
    for keys, place in zip([table, *checks], places, strict=True):
        check_keys(keys, [*_OWN, *keys_of(Data)], f"unknown key '{{}}' {place}", shown(str(path)))
        if "plugin" in keys and given.config is None:
            problem = f"plugin {place} is code, which a configuration that was found by itself does not run"
            raise UsageError(problem, where=shown(str(path)), hint=f"if you trust it: lossctl check --config {path}")
    return [_item(path, place, {**table, **check}, given) for place, check in enumerate(checks, 1)]


def _item(path: Path, place: int, keys: dict[str, Any], given: Check) -> Item:
    where = f"{shown(str(path))}, check {place}"
    said = {declared.key for declared in given_options(given) if declared.name != "plugin"}
    keys = {key: value for key, value in keys.items() if key not in said}  # the command line wins
    limits = {kind: _limit(keys.pop(kind), kind, where) for kind in KINDS if kind in keys}
    severity = keys.pop("severity", "error")
    if severity not in ("error", "warn"):
        raise UsageError(f"severity is error or warn, not {quoted(severity)}", where=where)
    name = read_text(keys.pop("name", f"check {place}"), "name", where)
    if "loss" not in keys or not isinstance(keys["loss"], str):
        raise UsageError('loss = "..." is missing; each check is about one loss', where=where)
    files = _files(keys.pop("files", []), where)
    if not files and not keys.get("pred") and not keys.get("role"):
        raise UsageError("files is missing: which prediction files are judged", where=where)
    options = from_mapping(replace(given, preds=files, plugin=()), keys, where)
    folder = folder_of(str(path))
    if options.baseline is not None and given.baseline is None:
        options = replace(options, baseline=os.path.relpath(folder / options.baseline))
    options = replace(options, plugin=(*given.plugin, *(str(folder / file) for file in options.plugin)))
    return Item(name, options, limits, severity, path, where)


def _limit(value: Any, kind: str, where: str) -> str:
    """A limit as one types it; only a percentage is a text."""
    if isinstance(value, str) and not KINDS[kind].percent and NUMBER.fullmatch(value):
        raise UsageError(f"{kind} is a number, without quotes: {kind} = {shorten(value)}", where=where)
    return read_number(value, kind, where)


def _files(value: Any, where: str) -> tuple[str, ...]:
    """Paths; a number is none, though it may name a column."""
    if not all(isinstance(file, str) for file in (value if isinstance(value, list) else [value])):
        raise UsageError("files is a text or a list of texts", where=where)
    return read_texts(value, "files", where)


def _table(path: Path) -> dict[str, Any] | None:
    """The configuration in a file; None in a `pyproject.toml` that holds none."""
    found: Any = _load(path)
    for key in ("tool", "tool.lossctl") if path.name == "pyproject.toml" else ():
        found = found.get(key.rpartition(".")[2])
        if found is None:
            return None
        if not isinstance(found, dict):
            raise UsageError(f"{key} is a table, and is given as {quoted(found)}", where=shown(str(path)))
    return dict(found)


def _load(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _SIZE:
            raise UsageError(f"larger than {_SIZE:,} bytes", where=shown(str(path)))
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise unreadable(problem, str(path)) from None
    except (ValueError, RecursionError) as problem:  # a number of thousands of digits is no TOMLDecodeError
        raise UsageError(f"not TOML: {problem}", where=shown(str(path))) from None
