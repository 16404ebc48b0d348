"""What other programs write, each with the command line that reads it and the value that must come out."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.strangers import writers
from tests.strangers.data import CE, MSE, MSE_BUT_SECOND

POLARS = Path(__file__).parent / "strangers" / "polars"


def polars() -> None:
    shutil.copytree(POLARS, os.curdir, dirs_exist_ok=True)


CASES: list[tuple[Callable[[], None], str, float]] = [
    (writers.pandas_csv, "pandas.csv -p y_pred -t y_true -l mse", MSE),
    (writers.pandas_csv, "pandas.csv -p prob -t label -l ce --positive dog", CE),
    (writers.pandas_csv_with_index, "pandas_index.csv -p y_pred -t y_true -l mse", MSE),
    (writers.pandas_csv_with_strange_index, "pandas_floats.csv.gz -p y_pred -t y_true -l mse", MSE),
    (writers.pandas_nullable, "nullable.csv -p y_pred -t y_true -l mse --nan drop", MSE_BUT_SECOND),
    (writers.pandas_nullable, "nullable.csv -p prob -t is_dog -l ce", CE),
    (writers.pandas_nullable, "nullable.parquet -p y_pred -t y_true -l mse --nan drop", MSE_BUT_SECOND),
    (writers.pandas_nullable, "nullable.parquet -p prob -t is_dog -l ce", CE),
    (writers.pandas_nullable, "nullable.jsonl -p y_pred -t y_true -l mse --nan drop", MSE_BUT_SECOND),
    (writers.pandas_nullable, "nullable.jsonl -p prob -t is_dog -l ce", CE),
    (writers.pandas_categorical, "categorical.parquet -p prob -t label --positive dog -l ce", CE),
    (writers.pandas_categorical, "categorical.feather -p y_pred -t y_true -l mse", MSE),
    (writers.pandas_categorical, "categorical.feather -p prob -t label --classes cat,dog -l ce", CE),
    (writers.pandas_one_column_each, "pred.parquet -t true.csv -l mse", MSE),
    (writers.scikit_probabilities, "proba.csv -t labels.csv -l ce", CE),
    (writers.numpy_savetxt, "savetxt.txt --no-header -t 1 -p 2 -l mse", MSE),
    (writers.numpy_savetxt, "savetxt_header.txt -l mse", MSE),
    (writers.numpy_savetxt, "savetxt.csv -l mse", MSE),
    (writers.numpy_savetxt, "savetxt.tsv.bz2 -l mse", MSE),
    (writers.numpy_arrays, "pred.npy -t true.npy -l mse", MSE),
    (writers.numpy_arrays, "both.npz -l mse", MSE),
    (writers.csv_writer, "writer_minimal.csv -p y_pred -t y_true -l mse", MSE),
    (writers.csv_writer, "writer_all.csv -p y_pred -t y_true -l mse", MSE),
    (writers.csv_writer, "writer_words.csv -p prob -t label --positive dog -l ce", CE),
    (writers.csv_writer, "writer_dialect.tsv -p y_pred -t y_true -l mse", MSE),
    (writers.arrow_types, "types.parquet -p y_pred -t y_true -l mse", MSE),
    (writers.arrow_types, "types.parquet -p probs -t word --classes cat,dog -l ce", CE),
    (writers.arrow_types, "types.parquet -p prob -t label --positive dog -l ce", CE),
    (writers.arrow_types, "types.feather -p y_pred -t y_true -l mse", MSE),
    (writers.arrow_types, "types.feather -p prob -t label --positive dog -l ce", CE),
    (writers.arrow_types, "types.csv -p prob -t word --positive dog -l ce", CE),
    (writers.excel, "excel.csv --delimiter ';' --decimal , -p y_pred -t y_true -l mse", MSE),
    (writers.excel, "excel.csv --delimiter ';' --decimal , -p prob -t label --positive dog -l ce", CE),
    (writers.excel, "excel_unicode.txt --encoding utf-16 --delimiter tab --decimal , -p y_pred -t y_true -l mse", MSE),
    (writers.r_write_csv, "r.csv -p y_pred -t y_true -l mse --nan drop", MSE_BUT_SECOND),
    (writers.r_write_csv, "r.csv -p prob -t is_dog -l ce", CE),
    (writers.r_write_csv, "r.csv -p prob -t label --positive dog -l ce", CE),
    (writers.spark, "spark_csv -p y_pred -t y_true -l mse", MSE),
    (writers.spark, "spark_json --input-format jsonl -p y_pred -t y_true -l mse", MSE),
    (writers.spark, "spark.parquet -p y_pred -t y_true -l mse", MSE),
    (writers.spark, "-p spark.parquet:y_pred -t spark_csv/:y_true -l mse", MSE),
    (writers.hugging_face, "data-00000-of-00001.arrow -l mse", MSE),
    (writers.lightgbm, "-p LightGBM_predict_result.txt:1 -t data.txt:1 --no-header -l mse", MSE),
    (writers.json_log, "samples.jsonl -p y_pred -t y_true -l mse", MSE),
    (writers.json_log, "samples.jsonl -p probs -t label --classes cat,dog -l ce", CE),
    *[
        (polars, f"{name} {arguments}", value)
        for name in ("frame.parquet", "frame.arrow", "stream.arrow", "frame.ndjson", "frame.csv")
        for arguments, value in (
            ("-p y_pred -t y_true -l mse", MSE),
            ("-p prob -t label --positive dog -l ce", CE),
            ("-p prob -t is_dog -l ce", CE),
            *([] if name.endswith(".csv") else [("-p probs -t is_dog -l ce", CE), ("-p probs_list -t is_dog -l ce", CE)]),
        )
    ],
]


@pytest.mark.parametrize(("write", "arguments", "value"), CASES, ids=[f"{one[0].__name__}: {one[1]}" for one in CASES])
def test_a_stranger_is_read_rightly(lossctl: Command, write: Callable[[], None], arguments: str, value: float) -> None:
    write()
    done = lossctl("eval", *shlex.split(arguments), "-b", "-q")
    assert done.err == ""
    assert done.value == pytest.approx(value, rel=1e-15)


def test_rows_with_names_under_a_header_without_one_are_no_column_s(lossctl: Command) -> None:
    """R's write.table with its defaults: read from its neighbour, every column would be another."""
    writers.r_write_table()
    done = lossctl("eval", "r.txt", "-p", "y_pred", "-t", "y_true", "-l", "mse", "-b")
    assert done.value == pytest.approx(MSE, rel=1e-15)
