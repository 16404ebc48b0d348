"""Files without rows among shards, as an empty partition of Spark's is."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import Command


def parquet(*rows: tuple[float, list[float]]) -> bytes:
    buffer = io.BytesIO()
    kinds = pa.schema({"label": pa.float64(), "pred": pa.list_(pa.float64())})
    pq.write_table(pa.Table.from_pylist([{"label": one, "pred": vector} for one, vector in rows], kinds), buffer)
    return buffer.getvalue()


def npy(*values: float) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array(values))
    return buffer.getvalue()


FULL = "y,pred,id\n{},0,{}\n"
TEXTS = {
    "csv": ([FULL.format(1, "a").encode(), FULL.format(3, "b").encode()], [b"", b"\n\n", b"y,pred,id\n", b"\xef\xbb\xbf"]),
    "csv.gz": (
        [gzip.compress(FULL.format(y, "x").encode()) for y in (1, 3)],
        [gzip.compress(b""), gzip.compress(b"y,pred,id\n")],
    ),
    "jsonl": ([b'{"y": 1, "pred": 0}\n', b'{"y": 3, "pred": 0}\n'], [b"", b"\n"]),
    "json": ([b'[{"y": 1, "pred": 0}]', b'[{"y": 3, "pred": 0}]'], [b"[]", b" "]),
}


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    ("ending", "number"), [(ending, place) for ending, (_, empty) in TEXTS.items() for place in range(len(empty))]
)
def test_an_empty_shard_is_no_fault(ending: str, number: int, place: int, lossctl: Command) -> None:
    full, empty = TEXTS[ending]
    Path("d").mkdir()
    for order, data in enumerate([*full[:place], empty[number], *full[place:]]):
        Path(f"d/part-{order}.{ending}").write_bytes(data)
    done = lossctl("eval", "d", "-l", "mse", "--json")
    assert done.code == 0, done.err
    run = json.loads(done.out)["runs"][0]
    assert (run["rows"], run["results"][0]["value"]) == (2, 5)
    if place == 2:
        names = [f"d/part-{order}.{ending}" for order in range(3)]
        assert lossctl("eval", *names, "--pool", "-l", "mse", "-b").out == "5\n"
        assert lossctl("eval", *names, "-l", "mse", "-b").code == 3  # runs of their own


@pytest.mark.parametrize("write", [lambda data: [parquet(), *data], lambda data: [data[0], parquet(), data[1]]])
def test_an_empty_shard_tells_nothing_of_the_lengths_of_lists(
    write: Callable[[list[bytes]], list[bytes]], lossctl: Command
) -> None:
    Path("d").mkdir()
    for order, data in enumerate(write([parquet((0, [0.5, 0.5])), parquet((1, [0.75, 0.25]))])):
        Path(f"d/{order}.parquet").write_bytes(data)
    done = lossctl("eval", "d", "-l", "ce", "-b")
    assert done.value == pytest.approx((np.log(2) + np.log(4)) / 2, rel=1e-14)


def test_empty_arrays_are_shards_too(lossctl: Command) -> None:
    for name, data in {"a": npy(1.0), "b": npy(), "c": npy(3.0), "t": npy(0.0, 0.0)}.items():
        Path(f"{name}.npy").write_bytes(data)
    assert lossctl("eval", "-p", "a.npy", "-p", "b.npy", "-p", "c.npy", "-t", "t.npy", "-l", "mse", "-b").out == "5\n"


def test_rows_pair_across_empty_shards_of_either_side(lossctl: Command) -> None:
    for folder, files in {"p": ["id,pred\na,1\n", "", "id,pred\nb,5\n"], "t": ["", "id,y\nb,2\na,1\n", "id,y\n"]}.items():
        Path(folder).mkdir()
        for order, text in enumerate(files):
            Path(f"{folder}/{order}.csv").write_text(text)
    assert lossctl("eval", "p", "-t", "t/:y", "--id", "id", "-l", "mae", "-b").out == "1.5\n"
    assert lossctl("eval", "p", "-t", "t/:y", "--in-order", "-l", "mae", "-b").out == "2.5\n"
    assert lossctl("eval", "p", "-t", "p/:pred", "-p", "pred", "-l", "mae", "-b").out == "0\n"


def test_many_files_are_looked_at_the_same(lossctl: Command) -> None:
    Path("d").mkdir()
    for order in range(20):
        Path(f"d/{order:02}.csv").write_text("" if order % 3 == 0 else "y,pred\n" if order % 3 == 1 else f"y,pred\n{order},0\n")
    assert lossctl("eval", "d", "-l", "mae", "-b").value == np.mean(range(2, 20, 3))


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({"0.csv": "", "1.csv": ""}, "d/0.csv: no rows: the file is empty"),
        ({"0.csv": "", "1.csv": "y,pred\n"}, "d/1.csv: no rows after the header"),
        ({"0.csv": "y,pred\n", "1.csv": "y,pred\n"}, "d/0.csv: no rows after the header"),
        (
            {"0.csv": "y,pred\n1,2\n", "1.csv": "y,x\n"},
            "d/1.csv: no column for the pred (looked for pred, y_pred, preds, prediction, ",
        ),
    ],
)
def test_a_dataset_without_rows_is_refused_and_so_is_another_header(
    files: dict[str, str], problem: str, lossctl: Command
) -> None:
    Path("d").mkdir()
    for name, text in files.items():
        Path(f"d/{name}").write_text(text)
    done = lossctl("eval", "d", "-l", "mse")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith(f"lossctl: error: {problem}")
