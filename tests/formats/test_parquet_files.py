"""Parquet files as such: empty, damaged, large, and what reading them imports."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import Command
from tests.formats.test_parquet import write
from tests.processes import measured, python

pytestmark = pytest.mark.slow
RANDOM = np.random.default_rng(11)


def test_no_rows_and_no_such_column(lossctl: Command) -> None:
    write("a.parquet", {"y_true": pa.array([], pa.float64()), "y_pred": pa.array([], pa.float64())})
    done = lossctl("eval", "a.parquet", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: a.parquet: no rows\n")
    done = lossctl("eval", "a.parquet", "-p", "Y_PRED", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: a.parquet: column 'Y_PRED' not found; nearest: y_pred\n")


def test_different_lengths_are_said_before_anything_is_read(lossctl: Command) -> None:
    write("p.parquet", {"y_pred": [1.0, 2.0]})
    write("t.parquet", {"y_true": [1.0, 2.0, 3.0]})
    done = lossctl("eval", "p.parquet", "-t", "t.parquet", "-l", "mse")
    assert done.code == 3
    assert done.err == ("lossctl: error: p.parquet and t.parquet: different lengths: pred has 2 rows, target has 3 rows\n")


def test_what_is_no_parquet_file_is_said(lossctl: Command) -> None:
    Path("a.parquet").write_bytes(b"y_true,y_pred\n1,2\n")
    done = lossctl("eval", "a.parquet", "-l", "mse")
    assert done.code == 3
    assert done.err.startswith("lossctl: error: a.parquet: not a valid Parquet file: ")
    whole = Path(write("b.parquet", {"y_true": [1.0, 2], "y_pred": [1.0, 2]})).read_bytes()
    Path("b.parquet").write_bytes(whole[:-20])
    assert lossctl("eval", "b.parquet", "-l", "mse").err.startswith("lossctl: error: b.parquet: not a valid Parquet file: ")


def test_a_flipped_bit_never_changes_a_number(tmp_path: Path) -> None:
    """In a process of its own: a crash would be seen."""
    program = """
import sys, numpy as np, lossctl
data = open("a.parquet", "rb").read()
expected = lossctl.evaluate("a.parquet", None, "mse").value
refused = 0
for place in np.random.default_rng(1).integers(0, len(data), 400).tolist():
    for jobs in ("1",):
        open("b.parquet", "wb").write(data[:place] + bytes([data[place] ^ 4]) + data[place + 1:])
        try:
            assert lossctl.evaluate("b.parquet", None, "mse").value == expected, place
        except lossctl.LossctlError as error:
            assert "b.parquet" in str(error) and error.exit_code == 3, error
            refused += 1
print(refused)
"""
    values = RANDOM.normal(size=(2, 3_000))
    table = pa.table({"y_true": values[0], "y_pred": values[1]})
    pq.write_table(table, tmp_path / "a.parquet", write_page_checksum=True, compression="none", use_dictionary=False)
    done = python(program, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 300


def test_large_row_groups_are_read_in_batches(lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    target, pred = RANDOM.normal(size=(2, 50_000))
    write("a.parquet", {"y_true": target, "y_pred": pred}, row_group_size=20_000)
    whole = lossctl("eval", "a.parquet", "-l", "mse", "-b").out
    monkeypatch.setattr("lossctl.formats.arrow.parquet._GROUP_LIMIT", 1_000)
    monkeypatch.setattr("lossctl.formats.numpy.npy_layout._PIECE_BYTES", 48_000)
    assert lossctl("eval", "a.parquet", "-l", "mse", "-b").out == whole
    target[-1] = math.nan
    write("a.parquet", {"y_true": target, "y_pred": pred}, row_group_size=20_000)
    done = lossctl("eval", "a.parquet", "-l", "mse", "-b")
    assert done.err.startswith("lossctl: error: a.parquet row 49999, column 'y_true': a value is missing")


def test_rows_that_pack_a_thousandfold_need_no_more_memory(tmp_path: Path) -> None:
    """80 million rows in one row group of less than a megabyte would be 1.2 GB as numbers."""
    rows = 80_000_000
    constant = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int8)), pa.array([1.5]))
    pq.write_table(pa.table({"y_true": constant, "y_pred": constant}), tmp_path / "a.parquet", row_group_size=rows)
    assert (tmp_path / "a.parquet").stat().st_size < 2_000_000
    value, kilobytes = measured("eval a.parquet -l mse -b -q", tmp_path)
    assert value == "0"
    assert kilobytes < 400_000


def test_an_index_of_pandas_is_not_mistaken_for_the_only_column(lossctl: Command) -> None:
    import pandas as pd

    pd.DataFrame({"a": [1.0, 2.0]}, index=[7, 9]).to_parquet("t.parquet")
    pd.DataFrame({"y_pred": [1.0, 4.0]}, index=["u", "v"]).to_parquet("p.parquet")
    assert lossctl("eval", "p.parquet", "-t", "t.parquet", "-l", "mse", "-b", "--in-order").value == 2
    done = lossctl("eval", "p.parquet", "-t", "t.parquet", "-l", "mse", "-b")
    assert (done.code, "--id __index_level_0__; if they belong together all the same: --in-order" in done.err) == (3, True)


def test_pandas_is_not_imported(tmp_path: Path) -> None:
    write(
        str(tmp_path / "a.parquet"),
        {"y_true": [1, None], "y_pred": pa.array(["a", "b"]), "e": [[1.0], [2.0]], "l": [True, False]},
    )
    program = (
        "import sys; from lossctl.cli import run; "
        "run(['eval', 'a.parquet', '-p', 'e', '-t', 'y_true', '--by', 'y_pred,l', '-l', 'mse', '-b', '-q', '--nan', 'drop']);"
        "print([name for name in ('pandas', 'pyarrow.dataset') if name in sys.modules])"
    )
    done = python(program, tmp_path)
    assert done.stdout == "0\n0\n[]\n"
