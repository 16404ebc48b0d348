"""All cases, and the manifest that shows what they expect: `python -m tests.corpus.generate` writes it anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.corpus import (
    arrow_cases,
    choice_cases,
    class_name_cases,
    encoding_cases,
    jsonl_cases,
    meaning_cases,
    npy_cases,
    npz_cases,
    number_cases,
    process_cases,
    row_cases,
    table_cases,
    terminal_cases,
)
from tests.corpus.case import Case, Contents, Good

MODULES = (
    number_cases,
    table_cases,
    encoding_cases,
    jsonl_cases,
    choice_cases,
    row_cases,
    meaning_cases,
    class_name_cases,
    npy_cases,
    npz_cases,
    arrow_cases,
    terminal_cases,
    process_cases,
)
MANIFEST = Path(__file__).with_name("manifest.json")
SHOWN = 200


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case; ValueError where two have one name."""
    cases = tuple(case for module in MODULES for case in module.cases())
    names = [case.name for case in cases]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"cases of one name: {twice}")
    return cases


def manifest() -> str:
    """One line per case: class, command, files where they are short text, and what is expected."""
    lines = (f"  {json.dumps(case.name)}: {json.dumps(dict(_entry(case)), allow_nan=False)}" for case in all_cases())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _entry(case: Case) -> Iterator[tuple[str, object]]:
    yield "class", case.kind
    yield "command", _short(case.line)
    if case.files:
        yield "files", {name: _preview(made) for name, made in case.files.items()}
    if case.stdin is not None:
        yield "stdin", _preview(case.stdin)
    if case.setup:
        yield "setup", case.setup
    expected = case.expected
    if isinstance(expected, Good):
        yield "expected", "exit 0" + (", or exit 3" if expected.or_refused else "")
        if expected.values:
            yield "values", [f"{value:.12g}" for value in expected.values]
        if expected.facts:
            yield "facts", expected.facts
    else:
        yield "expected", "exit " + " or ".join(map(str, expected.codes))
    for name in ("says", "shows", "hides", "creates"):
        if texts := getattr(expected, name, ()):
            yield name, [_short(text) for text in texts]


def _preview(made: Contents) -> str:
    if callable(made):
        return "made"
    try:
        text = made.decode()
    except UnicodeDecodeError:
        return "bytes"
    return _short(text) if "\0" not in text else "bytes"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 60]}... {len(text):,} characters"


if __name__ == "__main__":
    MANIFEST.write_text(manifest())
