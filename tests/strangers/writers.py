"""Writers of other programs, each into the working directory under its own name."""

from __future__ import annotations

import csv
import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.parquet as pq

from tests.strangers.data import LABEL, PRED, ROWS, SCORE, TARGET

HEADER = ["y_true", "y_pred", "label", "prob"]


def frame() -> Any:
    return pd.DataFrame(ROWS, columns=HEADER)


def pandas_csv() -> None:
    frame().to_csv("pandas.csv", index=False)


def pandas_csv_with_index() -> None:
    frame().to_csv("pandas_index.csv")


def pandas_csv_with_strange_index() -> None:
    frame().set_index(pd.Index([60.5, 50, 40, 30, 20, 10])).to_csv("pandas_floats.csv.gz")


def pandas_nullable() -> None:
    table = frame().convert_dtypes()
    table["y_pred"] = pd.array([3.0, None, 0.5, 10.0, 7.5, -2.5], dtype="Float32")
    table["is_dog"] = pd.array([label == "dog" for label in LABEL], dtype="boolean")
    table.to_csv("nullable.csv", index=False)
    table.to_parquet("nullable.parquet")
    table.to_json("nullable.jsonl", orient="records", lines=True)


def pandas_categorical() -> None:
    table = frame().astype({"label": "category"})
    table.index = pd.Index([f"id{row}" for row in range(len(table))])
    table.to_parquet("categorical.parquet")
    table.reset_index().to_feather("categorical.feather")


def pandas_one_column_each() -> None:
    frame()[["y_pred"]].set_index(pd.Index(list("fedcba"))).to_parquet("pred.parquet")
    frame()["y_true"].to_csv("true.csv")


def scikit_probabilities() -> None:
    pd.DataFrame(np.stack([1 - np.array(SCORE), SCORE], axis=1)).to_csv("proba.csv", index=False)
    pd.Series([int(label == "dog") for label in LABEL], name="label").to_csv("labels.csv", index=False)


def numpy_savetxt() -> None:
    np.savetxt("savetxt.txt", np.stack([TARGET, PRED], axis=1))
    np.savetxt("savetxt_header.txt", np.stack([TARGET, PRED], axis=1), header="y_true y_pred", comments="")
    np.savetxt("savetxt.csv", np.stack([TARGET, PRED], axis=1), delimiter=",", header="y_true,y_pred", comments="", fmt="%g")
    np.savetxt("savetxt.tsv.bz2", np.stack([TARGET, PRED], axis=1), delimiter="\t", header="y_true\ty_pred", comments="")


def numpy_arrays() -> None:
    np.save("pred.npy", np.array(PRED, np.float32)[:, None])
    np.save("true.npy", np.array(TARGET, ">f8"))
    np.savez_compressed("both.npz", y_pred=np.array(PRED, np.float16), y_true=TARGET)


def csv_writer() -> None:
    dialects: dict[str, Any] = {"minimal": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL, "words": csv.QUOTE_NONNUMERIC}
    for name, quoting in dialects.items():
        with Path(f"writer_{name}.csv").open("w", newline="") as file:
            writer = csv.writer(file, quoting=quoting)
            writer.writerow(["note", *HEADER])
            writer.writerows([f'said "{row}",\nthen', *cells] for row, cells in enumerate(ROWS))
    with Path("writer_dialect.tsv").open("w", newline="") as file:
        csv.writer(file, "excel-tab").writerows([HEADER, *ROWS])


def arrow_types() -> None:
    table = pa.table(
        {
            "y_true": pa.array(np.array(TARGET, np.float16)),
            "y_pred": pa.array([Decimal(repr(value)) for value in PRED], pa.decimal128(10, 4)),
            "label": pa.array(LABEL).dictionary_encode(),
            "word": pa.array(LABEL, pa.large_string()),
            "prob": pa.array(SCORE, pa.float32()),
            "probs": pa.array([[1 - score, score] for score in SCORE], pa.list_(pa.float32())),
        }
    )
    pq.write_table(
        table, "types.parquet", row_group_size=4, compression="zstd", data_page_version="2.0", write_page_checksum=True
    )
    pyarrow.feather.write_feather(table, "types.feather", chunksize=4)
    pyarrow.csv.write_csv(table.select(["label", "prob", "word"]), "types.csv")


def excel() -> None:
    lines = [";".join(HEADER), *(";".join(str(cell).replace(".", ",") for cell in row) for row in ROWS)]
    Path("excel.csv").write_bytes(b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in lines).encode())
    Path("excel_unicode.txt").write_bytes("".join(f"{line}\r\n" for line in lines).replace(";", "\t").encode("utf-16"))


def r_write_csv() -> None:
    cells = [f'"{row}",{t:g},{p:g},"{label}",{s:g},{str(label == "dog").upper()}' for row, (t, p, label, s) in enumerate(ROWS, 1)]
    cells[1] = '"2",-1.25,NA,"cat",0.25,FALSE'
    Path("r.csv").write_text("\n".join(['"","y_true","y_pred","label","prob","is_dog"', *cells]) + "\n")


def r_write_table() -> None:
    cells = [f'"{row}" {t:g} {p:g} "{label}" {s:g}' for row, (t, p, label, s) in enumerate(ROWS, 1)]
    Path("r.txt").write_text("\n".join(['"y_true" "y_pred" "label" "prob"', *cells]) + "\n")


def spark() -> None:
    for name in ("spark_csv", "spark_json", "spark.parquet"):
        Path(name).mkdir()
        Path(name, "_SUCCESS").touch()
    for part in range(3):
        rows = ROWS[2 * part : 2 * part + 2]
        stem = f"part-0000{part}-6f1c2b9e-c000"
        lines = [",".join(HEADER), *(",".join(map(str, row)) for row in rows)]
        Path(f"spark_csv/{stem}.csv.gz").write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
        Path(f"spark_csv/.{stem}.csv.gz.crc").write_bytes(b"crc\0")
        objects = [json.dumps(dict(zip(HEADER, row, strict=True)), separators=(",", ":")) for row in rows]
        Path(f"spark_json/{stem}.json").write_text("\n".join(objects) + "\n")
        columns = dict(zip(HEADER, map(list, zip(*rows, strict=True)), strict=True))
        pq.write_table(pa.table(columns), f"spark.parquet/{stem}.snappy.parquet", flavor="spark")
    empty = pa.table(dict(zip(HEADER, [pa.array([], kind) for kind in ("f8", "f8", "string", "f8")], strict=True)))
    pq.write_table(empty, "spark.parquet/part-00003-6f1c2b9e-c000.snappy.parquet", flavor="spark")


def hugging_face() -> None:
    """The stream and the metadata that the library datasets writes into its cache."""
    features = {name: {"dtype": "float64", "_type": "Value"} for name in ("y_true", "y_pred")}
    metadata = {"huggingface": json.dumps({"info": {"features": features}, "fingerprint": "0"})}
    table = pa.table({"y_true": TARGET, "y_pred": PRED}).replace_schema_metadata(metadata)
    with pa.ipc.new_stream("data-00000-of-00001.arrow", table.schema) as file:
        file.write_table(table, 2)


def lightgbm() -> None:
    Path("LightGBM_predict_result.txt").write_text("".join(f"{value}\n" for value in PRED))
    Path("data.txt").write_text("".join(f"{target}\t1\t2\n" for target in TARGET))


def json_log() -> None:
    """As evaluation harnesses log: other members, and nested ones, beside those that count."""
    lines = [
        {
            "doc_id": row,
            "doc": {"text": "…", "n": [row]},
            "y_pred": pred,
            "y_true": target,
            "probs": [1 - score, score],
            "label": label,
        }
        for row, (target, pred, label, score) in enumerate(ROWS)
    ]
    Path("samples.jsonl").write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
