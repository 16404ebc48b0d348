"""Fields of structs in Parquet, Arrow files and streams. The fields are called as columns beside them, with other values."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import Command

RANDOM = np.random.default_rng(5)
ROWS = 1_000
TABLE = pa.table(
    {
        "n": RANDOM.normal(size=ROWS),
        "out": [
            {
                "y": float(row % 3),
                "in": {"n": float(row % 5), "v": [float(row % 2), 1.0]},
                "g": "ab"[row % 2],
                "n": float(row % 7),
            }
            for row in range(ROWS)
        ],
        "y": RANDOM.normal(size=ROWS),
        "label": [row % 2 for row in range(ROWS)],
    }
)


def write_file(path: str, table: Any) -> None:
    with pa.ipc.new_file(path, table.schema) as file:
        file.write_table(table, 300)


def write_stream(path: str, table: Any) -> None:
    with pa.ipc.new_stream(path, table.schema) as file:
        file.write_table(table, 300)


def write_parquet(path: str, table: Any) -> None:
    pq.write_table(table, path, row_group_size=300)


@pytest.fixture(params=[write_file, write_stream, write_parquet])
def write(request: pytest.FixtureRequest) -> Callable[[str, Any], None]:
    found: Callable[[str, Any], None] = request.param
    return found


OUT = TABLE.column("out").to_pylist()


@pytest.mark.parametrize(
    ("pred", "target", "value"),
    [
        ("out.n", "out.y", np.mean([(row["n"] - row["y"]) ** 2 for row in OUT])),
        ("out.in.n", "out.n", np.mean([(row["in"]["n"] - row["n"]) ** 2 for row in OUT])),
        ("out.n", "label", np.mean([(row["n"] - place % 2) ** 2 for place, row in enumerate(OUT)])),
    ],
)
def test_a_field_is_a_column(pred: str, target: str, value: float, write: Callable[[str, Any], None], lossctl: Command) -> None:
    write("a.bin", TABLE)
    done = lossctl("eval", "a.bin", "-p", pred, "-t", target, "-l", "mse", "-b")
    assert done.code == 0, done.err
    assert done.value == pytest.approx(value, rel=1e-14)


def test_lists_and_words_in_structs_are_read(write: Callable[[str, Any], None], lossctl: Command) -> None:
    write("a.bin", TABLE)
    done = lossctl("eval", "a.bin", "-p", "out.in.v", "-t", "label", "-l", "ce", "--from", "logits", "--by", "out.g", "--json")
    results = json.loads(done.out)["runs"][0]["results"]
    assert [one["by"] for one in results] == [None, {"out.g": "a"}, {"out.g": "b"}]
    a, b = np.log(1 + np.exp(1.0)), np.log(2.0)  # logits (0, 1) of label 0, and (1, 1) of label 1
    assert [one["value"] for one in results] == pytest.approx([(a + b) / 2, a, b], rel=1e-14)


def test_a_struct_that_is_null_has_missing_fields(write: Callable[[str, Any], None], lossctl: Command) -> None:
    write("a.bin", pa.table({"y": [1.0, 2.0, 3.0], "out": [{"p": 1.5}, None, {"p": None}]}))
    done = lossctl("eval", "a.bin", "-p", "out.p", "-l", "mse")
    assert done.err.startswith("lossctl: error: a.bin row 1, column 'out.p': a value is missing")
    assert lossctl("eval", "a.bin", "-p", "out.p", "-l", "mse", "--nan", "drop", "-b").value == 0.25


def test_numbers_of_columns_count_those_of_the_file_first(write: Callable[[str, Any], None], lossctl: Command) -> None:
    write("a.bin", TABLE)
    assert lossctl("eval", "a.bin", "-p", "1", "-t", "3", "-l", "mse", "-b").value == pytest.approx(
        float(np.mean((TABLE["n"].to_numpy() - TABLE["y"].to_numpy()) ** 2)), rel=1e-13
    )


VECTOR = pa.struct({"type": pa.int8(), "size": pa.int32(), "indices": pa.list_(pa.int32()), "values": pa.list_(pa.float64())})


def dense(*values: float) -> dict[str, Any]:
    return {"type": 1, "size": None, "indices": None, "values": list(values)}


def spark(*vectors: dict[str, Any]) -> Any:
    columns = {"label": [float(row % 2) for row in range(len(vectors))], "prediction": [0.0] * len(vectors)}
    return pa.table({**columns, "probability": pa.array(vectors, VECTOR)})


def test_a_vector_of_spark_s_is_its_values(write: Callable[[str, Any], None], lossctl: Command) -> None:
    write("a.bin", spark(dense(0.9, 0.1), dense(0.2, 0.8)))
    value = -(np.log(0.9) + np.log(0.8)) / 2
    assert lossctl("eval", "a.bin", "-p", "probability.values", "-l", "ce", "-b").value == pytest.approx(value, rel=1e-14)
    done = lossctl("eval", "a.bin", "-l", "ce")
    assert (done.code, done.err.splitlines()[1]) == (3, "hint: name one: -p probability.values")
    done = lossctl("eval", "a.bin", "-p", "probability", "-l", "ce")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.bin, column 'probability': the column holds structs; expected numbers\n"
        "hint: a vector of Spark's: its values are probability.values where it is dense; "
        "of any, save vector_to_array(col('probability')) in Spark\n",
    )


def test_a_sparse_vector_is_refused(write: Callable[[str, Any], None], lossctl: Command) -> None:
    """Of (0, 0.5, 0.5) and (0.5, 0, 0.5) both would be (0.5, 0.5)."""
    sparse = {"type": 0, "size": 3, "indices": [1, 2], "values": [0.5, 0.5]}
    write("a.bin", spark(*[dense(0.5, 0.5)] * 400, sparse))
    done = lossctl("eval", "a.bin", "-p", "probability.values", "-l", "ce")
    problem = "a sparse vector, whose values stand at places of their own; save vector_to_array(...) in Spark"
    assert (done.code, done.err) == (3, f"lossctl: error: a.bin row 400, column 'probability.values': {problem}\n")
    write("a.bin", spark(sparse, sparse))
    assert lossctl("eval", "a.bin", "-p", "probability.values", "-l", "ce").code == 3


def test_the_name_of_a_column_itself_wins(write: Callable[[str, Any], None], lossctl: Command) -> None:
    row = {"y": 1.0, "a.b": 2.0, "a": {"b": 4.0, "c": 5.0}}
    write("a.bin", pa.Table.from_pylist([row]))
    Path("a.jsonl").write_text(json.dumps(row))
    for name in ("a.bin", "a.jsonl"):
        assert lossctl("eval", name, "-p", "a.b", "-l", "mae", "-b").value == 1
        assert lossctl("eval", name, "-p", "a.c", "-l", "mae", "-b").value == 4
