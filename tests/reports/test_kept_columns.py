"""Names that files give to columns beside the program's own: none is lost, and none takes another's place."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.conftest import Command

NAMES = ["row", "id", "run", "type", "mse", "loss", "value", "keep:id", "g"]
HEADER = ["pred", "y", *NAMES]
ROWS = [["", "0", *(f"{name}-{row}" for name in NAMES)] for row in "ab"]
KEPT = ["keep:row", "keep:id", "keep:run", "keep:type", "keep:mse", "loss", "value", "keep:keep:id", "g"]


@pytest.fixture(autouse=True)
def table(tmp_path: Path) -> None:
    for name, preds in (("k.csv", "12"), ("b.csv", "00")):
        lines = [HEADER, *([pred, *cells[1:]] for pred, cells in zip(preds, ROWS, strict=True))]
        (tmp_path / name).write_text("".join(",".join(cells) + "\n" for cells in lines))


def read(path: str) -> tuple[list[str], list[list[Any]]]:
    """The header and rows of a file of samples."""
    if path.endswith(".csv"):
        with open(path, newline="") as file:
            header, *rows = csv.reader(file)
        return header, [[*row[:-1], float(row[-1])] for row in rows]
    if path.endswith(".jsonl"):
        found = [json.loads(line, object_pairs_hook=list) for line in Path(path).read_text().splitlines()]
        return [name for name, _ in found[0]], [[cell for _, cell in one] for one in found]
    table = pq.read_table(path)
    return table.column_names, [list(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("path", ["s.csv", "s.jsonl", "s.parquet"])
def test_saved_samples_have_every_kept_value_under_a_name_of_its_own(path: str, keyed: bool, lossctl: Command) -> None:
    key = ["--id", "id"] if keyed else []
    assert lossctl("eval", "k.csv", "-l", "mse", *key, "--keep", ",".join(NAMES), "--save-samples", path).code == 0
    header, rows = read(path)
    assert header == ["row", *(["id"] if keyed else []), *KEPT, "mse"]
    for place, cells in enumerate(rows):
        assert [str(cells[0]), *cells[1:]] == [
            str(place),
            *([ROWS[place][3]] if keyed else []),
            *ROWS[place][2:],
            (place + 1.0) ** 2,
        ]


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_tables_of_samples_and_worst_rows_have_as_many_cells_as_their_headers(form: str, lossctl: Command) -> None:
    done = lossctl(
        "eval", "k.csv", "-l", "mse", "--id", "id", "--keep", ",".join(NAMES), "--per-sample", "--worst", "2", "-f", form
    )
    _, samples, worst = (block.splitlines() for block in done.out.split("\n\n"))
    split = "," if form == "csv" else "\t"
    assert samples[0].split(split) == ["run", "row", "id", *KEPT, "mse"]
    assert samples[2].split(split) == ["k.csv", "1", "id-b", *ROWS[1][2:], "4"]
    own = ["run", "loss", "row", "id", "value"]
    assert worst[0].split(split) == [*own, *KEPT[:5], "keep:loss", "keep:value", *KEPT[7:]]
    assert worst[1].split(split) == ["k.csv", "mse", "1", "id-b", "4", *ROWS[1][2:]]


def test_lines_and_documents_lose_no_kept_value(lossctl: Command) -> None:
    asked = ("eval", "k.csv", "-l", "mse", "--id", "id", "--keep", ",".join(NAMES), "--per-sample", "--worst", "1")
    lines = [json.loads(line) for line in lossctl(*asked, "-f", "jsonl").out.splitlines()]
    assert list(lines[1]) == ["type", "run", "row", "id", *KEPT, "mse"]
    assert [lines[3][name] for name in ("keep:row", "keep:loss", "keep:value", "keep:keep:id")] == [
        "row-b",
        "loss-b",
        "value-b",
        "keep:id-b",
    ]
    run = json.loads(lossctl(*asked, "--json").out)["runs"][0]
    assert run["samples"]["keep"] == {name: [ROWS[0][place], ROWS[1][place]] for place, name in enumerate(NAMES, 2)}
    assert run["worst"]["mse"][0]["keep"] == dict(zip(NAMES, ROWS[1][2:], strict=True))


def test_people_see_a_kept_column_by_its_name_where_the_table_has_none_of_it(lossctl: Command) -> None:
    asked = ("eval", "k.csv", "-l", "mse", "--keep", "id,row", "--worst", "1", "-f", "md", "-q")
    assert "| row | mse | id | keep:row |" in lossctl(*asked).out
    assert "| row | id | mse | keep:id | keep:row |" in lossctl(*asked, "--id", "id").out
    both = ("compare", "b.csv", "k.csv", "-l", "mse", "--keep", "id,row", "--worst", "1", "-f", "md", "-q")
    assert "| row | difference | id | keep:row |\n| ---: | ---: | --- | --- |\n| 1 | 4 | id-b | row-b |" in lossctl(*both).out


def test_columns_of_one_name_of_several_files_are_all_there(lossctl: Command) -> None:
    """Of `g1.csv:g,g2.csv:g` the second alone would give the groups X and Y of other values."""
    Path("g1.csv").write_text("g\nA\nB\n")
    Path("g2.csv").write_text("g\nX\nX\n")
    asked = ("eval", "k.csv", "-l", "mse", "--by", "g1.csv:g,g2.csv:g,row")
    found = [(one["by"], one["value"]) for one in json.loads(lossctl(*asked, "--json").out)["runs"][0]["results"]]
    assert found == [
        (None, 2.5),
        ({"g1.csv:g": "A", "g2.csv:g": "X", "row": "row-a"}, 1),
        ({"g1.csv:g": "B", "g2.csv:g": "X", "row": "row-b"}, 4),
    ]
    done = lossctl("eval", "k.csv", "-l", "mse", "--keep", "g1.csv:g,g,g2.csv:g", "--worst", "1", "-f", "csv")
    assert done.out.splitlines()[-2:] == ["run,loss,row,id,value,g1.csv:g,g,g2.csv:g", "k.csv,mse,1,,4,B,g-b,X"]


@pytest.mark.parametrize("keyed", [True, False])
def test_columns_of_several_files_stay_in_the_order_in_which_they_were_asked_for(keyed: bool, lossctl: Command) -> None:
    """Both hold 1 and 2: in the order of the files that are read, the one would stand for the other."""
    Path("k.csv").write_text("id,pred,y,a\nx,1,0,1\ny,2,0,2\nz,3,0,1\n")
    Path("g.csv").write_text("id,b\nz,2\ny,2\nx,1\n" if keyed else "b\n1\n2\n2\n")
    asked = ("eval", "k.csv", "-l", "mae", "-q", *(["--id", "id"] if keyed else []))
    for by in ("g.csv:b,a", "a,g.csv:b"):
        results = json.loads(lossctl(*asked, "--by", by, "--json").out)["runs"][0]["results"]
        found = {(one["by"]["a"], one["by"]["b"]): one["value"] for one in results[1:]}
        assert found == {("1", "1"): 1, ("2", "2"): 2, ("1", "2"): 3}
        assert list(results[1]["by"]) == [name[-1] for name in by.split(",")]
    assert lossctl(*asked, "--where", "g.csv:b=2", "--where", "a=1", "-b").out == "3\n"
    assert lossctl(*asked, "--keep", "g.csv:b,a", "--save-samples", "s.csv").code == 0
    header, *rows = csv.reader(Path("s.csv").read_text().splitlines())
    assert header == ["row", *(["id"] if keyed else []), "b", "a", "mae"]
    assert [row[-3:] for row in rows] == [["1", "1", "1"], ["2", "2", "2"], ["2", "1", "3"]]


def test_a_group_named_like_a_field_of_a_line_hides_it_not(lossctl: Command) -> None:
    Path("k.csv").write_text("pred,y,reduction,signature\n1,0,u,v\n")
    line = json.loads(lossctl("eval", "k.csv", "-l", "mse", "--by", "reduction,signature", "-f", "jsonl").out.splitlines()[1])
    assert (line["reduction"], line["by:reduction"], line["by:signature"]) == ("mean", "u", "v")
    assert line["signature"].startswith("mse|period=none|reduction=mean")


ARRAY = "y,pred,g\n0,1,u\n0,,u\n0,3,v\n0,4,u\n"


def test_a_saved_array_has_a_place_for_every_row_of_the_run(lossctl: Command) -> None:
    """Left out without a place, the third row's cost would stand in the second."""
    Path("a.csv").write_text(ARRAY)
    asked = ("eval", "a.csv", "--nan", "drop", "--where", "g=u", "--save-samples", "s.npy", "-q")
    assert lossctl(*asked, "-l", "mse").code == 0
    assert np.array_equal(np.load("s.npy"), [1, np.nan, np.nan, 16], equal_nan=True)
    assert lossctl(*asked, "-l", "mse,mae").code == 0
    left_out = [float("nan")] * 2
    assert np.array_equal(np.load("s.npy"), [[1.0, 1.0], left_out, left_out, [16.0, 4.0]], equal_nan=True)


def test_a_saved_array_of_several_losses_has_a_column_for_each(lossctl: Command) -> None:
    np.save("p.npy", [1.0, -3.0, 4.0])
    np.save("t.npy", np.zeros(3))
    assert lossctl("eval", "p.npy", "-t", "t.npy", "-l", "mse,mae", "--save-samples", "s.npy", "-q").code == 0
    assert np.load("s.npy").tolist() == [[1.0, 1.0], [9.0, 3.0], [16.0, 4.0]]


@pytest.mark.parametrize("last", [False, True])
def test_a_saved_array_of_many_blocks_has_gaps_where_rows_were_left_out(last: bool, lossctl: Command) -> None:
    rng = np.random.default_rng(3)
    pred = rng.normal(size=600_000)
    used = rng.random(len(pred)) < 0.5
    used[200_000:300_000] = False  # more than a piece
    used[-1] = last
    np.save("t.npy", np.where(used, 0.0, np.nan))
    np.save("p.npy", pred)
    assert lossctl("eval", "p.npy", "-t", "t.npy", "-l", "mse", "--nan", "drop", "--save-samples", "s.npy", "-q").code == 0
    assert np.array_equal(np.load("s.npy"), np.where(used, pred**2, np.nan), equal_nan=True)


def test_keys_that_one_side_lacks_have_their_rows_too(lossctl: Command) -> None:
    Path("p.csv").write_text("id,p\na,1\nb,2\nc,3\n")
    Path("t.csv").write_text("id,y\nc,0\na,0\n")
    asked = ("-t", "t.csv:y", "--id", "id", "--missing", "drop", "-l", "mse", "--save-samples", "s.npy", "-q")
    assert lossctl("eval", "p.csv", "-p", "p", *asked).code == 0
    assert np.array_equal(np.load("s.npy"), [1, np.nan, 9], equal_nan=True)


@pytest.mark.parametrize("rows", [3, 3000])
def test_saved_samples_are_written_as_read_and_a_report_as_a_spreadsheet_may_open_it(rows: int, lossctl: Command) -> None:
    table = "".join(f"={row},@{row},{row},{row + 1}\n" for row in range(rows))
    Path("f.csv").write_text("id,g,y,pred\n" + table)
    done = lossctl(
        "eval", "f.csv", "-l", "mse", "--id", "id", "--keep", "g", "--save-samples", "s.csv", "--per-sample", "-f", "csv"
    )
    assert done.code == 0, done.err
    assert Path("s.csv").read_text() == "row,id,g,mse\n" + "".join(f"{row},={row},@{row},1\n" for row in range(rows))
    assert done.out.splitlines()[-1] == f"f.csv,{rows - 1},'={rows - 1},'@{rows - 1},1"


@pytest.mark.parametrize("rows", [10, 5000])
def test_texts_of_saved_samples_find_their_rows_again_whatever_they_hold(rows: int, lossctl: Command) -> None:
    odd = [
        "two\nlines",
        "cr\rhere",
        "tab\there",
        'say "so"',
        "a,b",
        "no\u00a0break",
        "zero\u200bwidth",
        "\x1b[31mred",
        "\u202eleft",
        "é",
    ]
    keys = [f"{odd[row % len(odd)]}{row}" for row in range(rows)]
    Path("o.jsonl").write_text("".join(json.dumps({"id": key, "y": 1, "pred": row}) + "\n" for row, key in enumerate(keys)))
    assert lossctl("eval", "o.jsonl", "-l", "mae", "--id", "id", "--save-samples", "s.csv").code == 0
    with open("s.csv", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == keys
    paired = lossctl("eval", "o.jsonl", "-l", "mae", "-t", "s.csv:mae", "--id", "id", "--reduction", "max", "-b")
    assert (paired.code, paired.out) == (0, "1\n")  # row - |row - 1|


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "npy"])
def test_threads_write_samples_in_the_order_of_rows(ending: str, lossctl: Command) -> None:
    pred = np.random.default_rng(7).normal(size=1_300_000)  # three parts, of which each is several blocks
    np.save("p.npy", pred)
    np.save("t.npy", np.zeros(len(pred)))
    asked = ("eval", "p.npy", "-t", "t.npy", "-l", "mse", "-q", "--save-samples", f"s.{ending}")
    saved = []
    for jobs in ("1", "3"):
        assert lossctl(*asked, "-j", jobs).code == 0
        saved.append(Path(f"s.{ending}").read_bytes())
    assert saved[0] == saved[1]
    if ending == "csv":
        row, cost = saved[0].splitlines()[-1].split(b",")
        assert (int(row), float(cost)) == (len(pred) - 1, pred[-1] ** 2)
