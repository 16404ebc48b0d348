"""JSON documents as tables: an array of objects, and what pandas writes."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lossctl.formats.catalogue import open_table
from lossctl.formats.jsonl.json_cells import columns_of, read_objects
from lossctl.formats.jsonl.json_objects import Members, read_object
from lossctl.formats.jsonl.jsonl import JsonPiece, read_fast
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Kind, Selection
from tests.conftest import Command


@pytest.mark.parametrize("orient", ["records", "split", "columns"])
def test_what_pandas_writes_is_read_by_name(orient: Any, lossctl: Command) -> None:
    """In the order of the file the columns are others, and so are the rows of another index."""
    frame = pd.DataFrame({"n": [5, 5, 5], "pred": [1.5, 2.0, 7.0], "y": [1, 2, 3], "g": ["a", "b", "a"]}, index=[2, 0, 1])
    frame.to_json("a.json", orient=orient)
    done = lossctl("eval", "a.json", "-l", "mae", "-b", "--by", "g")
    assert [float(line) for line in done.out.split()] == [1.5, 2.25, 0]
    frame[["pred"]].to_json("p.json", orient=orient)
    frame[["y"]].to_json("t.json", orient=orient)
    assert lossctl("eval", "p.json", "-t", "t.json", "-l", "mae", "-b").value == 1.5
    frame[["y"]].sort_index().to_json("t.json", orient=orient)  # y 2, 3, 1
    done = lossctl("eval", "p.json", "-t", "t.json", "-l", "mae")
    if orient == "records":  # which has no index
        assert done.code == 0
    else:
        assert done.code == 3
        assert "--id 1" in done.err
        assert lossctl("eval", "p.json", "-t", "t.json", "-l", "mae", "-b", "--id", "1").value == 1.5


@pytest.mark.parametrize("most", [1, 2, 7, None])
def test_pieces_are_the_rows_in_order(most: int | None, tmp_path: Path) -> None:
    chance = random.Random(3)
    rows = [{"x": chance.random(), "v": [chance.random(), chance.random()], "w": str(row)} for row in range(20)]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(rows))
    wanted = {
        "x": Selection((0,), Kind.NUMBER, False),
        "v": Selection((1,), Kind.NUMBER, False),
        "w": Selection((2,), Kind.TEXT, False),
    }
    cutter = open_table(str(path), TableSyntax()).cut(list(wanted.values()))
    read: list[tuple[float, list[float], str]] = []
    places: list[str] = []
    while (piece := cutter.take(most)) is not None:
        found: Any = piece.open(wanted)(0, piece.rows)
        read += zip(found["x"].tolist(), found["v"].tolist(), found["w"].tolist(), strict=True)
        places += [piece.locate(row, wanted["x"], None) for row in range(piece.rows)]
    assert read == [(row["x"], row["v"], row["w"]) for row in rows]
    assert places == [f"{path} row {row}, column 'x'" for row in range(20)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "a.json: no rows: the document is an empty table"),
        ("", "a.json: no rows: the file is empty"),
        ("{}", "a.json: an object that is no table"),
        ("3", "a.json: a number; expected an array of objects"),
        ("[[1, 2]]", "a.json row 0: a list where an object should be"),
        ('[{"y": 1, "pred": 2}, 3]', "a.json row 1: a number where an object should be"),
        ('[{"y": 1, "pred": 2}, {"y": 1, "pred": "x"}]', "a.json row 1, column 'pred': 'x' is text, not a number"),
        ('[{"y": 1, "pred": 2}, {"y": 1}]', "a.json row 1, column 'pred': a value is missing"),
        ('[{"y": 1, "pred": 2}, {"y": 1, "pred": 1, "pred": 2}]', "a.json row 1: column 'pred' is there more than once"),
        ('[{"y": 1, "pred": 2},]', "a.json line 1: not JSON: "),
        ('{"y": 1, "pred": 2}\n{"y": 1}\n', "a.json line 2: not JSON: extra data at character 1\nhint: if it has one object"),
        ('{"y": [1, 2], "pred": [2, 3]}', "a.json: an object that is no table"),
        ('{"columns": ["y", "pred"], "data": [[1, 2], [1]]}', "a.json row 1: 1 value, and there are 2 columns"),
        ('{"columns": ["y", "pred"], "data": [[1, 2]], "index": []}', "a.json: the index is no list of 1 row"),
        ('{"columns": [["a", "y"]], "data": [[1]]}', "a.json: columns and data are no lists of names and rows"),
        ('{"y": {"0": 1, "1": 2}, "pred": {"1": 1, "0": 2}}', "a.json: the rows of 'pred' are others than those of 'y'"),
        ('{"y": {"0": 1, "0": 2}, "pred": {"0": 1, "0": 2}}', "a.json: one row is there twice in 'y'"),
        ('{"y": {"0": 1}, "y": {"0": 2}}', "a.json: one key is there twice, among y, y"),
        ("[" * 100_000, "a.json: not read: nested too deeply"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(text: str, message: str, lossctl: Command) -> None:
    Path("a.json").write_text(text)
    done = lossctl("eval", "a.json", "-l", "mae")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith(f"lossctl: error: {message}")


def test_fields_of_objects_are_columns(lossctl: Command) -> None:
    """Beside `out` stands a column `p` that is no field, and in `out` a field `y` that is not the target."""
    rows = [
        {"y": 0, "p": 0.5, "out": {"y": 1, "p": {"logits": [2.0, 1.0]}, "n": 0.25}},
        {"y": 1, "p": 0.5, "out": {"n": 0.75, "y": 0, "p": {"logits": [1.0, 1.0]}}},
    ]
    Path("a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    Path("a.json").write_text(json.dumps(rows))
    values = {
        ("-p", "out.n", "-l", "mse"): 0.0625,
        ("-p", "p", "-l", "mse"): 0.25,
        ("-p", "out.n", "-t", "out.y", "-l", "mse"): 0.5625,
        ("-p", "out.p.logits", "-l", "ce", "--from", "logits"): (0.31326168751822286 + 0.6931471805599453) / 2,
    }
    for name in ("a.jsonl", "a.json"):
        for options, value in values.items():
            assert lossctl("eval", name, *options, "-b").value == pytest.approx(value, rel=1e-15)
    Path("a.jsonl").write_text(Path("a.jsonl").read_text() + '{"y": 1, "out": {"n": 1, "n": 2}}\n')
    assert lossctl("eval", "a.jsonl", "-p", "out.n", "-l", "mse").err.startswith(
        "lossctl: error: a.jsonl line 3: column 'n' is there more than once"
    )
    Path("a.jsonl").write_text('{"y": 0, "out": {"n": 1}}\n{"y": 0, "out": 3}\n{"y": 0, "out": null}\n')
    done = lossctl("eval", "a.jsonl", "-p", "out.n", "-l", "mse")
    assert done.err == "lossctl: error: a.jsonl line 2, column 'out.n': a number in 'out', where the first line has an object\n"
    Path("a.jsonl").write_text('{"y": 0, "out": {"n": 1}}\n{"y": 0, "out": {}}\n{"y": 0, "out": null}\n')
    assert "a.jsonl line 2, column 'out.n': a value is missing" in lossctl("eval", "a.jsonl", "-p", "out.n", "-l", "mse").err
    assert lossctl("eval", "a.jsonl", "-p", "out.n", "-l", "mse", "--nan", "drop", "-b").value == 1


def test_a_sparse_vector_of_spark_s_is_refused(lossctl: Command) -> None:
    """Of (0, 0.5, 0.5) and (0.5, 0, 0.5) both would be (0.5, 0.5)."""
    dense = {"label": 0, "probability": {"type": 1, "values": [0.5, 0.5]}}
    sparse = {"label": 1, "probability": {"type": 0, "size": 3, "indices": [1, 2], "values": [0.5, 0.5]}}
    Path("a.jsonl").write_text(json.dumps(dense) + "\n" + json.dumps(dense) + "\n")
    assert lossctl("eval", "a.jsonl", "-p", "probability.values", "-l", "ce", "-b").out == "0.6931471805599453\n"
    Path("a.jsonl").write_text(json.dumps(dense) + "\n" + json.dumps(sparse) + "\n")
    done = lossctl("eval", "a.jsonl", "-p", "probability.values", "-l", "ce")
    problem = "a sparse vector, whose values stand at places of their own; save vector_to_array(...) in Spark"
    assert (done.code, done.err) == (3, f"lossctl: error: a.jsonl line 2, column 'probability.values': {problem}\n")


@pytest.mark.parametrize("seed", range(30))
def test_what_the_fast_reader_accepts_of_fields_is_what_the_careful_one_reads(seed: int) -> None:
    chance = random.Random(seed)
    odd: list[Any] = [None, "x", True, {}, [1], {"n": 3}, 1e400, float("nan"), "1"]

    def value() -> Any:
        return chance.choice(odd) if chance.random() < 0.1 else round(chance.random(), 3)

    def inner() -> Any:
        fields = [("n", value()), ("v", [value(), value()]), ("x", chance.choice(odd)), ("w", chance.choice(["a", "b", 1, None]))]
        chance.shuffle(fields)
        return Members(fields[: chance.choice([4, 4, 4, 3])] + ([("n", 7)] if chance.random() < 0.05 else []))

    def line(fields: Any) -> str:
        pairs = (f"{json.dumps(key)}: {line(one) if isinstance(one, Members) else json.dumps(one)}" for key, one in fields)
        return "{" + ", ".join(pairs) + "}"

    accepted = 0
    for _ in range(60):
        rows = [Members([("y", value()), ("o", inner() if chance.random() < 0.95 else chance.choice(odd))]) for _ in range(5)]
        rows[0] = Members([("y", 0.5), ("o", Members([("n", 1.5), ("v", [0.5, 1]), ("w", "a")]))])
        text = "".join(line(row) + "\n" for row in rows)
        columns = columns_of((read_object(row, "") for row in text.splitlines()), "a")
        places = {name: place for place, name in enumerate(columns.names)}
        kinds = {"y": Kind.NUMBER, "o.n": chance.choice([Kind.NUMBER, Kind.LABEL]), "o.v": Kind.NUMBER, "o.w": Kind.TEXT}
        wanted = [Selection((places[name],), kind, False) for name, kind in kinds.items() if chance.random() < 0.6]
        if not wanted:
            continue
        fast = read_fast(JsonPiece(columns, text.encode(), 5, 1), wanted)
        if fast is None:
            continue
        accepted += 1
        slow = read_objects(text.splitlines(), columns, 1, wanted)
        for one, other in zip(fast, slow, strict=True):
            if isinstance(one, np.ndarray):
                assert np.array_equal(one, np.asarray(other), equal_nan=True), text
            else:
                assert one.tolist() == other.tolist(), text  # type: ignore[union-attr]
    assert accepted > 3
