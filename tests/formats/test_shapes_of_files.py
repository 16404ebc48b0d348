"""Rows of several axes and lists of unequal length, as each format's reader gives them, and how their places are named."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from lossctl.columns.column import concat
from lossctl.columns.ragged import Ragged
from lossctl.errors import DataError
from lossctl.formats.catalogue import open_table
from lossctl.formats.jsonl import jsonl
from lossctl.formats.numpy import npy
from lossctl.formats.numpy.arrays import ArrayTable
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Kind, Piece, Selection, Table, element_text

DENSE, LISTS = Selection((0,), Kind.NUMBER, False), Selection((0,), Kind.NUMBER, False, ragged=True)
FIRST, SECOND = [[[1.0, 2.0], [3.0, 4.0]], None, [], [[5.0, 6.0]]], [[[7.0, 8.0]] * 3]


def opened(path: str) -> Table:
    return open_table(path, TableSyntax())


def pieces(table: Table, rows: int | None, selection: Selection = DENSE) -> list[Piece]:
    cutter, found = table.cut([selection]), []
    while (piece := cutter.take(rows)) is not None:
        found.append(piece)
    cutter.finish()
    return found


def read(table: Table, selection: Selection = DENSE, rows: int | None = None) -> Any:
    """A column of a table, cut into pieces of so many rows and read."""
    parts: list[Any] = []
    for piece in pieces(table, rows, selection):
        part: Any = piece.open({"x": selection})(0, piece.rows)["x"]
        parts.append(np.array(part) if isinstance(part, np.ndarray) else part)
    return concat(parts)


def write_parquet(path: Path, column: Any) -> str:
    pq.write_table(pa.table({"x": column}), path.with_suffix(".parquet"), row_group_size=4)
    return str(path.with_suffix(".parquet"))


def write_arrow(path: Path, column: Any) -> str:
    feather.write_feather(pa.table({"x": column}), str(path.with_suffix(".arrow")), compression="uncompressed", chunksize=4)
    return str(path.with_suffix(".arrow"))


def write_jsonl(path: Path, column: Any) -> str:
    path.with_suffix(".jsonl").write_text("".join(json.dumps({"x": value}) + "\n" for value in column.to_pylist()))
    return str(path.with_suffix(".jsonl"))


ARROW = pytest.mark.parametrize("write", [write_parquet, write_arrow])
EVERY = pytest.mark.parametrize("write", [write_parquet, write_arrow, write_jsonl])
Write = Callable[[Path, Any], str]


@pytest.fixture(params=["fast", "careful"], autouse=True)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both readers of JSON lines."""
    monkeypatch.setattr(jsonl, "FEW", 0)
    if request.param == "careful":
        monkeypatch.setattr(jsonl, "read_fast", lambda *_: None)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f8", ">f4", ">i2"])
@pytest.mark.parametrize("axes", [(), (1,), (3,), (4, 1), (1, 1), (2, 3), (2, 1, 3, 2)])
@pytest.mark.parametrize("small", [True, False])
def test_arrays_of_any_axes_are_read_from_files_archives_pipes_and_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, axes: tuple[int, ...], dtype: str, order: Any, small: bool
) -> None:
    monkeypatch.setattr(npy, "_SMALL", 2**17 if small else 0)
    values = np.arange(10 * np.prod(axes, dtype=int)).reshape(10, *axes)
    array = np.asarray(values, dtype=dtype, order=order)
    np.save(tmp_path / "x.npy", array)
    np.savez(tmp_path / "x.npz", x=array)
    os.mkfifo(tmp_path / "pipe.npy")
    threading.Thread(target=lambda: (tmp_path / "pipe.npy").write_bytes((tmp_path / "x.npy").read_bytes())).start()
    expected = values[:, 0] if axes == (1,) else values
    files = (opened(str(tmp_path / name)) for name in ("x.npy", "x.npz", "pipe.npy"))
    for table in [*files, ArrayTable("x", array)]:
        assert table.shape(0) == expected.shape[1:]
        assert not table.lists(0)
        found = read(table, rows=3)
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ((), "an array of shape (); expected 1 to 32 axes"),
        ((3, 0), "an array of shape (3, 0); its rows are empty"),
        ((3, 2, 0), "an array of shape (3, 2, 0); its rows are empty"),
        ((1,) * 33, "an array of shape (1, 1, 1, 1, ...); expected 1 to 32 axes"),
    ],
)
def test_arrays_without_rows_of_numbers_are_refused(tmp_path: Path, shape: tuple[int, ...], said: str) -> None:
    np.save(tmp_path / "x.npy", np.zeros(shape))
    with pytest.raises(DataError) as problem:
        opened(str(tmp_path / "x.npy"))
    assert problem.value.problem == said
    with pytest.raises(DataError) as problem:
        ArrayTable("x", np.zeros(shape))
    assert problem.value.problem == said


def test_an_element_is_named_by_its_places_on_every_axis() -> None:
    assert element_text(None, (3,), "column") == ""
    assert element_text(5, (9,), "column") == ", column 5"
    assert element_text(5, (), "element") == ", element 5"
    assert element_text(17, (3, 6), "column") == ", element (2, 5)"
    assert element_text(23, (2, 3, 4), "column") == ", element (1, 2, 3)"


def test_the_place_of_an_element_is_said_for_each_format(tmp_path: Path) -> None:
    array = np.zeros((4, 2, 3))
    np.save(tmp_path / "x.npy", array)
    np.savez(tmp_path / "x.npz", x=array)
    column = pa.array(array.tolist())
    places = {
        str(tmp_path / "x.npy"): " row 3, element (1, 2)",
        str(tmp_path / "x.npz"): " row 3, array 'x', element (1, 2)",
        write_parquet(tmp_path / "x", column): " row 3, column 'x', element (1, 2)",
        write_arrow(tmp_path / "x", column): " row 3, column 'x', element (1, 2)",
        write_jsonl(tmp_path / "x", column): " line 4, column 'x', element (1, 2)",
    }
    for path, place in places.items():
        table = opened(path)
        assert table.shape(0) == (2, 3)
        (piece,) = pieces(table, None)
        assert piece.locate(3, DENSE, 5) == path + place
    (piece,) = pieces(ArrayTable("x", array), None)
    assert piece.locate(3, DENSE, 5) == "x row 3, element (1, 2)"


@EVERY
def test_lists_of_unequal_length_are_ragged(tmp_path: Path, write: Write) -> None:
    rows = [[1.5, 2.0], [], None, [3.0], [4.0, None, 6.0]] * 3
    path = write(tmp_path / "x", pa.array(rows))
    for count in (None, 1, 4):
        table = opened(path)
        assert table.lists(0)
        assert table.shape(0) == (2,)
        table.check(0, Kind.NUMBER, ragged=True)
        found = read(table, LISTS, count)
        assert isinstance(found, Ragged)
        assert found.counts.tolist() == [2, 0, 0, 1, 3] * 3
        np.testing.assert_array_equal(found.values, [1.5, 2, 3, 4, np.nan, 6] * 3)
        assert found.missing is not None
        assert found.missing.tolist() == [False, False, True, False, False] * 3


@EVERY
def test_lists_of_lists_are_ragged_rows_of_vectors(tmp_path: Path, write: Write) -> None:
    table = opened(write(tmp_path / "x", pa.array(FIRST + SECOND)))
    assert table.shape(0) == (2, 2)
    found = read(table, LISTS)
    assert found.counts.tolist() == [2, 0, 0, 1, 3]
    np.testing.assert_array_equal(found.values, [[1, 2], [3, 4], [5, 6], [7, 8], [7, 8], [7, 8]])
    assert found.missing.tolist() == [False, True, False, False, False]


@pytest.mark.parametrize(
    "kind",
    [
        pa.list_(pa.list_(pa.float64())),
        pa.large_list(pa.large_list(pa.float32())),
        pa.list_(pa.list_(pa.float64(), 2)),
        pa.list_(pa.list_(pa.int64(), 2), 3),
        pa.large_list(pa.list_(pa.int8())),
    ],
)
@ARROW
def test_nested_lists_of_every_type_are_dense_where_all_are_alike(tmp_path: Path, write: Write, kind: pa.DataType) -> None:
    values = np.arange(60).reshape(10, 3, 2)
    path = write(tmp_path / "x", pa.array(values.tolist(), kind))
    assert opened(path).shape(0) == (3, 2)
    np.testing.assert_array_equal(read(opened(path), rows=3), values)
    found = read(opened(path), LISTS)
    np.testing.assert_array_equal(found.values, values.reshape(30, 2))
    assert found.counts.tolist() == [3] * 10
    assert found.missing is None


@EVERY
def test_a_null_in_a_dense_column_is_nan_throughout(tmp_path: Path, write: Write) -> None:
    found = read(opened(write(tmp_path / "x", pa.array([[[1.0, 2.0]], None, [None], [[3.0, None]]]))))
    np.testing.assert_array_equal(found, [[[1, 2]], [[np.nan] * 2], [[np.nan] * 2], [[3, np.nan]]])


@EVERY
@pytest.mark.parametrize("first", [None, []])
def test_what_a_column_holds_is_seen_where_the_first_row_does_not_tell(tmp_path: Path, write: Write, first: Any) -> None:
    table = opened(write(tmp_path / "x", pa.array([first, [[1.0, 2.0]]])))
    assert table.lists(0)
    assert table.shape(0) == (1 if first is None else 0, 2)
    np.testing.assert_array_equal(read(table, LISTS).values, [[1, 2]])


@EVERY
@pytest.mark.parametrize(
    ("rows", "selection", "said"),
    [
        ([[[1.0], [2.0]], [[1.0], [2.0, 3.0]]], LISTS, "element 1: a list of 2 numbers; the first has 1"),
        ([[[1.0], [2.0]], [[1.0], [2.0, 3.0]]], DENSE, "element 1: a list of 2 numbers; the first has 1"),
        ([[[1.0, 2.0], [2.0, 3.0]], [[1.0, 2.0]]], DENSE, "a list of 1 list; the first has 2"),
        ([[1.0, 2.0], [1.0]], DENSE, "a list of 1 number; the first has 2"),
        ([[1.0, 2.0], []], DENSE, "a list of 0 numbers; the first has 2"),
    ],
)
def test_a_list_of_another_length_is_refused_with_its_row(
    tmp_path: Path, write: Write, rows: Any, selection: Selection, said: str
) -> None:
    path = write(tmp_path / "x", pa.array([rows[0], rows[0], rows[1]]))
    with pytest.raises(DataError) as problem:
        read(opened(path), selection)
    element, _, words = said.rpartition(": ")
    place = f"{path} {'line 3' if write is write_jsonl else 'row 2'}, column 'x'" + (f", {element}" if element else "")
    words = words.replace("the first has", "the first line's has") if write is write_jsonl else words
    assert (problem.value.where, problem.value.problem) == (place, words)


@EVERY
def test_empty_lists_are_no_vectors_but_may_be_ragged_rows(tmp_path: Path, write: Write) -> None:
    path = write(tmp_path / "x", pa.array([[], [1.0]]))
    table = opened(path)
    assert table.shape(0) == (0,)
    table.check(0, Kind.NUMBER, ragged=True)
    with pytest.raises(DataError) as problem:
        table.check(0, Kind.NUMBER)
    said = ("the list is empty", f"{path} line 1, column 'x'")
    assert (problem.value.problem, problem.value.where) == (
        said if write is write_jsonl else ("the lists are empty", f"{path}, column 'x'")
    )
    assert read(table, LISTS).counts.tolist() == [0, 1]


@EVERY
def test_deeper_nesting_is_refused(tmp_path: Path, write: Write) -> None:
    table, inner = opened(write(tmp_path / "x", pa.array([[[[1.0]]]]))), "element" if write is write_parquet else "item"
    with pytest.raises(DataError) as problem:
        table.check(0, Kind.NUMBER, ragged=True)
    assert problem.value.problem == (
        "lists in lists in lists; expected numbers, lists of them or lists of such"
        if write is write_jsonl
        else f"the column's type is {f'list<{inner}: list<{inner}: list<{inner}: double>>>'}; expected numbers"
    )


def test_one_number_a_row_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("x,y\n1,2\n")
    for path in (
        str(tmp_path / "x.csv"),
        *(write(tmp_path / "x", pa.array([1.0, 2.0])) for write in (write_parquet, write_jsonl)),
    ):
        table = opened(path)
        assert (table.shape(0), table.lists(0)) == ((), False)


@EVERY
def test_a_list_of_one_number_is_that_number_unless_lengths_may_differ(tmp_path: Path, write: Write) -> None:
    table = opened(write(tmp_path / "x", pa.array([[1.0], [2.0]])))
    assert (table.shape(0), table.lists(0)) == ((), True)
    np.testing.assert_array_equal(read(table), [1, 2])
    table = opened(write(tmp_path / "y", pa.array([[1.0], [2.0, 3.0]])))
    np.testing.assert_array_equal(read(table, LISTS).values, [1, 2, 3])
