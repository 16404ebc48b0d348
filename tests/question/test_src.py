"""The SRC grammar: which file and which column a text names, by its syntax alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossctl.question.src import looks_like_a_column, read_pred, read_src
from tests.conftest import Command

# fmt: off
COLUMNS = ["yhat", "1", "p_*", "p0..p9", "p0..", "2..4", "cat,dog", "a b", "labels.test", "x:y", "out.logits", "é"]
FILES = [
    "truth.csv", "truth.CSV", "truth.tsv", "truth.txt", "labels.npy", "arrays.npz", "a.parquet", "a.arrow", "a.feather",
    "a.jsonl", "a.ndjson", "truth.csv.gz", "truth.tsv.zst", "truth.csv.bz2", "truth.csv.xz", "dir/truth.csv", "./x.csv",
    "../x.npy", "folder/", "val/pred", "/dev/fd/63", "./labels.test",
    "a b.csv", "-", "model.pt", "s3://bucket/truth.csv", "s3://bucket/folder/", "gs://bucket/truth.parquet",
    "s3://b/t.csv?region=eu-west-1", "s3://b/t.csv?endpoint_override=http://127.0.0.1:9000",
]
# fmt: on
PAIRS = [
    ("truth.csv:y", "truth.csv", "y"),
    ("arrays.npz:key", "arrays.npz", "key"),
    ("truth.csv:1", "truth.csv", "1"),
    ("truth.csv:p_*", "truth.csv", "p_*"),
    ("truth.csv:2..4", "truth.csv", "2..4"),
    ("truth.CSV.GZ:y", "truth.CSV.GZ", "y"),
    ("dir/truth.csv:a b", "dir/truth.csv", "a b"),
    ("a:b.csv:y", "a:b.csv", "y"),
    ("a.csv:b.csv", "a.csv", "b.csv"),
    ("a.csv:b.csv:y", "a.csv:b.csv", "y"),  # the last `:` behind an extension splits
    ("a.csv:x:y", "a.csv", "x:y"),
    ("-:y", "-", "y"),
    ("folder/:y", "folder/", "y"),
    ("s3://bucket/truth.csv:y", "s3://bucket/truth.csv", "y"),
    ("s3://b/t.csv?region=eu-west-1:y", "s3://b/t.csv?region=eu-west-1", "y"),
    ("s3://b/t.csv?endpoint_override=http://127.0.0.1:9000:y", "s3://b/t.csv?endpoint_override=http://127.0.0.1:9000", "y"),
    ("s3://bucket/folder/:y", "s3://bucket/folder/", "y"),
]


@pytest.mark.parametrize("text", COLUMNS)
def test_a_text_that_looks_like_no_file_is_a_column(text: str) -> None:
    src = read_src(text)
    assert (src.text, src.file, src.column, src.forced) == (text, None, text, False)


@pytest.mark.parametrize("text", FILES)
def test_an_extension_a_slash_at_the_end_a_url_or_standard_input_is_a_file(text: str) -> None:
    src = read_src(text)
    assert (src.text, src.file, src.column) == (text, text, None)


@pytest.mark.parametrize(("text", "file", "column"), PAIRS)
def test_a_colon_behind_a_file_names_its_column(text: str, file: str, column: str) -> None:
    src = read_src(text)
    assert (src.text, src.file, src.column, src.forced) == (text, file, column, False)


@pytest.mark.parametrize(("text", "file"), [("col:truth.csv", None), ("t.csv:col:truth.csv", "t.csv"), ("col:a.csv:y", None)])
def test_col_forces_a_column_whatever_it_looks_like(text: str, file: str | None) -> None:
    src = read_src(text)
    assert (src.file, src.column, src.forced) == (file, text.partition("col:")[2], True)


@pytest.mark.parametrize("text", [*COLUMNS, *FILES])
def test_a_prediction_argument_is_a_file_whatever_its_name(text: str) -> None:
    assert (read_pred(text).file, read_pred(text).column) == (text, None)


words = st.text(st.characters(exclude_characters=":?\0", exclude_categories=["Cs"]), min_size=1).filter(
    lambda text: text != "col"
)


@given(words, st.sampled_from([".csv", ".npz", ".parquet", ".tsv.gz"]), words)
def test_any_name_with_an_extension_is_split_from_any_column(name: str, ending: str, column: str) -> None:
    src = read_src(f"{name}{ending}:{column}")
    assert (src.file, src.column) == (name + ending, column)


def test_what_lies_on_the_disk_decides_nothing(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred,other\n1,2,4\n")
    before = lossctl("eval", "a.csv", "-t", "other", "-l", "mse", "-b", "-q")
    Path("other").write_text("y\n9\n")
    assert lossctl("eval", "a.csv", "-t", "other", "-l", "mse", "-b", "-q") == before
    assert before.value == 4


def test_another_file_of_another_value_is_read_where_it_is_named(lossctl: Command) -> None:
    Path("a.csv").write_text("y,y_pred\n1,2\n")
    Path("b.csv").write_text("x,y,y_true\n8,5,7\n")
    assert lossctl("eval", "a.csv", "-l", "mse", "-b").value == 1
    assert lossctl("eval", "a.csv", "-t", "b.csv:y", "-l", "mse", "-b").value == 9
    assert lossctl("eval", "a.csv", "-t", "b.csv:1", "-l", "mse", "-b").value == 36
    assert lossctl("eval", "a.csv", "-t", "b.csv:x", "-l", "mse", "-b").value == 36


def test_a_path_that_begins_with_a_folder_is_no_header() -> None:
    found = {text: looks_like_a_column(read_src(text)) for text in ("val/pred", "/val/pred", "./val", "val/pred.csv", "val/")}
    assert found == {"val/pred": True, "/val/pred": False, "./val": False, "val/pred.csv": False, "val/": False}
