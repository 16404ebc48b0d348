"""Files that are read as text and are none: what they are, and what is read."""

from __future__ import annotations

import io
import pickle
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Command

READ = "\nhint: the formats that are read are npy, npz, csv, tsv, txt, jsonl, json, parquet, arrow\n"


def npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array([1.0, 2.0]))
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.xyz"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "not UTF-8 at byte 0, and no text: byte 8 is 0x00; it begins as a PNG picture does"),
        (b"%PDF-1.4\n%\xe2\xe3\x01", "not UTF-8 at byte 10, and no text: byte 12 is 0x01; it begins as a PDF document does"),
        (b"SQLite format 3\0\xff", "not UTF-8 at byte 16, and no text: byte 15 is 0x00; it begins as a SQLite database does"),
        (b"y,pred\n1,\xff\n\x07", "not UTF-8 at byte 9, and no text: byte 11 is 0x07"),
    ],
)
def test_what_is_no_text_is_told_from_text_in_another_encoding(lossctl: Command, name: str, data: bytes, said: str) -> None:
    Path(name).write_bytes(data)
    done = lossctl("eval", name, "-l", "mse")
    assert (done.code, done.err) == (3, f"lossctl: error: {name}: {said}{READ}")


def test_a_file_of_a_format_that_is_read_says_how_its_name_must_end(lossctl: Command) -> None:
    Path("a.csv").write_bytes(npy())
    done = lossctl("eval", "a.csv", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.csv: not UTF-8 at byte 0, and no text: byte 6 is 0x01\n"
        "hint: it begins as npy does; such files are read when their names end in .npy\n",
    )
    Path("a.csv").rename("a.npy")
    assert lossctl("eval", "a.npy", "-t", "a.npy", "-l", "mse", "-b").value == 0
    Path("b.csv").write_bytes(pickle.dumps([1.5]))
    assert lossctl("eval", "b.csv", "-l", "mse").err == (
        "lossctl: error: b.csv: a pickle, which lossctl never unpickles\n"
        "hint: convert it where you trust it: numpy.save('preds.npy', pandas.read_pickle('preds.pkl'))\n"
    )


@pytest.mark.parametrize(
    ("encoding", "byte", "meant"),
    [
        ("utf-16-le", 28, "it looks like UTF-16: --encoding utf-16-le"),
        ("utf-16-be", 29, "it looks like UTF-16: --encoding utf-16-be"),
        ("latin-1", 14, "name its encoding: --encoding latin-1"),
    ],
)
def test_text_in_another_encoding_is_read_as_the_hint_says(lossctl: Command, encoding: str, byte: int, meant: str) -> None:
    Path("a.csv").write_bytes("y_true,y_pred,\u00e9\n1,3,\u00e9\n".encode(encoding))
    done = lossctl("eval", "a.csv", "-l", "mse")
    assert (done.code, done.err) == (3, f"lossctl: error: a.csv: not UTF-8 at byte {byte}\nhint: {meant}\n")
    assert lossctl("eval", "a.csv", "-l", "mse", "-b", *meant.partition(": ")[2].split()).value == 4


def test_no_text_far_behind_the_beginning_is_said_with_its_byte(lossctl: Command) -> None:
    head = b"y_true,y_pred\n" + b"1,2\n" * 1_500_000
    Path("a.csv").write_bytes(head + b"\0\xff,1\n")
    done = lossctl("eval", "a.csv", "-l", "mse")
    place = f"not UTF-8 at byte {len(head) + 1}, and no text: byte {len(head)} is 0x00"
    assert (done.code, done.err) == (3, f"lossctl: error: a.csv: {place}\n")
