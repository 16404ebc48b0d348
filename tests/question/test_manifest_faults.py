"""What is wrong in a manifest is said with its file, and its line or row."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import Command


def refused(lossctl: Command, name: str, text: str | bytes) -> tuple[int, str]:
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    done = lossctl("batch", "--manifest", name, "-l", "mse", "-p", "p", "-t", "y")
    assert done.out == ""
    return done.code, done.err.removeprefix("lossctl: error: ").rstrip("\n")


OF_ALL = "is not for a row; --plugin is given to the command"
TABLES = {
    "a header twice": ("run,pred,run\na,a.csv,b\n", 2, "m.csv line 1: the column 'run' is there twice"),
    "an option twice": ("pred,--weight,--weight\na.csv,w,y\n", 2, "m.csv line 1: the column '--weight' is there twice"),
    "a role by both its names": ("pred,--pred\na.csv,p\n", 2, "m.csv line 1: the column '--pred' is there twice"),
    "a bare option": ("pred,weight\na.csv,w\n", 2, "m.csv line 1: unknown column 'weight'; did you mean '--weight'?"),
    "a bare option with _": (
        "pred,class_axis\na.csv,1\n",
        2,
        "m.csv line 1: unknown column 'class_axis'; did you mean '--class-axis'?",
    ),
    "a plugin": ("pred,--plugin\na.csv,own.py\n", 2, f"m.csv line 1: the column '--plugin' {OF_ALL}"),
    "a bare plugin": ("pred,plugin\na.csv,own.py\n", 2, f"m.csv line 1: the column 'plugin' {OF_ALL}"),
    "an empty line between rows": (
        "run,pred\na,a.csv\n\n\nb,a.csv\n",
        3,
        "m.csv line 3: an empty line between rows\nhint: if it is no row, leave it out",
    ),
    "no pred": ("run,pred\na,a.csv\nb,\n", 2, "m.csv line 3: no pred"),
    "too few cells": ('run,pred\n"a\nb",a.csv\nc\n', 3, "m.csv line 4: a row has more or fewer cells than the header"),
    "a NUL": ("run,pred\na,a.csv\nb,a\0.csv\n", 3, "m.csv line 3: pred holds a NUL"),
    "a bad value": ("run,pred,--nan\na,a.csv,drp\n", 2, "m.csv line 2: --nan has no 'drp'; did you mean 'drop'?"),
    "a flag that is none": ("run,pred,--normalize\na,a.csv,yes\n", 2, "m.csv line 2: normalize is true or false, not 'yes'"),
    "a run twice": ("run,pred\na,a.csv\nb,a.csv\na,a.csv\n", 2, "m.csv line 4: the run 'a' is named twice"),
    "a header alone": ("run,pred\n", 3, "m.csv: no rows"),
}  # fmt: skip
OBJECTS = {
    "a list": ("[1]\n", 3, 'm.jsonl line 1: no manifest: expected an object, {"run": ..., "pred": ...}'),
    "a number": ('\n{"pred": "a.csv"}\n3\n', 3, 'm.jsonl line 3: no manifest: expected an object, {"run": ..., "pred": ...}'),
    "a key twice": ('{"pred": "a.csv", "run": "a", "run": "b"}\n', 2, "m.jsonl line 1: the column 'run' is there twice"),
    "a NUL": ('{"pred": "a\\u0000.csv"}\n', 3, "m.jsonl line 1: pred holds a NUL"),
    "a NUL in a list": ('{"pred": "a.csv", "--where": ["w=1", "y=\\u0000"]}\n', 3, "m.jsonl line 1: where holds a NUL"),
    "a list as pred": ('{"pred": ["a.csv"]}\n', 2, "m.jsonl line 1: pred is a text, one SRC"),
    "a number as pred": ('{"pred": 1}\n', 2, "m.jsonl line 1: pred is a text, one SRC"),
    "a list as name": ('{"run": ["a"], "pred": "a.csv"}\n', 2, "m.jsonl line 1: run is a text"),
    "a list as text": ('{"pred": "a.csv", "--nan": ["drop"]}\n', 2, "m.jsonl line 1: nan is a text"),
    "an object as text": ('{"pred": {"file": "a.csv"}}\n', 3, "m.jsonl line 1: pred is an object; expected a text"),
    "no object": ('{"pred": "a.csv"\n', 3, "m.jsonl line 1: not JSON: expecting ',' delimiter at character 17"),
}
DOCUMENTS = {
    "an object": ('{"pred": "a.csv"}', 3, 'm.json: no manifest: expected a list of objects, [{"run": ..., "pred": ...}]'),
    "a number in the list": (
        '[{"pred": "a.csv"}, 3]',
        3,
        'm.json row 1: no manifest: expected an object, {"run": ..., "pred": ...}',
    ),
    "a bare option": ('[{"pred": "a.csv", "weight": "w"}]', 2, "m.json row 0: unknown column 'weight'; did you mean '--weight'?"),
    "an empty list": ("[]", 3, "m.json: no rows"),
    "cut short": ('[{"pred"', 3, "m.json line 1: not JSON: expecting ':' delimiter at character 9"),
}
WRONG = {"m.csv": TABLES, "m.jsonl": OBJECTS, "m.json": DOCUMENTS}


@pytest.mark.parametrize(("file", "name"), [(file, name) for file, faults in WRONG.items() for name in faults])
def test_a_manifest_that_is_wrong_is_refused_with_its_line_or_row(file: str, name: str, lossctl: Command) -> None:
    text, code, message = WRONG[file][name]
    assert refused(lossctl, file, text) == (code, message)


def test_lists_in_lists_without_end_and_what_is_no_utf_8_are_refused(lossctl: Command) -> None:
    assert refused(lossctl, "m.jsonl", "[" * 100_000) == (3, "m.jsonl line 1: not read: nested too deeply")
    number = '{"pred": "a.csv"}\n{"pred": "a.csv", "lr": ' + "1" * 5_000 + "}"
    assert refused(lossctl, "m.jsonl", number) == (3, "m.jsonl line 2: not read: a number of too many digits")
    code, message = refused(lossctl, "m.csv", b"run,pred\n\xff,a.csv\n")
    assert (code, message) == (3, "m.csv: no manifest: it is no text in UTF-8; expected CSV, TSV, JSON or Parquet")


def test_a_parquet_manifest_that_is_wrong_is_refused(lossctl: Command) -> None:
    pq.write_table(pa.table({"pred": ["a.csv"], "weight": ["w"]}), "m.parquet")
    whole = Path("m.parquet").read_bytes()
    assert refused(lossctl, "m.parquet", whole) == (2, "m.parquet: unknown column 'weight'; did you mean '--weight'?")
    code, message = refused(lossctl, "m.parquet", whole[:-9])
    assert (code, message.startswith("m.parquet: not a valid Parquet file: ")) == (3, True)
    pq.write_table(pa.table({"pred": pa.array([], pa.string())}), "m.parquet")
    assert refused(lossctl, "m.parquet", Path("m.parquet").read_bytes()) == (3, "m.parquet: no rows")
    Path("m.parquet").unlink()
    assert (
        lossctl("batch", "--manifest", "m.parquet", "-l", "mse").err
        == "lossctl: error: m.parquet: cannot be read: no such file\n"
    )


def test_a_row_is_one_run_whatever_its_pattern_matches(lossctl: Command) -> None:
    Path("deep").mkdir()
    Path("deep/a.csv").write_text("y,p\n0,1\n")
    Path("deep/b.csv").write_text("y,p\n0,9\n")
    problem = "m.csv line 2: a row is one run, and 'deep/*.csv' matches 2 files"
    assert refused(lossctl, "m.csv", "run,pred\na,deep/*.csv\n") == (2, problem)


@pytest.mark.parametrize(
    ("option", "typed", "of_row"),
    [("--where", "y>0", "p>0"), ("--table", "missing=x", "comment=#"), ("--role", "target=y", "pred=p")],
)
def test_what_adds_up_is_given_on_the_command_line_or_in_the_row(option: str, typed: str, of_row: str, lossctl: Command) -> None:
    Path("a.csv").write_text("p,y\n1,2\n3,0\n")
    Path("m.jsonl").write_text(json.dumps({"pred": "a.csv", option: of_row}) + "\n")
    done = lossctl("batch", "--manifest", "m.jsonl", "-l", "mse", option, typed)
    problem = f"{option} is given here and on the command line, where it would count for nothing in this row"
    hint = f"write both into the row, as a list in JSON lines, or give {option} in one place"
    assert (done.code, done.err) == (2, f"lossctl: error: m.jsonl line 1: {problem}\nhint: {hint}\n")
    Path("m.jsonl").write_text(json.dumps({"pred": "a.csv", option: [typed, of_row]}) + "\n")
    more = [] if option == "--role" else ["-p", "p", "-t", "y"]
    assert lossctl("batch", "--manifest", "m.jsonl", "-l", "mse", *more, "-b").value == (1 if option == "--where" else 5)
