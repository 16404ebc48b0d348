"""Arrow files, streams and Feather: the bits of the same data in other formats, and words for what is damaged or cut short."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from tests.conftest import Command
from tests.processes import python, shell

RANDOM = np.random.default_rng(12)


def write_file(name: str, table: pa.Table, rows: int = 700) -> None:
    with pa.ipc.new_file(name, table.schema) as file:
        file.write_table(table, rows)


def write_stream(name: str, table: pa.Table, rows: int = 700) -> None:
    with pa.ipc.new_stream(name, table.schema) as file:
        file.write_table(table, rows)


def write_feather(name: str, table: pa.Table, rows: int = 700) -> None:
    pyarrow.feather.write_feather(table, name, compression="zstd", chunksize=rows)


WRITERS: dict[str, Callable[..., None]] = {"file": write_file, "stream": write_stream, "feather": write_feather}


@pytest.fixture(params=WRITERS)
def write(request: pytest.FixtureRequest) -> Callable[..., None]:
    return WRITERS[request.param]


def mixed(rows: int = 5_000) -> pa.Table:
    """Columns of many types, and nulls in them."""
    pred, target = RANDOM.normal(size=(2, rows))
    region = pa.array(RANDOM.choice(["n", "s", "w"], rows))
    return pa.table(
        {
            "unused": pa.array([{"a": 1}] * rows),
            "y_pred": pa.array(pred, mask=RANDOM.random(rows) < 0.1),
            "y_true": pa.array(target.astype(np.float16)),
            "region": region.dictionary_encode(),
            "name": region.cast(pa.large_string()),
            "emb": pa.array(RANDOM.normal(size=(rows, 4)).tolist(), pa.list_(pa.float32())),
            "flag": pa.array(RANDOM.random(rows) < 0.5),
        }
    )


def test_every_kind_of_column_gives_what_parquet_gives(lossctl: Command, write: Callable[..., None]) -> None:
    table = mixed()
    pq.write_table(table, "a.parquet", row_group_size=900)
    write("a.arrow", table)
    write("a.FEATHER", table)
    for arguments in (
        ["-l", "mse,mae", "--nan", "drop", "--by", "region,name"],
        ["-p", "emb", "-t", "emb", "-l", "mse"],
        ["-p", "y_true", "-t", "y_true", "-w", "flag", "-l", "mse"],
        ["-p", "y_pred", "-t", "flag", "-l", "hinge", "--nan", "drop"],
    ):
        expected = lossctl("eval", "a.parquet", *arguments, "-b")
        for name in ("a.arrow", "a.FEATHER"):
            done = lossctl("eval", name, *arguments, "-b", "-j", "2")
            assert (done.code, done.out) == (expected.code, expected.out)
            if expected.code:
                assert done.err == expected.err.replace("a.parquet", name)


@pytest.mark.parametrize("lead", ["p.csv", "p.npy", "p.arrow"])
def test_rows_pair_in_order_whatever_the_batches_are(lossctl: Command, write: Callable[..., None], lead: str) -> None:
    pred, target = RANDOM.normal(size=(2, 20_000))
    np.save("p.npy", pred)
    np.save("t.npy", target)
    write("p.arrow", pa.table({"y_pred": pred}), 1_234)
    write("t.arrow", pa.table({"y_true": target}), 567)
    Path("p.csv").write_text("y_pred\n" + "".join(f"{value!r}\n" for value in pred.tolist()))
    expected = lossctl("eval", "p.npy", "-t", "t.npy", "-l", "mse", "-b").out
    assert lossctl("eval", lead, "-t", "t.arrow", "-l", "mse", "-b").out == expected


def test_rows_are_counted_over_the_whole_file(lossctl: Command, write: Callable[..., None]) -> None:
    write("a.arrow", pa.table({"y_true": [1.0] * 2_000 + [None], "y_pred": [1.0] * 2_001}))
    done = lossctl("eval", "a.arrow", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.arrow row 2000, column 'y_true': a value is missing (empty or NaN)\n"
        "hint: leave such rows out: --nan drop\n",
    )
    write("b.arrow", pa.table({"y": [0] * 1_501, "emb": [[1.0, 2.0]] * 1_500 + [[1.0]]}))
    done = lossctl("eval", "b.arrow", "-p", "emb", "-t", "y", "-l", "ce", "--from", "logits")
    assert (done.code, done.err) == (3, "lossctl: error: b.arrow row 1500, column 'emb': a list of 1 number; the first has 2\n")


def test_other_types_are_named(lossctl: Command, write: Callable[..., None]) -> None:
    write("a.arrow", pa.table({"y_pred": pa.array([0], pa.timestamp("us", "UTC")), "y_true": [1.0]}))
    done = lossctl("eval", "a.arrow", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.arrow, column 'y_pred': the column's type is timestamp[us, tz=UTC]; expected numbers\n",
    )


def test_a_file_without_rows_has_none(lossctl: Command, write: Callable[..., None]) -> None:
    write("a.arrow", pa.table({"y_true": pa.array([], pa.float64()), "y_pred": pa.array([], pa.float64())}))
    done = lossctl("eval", "a.arrow", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: a.arrow: no rows\n")


def pair(rows: int = 2_000) -> pa.Table:
    pred, target = RANDOM.normal(size=(2, rows))
    return pa.table({"y_true": target, "y_pred": pred, "emb": RANDOM.normal(size=(rows, 2)).tolist()})


def test_a_file_or_stream_cut_short_is_refused_wherever_the_cut_is(lossctl: Command, write: Callable[..., None]) -> None:
    write("whole.arrow", pair(200), 50)
    data = Path("whole.arrow").read_bytes()
    for length in {*range(0, len(data), 1 + len(data) // 50 // 8 * 8), len(data) - 8, len(data) - 1}:
        Path("a.arrow").write_bytes(data[:length])
        done = lossctl("eval", "a.arrow", "-l", "mse", "-b")
        assert (done.code, done.out) == (3, ""), length
        assert done.err.startswith("lossctl: error: a.arrow: "), length


def test_a_stream_without_its_end_mark_and_two_streams_in_one_file(lossctl: Command) -> None:
    write_stream("a.arrow", pair(200), 50)
    data = Path("a.arrow").read_bytes()
    Path("a.arrow").write_bytes(data[:-8])
    done = lossctl("eval", "a.arrow", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.arrow: the Arrow stream ends early: it has no mark at its end\n",
    )
    Path("a.arrow").write_bytes(data + data)
    done = lossctl("eval", "a.arrow", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: a.arrow: there are more bytes after the end of the Arrow stream\n")


@pytest.mark.slow
def test_a_stream_and_a_file_come_through_a_pipe(tmp_path: Path) -> None:
    table = pair(300)
    write_stream(str(tmp_path / "s.arrow"), table)
    write_file(str(tmp_path / "f.arrow"), table)

    def piped(name: str, more: str = "") -> Any:
        return shell(f"cat {name} | lossctl eval - --input-format arrow -l mse -b -q {more}", tmp_path)

    expected = ((table["y_pred"].to_numpy() - table["y_true"].to_numpy()) ** 2).mean()
    assert float(piped("s.arrow").stdout) == pytest.approx(expected, rel=1e-14)
    assert float(piped("s.arrow", "-p emb -t emb").stdout) == 0
    assert float(piped("f.arrow").stdout) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("content", [b"", b"y_true,y_pred\n1,2\n", b"FEA1" + bytes(40), b"ARROW1\0\0" + bytes(40)])
def test_what_is_no_arrow_file_is_said(lossctl: Command, content: bytes) -> None:
    Path("a.feather").write_bytes(content)
    done = lossctl("eval", "a.feather", "-l", "mse")
    said = "a Feather file of version 1 is not read" if content[:4] == b"FEA1" else "not a valid Arrow file: "
    assert done.code == 3
    assert done.err.startswith(f"lossctl: error: a.feather: {said}")


@pytest.mark.slow
def test_a_stream_that_claims_more_than_there_is_is_refused_and_not_allocated(lossctl: Command) -> None:
    sink = pa.BufferOutputStream()
    table = pa.table({"pred": [1.0, 2.0] * 500, "y": [0.0] * 1000})
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    length, absurd = (value.to_bytes(8, "little") for value in (16_000, 2**50))  # of the body of the only batch
    Path("a.arrow").write_bytes(sink.getvalue().to_pybytes().replace(length, absurd, 1))
    done = lossctl("eval", "a.arrow", "-l", "mse")
    assert done.code == 3
    assert done.err.startswith("lossctl: error: a.arrow: not a valid Arrow file: ")


@pytest.mark.slow
def test_damage_never_crashes(tmp_path: Path) -> None:
    """In a process of its own. Arrow files have no checksums: other numbers cannot be told from damaged ones, offsets can."""
    for name, write_one in WRITERS.items():
        write_one(str(tmp_path / f"{name}.arrow"), mixed(60), 30)
    program = """
import numpy as np, lossctl
random = np.random.default_rng(1)
for name in ("file", "stream", "feather"):
    data = open(name + ".arrow", "rb").read()
    for place in random.integers(0, len(data), 120).tolist():
        open("b.arrow", "wb").write(data[:place] + bytes([data[place] ^ random.integers(1, 256)]) + data[place + 1:])
        for options in ({}, {"role": {"pred": "emb", "target": "emb"}}):
            try:
                lossctl.evaluate("b.arrow", None, "mse", nan="drop", by=["region", "name"], jobs=1, **options)
            except lossctl.LossctlError as error:
                assert error.exit_code == 3, error
            except MemoryError:
                pass
"""
    done = python(program, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
