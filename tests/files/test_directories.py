"""A directory is its files in name order, as one dataset; what cannot be one is refused."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from lossctl.files.sources import Source
from lossctl.formats.catalogue import Format
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.text.text_table import TextTable
from tests.conftest import Command, write


def test_the_files_are_shards_in_name_order(lossctl: Command) -> None:
    write("d/part-2.csv", "p\n3\n")
    write("d/part-10.csv", "p\n5\n4\n")
    write("d/part-0.csv", "p\n1\n")
    write("t.csv", "y\n1\n5\n6\n3\n")  # by number, not name, they would be 1, 3, 5, 4
    for name in ("d", "d/"):
        done = lossctl("eval", name, "-t", "t.csv", "-l", "mse", "-b")
        assert (done.value, done.err) == (1, f"lossctl: {name}: pred {'p'}, target t.csv:y; 4 rows used\n")


def test_hidden_files_and_marks_of_success_are_passed_over(lossctl: Command) -> None:
    write("d/a.csv", "y_true,y_pred\n1,2\n")
    for name in ("_SUCCESS", "_metadata", ".a.csv.crc", ".hidden.npy"):
        write(f"d/{name}", "")
    (Path("d") / "_temporary").mkdir()
    assert lossctl("eval", "d", "-l", "mse", "-b").value == 1


def test_a_directory_is_one_run_and_the_order_of_columns_may_differ_by_file(lossctl: Command) -> None:
    write("d/a.csv", "y_true,y_pred\n1,2\n")
    write("d/b.csv", "y_pred,x,y_true\n6,0,3\n")
    write("other.csv", "y_true,y_pred\n1,1\n")
    done = lossctl("eval", "d", "other.csv", "-l", "mse", "-b")
    assert done.out == "5\n0\n"


def test_a_role_may_be_a_directory_with_a_column(lossctl: Command) -> None:
    np.save("p.npy", np.array([1.0, 2, 3]))
    Path("truth.parquet").mkdir()
    pq.write_table(pa.table({"y": [1.0, 2], "z": [9.0, 9]}), "truth.parquet/part-0.parquet")
    pq.write_table(pa.table({"z": [9.0], "y": [6.0]}), "truth.parquet/part-1.parquet")
    for source in ("truth.parquet:y", "truth.parquet/:y"):
        assert lossctl("eval", "p.npy", "-t", source, "-l", "mse", "-b").value == 3
    assert lossctl("eval", "p.npy", "-t", "truth.parquet/:z", "-l", "mae", "-b").value == 7


def test_keys_may_be_named_in_a_directory(lossctl: Command) -> None:
    write("p.csv", "id,y_pred\na,1\nb,2\nc,3\n")
    write("t/x.csv", "key,y_true\nc,3\n")
    write("t/y.csv", "key,y_true\nb,2\na,1\n")
    assert lossctl("eval", "p.csv", "-t", "t/:y_true", "--id", "id", "--id", "t/:key", "-l", "mse", "-b").value == 0


def test_the_files_that_a_glob_of_a_role_finds_are_its_shards_in_name_order(lossctl: Command) -> None:
    write("p.csv", "id,y_pred,w\na,1,1\nb,2,1\nc,3,0\n")
    write("t/x.csv", "id,y_true,z\nc,3,9\n")
    write("t/y.csv", "id,y_true,z\nb,4,9\na,1,9\n")
    np.save("q-1.npy", np.array([3.0]))
    np.save("q-2.npy", np.array([2.0, 3]))
    by_key = ("--id", "id", "-l", "mae", "-b", "-q")
    assert lossctl("eval", "p.csv", "-t", "t/*.csv", *by_key).value == 2 / 3
    assert lossctl("eval", "p.csv", "-t", "t/*.csv:z", *by_key).value == 7
    assert lossctl("eval", "p.csv", "-t", "t/[xy].csv", "-w", "p*.csv:w", *by_key).value == 1
    done = lossctl("eval", "-p", "q-?.npy", "-t", "t/*.csv", "-l", "mae", "-f", "tsv")
    assert done.out.splitlines()[1].split("\t")[:3] == ["q-?.npy", "mae", str(4 / 3)]
    done = lossctl("eval", "p.csv", "-t", "gone/*.csv", "-l", "mae")
    assert (done.code, done.err) == (2, "lossctl: error: 'gone/*.csv' matches no file\n")
    done = lossctl("eval", "p.csv", "-t", "t/*.csv", *by_key, "-o", "t/z.csv")
    problem = "the output is matched by 't/*.csv', and would be read by the next call"
    assert (done.code, done.err) == (2, f"lossctl: error: t/z.csv: {problem}\n")


def test_a_pattern_of_columns_with_a_slash_that_finds_no_file_is_told_from_a_glob(lossctl: Command) -> None:
    write("p.csv", "y,val/p_0,val/p_1\n1,0,1\n")
    done = lossctl("eval", "p.csv", "-p", "val/p_*", "-l", "ce", "-b")
    hint = "a column that is called so: col:val/p_*"
    assert (done.code, done.err) == (3, f"lossctl: error: val/p_*: cannot be read: no such file\nhint: {hint}\n")


def test_a_file_of_another_format_is_refused(lossctl: Command) -> None:
    write("d/a.csv", "y_true,y_pred\n1,2\n")
    write("d/b.tsv", "y_true\ty_pred\n1\t2\n")
    done = lossctl("eval", "d", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: d: files of different formats in one directory: 'a.csv' and 'b.tsv'\n")


def test_a_table_and_its_compressed_copy_are_not_read_as_two(lossctl: Command) -> None:
    write("d/a.csv", "y_true,y_pred\n1,2\n")
    write("d/a.csv.gz", "")
    done = lossctl("eval", "d", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: d: files of different formats in one directory: 'a.csv' and 'a.csv.gz'\n",
    )


def test_files_without_an_extension_are_read_by_their_bytes(lossctl: Command) -> None:
    write("d/part-0", "y_true,y_pred\n1,2\n")
    write("d/part-1", "y_true,y_pred\n1,4\n")
    assert lossctl("eval", "d", "-l", "mse", "-b").value == 5
    assert lossctl("eval", "d", "-l", "mse", "-b", "--input-format", "csv").value == 5


@pytest.mark.parametrize("name", ["d", "d.csv", "d.parquet"])
def test_an_empty_directory_is_said(lossctl: Command, name: str) -> None:
    Path(name).mkdir()
    (Path(name) / "_SUCCESS").touch()
    done = lossctl("eval", name, "-l", "mse")
    assert (done.code, done.err) == (
        3,
        f"lossctl: error: {name}: the directory has no files (names that begin with _ or . do not count)\n",
    )


def test_directories_in_directories_are_not_dropped_without_a_word(lossctl: Command) -> None:
    write("d/a.csv", "y_true,y_pred\n1,2\n")
    write("d/date=1/b.csv", "y_true,y_pred\n1,2\n")
    done = lossctl("eval", "d", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: d: the directory has another in it, 'date=1'; a dataset is the files of one\n",
    )


def test_a_fault_names_the_file_in_the_directory(lossctl: Command) -> None:
    write("d/a.csv", "y_true,y_pred\n1,2\n")
    write("d/b.csv", "y_true,y_pred\n1,2\n1,x\n")
    done = lossctl("eval", "d", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: d/b.csv line 3, column 'y_pred': 'x' is not a number\n")
    write("d/b.csv", "y_true,yhat\n1,2\n")
    done = lossctl("eval", "d", "-p", "y_pred", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: d/b.csv: column 'y_pred' not found; nearest: y_true\n")


def test_a_link_to_nothing_in_a_directory_is_said(lossctl: Command) -> None:
    write("d/a.csv", "y_true,y_pred\n1,2\n")
    os.symlink("nowhere.csv", "d/b.csv")
    done = lossctl("eval", "d", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: d/b.csv: a link to a file that is not there: 'nowhere.csv'\n")


def test_a_text_that_ends_in_a_slash_is_a_file_by_its_syntax_alone(lossctl: Command) -> None:
    write("a.csv", "y_pred,t/\n1,3\n")
    done = lossctl("eval", "a.csv", "-t", "t/", "-l", "mse")
    hint = "a column that is called so: col:t/"
    assert (done.code, done.err) == (3, f"lossctl: error: t/: cannot be read: no such directory\nhint: {hint}\n")
    assert lossctl("eval", "a.csv", "-t", "col:t/", "-l", "mse", "-b").value == 4


def write_shards(form: str, count: int) -> None:
    """A directory `d` of files of two rows, whose costs by mse are the square of the file's number, and 0."""
    Path("d").mkdir()
    for number in range(count):
        name = f"d/{number:04}.{form}"
        columns = {"y_pred": np.array([number, 1.0]), "y_true": np.array([0.0, 1.0])}
        if form == "npz":
            np.savez(name, **columns)  # type: ignore[arg-type]
        elif form == "csv":
            write(name, f"y_pred,y_true\n{number},0\n1,1\n")
        elif form == "jsonl":
            write(name, f'{{"y_pred": {number}, "y_true": 0}}\n{{"y_pred": 1, "y_true": 1}}\n')
        elif form == "parquet":
            pq.write_table(pa.table(columns), name)
        else:
            feather.write_feather(pa.table(columns), name)


def few_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))


@pytest.mark.slow
@pytest.mark.parametrize("target", ["d/:y_true", "t.csv"])
@pytest.mark.parametrize("form", ["csv", "npz", "jsonl", "parquet", "arrow"])
def test_a_dataset_may_have_more_files_than_a_process_can_open(form: str, target: str, lossctl: Command) -> None:
    write_shards(form, 100)
    Path("t.csv").write_text("y_true\n" + "0\n1\n" * 100)
    command = [sys.executable, "-m", "lossctl", "eval", "d", "-t", target, "-p", "y_pred", "-l", "mse", "-b", "-q"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=few_files)
    assert (done.stdout, done.stderr) == (f"{sum(number**2 for number in range(100)) / 200}\n", "")


def test_arrays_of_many_files_are_read_beside_one(lossctl: Command) -> None:
    Path("d").mkdir()
    for number in range(60):
        np.save(f"d/{number:02}.npy", np.full(20_000 if number < 40 else 3, float(number)))
    np.save("t.npy", np.zeros(40 * 20_000 + 60))
    command = [sys.executable, "-m", "lossctl", "eval", "d", "-t", "t.npy", "-l", "mae", "--reduction", "sum", "-b", "-q"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=few_files)
    assert (done.stdout, done.stderr) == (f"{sum(range(40)) * 20_000 + sum(range(40, 60)) * 3}\n", "")


def test_a_file_of_many_that_changes_before_it_is_read_is_noticed(lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    write_shards("csv", 20)

    def changed(source: Source, form: Format, syntax: TableSyntax) -> TextTable:
        table = TextTable(source, form, syntax)
        if source.path == "d/0019.csv":  # by now all are opened, and closed again
            write("d/0003.csv", "y_true,y_pred\n9,0\n9,0\n")
        return table

    monkeypatch.setattr("lossctl.formats.text.text_table.open_table", changed)
    done = lossctl("eval", "d", "-l", "mse")
    problem = "the file changed while it was read; run again when it is complete"
    assert (done.code, done.out, done.err) == (3, "", f"lossctl: error: d/0003.csv: {problem}\n")


def test_shards_whose_targets_are_all_alike_are_not_said_to_be_models(lossctl: Command) -> None:
    Path("d").mkdir()
    for name in ("a", "b"):
        Path(f"d/{name}.csv").write_text("y,pred\n0,1\n0,2\n")
    done = lossctl("eval", "d", "-l", "mse", "-b")
    assert (done.value, done.err) == (2.5, "lossctl: d: pred pred, target y; 4 rows used\n")
