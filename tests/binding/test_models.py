"""Several models in one table, as columns or as rows: which rows and columns each has, and how they pair."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import lossctl
from tests.conftest import Command

# by mse of each model: A (1, 4, 9), B (16, 1, 4); pairing by order would give other differences
LONG = "model,id,g,y,p\nA,1,u,0,1\nB,3,u,0,2\nA,2,v,0,2\nB,1,u,0,4\nA,3,u,0,3\nB,2,v,0,1\n"


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text(LONG)
    (tmp_path / "wide.csv").write_text("id,y,a,b,c\n1,0,1,2,0\n2,1,3,1,1\n")


def comparisons(lossctl: Command, *arguments: str) -> list[tuple[str, str, float]]:
    done = lossctl("compare", *arguments, "--json", "-q")
    assert done.code == 0, done.err
    return [
        (comparison["base"], comparison["candidate"], comparison["difference"])
        for comparison in json.loads(done.out)["comparisons"]
    ]


def test_columns_of_one_table_are_runs_of_which_the_first_is_the_base(lossctl: Command) -> None:
    wide = ("wide.csv", "-l", "mse", "--models")
    assert comparisons(lossctl, *wide, "a,b,c") == [("wide.csv:a", "wide.csv:b", -0.5), ("wide.csv:a", "wide.csv:c", -2.5)]
    assert comparisons(lossctl, *wide, "b,a") == [("wide.csv:b", "wide.csv:a", 0.5)]
    done = lossctl("batch", *wide, "a,b,c")
    assert done.out == "rank\trun\tmse\terror\n1\twide.csv:c\t0\t\n2\twide.csv:b\t2\t\n3\twide.csv:a\t2.5\t\n"


@pytest.mark.parametrize("name", ["long.csv", "long.parquet", "long.npz", "long.jsonl"])
def test_rows_of_one_table_are_a_run_for_each_model_and_pair_by_key(name: str, lossctl: Command) -> None:
    rows = [line.split(",") for line in LONG.splitlines()[1:]]
    columns = {
        "model": [row[0] for row in rows],
        **{key: [int(row[at]) for row in rows] for key, at in (("id", 1), ("y", 3), ("p", 4))},
    }
    pq.write_table(pa.table(columns), "long.parquet")
    arrays = {key: np.array(values) for key, values in columns.items() if key != "model"}
    np.savez("long.npz", **arrays, model=np.array([1, 2] * 3))  # type: ignore[arg-type]  # its stubs take names for options
    Path("long.jsonl").write_text(
        "".join(json.dumps(dict(zip(columns, row, strict=True))) + "\n" for row in zip(*columns.values(), strict=True))
    )
    names = ("1", "2") if name == "long.npz" else ("A", "B")
    long = (name, "-l", "mse", "-p", "p", "-t", "y", "--id", "id", "--model", "model")
    assert comparisons(lossctl, *long) == [(f"{name}:{names[0]}", f"{name}:{names[1]}", 7 / 3)]
    assert comparisons(lossctl, *long, "--base", names[1]) == [(f"{name}:{names[1]}", f"{name}:{names[0]}", -7 / 3)]
    found = json.loads(lossctl("compare", *long, "--worst", "1", "--json").out)
    assert found["comparisons"][0]["worst"][0]["id"] == "1"
    assert [(run["rows"], run["used"], run["dropped"]) for run in found["runs"]] == [(3, 3, {})] * 2


def test_models_are_ranked_with_or_without_a_key_and_groups_are_theirs(lossctl: Command) -> None:
    long = ("batch", "long.csv", "-l", "mse", "-p", "p", "--model", "model")
    assert lossctl(*long, "-b").out == f"{14 / 3!r}\n7\n"
    rows = [line.split("\t") for line in lossctl(*long, "--by", "g").out.splitlines()]
    at = rows[0].index("g")
    assert [(row[1], row[3], row[at]) for row in rows[1:]] == [
        ("long.csv:A", repr(14 / 3), ""), ("long.csv:A", "5", "u"), ("long.csv:A", "4", "v"),
        ("long.csv:B", "7", ""), ("long.csv:B", "10", "u"), ("long.csv:B", "1", "v"),
    ]  # fmt: skip


def test_the_rows_of_a_model_pair_with_one_row_of_truth_each(lossctl: Command) -> None:
    Path("truth.csv").write_text("id,t\n3,3\n1,1\n2,2\n")
    long = ("batch", "long.csv", "-l", "mse", "-p", "p", "--model", "model", "-t", "truth.csv:t", "--id", "id", "-b")
    assert lossctl(*long).out == f"0\n{11 / 3!r}\n"


def test_a_row_that_one_model_lacks_is_missing_and_no_other_models(lossctl: Command) -> None:
    Path("long.csv").write_text(LONG.replace("B,2,v,0,1\n", ""))
    long = ("compare", "long.csv", "-l", "mse", "-p", "p", "--model", "model", "--id", "id")
    done = lossctl(*long)
    assert (done.code, done.err) == (
        3,
        "lossctl: error: long.csv:B: 1 key of long.csv:A missing: '2'\nhint: leave such rows out: --missing drop\n",
    )
    assert comparisons(lossctl, *long[1:], "--missing", "drop") == [("long.csv:A", "long.csv:B", 10 - 5)]


def test_names_of_models_are_texts_letter_for_letter(lossctl: Command) -> None:
    Path("long.csv").write_text("model,y,p\n1,0,1\n1.0,0,2\n01,0,3\n")
    done = lossctl("batch", "long.csv", "-l", "mae", "--model", "model", "-p", "p")
    assert done.out == "rank\trun\tmae\terror\n1\tlong.csv:1\t1\t\n2\tlong.csv:1.0\t2\t\n3\tlong.csv:01\t3\t\n"


@pytest.mark.parametrize(
    ("models", "order"),
    [
        (["7", "100", "20"], ["7", "20", "100"]),
        (["7", "1_000", "20"], ["7", "1_000", "20"]),  # a name, beside which others are names
        (["7", "\u0663", "20"], ["7", "20", "\u0663"]),  # Python's float reads the Arabic digit
        (["7", "nan", "20", "-3"], ["7", "-3", "20", "nan"]),
        (["7", "1e1", "10.0", "10"], ["7", "10", "10.0", "1e1"]),
    ],
)
def test_models_are_in_the_order_of_their_numbers_where_all_are_numbers(
    models: list[str], order: list[str], lossctl: Command
) -> None:
    Path("long.csv").write_text("model,id,y,p\n" + "".join(f"{model},1,0,1\n" for model in models), "utf-8")
    found = comparisons(lossctl, "long.csv", "-l", "mse", "-p", "p", "-t", "y", "--id", "id", "--model", "model")
    assert [candidate for _, candidate, _ in found] == [f"long.csv:{model}" for model in order[1:]]


def test_a_fault_in_a_row_of_a_model_is_named_by_its_line_in_the_file(lossctl: Command) -> None:
    Path("long.csv").write_text(LONG.replace("B,1,u,0,4", "B,1,u,0,x"))
    done = lossctl("batch", "long.csv", "-l", "mse", "-p", "p", "--model", "model")
    assert done.code == 3
    assert "long.csv line 5, column 'p': 'x' is not a number" in done.err


def test_a_table_without_the_column_of_models_fails_alone(lossctl: Command) -> None:
    Path("empty.csv").write_text("model,y,p\nA,0,1\n,0,2\n")
    done = lossctl("batch", "wide.csv", "empty.csv", "long.csv", "-l", "mse", "-p", "p", "--model", "model")
    assert done.code == 3
    assert done.out.splitlines() == [
        "rank\trun\tmse\terror",
        f"1\tlong.csv:A\t{14 / 3!r}\t",
        "2\tlong.csv:B\t7\t",
        "\twide.csv\t\twide.csv: column 'model' not found; there are id, y, a, b, c",
        "\tempty.csv\t\tempty.csv line 3, column 'model': the cell is empty, so the row belongs to no model",
    ]


def test_a_resumed_batch_knows_models_apart(lossctl: Command) -> None:
    batch = ("batch", "wide.csv", "-l", "mse", "-o", "x.jsonl", "--resume")
    lossctl(*batch, "--models", "a,b")
    assert "2 runs taken from x.jsonl" in lossctl(*batch, "--models", "a,b").err
    Path("wide.csv").write_text("id,y,a,b\n1,0,9,2\n2,1,9,1\n")
    done = lossctl(*batch, "--models", "b,a", "-b")
    assert done.out == "2\n72.5\n"


WRONG = {
    "--models a,b --model id": "--models names columns, --model a column of names; give one of them",
    "--models ,": "--models names columns, as yhat_a,yhat_b, not ','",
    "--models a,b -p c": "--models names the columns of the pred, and so does c; give one of them",
    "--models a,b --pool": "--models makes several runs of a table, --pool one of several; give one of them",
    "--models a,b --base a": "--base is one of the models of --model, which is not given",
    "--model id": "the rows of the models of --model pair by key, and none is given: --id COLUMN",
    "--model y --id id --base 7": "--base '7' is none of the models in 'col:y': 0, 1",
}


@pytest.mark.parametrize("options", WRONG)
def test_what_does_not_fit_is_refused(options: str, lossctl: Command) -> None:
    done = lossctl("compare", "wide.csv", "-l", "mse", *options.split())
    assert (done.code, done.out, done.err) == (2, "", f"lossctl: error: {WRONG[options]}\n")


def test_a_row_of_a_manifest_may_be_a_long_table_and_names_one_column_at_most(lossctl: Command) -> None:
    Path("m.csv").write_text("run,pred,lr\nnew,long.csv:p,0.1\n")
    batch = ("batch", "--manifest", "m.csv", "-l", "mse")
    done = lossctl(*batch, "--model", "model", "-q")
    assert done.out == f"rank\trun\tlr\tmse\terror\n1\tnew:A\t0.1\t{14 / 3!r}\t\n2\tnew:B\t0.1\t7\t\n"
    done = lossctl(*batch, "--models", "p,y")
    assert (done.code, done.err) == (2, "lossctl: error: --manifest names the column of each run; no --models beside it\n")


def test_one_table_with_groups_alone_is_no_comparison(lossctl: Command) -> None:
    done = lossctl("compare", "long.csv", "-l", "mse", "--by", "model")
    assert (done.code, done.err) == (
        2,
        "lossctl: error: compare takes a base and at least one candidate\n"
        "hint: of models in one table: --model model --id COLUMN; as columns of it: --models COL,COL\n",
    )


def test_a_row_without_a_model_and_too_many_models_are_refused(lossctl: Command) -> None:
    compare = ("compare", "long.csv", "-l", "mse", "--model", "model", "--id", "id")
    Path("long.csv").write_text("model,id,y,p\nA,1,0,1\n,1,0,2\n")
    done = lossctl(*compare)
    assert (done.code, done.err) == (
        3,
        "lossctl: error: long.csv line 3, column 'model': the cell is empty, so the row belongs to no model\n",
    )
    Path("long.csv").write_text("model,id,y,p\n" + "".join(f"{row},1,0,1\n" for row in range(1_001)))
    done = lossctl(*compare)
    assert (done.code, done.err) == (
        3,
        "lossctl: error: long.csv: more than 1,000 different values in long.csv:model, each of which would be a model\n"
        "hint: --model names the column that says which model a row is of\n",
    )


@pytest.mark.usefixtures("here")
def test_in_python_a_long_table_has_a_run_for_each_model() -> None:
    long: dict[str, Any] = {"pred": "p", "target": "y", "loss": "mse", "model": "model", "id": "id"}
    (found,) = lossctl.compare("long.csv", **long).comparisons
    assert (found.base, found.candidate, found.difference) == ("long.csv:A", "long.csv:B", 7 / 3)
    (found,) = lossctl.compare("long.csv", base="B", **long).comparisons
    assert (found.base, found.candidate, found.difference) == ("long.csv:B", "long.csv:A", -7 / 3)


@pytest.mark.parametrize("of_file", ["", "long.csv:", "./long.csv:", "link.csv:"])
def test_the_rows_of_a_model_are_its_own_however_options_name_the_table(of_file: str, lossctl: Command) -> None:
    Path("truth.csv").write_text("id,t\n3,3\n1,1\n2,2\n")
    Path("link.csv").symlink_to("long.csv")
    long = ("batch", "long.csv", "-l", "mse", "--model", "model", "--id", "id", "-t", "truth.csv:t", "-p", f"{of_file}p")
    assert comparisons(lossctl, *long[1:]) == [("long.csv:A", "long.csv:B", 11 / 3)]
    assert lossctl(*long, "-b").out == f"0\n{11 / 3!r}\n"
    groups = json.loads(lossctl(*long, "--by", f"{of_file}g", "--json").out)["runs"][1]["results"]
    assert [result["value"] for result in groups] == [11 / 3, 5, 1]
    assert lossctl(*long, "-b", "--where", f"{of_file}g=v").out == "0\n1\n"
    none = lossctl(*long, "-b", "--where", f"{of_file}model=A")
    assert (none.out, none.code) == ("0\n", 3)
    assert "long.csv:B: none of the 3 rows is used" in none.err
