"""Parquet: the bits of the same data as an array, whatever the column's type; words for what no number or text is in."""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import lossctl as package
from tests.conftest import Command

RANDOM = np.random.default_rng(11)


def write(name: str, columns: dict[str, Any], **options: Any) -> str:
    pq.write_table(pa.table(columns), name, **options)
    return name


def test_columns_give_the_bits_of_arrays(lossctl: Command) -> None:
    target, pred = RANDOM.normal(size=(2, 30_000))
    np.save("t.npy", target)
    np.save("p.npy", pred)
    write("a.parquet", {"y_true": target, "y_pred": pred}, row_group_size=7_000)
    expected = lossctl("eval", "p.npy", "-t", "t.npy", "-l", "mse,mae", "-b").out
    for jobs in ("1", "3"):
        assert lossctl("eval", "a.parquet", "-l", "mse,mae", "-b", "-j", jobs).out == expected
    assert lossctl("eval", "p.npy", "-t", "a.parquet:y_true", "-l", "mse,mae", "-b").out == expected
    assert lossctl("eval", "a.parquet:y_pred".partition(":")[0], "-t", "t.npy", "-l", "mse,mae", "-b").out == expected


@pytest.mark.parametrize("classes", [3, 8, 33, 300])
@pytest.mark.parametrize(("loss", "scale"), [("ce,brier,rps,bi_tempered", "logits"), ("ce,focal,brier", "probs")])
def test_columns_side_by_side_give_the_bits_of_an_array(lossctl: Command, classes: int, loss: str, scale: str) -> None:
    logits = RANDOM.normal(size=(1_000, classes)) * 3
    values = logits if scale == "logits" else np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    label = RANDOM.integers(classes, size=len(values))
    np.save("p.npy", values)
    np.save("t.npy", label)
    write("a.parquet", {"label": label} | {f"p_{place}": values[:, place] for place in range(classes)}, row_group_size=300)
    options = ("-l", loss, "--from", scale, "--per-sample", "-f", "csv")
    of_array = lossctl("eval", "p.npy", "-t", "t.npy", *options).out
    assert lossctl("eval", "a.parquet", *options).out == of_array.replace("p.npy", "a.parquet")


@pytest.mark.parametrize("lead", ["p.parquet", "p.csv", "p.npy"])
def test_rows_pair_in_order_whatever_the_row_groups_are(lossctl: Command, lead: str) -> None:
    target, pred = RANDOM.normal(size=(2, 30_000))
    np.save("p.npy", pred)
    write("p.parquet", {"y_pred": pred}, row_group_size=9_000)
    Path("p.csv").write_text("y_pred\n" + "".join(f"{value!r}\n" for value in pred.tolist()))
    write("t.parquet", {"y_true": target}, row_group_size=4_001)
    expected = math.fsum(((pred - target) ** 2).tolist()) / len(pred)
    assert lossctl("eval", lead, "-t", "t.parquet", "-l", "mse", "-b").value == pytest.approx(expected, rel=1e-15)


NUMBERS: dict[str, Any] = {
    "int8": pa.array([-128, 127, 3], pa.int8()),
    "uint8": pa.array([10, 200, 255], pa.uint8()),
    "int64": pa.array([2**53 + 1, -(2**63) + 1, 7], pa.int64()),
    "uint64": pa.array([2**64 - 1, 2**63 + 1025, 2**53 + 3], pa.uint64()),
    "half": pa.array(np.array([0.1, -65504, 6e-8], np.float16)),
    "float": pa.array([0.1, 1e-40, 3.0e38], pa.float32()),
    "double": pa.array([0.1, 5e-324, -0.0], pa.float64()),
    "decimal": pa.array([Decimal("0.1"), Decimal("-12345678.1234567"), Decimal("7")], pa.decimal128(18, 7)),
    "decimal256": pa.array([Decimal("0.3"), Decimal(2**70 + 1), Decimal("-1")], pa.decimal256(60, 20)),
    "dictionary": pa.array([0.1, 0.7, 0.1]).dictionary_encode(),
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_every_kind_of_number_is_the_nearest_double(lossctl: Command, kind: str) -> None:
    values = NUMBERS[kind]
    write("a.parquet", {"y_pred": values, "y_true": [0, 0, 0]})
    expected = [abs(float(value)) for value in values.to_pylist()]
    assert package.evaluate("a.parquet", None, "mae").samples.tolist() == expected  # type: ignore[union-attr]
    assert lossctl("eval", "a.parquet", "-l", "mae", "--reduction", "max", "-b").value == max(expected)


@pytest.mark.parametrize("kind", NUMBERS)
def test_nulls_and_nans_are_missing_and_values_beside_them_stay_what_they_are(lossctl: Command, kind: str) -> None:
    values = NUMBERS[kind].take(pa.array([0, None, 1, None, 2, 0], pa.int64()))[1:]
    write("a.parquet", {"y_pred": values, "y_true": [0.0, 0, 0, float("nan"), 0]})
    done = lossctl("eval", "a.parquet", "-l", "mae")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.parquet row 0, column 'y_pred': a value is missing (empty or NaN)\n"
        "hint: leave such rows out: --nan drop\n",
    )
    found = package.evaluate("a.parquet", None, "mae", nan="drop")
    assert found.samples.tolist() == [abs(float(values[1].as_py())), abs(float(values[4].as_py()))]  # type: ignore[union-attr]
    assert found.run.dropped == {"nan": 3}


def test_unsigned_integers_are_subtracted_as_doubles(lossctl: Command) -> None:
    write("a.parquet", {"y_pred": pa.array([10], pa.uint8()), "y_true": pa.array([200], pa.uint8())})
    assert lossctl("eval", "a.parquet", "-l", "mae", "-b").value == 190


def test_booleans_are_labels_and_never_predictions(lossctl: Command) -> None:
    write("a.parquet", {"label": [True, False, None, True], "score": [0.9, 0.3, 0.5, 0.6]})
    done = lossctl("eval", "a.parquet", "-l", "ce", "--nan", "drop", "--reduction", "sum", "-b")
    assert done.value == pytest.approx(-math.log(0.9) - math.log1p(-0.3) - math.log(0.6), rel=1e-15)
    done = lossctl("eval", "a.parquet", "-p", "label", "-t", "score", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.parquet, column 'label': the column's type is bool; booleans are labels, not predictions\n",
    )


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())])
def test_text_columns_name_labels_and_groups(lossctl: Command, kind: pa.DataType) -> None:
    words = pa.array(["spam", "ham", "spam"])
    words = words.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else words.cast(kind)
    write("a.parquet", {"label": words, "score": [0.9, 0.3, 0.5], "region": words})
    done = lossctl("eval", "a.parquet", "-l", "ce", "--positive", "spam", "--by", "region", "--reduction", "sum", "-b")
    values = [float(line) for line in done.out.split()]
    spam, ham = -math.log(0.9) - math.log(0.5), -math.log1p(-0.3)
    assert values == pytest.approx([spam + ham, ham, spam], rel=1e-15)  # groups are sorted
    done = lossctl("eval", "a.parquet", "-l", "ce")
    assert done.code == 3
    assert done.err.startswith("lossctl: error: a.parquet, column 'label': the column's type is ")
    assert done.err.endswith(
        "; expected numbers\nhint: labels that are words: --positive LABEL for two classes, --classes A,B,... in column order\n"
    )


def test_missing_words_of_a_dictionary_are_missing_labels(lossctl: Command) -> None:
    codes = pa.DictionaryArray.from_arrays(pa.array([1, None, 2, 0], pa.int8()), pa.array(["ham", "spam", "NA"]))
    write("a.parquet", {"label": codes, "score": [0.9, 0.5, 0.5, 0.3]})
    done = lossctl("eval", "a.parquet", "-l", "ce", "--positive", "spam", "--nan", "drop", "--json")
    assert '"dropped": {"nan": 2}' in done.out.replace("\n", " ") or '"nan": 2' in done.out
    assert lossctl("eval", "a.parquet", "-l", "ce", "--positive", "spam", "--nan", "drop", "-b").value == pytest.approx(
        (-math.log(0.9) - math.log1p(-0.3)) / 2, rel=1e-15
    )


def test_keys_pair_across_formats_as_text(lossctl: Command) -> None:
    write("p.parquet", {"id": [3, 1, 2], "y_pred": [30.0, 10.0, 20.0]})
    Path("t.csv").write_text("id,y_true\n1,11\n2,22\n3,33\n")
    assert lossctl("eval", "p.parquet", "-t", "t.csv:y_true", "--id", "id", "-l", "mae", "-b").value == 2
    write("q.parquet", {"id": pa.array(["03", "1", "2"]), "y_pred": [30.0, 10.0, 20.0]})
    done = lossctl("eval", "q.parquet", "-t", "t.csv:y_true", "--id", "id", "-l", "mae", "-b")
    assert done.code == 3
    assert "03" in done.err


LISTS = [pa.list_(pa.float64()), pa.large_list(pa.float32()), pa.list_(pa.float64(), 3), pa.list_(pa.int64())]


@pytest.mark.parametrize("kind", LISTS)
def test_a_column_of_lists_is_a_vector_per_row(lossctl: Command, kind: pa.DataType) -> None:
    rows = RANDOM.integers(1, 9, size=(2_000, 3))
    vectors = pa.array(rows.tolist(), kind)
    write("a.parquet", {"emb": vectors, "y": RANDOM.integers(0, 3, size=2_000)}, row_group_size=300)
    np.save("p.npy", rows.astype(float))
    expected = lossctl("eval", "p.npy", "-t", "a.parquet:y", "-l", "ce", "--from", "logits", "-b").out
    assert lossctl("eval", "a.parquet", "-p", "emb", "-t", "y", "-l", "ce", "--from", "logits", "-b").out == expected


@pytest.mark.parametrize("kind", LISTS)
def test_a_missing_list_and_a_missing_number_in_one_are_missing(lossctl: Command, kind: pa.DataType) -> None:
    vectors = pa.array([None, [1, 2, 3], None, [4, None, 6], [3, 1, 2]], kind)[1:]
    write("a.parquet", {"emb": vectors, "y": [2, 0, 1, 0]})
    done = lossctl("eval", "a.parquet", "-p", "emb", "-t", "y", "-l", "ce", "--from", "logits")
    assert done.err.startswith("lossctl: error: a.parquet row 1, column 'emb', element 0: a value is missing")
    options = ("--from", "logits", "--nan", "drop", "--reduction", "sum", "-b")
    found = lossctl("eval", "a.parquet", "-p", "emb", "-t", "y", "-l", "ce", *options).value
    one = math.log(math.exp(1) + math.exp(2) + math.exp(3))
    assert found == pytest.approx(one - 3 + one - 3, rel=1e-14)


def test_lists_of_another_length_are_refused_with_their_row(lossctl: Command) -> None:
    lists = [None, *([[1.0, 2.0]] * 5_000), [1.0, 2.0, 3.0]]
    write("a.parquet", {"emb": lists, "y": [0] * 5_002}, row_group_size=1_000)
    done = lossctl("eval", "a.parquet", "-p", "emb", "-t", "y", "-l", "ce", "--from", "logits", "--nan", "drop")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.parquet row 5001, column 'emb': a list of 3 numbers; the first has 2\n",
    )


def test_lists_of_one_number_are_numbers(lossctl: Command) -> None:
    write("a.parquet", {"y_pred": [[1.0], [4.0]], "y_true": [2.0, 2.0]})
    assert lossctl("eval", "a.parquet", "-l", "mse", "-b").value == 2.5


def test_columns_side_by_side_are_a_vector_in_the_order_of_their_numbers(lossctl: Command) -> None:
    write("a.parquet", {"p_1": [0.2], "y": [1], "p_0": [0.8]})
    assert lossctl("eval", "a.parquet", "-p", "p_*", "-t", "y", "-l", "ce", "-b").value == -math.log(0.2)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (pa.array([0], pa.timestamp("ms")), "timestamp[ms]"),
        (pa.array([{"a": 1}]), "struct<a: int64>"),
        (pa.array([b"x"]), "binary"),
        (pa.array([[["x"]]]), "list<element: list<element: string>>"),
        (pa.array([0], pa.date32()), "date32[day]"),
    ],
)
def test_other_types_are_refused_by_name_only_where_they_are_used(lossctl: Command, values: Any, said: str) -> None:
    write("a.parquet", {"y_pred": values, "y_true": [1.0], "other": [3.0]})
    done = lossctl("eval", "a.parquet", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        f"lossctl: error: a.parquet, column 'y_pred': the column's type is {said}; expected numbers\n",
    )
    assert lossctl("eval", "a.parquet", "-p", "other", "-l", "mse", "-b").value == 4


def test_a_duplicate_column_is_refused_where_it_is_used(lossctl: Command) -> None:
    pq.write_table(pa.table([[1.0], [2.0], [3.0], [4.0]], names=["y_true", "y_pred", "y_pred", "x"]), "a.parquet")
    done = lossctl("eval", "a.parquet", "-l", "mse")
    assert (done.code, done.err) == (3, "lossctl: error: a.parquet: column 'y_pred' is there more than once\n")
    assert lossctl("eval", "a.parquet", "-p", "x", "-l", "mse", "-b").value == 9


def test_a_dot_in_a_name_is_part_of_the_name(lossctl: Command) -> None:
    write("a.parquet", {"y": [1.0], "y.hat": [3.0], "s": pa.array([{"hat": 9.0}]), "s.hat": [5.0]})
    assert lossctl("eval", "a.parquet", "-p", "y.hat", "-t", "y", "-l", "mae", "-b").value == 2
    assert lossctl("eval", "a.parquet", "-p", "s.hat", "-t", "y", "-l", "mae", "-b").value == 4


@pytest.mark.parametrize("option", ["--by", "--id", "--keep"])
def test_texts_that_are_no_utf_8_are_refused(lossctl: Command, option: str) -> None:
    texts = pa.StringArray.from_buffers(2, pa.py_buffer(np.array([0, 1, 3], np.int32)), pa.py_buffer(b"a\xff\xfe"))
    pq.write_table(pa.table({"pred": [1.0, 2.0], "y": [0.0, 0.0], "g": texts}), "a.parquet")
    pq.write_table(pa.table({"y": [0.0, 0.0], "g": ["a", "b"]}), "t.parquet")
    more = ["-t", "t.parquet:y"] if option == "--id" else []
    done = lossctl("eval", "a.parquet", "-l", "mse", option, "g", "--worst", "1", *more)
    assert (done.code, done.out) == (3, "")
    assert done.err == "lossctl: error: a.parquet row 1, column 'g': the text is not UTF-8\n"
