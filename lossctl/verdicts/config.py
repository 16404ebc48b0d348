"""The checks of a project: `lossctl.toml`, or `[tool.lossctl]` in `pyproject.toml`. Data only; unknown keys are refused."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_origin, get_type_hints

from lossctl.errors import DataError, UsageError, did_you_mean, quoted
from lossctl.options import Check, Data
from lossctl.record import record
from lossctl.text import number_text, shown

_LIMITS = ("max", "max_rise", "max_change", "min_n")
_OWN = ("name", "files", "baseline", "severity", "confidence", *_LIMITS)
_HINTS = get_type_hints(Data)
_DATA = {field.name.rstrip("_"): field.name for field in fields(Data) if field.name != "preds"}
_PATHS = ("plugin",)
_SIZE = 2**20


@record
class Item:
    """One check of a configuration: its name, its options as the command's record, limits by kind, and severity."""

    name: str
    options: Check
    limits: Mapping[str, str]
    severity: str
    folder: Path
    where: str


def find_config() -> Path | None:
    """The nearest configuration, from the working directory upward; a `pyproject.toml` without the table is passed over."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "lossctl.toml").is_file():
            return folder / "lossctl.toml"
        project = folder / "pyproject.toml"
        if project.is_file() and "lossctl" in _load(project).get("tool", {}):
            return project
    return None


def read_config(path: Path, given: Check) -> list[Item]:
    """The checks of a file, over the options `given` on the command line; UsageError for a key or value that does not fit."""
    table = _load(path)
    if path.name == "pyproject.toml":
        table = table.get("tool", {}).get("lossctl", {})
    checks = table.pop("check", [])
    if not isinstance(checks, list) or not all(isinstance(check, dict) for check in checks):
        raise UsageError("check is a list of tables: [[check]]", where=shown(str(path)))
    _check_keys(table, path, "at top level")
    return [
        _item(path, place, {**table, **check}, given)
        for place, check in enumerate(checks, 1)
        if _check_keys(check, path, f"in check {place}")
    ]


def _item(path: Path, place: int, keys: dict[str, Any], given: Check) -> Item:
    where = f"{shown(str(path))}, check {place}"
    limits = {kind: _number(keys.pop(kind), kind, where) for kind in _LIMITS if kind in keys}
    severity = keys.pop("severity", "error")
    if severity not in ("error", "warn"):
        raise UsageError(f"severity is error or warn, not {quoted(severity)}", where=where)
    name = _text(keys.pop("name", f"check {place}"), "name", where)
    if "loss" not in keys or not isinstance(keys["loss"], str):
        raise UsageError('loss = "..." is missing; each check is about one loss', where=where)
    values: dict[str, Any] = {field.name: getattr(given, field.name) for field in fields(Check)}
    values["preds"] = _texts(keys.pop("files", []), "files", where)
    if not values["preds"] and not keys.get("pred") and not keys.get("role"):
        raise UsageError("files is missing: which prediction files are judged", where=where)
    for key in ("baseline", "confidence"):
        if key in keys:
            values[key] = _text(keys.pop(key), key, where)
    if values["baseline"] is not None and given.baseline is None:
        values["baseline"] = os.path.relpath(path.parent / values["baseline"])
    for key, value in keys.items():
        values[_DATA[key]] = _option(key, value, where)
    values["plugin"] = [str(path.parent / file) for file in values["plugin"]]
    return Item(name, Check(**values), limits, severity, path.parent, where)


def _option(key: str, value: Any, where: str) -> Any:
    hint = _HINTS[_DATA[key]]
    if get_origin(hint) is list:
        return _texts(value, key, where)
    if hint is bool:
        if not isinstance(value, bool):
            raise UsageError(f"{key} is true or false", where=where)
        return value
    if key == "classes" and isinstance(value, list):
        return ",".join(_texts(value, key, where))
    return (
        _number(value, key, where)
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else _text(value, key, where)
    )


def _check_keys(table: Mapping[str, Any], path: Path, where: str) -> bool:
    known = [*_OWN, *_DATA]
    for key in table:
        if key not in known:
            raise UsageError(f"unknown key {quoted(key)} {where}" + did_you_mean(key, known), where=shown(str(path)))
    return True


def _texts(value: Any, key: str, where: str) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise UsageError(f"{key} is a text or a list of texts", where=where)
    return values


def _text(value: Any, key: str, where: str) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _number(value, key, where)
    if not isinstance(value, str):
        raise UsageError(f"{key} is a text", where=where)
    return value


def _number(value: Any, key: str, where: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise UsageError(f"{key} is a number", where=where)
    try:
        return value if isinstance(value, str) else number_text(float(value))
    except OverflowError:
        raise UsageError(f"{key} is too large", where=where) from None


def _load(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _SIZE:
            raise UsageError(f"larger than {_SIZE:,} bytes", where=shown(str(path)))
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise DataError(f"cannot be read: {problem.strerror}", where=shown(str(path))) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise UsageError(f"not TOML: {problem}", where=shown(str(path))) from None
