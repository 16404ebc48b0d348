"""Where a fault stands that is found after rows were read: of losses that judge groups, or the whole dataset."""

from __future__ import annotations

import gzip
import io
import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from lossctl import evaluate
from lossctl.errors import DataError
from lossctl.formats.catalogue import open_table
from lossctl.formats.syntax import TableSyntax
from lossctl.formats.table import Kind, Selection, emptied
from lossctl.formats.text.text_piece import TextPiece
from tests.conftest import Command
from tests.rows.test_regrouping import regroup

GROUPS = [*"abcabdeffe"]
TARGET = [0, 1, 0, 1, 1, 0, 1, 1, 0, 0]  # no row of c or d is relevant
PRED = [0.5] * 10
NO_ORDER = (
    "ndcg_loss: no row of a group is relevant, so that no order is best; "
    "expected a relevant row, or what such a group costs: empty=0, 1 or drop"
)
TEXT = "q,text,pred,target\n" + "".join(
    f"{group},{'plain' if row % 2 else chr(34) + 'two' + chr(10) + 'lines' + chr(34)},0.5,{target}\n"
    for row, (group, target) in enumerate(zip(GROUPS, TARGET, strict=True))
)
PLAIN = TEXT.replace("\nlines", "")
WAYS = pytest.mark.parametrize("held", [10**9, 1])  # in memory, and through a temporary file


def write() -> None:
    table = {"q": GROUPS, "pred": PRED, "target": TARGET}
    rows = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    Path("plain.csv").write_text(PLAIN)
    Path("lines.csv").write_text(TEXT)
    Path("lines.csv.gz").write_bytes(gzip.compress(TEXT.encode()))
    Path("odd.csv").write_text(TEXT.replace("plain", '5" tall'))  # quotes within cells
    Path("rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    Path("rows.json").write_text(json.dumps(rows))
    arrays: dict[str, Any] = {name: np.array(column) for name, column in table.items() if name != "q"}
    np.savez("rows.npz", **arrays, q=[*map(ord, GROUPS)])
    np.savez_compressed("packed.npz", **dict(np.load("rows.npz")))
    pq.write_table(pa.table(table), "rows.parquet", row_group_size=3)
    feather.write_feather(pa.table(table), "rows.feather")
    Path("shards").mkdir()
    lines = PLAIN.splitlines(keepends=True)
    Path("shards/1.csv").write_text("".join(lines[:3]))
    Path("shards/2.csv").write_text("".join([lines[0], *lines[3:]]))


def refused(lossctl: Command, monkeypatch: pytest.MonkeyPatch, held: int, *arguments: str) -> str:
    """Where the fault stands, in words."""
    regroup(monkeypatch, held, held, block=2)
    done = lossctl("eval", *arguments, "-q")
    assert (done.code, done.out) == (3, "")
    where, _, said = done.err.removeprefix("lossctl: error: ").removesuffix("\n").partition(": ")
    assert said.startswith((NO_ORDER, "listnet: ", "auc_loss: ", "cox: ", "clip: ", "contrastive:"))
    return where


@WAYS
@pytest.mark.parametrize(
    ("run", "where"),
    [
        ("plain.csv", "plain.csv line 4, column 'target'"),
        ("lines.csv", "lines.csv line 5, column 'target'"),
        ("lines.csv.gz", "lines.csv.gz line 5, column 'target'"),
        ("odd.csv", "odd.csv line 5, column 'target'"),
        ("rows.jsonl", "rows.jsonl line 3, column 'target'"),
        ("rows.json", "rows.json row 2, column 'target'"),
        ("rows.npz", "rows.npz row 2, array 'target'"),
        ("packed.npz", "packed.npz row 2, array 'target'"),
        ("rows.parquet", "rows.parquet row 2, column 'target'"),
        ("rows.feather", "rows.feather row 2, column 'target'"),
        ("shards", "shards/2.csv line 2, column 'target'"),
    ],
)
def test_the_group_that_is_refused_is_named_by_its_first_row_in_its_file(
    lossctl: Command, run: str, where: str, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    assert refused(lossctl, monkeypatch, held, run, "-l", "ndcg_loss", "-r", "group=q") == where


@WAYS
def test_rows_from_standard_input_have_lines_too(lossctl: Command, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(TEXT.encode()))))
    where = refused(lossctl, monkeypatch, held, "-", "-l", "ndcg_loss", "-r", "group=q")
    assert where == "<stdin> line 5, column 'target'"


@WAYS
def test_rows_that_are_left_out_keep_the_lines_of_others(lossctl: Command, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write()
    where = refused(lossctl, monkeypatch, held, "lines.csv", "-l", "ndcg_loss", "-r", "group=q", "--where", "q>b")
    assert where == "lines.csv line 5, column 'target'"


@WAYS
def test_rows_that_are_paired_by_key_stand_in_the_table_of_the_role(
    lossctl: Command, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("p.csv").write_text("id,score\n4,0.1\n2,0.2\n1,0.3\n3,0.4\n")
    Path("t.csv").write_text('id,q,text,target\n1,a,"two\nlines",1\n2,b,"one, two\n\nthree",0\n3,a,x,0\n4,b,x,0\n')
    run = ("p.csv", "-t", "t.csv:target", "--id", "id", "-r", "group=t.csv:q")
    assert refused(lossctl, monkeypatch, held, *run, "-l", "ndcg_loss") == "t.csv line 8, column 'target'"  # that of key 4


def test_what_belongs_to_a_group_or_the_whole_is_told_by_the_column_that_is_to_blame(
    lossctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("w.csv").write_text("q,w,time,event,pred,target\na,1,1,1,1,1\nb,2,2,0,1,1\na,3,3,1,2,1\nb,2,4,0,1,1\n")
    of_groups = ("w.csv", "-r", "group=q", "-l")
    assert refused(lossctl, monkeypatch, 1, *of_groups, "listnet", "-w", "w") == "w.csv line 4, column 'w'"
    assert refused(lossctl, monkeypatch, 1, *of_groups, "auc_loss") == "w.csv line 2, column 'target'"
    assert refused(lossctl, monkeypatch, 1, *of_groups, "cox") == "w.csv line 3, column 'q'"
    assert refused(lossctl, monkeypatch, 1, "w.csv", "-l", "auc_loss") == "w.csv line 2, column 'target'"
    Path("v.csv").write_text("l_0,l_1,r_0,r_1\n1,2,1,1\n1,1,0,0\n")
    assert refused(lossctl, monkeypatch, 1, "v.csv", "-r", "left=l_*", "-r", "right=r_*", "-l", "clip") == "v.csv line 3"
    pq.write_table(pa.table({"a": [[1.0, 1.0]] * 3, "b": [[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]], "y": [1, 0, 1]}), "v.parquet")
    run = ("v.parquet", "-r", "left=a", "-r", "right=b", "-l")
    zero = "v.parquet row 2, column 'b'"  # which is not the first of the roles
    assert refused(lossctl, monkeypatch, 1, *run, "clip") == zero
    assert refused(lossctl, monkeypatch, 1, *run, "contrastive:metric=cosine", "-t", "y") == zero
    with pytest.raises(DataError, match=r"^target row 0: auc_loss: there is no pair"):
        evaluate(role={"pred": np.ones(3), "target": np.array([1, 0, 0]), "group": [*"abb"]}, loss="auc_loss")


@pytest.mark.parametrize("name", ["plain.csv", "lines.csv", "lines.csv.gz", "odd.csv"])
def test_pieces_of_text_that_were_read_tell_where_each_row_stands(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write()
    table = open_table(name, TableSyntax())
    cutter = table.cut([])
    selection = Selection((3,), Kind.NUMBER, vector=False)
    while (piece := cutter.take(4)) is not None:
        held = emptied(piece)
        rows = range(piece.rows)
        assert [held.locate(row, selection, None) for row in rows] == [piece.locate(row, selection, None) for row in rows]
        assert pickle.loads(pickle.dumps(held)).locate(1, selection, None) == piece.locate(1, selection, None)
        assert isinstance(held, TextPiece)
        assert bool(held.data) == (name == "odd.csv")  # whose quotes only the csv module understands
