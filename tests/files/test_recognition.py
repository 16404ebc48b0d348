"""Files that no name tells: by their first bytes, from disk, from a pipe, as PRED and as the target."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from tests.conftest import Command

COLUMNS = {"y_true": [1.0, 2.0, 4.0], "y_pred": [2.0, 2.0, 7.0], "z": [0.0, 0.0, 0.0]}  # mse 10/3
ROWS = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)]
CSV = (",".join(COLUMNS) + "\n" + "".join(",".join(map(str, row.values())) + "\n" for row in ROWS)).encode()
TABLE = pa.table(COLUMNS)
JSONL = "".join(json.dumps(row) + "\n" for row in ROWS).encode()
BY_ROW = {name: {str(row): value for row, value in enumerate(values)} for name, values in COLUMNS.items()}


def written(write: Callable[[Any], object]) -> bytes:
    buffer = io.BytesIO()
    write(buffer)
    return buffer.getvalue()


def zipped(**members: bytes) -> bytes:
    def write(buffer: Any) -> None:
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members.items():
                archive.writestr(name, data)

    return written(write)


def arrow_stream(buffer: Any) -> None:
    with pa.ipc.new_stream(buffer, TABLE.schema) as writer:
        writer.write_table(TABLE)


def split(index: bool) -> bytes:
    rows = [list(row.values()) for row in ROWS]
    return json.dumps({"columns": list(COLUMNS), **({"index": [7, 8, 9]} if index else {}), "data": rows}).encode()


PARQUET = written(lambda buffer: pyarrow.parquet.write_table(TABLE, buffer))
CONTENT = {
    "csv": CSV,
    "csv with a mark": b"\xef\xbb\xbf" + CSV,
    "gzip": gzip.compress(CSV, mtime=0),
    "two gzips": gzip.compress(CSV[:30], mtime=0) + gzip.compress(CSV[30:], mtime=0),
    "bzip2": bz2.compress(CSV),
    "xz": lzma.compress(CSV),
    "zstd": pa.compress(CSV, "zstd", asbytes=True),
    "zip": zipped(**{"a.csv": CSV}),
    "zip of macOS": zipped(**{"a.csv": CSV, "__MACOSX/._a.csv": b"x"}),
    "zip of a folder": zipped(**{"d/": b"", "d/a.tsv": CSV.replace(b",", b"\t")}),
    "zip without an extension": zipped(a=CSV),
    "zipped parquet": zipped(**{"a.parquet": PARQUET}),
    "npz": written(
        lambda buffer: np.savez(buffer, **COLUMNS)  # type: ignore[arg-type]  # its stubs take names for options
    ),
    "parquet": PARQUET,
    "gzipped parquet": gzip.compress(PARQUET, mtime=0),
    "arrow": written(lambda buffer: pyarrow.feather.write_feather(TABLE, buffer)),
    "arrow stream": written(arrow_stream),
    "jsonl": JSONL,
    "json": json.dumps(ROWS, indent=1).encode(),
    "json split": split(index=False),
    "json split with index": split(index=True),
    "json columns": json.dumps(BY_ROW).encode(),
    "json columns on many lines": json.dumps(BY_ROW, indent=4).encode(),
    "json columns after one that is long": json.dumps({"s": dict.fromkeys("012", "x" * 2000), **BY_ROW}).encode(),
    "bzipped jsonl": bz2.compress(JSONL),
    "long jsonl, bzipped": bz2.compress(JSONL.replace(b'"z"', b'"s": "%b", "z"' % b"".join(b"%d" % n for n in range(2**16)))),
    "jsonl in xz": lzma.compress(JSONL),
    "json in zstd": pa.compress(json.dumps(ROWS).encode(), "zstd", asbytes=True),
    "json columns in zstd": pa.compress(json.dumps(BY_ROW).encode(), "zstd", asbytes=True),
    "gzipped json": gzip.compress(json.dumps(ROWS).encode(), mtime=0),
}


def from_pipe(data: bytes, first: int = 0) -> str:
    """The path of a pipe that holds data, of which the first few bytes come alone."""
    end, other = os.pipe()

    def feed() -> None:
        with os.fdopen(other, "wb", buffering=0) as file:
            file.write(data[:first])
            file.write(data[first:])

    threading.Thread(target=feed).start()
    return f"/dev/fd/{end}"


@pytest.mark.parametrize("name", CONTENT)
def test_a_file_is_what_its_first_bytes_say(name: str, lossctl: Command) -> None:
    Path("a.predict").write_bytes(CONTENT[name])
    done = lossctl("eval", "a.predict", "-l", "mse", "-b")
    assert (done.code, done.out) == (0, f"{10 / 3!r}\n"), done.err
    Path("p.csv").write_text("pred\n1\n1\n1\n")
    assert lossctl("eval", "p.csv", "-t", "file:a.predict:y_pred", "-l", "mae", "-b").out == f"{8 / 3!r}\n"
    assert lossctl("eval", "p.csv", "-t", "./a.predict:y_true", "-l", "mae", "-b").out == f"{4 / 3!r}\n"


@pytest.mark.parametrize("first", [0, 1, 3])
@pytest.mark.parametrize("name", CONTENT)
def test_a_pipe_is_enough(name: str, first: int, lossctl: Command) -> None:
    done = lossctl("eval", from_pipe(CONTENT[name], first), "-l", "mse", "-b")
    assert (done.code, done.out) == (0, f"{10 / 3!r}\n"), done.err
    Path("p.csv").write_text("pred\n1\n1\n1\n")
    path = from_pipe(CONTENT[name], first)
    assert lossctl("eval", "p.csv", "-t", f"{path}:y_pred", "-l", "mae", "-b").out == f"{8 / 3!r}\n"


@pytest.mark.parametrize("name", CONTENT)
def test_standard_input_is_any_of_them(name: str, lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(CONTENT[name]))))
    done = lossctl("eval", "-", "-l", "mse", "-b")
    assert (done.code, done.out) == (0, f"{10 / 3!r}\n"), done.err


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_format_that_is_named_leaves_the_compression_to_the_first_bytes(
    pack: Callable[[bytes], bytes], lossctl: Command
) -> None:
    Path("a.predict").write_bytes(pack(CSV.replace(b",", b"\t")))
    assert lossctl("eval", "a.predict", "-l", "mse", "-b", "--input-format", "tsv").out == f"{10 / 3!r}\n"
    assert lossctl("eval", "a.predict", "-l", "mse", "-b", "--table", "a.predict:format=tsv").out == f"{10 / 3!r}\n"


@pytest.mark.parametrize(
    "lines",
    [
        '{"p": {"0": 1, "1": 3}, "y": 0}\n',
        '{"p": {"0": 1, "1": 3}, "q": {"0": 1}, "y": 0}\n{"p": {"0": 1, "1": 3}, "q": {"0": 1}, "y": 0}\n',
        '{"p": {"0": 1, "1": 3}}\n{"p": {"0": 1, "1": 3}}\n',
    ],
)
def test_lines_whose_objects_are_called_by_numbers_stay_lines(lines: str, lossctl: Command) -> None:
    Path("a.predict").write_text(lines)
    assert lossctl("eval", "a.predict", "-l", "mse", "-b", "-p", "p.1", "-t", "p.0").value == 4


def test_an_array_is_known_too(lossctl: Command) -> None:
    array = written(lambda buffer: np.save(buffer, np.array([1.0, 3.0])))
    Path("t.csv").write_text("y\n0\n0\n")
    Path("a.out").write_bytes(array)
    assert lossctl("eval", "a.out", "-t", "t.csv", "-l", "mse", "-b").value == 5
    assert lossctl("eval", from_pipe(array), "-t", "t.csv", "-l", "mse", "-b").value == 5
    assert lossctl("eval", from_pipe(gzip.compress(array, mtime=0)), "-t", "t.csv", "-l", "mse", "-b").value == 5


def test_shards_of_unknown_extension_are_one_dataset(lossctl: Command) -> None:
    Path("d").mkdir()
    Path("d/part-0").write_bytes(CONTENT["parquet"])
    Path("d/part-1").write_bytes(CONTENT["parquet"])
    Path("d/_SUCCESS").write_bytes(b"")
    done = lossctl("eval", "d", "-l", "mse", "--json")
    run = json.loads(done.out)["runs"][0]
    assert (run["rows"], run["results"][0]["value"]) == (6, 10 / 3)


def test_a_name_that_tells_wins_over_the_bytes(lossctl: Command) -> None:
    Path("a.csv").write_bytes(CONTENT["parquet"])
    assert lossctl("eval", "a.csv", "-l", "mse").code == 3
    assert lossctl("eval", "a.csv", "--input-format", "parquet", "-l", "mse", "-b").value == 10 / 3
    assert lossctl("eval", from_pipe(gzip.compress(CSV, mtime=0)), "--input-format", "csv", "-l", "mse", "-b").value == 10 / 3


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "no rows: the file is empty"),
        (pickle.dumps([1]), "a pickle, which lossctl never unpickles"),
        (b"\x89HDF\r\n\x1a\n", "a file of .h5, which is not read"),
        (zipped(**{"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "a file of .xlsx, which is not read"),
        (zipped(**{"archive/data.pkl": b""}), "a file of .pt, which is not read"),
        (zipped(**{"a.csv": CSV, "b.csv": CSV}), "a zip of one table is read, and this has 2: a.csv, b.csv"),
        (zipped(), "a zip of one table is read, and this has none"),
        (gzip.compress(CSV, mtime=0)[:-9], "compressed data ends early"),
        (zipped(**{"a.csv": CSV})[:-9], "not a zip file: File is not a zip file"),
        (CONTENT["zip"].replace(CONTENT["zip"][40:44], b"\0\0\0\0", 1), None),
        (b"\x00\xff\xfe", "not UTF-8 at byte 1"),
        (PARQUET[:-9], None),
        (b'{"y_true": 1, "y_pred": 2}\n{', "line 2"),
    ],
)
def test_what_is_damaged_or_not_read_is_refused_in_words(data: bytes, problem: str | None, lossctl: Command) -> None:
    Path("a.bin").write_bytes(data)
    for path in ("a.bin", from_pipe(data)):
        done = lossctl("eval", path, "-l", "mse")
        assert (done.code, done.out) == (3, "")
        assert done.err.startswith(f"lossctl: error: {path}")
        assert problem is None or problem in done.err


def test_a_zipped_table_is_read_by_its_name(lossctl: Command) -> None:
    Path("a.tsv.zip").write_bytes(zipped(x=CSV.replace(b",", b"\t")))
    assert lossctl("eval", "a.tsv.zip", "-l", "mse", "-b").value == 10 / 3
    assert lossctl("eval", "a.tsv.zip", "-t", "a.tsv.zip:z", "-l", "mse", "-b").value == 19
    Path("a.txt.zip").write_bytes(zipped(x=CSV.replace(b",", b" ")))
    assert lossctl("eval", "a.txt.zip", "-l", "mse", "-b").value == 10 / 3
    for name in ("a.csv.zip", "a.jsonl.zip"):
        Path(name).write_bytes(b"PK\3\4 cut")
        done = lossctl("eval", name, "-l", "mse")
        assert (done.code, done.err) == (3, f"lossctl: error: {name}: not a zip file: File is not a zip file\n")


def test_an_encrypted_or_lying_zip_is_refused(lossctl: Command) -> None:
    data = bytearray(zipped(**{"a.csv": CSV}))
    for place in (data.find(b"PK\3\4") + 6, data.find(b"PK\1\2") + 8):
        data[place] |= 1
    Path("a.csv.zip").write_bytes(data)
    assert lossctl("eval", "a.csv.zip", "-l", "mse").err == "lossctl: error: a.csv.zip: the member is encrypted\n"
    data = bytearray(zipped(**{"a.csv": CSV}))
    data[data.find(b"PK\1\2") + 16] ^= 1  # its checksum
    Path("a.csv.zip").write_bytes(data)
    assert lossctl("eval", "a.csv.zip", "-l", "mse").err == "lossctl: error: a.csv.zip: damaged: Bad CRC-32 for file 'a.csv'\n"


@pytest.mark.parametrize(
    ("first", "hint"),
    [
        ("# made by x", "if it is a comment: --table 'comment=#'"),
        ("<!DOCTYPE html>", "this looks like a page of HTML or XML, which is no table; save the table in it as CSV"),
    ],
)
def test_a_first_line_that_is_no_header_is_told(lossctl: Command, first: str, hint: str) -> None:
    Path("p.csv").write_text(f"{first}\npred,y\n1,3\n")
    done = lossctl("eval", "p.csv", "-l", "mse")
    assert (done.code, done.err.splitlines()[1]) == (3, f"hint: {hint}")
    if first.startswith("#"):
        assert lossctl("eval", "p.csv", "-l", "mse", "-b", "--table", "comment=#").value == 4


def test_a_prediction_file_that_is_not_there_is_no_column(lossctl: Command) -> None:
    done = lossctl("eval", "val/p", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: val/p: cannot be read: no such file\n")


def test_a_file_that_is_typed_as_a_column_is_named(lossctl: Command) -> None:
    Path("p.csv").write_text("pred\n1\n3\n")
    Path("labels.test").write_text("y\n1\n1\n")
    done = lossctl("eval", "p.csv", "-t", "labels.test", "-l", "mse")
    assert (done.code, done.err.splitlines()[1]) == (3, "hint: if it is the file that is meant: -t file:labels.test")
    assert lossctl("eval", "p.csv", "-t", "file:labels.test", "-l", "mse", "-b").value == 2
    Path("p.csv").write_text("pred,val/y\n1,0\n3,0\n")
    done = lossctl("eval", "p.csv", "-t", "val/y", "-l", "mse")
    message = "lossctl: error: val/y: cannot be read: no such file\nhint: a column that is called so: col:val/y\n"
    assert (done.code, done.err) == (3, message)
    assert lossctl("eval", "p.csv", "-t", "col:val/y", "-l", "mse", "-b").value == 5
    Path("p.csv").write_text("pred,truth.csv\n1,0\n3,0\n")
    done = lossctl("eval", "p.csv", "-t", "truth.csv", "-l", "mse")
    message = "lossctl: error: truth.csv: cannot be read: no such file\nhint: a column that is called so: col:truth.csv\n"
    assert (done.code, done.err) == (3, message)
    assert lossctl("eval", "p.csv", "-t", "col:truth.csv", "-l", "mse", "-b").value == 5
    assert "hint" not in lossctl("eval", "p.csv", "-t", "truth.tsv", "-l", "mse").err


def test_white_space_between_cells_is_hinted_at(lossctl: Command) -> None:
    Path("a.out").write_text("y pred\n1 2\n3 7\n")
    done = lossctl("eval", "a.out", "-l", "mae")
    assert (done.code, done.err.splitlines()[1]) == (3, "hint: if blanks are between cells: --input-format txt")
    assert lossctl("eval", "a.out", "-l", "mae", "--input-format", "txt", "-b").value == 2.5
    Path("t.csv").write_text("y,x\n1,1\n3,3\n")
    Path("a.out").write_text("pred n\n2 0\n7 0\n")
    done = lossctl("eval", "t.csv", "-p", "file:a.out:pred", "-l", "mae")
    assert (done.code, done.err.splitlines()[1]) == (3, "hint: if blanks are between cells: --table a.out:format=txt")
    assert lossctl("eval", "t.csv", "-p", "file:a.out:pred", "-l", "mae", "--table", "a.out:format=txt", "-b").value == 2.5


@pytest.mark.parametrize("name", ["truth", "t.test"])
def test_a_column_of_a_file_or_directory_without_extension_is_named_with_file(name: str, lossctl: Command) -> None:
    Path("p.csv").write_text("pred\n1\n3\n")
    path = Path(name)
    if name == "truth":
        path.mkdir()
        path /= "part.csv"
    path.write_text("y,z\n1,9\n1,9\n")
    done = lossctl("eval", "p.csv", "-t", f"{name}:y", "-l", "mse")
    assert (done.code, done.err.splitlines()[1]) == (3, f"hint: if it is the file that is meant: -t file:{name}:y")
    assert lossctl("eval", "p.csv", "-t", f"file:{name}:y", "-l", "mse", "-b").value == 2
