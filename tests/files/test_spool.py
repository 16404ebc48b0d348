"""Formats that must be read at any place come through pipes by a temporary copy."""

from __future__ import annotations

import gzip
import io
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lossctl.errors import DataError, EnvironmentFailure
from lossctl.files import sources
from lossctl.files.sources import Source
from lossctl.formats.catalogue import open_table
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Kind, Selection
from tests.formats.test_shapes_of_files import read
from tests.processes import shell

VALUES = np.arange(50.0)
COLUMN = Selection((0,), Kind.NUMBER, False)
FORMATS = ("csv", "csv.gz", "jsonl", "npy", "npz", "parquet", "arrow", "stream")


def content(kind: str) -> bytes:
    """The values as one column of a file."""
    table, file = pa.table({"x": VALUES}), io.BytesIO()
    text = "x\n" + "".join(f"{value}\n" for value in VALUES)
    if kind in ("arrow", "stream"):
        with (pa.ipc.new_file if kind == "arrow" else pa.ipc.new_stream)(file, table.schema) as writer:
            writer.write_table(table, max_chunksize=20)
        return file.getvalue()
    if kind == "parquet":
        pq.write_table(table, file, row_group_size=20)
    elif kind == "npz":
        np.savez(file, x=VALUES)
    elif kind == "npy":
        np.save(file, VALUES)
    elif kind == "jsonl":
        return "".join(f'{{"x": {value}}}\n' for value in VALUES).encode()
    else:
        return gzip.compress(text.encode()) if kind == "csv.gz" else text.encode()
    return file.getvalue()


def name_of(kind: str) -> str:
    return "x.arrow" if kind == "stream" else f"x.{kind}"


@pytest.mark.parametrize("kind", ["npz", "parquet", "arrow"])
def test_a_format_that_must_be_read_at_any_place_comes_through_a_pipe(tmp_path: Path, kind: str) -> None:
    path = tmp_path / name_of(kind)
    os.mkfifo(path)
    threading.Thread(target=path.write_bytes, args=(content(kind),)).start()
    np.testing.assert_array_equal(read(open_table(str(path), TableSyntax()), COLUMN, 7), VALUES)


@pytest.mark.parametrize(
    ("kind", "said"),
    [("npz", "not a .npz file: it does not begin with PK"), ("parquet", "not a valid Parquet file: it does not begin with PAR1")],
)
def test_what_is_no_file_of_a_format_is_not_copied(tmp_path: Path, kind: str, said: str) -> None:
    path = tmp_path / name_of(kind)
    os.mkfifo(path)
    threading.Thread(target=path.write_bytes, args=(b"x,y\n1,2\n",)).start()
    with pytest.raises(DataError) as problem:
        open_table(str(path), TableSyntax())
    assert (problem.value.problem, problem.value.where) == (said, str(path))


def test_no_room_for_a_copy_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: Full())
    (tmp_path / "x.csv").write_bytes(b"x\n1\n")
    with pytest.raises(EnvironmentFailure) as problem:
        sources.copied(Source(str(tmp_path / "x.csv")).open(), "x")
    assert problem.value.problem == "no temporary copy can be made: No space left on device"


def test_readers_of_one_copy_have_places_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(bytes(range(100)))
    source = sources.copied(Source(str(tmp_path / "x")).open(), "x")
    one, other = source.open(), source.open()
    assert one.read(10) == bytes(range(10))
    assert other.read(10) == bytes(range(10))
    assert one.file.seek(-5, io.SEEK_END) == 95
    assert other.read(10) == bytes(range(10, 20))
    assert one.read(10) == bytes(range(95, 100))
    assert one.file.tell() == 100


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of files are those of POSIX")
def test_statistics_that_find_no_room_say_so(tmp_path: Path) -> None:
    for name in ("p.npy", "t.npy"):
        np.save(tmp_path / name, np.arange(200_000.0))
    done = shell("ulimit -f 1100; lossctl eval p.npy -t t.npy -l mse --reduction p50 -b -q", tmp_path)
    problem = "no temporary copy can be made: File too large\nhint: TMPDIR names the folder in which it is made"
    assert (done.returncode, done.stdout, done.stderr) == (4, "", f"lossctl: error: {problem}\n")
