"""Compressed tables: the same bits as the plain file, and words for data that are cut short or damaged."""

from __future__ import annotations

import bz2
import gzip
import lzma
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tests.conftest import Command

pytestmark = pytest.mark.slow


def zstd(data: bytes) -> bytes:
    return bytes(pa.compress(data, "zstd"))


PACK: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstd}
NAMES = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}


def table(rows: int, delimiter: str = ",") -> bytes:
    numbers = np.random.default_rng(3).normal(size=(rows, 2))
    lines = [delimiter.join(("y_true", "y_pred")), *(delimiter.join(map(repr, row)) for row in numbers.tolist())]
    return ("\n".join(lines) + "\n").encode()


@pytest.fixture(params=PACK)
def ending(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(("extension", "delimiter"), [(".csv", ","), (".tsv", "\t"), (".txt", " ")])
def test_a_compressed_table_gives_the_bits_of_the_plain_one(
    lossctl: Command, ending: str, extension: str, delimiter: str
) -> None:
    data = table(15_000, delimiter)
    Path(f"a{extension}").write_bytes(data)
    Path(f"a{extension}{ending}").write_bytes(PACK[ending](data))
    Path(f"A{extension}{ending}".upper()).write_bytes(PACK[ending](data))
    plain = lossctl("eval", f"a{extension}", "-l", "mse", "-b").out
    assert lossctl("eval", f"a{extension}{ending}", "-l", "mse", "-b").out == plain
    assert lossctl("eval", f"A{extension}{ending}".upper(), "-l", "mse", "-b").out == plain


def test_members_one_after_the_other_are_read(lossctl: Command, ending: str) -> None:
    data = table(60_000)
    cut = data.index(b"\n", len(data) // 2) + 1
    Path("a.csv").write_bytes(data)
    Path(f"a.csv{ending}").write_bytes(PACK[ending](data[:cut]) + PACK[ending](data[cut:]))
    assert lossctl("eval", f"a.csv{ending}", "-l", "mse", "-b").out == lossctl("eval", "a.csv", "-l", "mse", "-b").out


def test_data_cut_short_are_refused_wherever_the_cut_is(lossctl: Command, ending: str) -> None:
    packed = PACK[ending](table(2_000))
    for length in (0, 3, len(packed) // 2, len(packed) - 5, len(packed) - 1):
        Path(f"a.csv{ending}").write_bytes(packed[:length])
        done = lossctl("eval", f"a.csv{ending}", "-l", "mse", "-b")
        assert (done.code, done.err) == (3, f"lossctl: error: a.csv{ending}: compressed data ends early\n")


def test_a_second_member_cut_short_is_refused(lossctl: Command, ending: str) -> None:
    packed = PACK[ending](table(2_000))
    Path(f"a.csv{ending}").write_bytes(packed + PACK[ending](b"1,2\n" * 900)[:-4])
    done = lossctl("eval", f"a.csv{ending}", "-l", "mse", "-b")
    assert (done.code, done.err) == (3, f"lossctl: error: a.csv{ending}: compressed data ends early\n")


def test_what_follows_the_data_is_not_dropped_without_a_word(lossctl: Command, ending: str) -> None:
    Path(f"a.csv{ending}").write_bytes(PACK[ending](table(2_000)) + b"1,2\n3,4\n5,6\n")
    done = lossctl("eval", f"a.csv{ending}", "-l", "mse", "-b")
    assert done.code == 3
    assert done.err.startswith(f"lossctl: error: a.csv{ending}: not {NAMES[ending]} data, or damaged: ")


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz"])  # Arrow writes zstd frames without a checksum
def test_a_damaged_file_is_refused_or_gives_the_same_bits(lossctl: Command, ending: str) -> None:
    data = table(2_000)
    packed = PACK[ending](data)
    Path("a.csv").write_bytes(data)
    plain = lossctl("eval", "a.csv", "-l", "mse", "-b").out
    refused = 0
    for place in np.random.default_rng(5).integers(0, len(packed), 40).tolist():
        Path(f"a.csv{ending}").write_bytes(packed[:place] + bytes([packed[place] ^ 0x10]) + packed[place + 1 :])
        done = lossctl("eval", f"a.csv{ending}", "-l", "mse", "-b")
        assert (done.code, done.out) == (0, plain) or done.code == 3
        refused += done.code == 3
    assert refused > 20


def test_data_that_are_not_compressed_are_refused(lossctl: Command) -> None:
    Path("a.csv.gz").write_bytes(table(3))
    done = lossctl("eval", "a.csv.gz", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: a.csv.gz: not gzip data, or damaged: incorrect header check\n")


def test_a_compressed_file_under_a_plain_name_says_how_its_name_must_end(lossctl: Command, ending: str) -> None:
    Path("a.csv").write_bytes(PACK[ending](table(2_000)))
    done = lossctl("eval", "a.csv", "-l", "mse")
    assert done.code == 3
    assert done.err.startswith("lossctl: error: a.csv: not UTF-8 at byte ")
    assert done.err.endswith(
        "\nhint: it looks compressed; compressed tables are read when their names end in .gz, .zst, .bz2 or .xz\n"
    )


def test_zeros_that_fill_up_a_gzip_file_are_no_data(lossctl: Command) -> None:
    Path("a.csv.gz").write_bytes(gzip.compress(b"y_true,y_pred\n1,2\n") + bytes(1000))
    assert lossctl("eval", "a.csv.gz", "-l", "mse", "-b").value == 1


def test_the_column_of_a_compressed_file_is_named_after_the_last_ending(lossctl: Command) -> None:
    Path("p.csv").write_text("y_pred,y\n1,100\n")
    Path("truth.csv.GZ").write_bytes(gzip.compress(b"y,z\n3,50\n"))
    assert lossctl("eval", "p.csv", "-t", "truth.csv.GZ:y", "-l", "mae", "-b").value == 2
    assert lossctl("eval", "p.csv", "-t", "truth.csv.GZ:z", "-l", "mae", "-b").value == 49


def test_another_name_is_unpacked_and_read_by_its_first_bytes_or_input_format(lossctl: Command) -> None:
    Path("export.gz").write_bytes(gzip.compress(b"y_true,y_pred\n1,3\n"))
    assert lossctl("eval", "export.gz", "--input-format", "csv", "-l", "mse", "-b").value == 4
    assert lossctl("eval", "export.gz", "-l", "mse", "-b").value == 4


def test_line_numbers_are_those_of_the_plain_file(lossctl: Command, ending: str) -> None:
    Path(f"a.csv{ending}").write_bytes(PACK[ending](table(30_000) + b"1,x\n"))
    done = lossctl("eval", f"a.csv{ending}", "-l", "mse")
    assert (done.code, done.err) == (3, f"lossctl: error: a.csv{ending} line 30002, column 'y_pred': 'x' is not a number\n")


def bomb(path: Path, piece: bytes, times: int) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"y_true,y_pred\n" + piece[:1])
        for _ in range(times):
            file.write(piece[1:])


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        (b"1" * 2**20, "bomb.csv.gz line 2: the line is longer than 64 MiB"),
        (b"\n" * 2**20, "bomb.csv.gz line 2: more than 64 MiB of empty lines in a row"),
        (b'"' + b"1\n" * 2**19, "bomb.csv.gz line 2: a quote is opened and not closed within 16 MiB"),
    ],
)
def test_a_bomb_meets_the_limit_in_bounded_memory(tmp_path: Path, piece: bytes, said: str) -> None:
    bomb(tmp_path / "bomb.csv.gz", piece, 600)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))

    command = [sys.executable, "-m", "lossctl", "eval", "bomb.csv.gz", "-l", "mse", "-j", "1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert (done.returncode, done.stderr) == (3, f"lossctl: error: {said}\n")
