"""Rows that pair by order, where a key column that their tables share says whether they belong together."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lossctl as api
from lossctl.binding.keys import is_usual_key
from lossctl.binding.use import RowField, Use
from lossctl.columns.words import WordList
from lossctl.question.read_inputs import read_keys
from lossctl.rows.shared import FIRST_ROWS, SharedWords, first_difference, key_columns
from tests.conftest import Command, write

USUAL = [
    "id", "ID", "Id", "sample_id", "SAMPLE-ID", "sample id", "x.id", "PassengerId", "userID", "qid", "DocID", "uid", "uuid",
    "GUID", "key", "Index", "name", "File", "image", "Date", "time", "ds", "timestamp", " id ",
]  # fmt: skip
OTHERS = ["grid", "paid", "PAID", "idea", "id_type", "filename", "y", "datetime", "a,id", "score", "names", "1"]


def table(name: str, header: str, *rows: str) -> None:
    write(name, "\n".join([header, *rows]) + "\n")


@pytest.mark.parametrize("name", USUAL)
def test_a_usual_key_is_known_by_its_name(name: str) -> None:
    assert is_usual_key(name, 3)


@pytest.mark.parametrize("name", OTHERS)
def test_other_names_are_no_keys(name: str) -> None:
    assert not is_usual_key(name, 0)


def test_a_column_without_a_name_is_a_key_where_it_is_the_first() -> None:
    assert (is_usual_key("", 0), is_usual_key("", 1)) == (True, False)


def test_rows_in_another_order_are_refused_with_the_first_and_what_pairs_them(lossctl: Command) -> None:
    table("p.csv", "id,pred", "1,1", "2,2", "3,5")
    table("t.csv", "id,y", "1,1", "3,5", "2,2")
    run = ("eval", "p.csv", "-t", "t.csv:y", "-l", "mse", "-b")
    done = lossctl(*run)
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "lossctl: error: t.csv line 3, column 'id': the key '3' is paired with '2' of p.csv line 3, column 'id', "
        "since rows pair by order\nhint: pair rows by key: --id id; if they belong together all the same: --in-order\n"
    )
    assert lossctl(*run, "--id", "id").value == 0
    assert lossctl(*run, "--in-order").value == 6
    done = lossctl(*run, "--in-order", "--id", "id")
    assert (done.code, done.err) == (
        2,
        "lossctl: error: --in-order pairs rows by their order, --id by their keys; give one of them\n",
    )


def test_a_nameless_column_is_named_by_its_number(lossctl: Command) -> None:
    table("p.csv", ",y_pred", "7,0.1", "2,0.8", "5,0.3")
    table("t.csv", ",y_true", "2,1", "5,0", "7,0")
    done = lossctl("eval", "p.csv", "-t", "t.csv", "-l", "ce", "-b")
    assert done.code == 3
    assert done.err.endswith("hint: pair rows by key: --id 1; if they belong together all the same: --in-order\n")
    assert lossctl("eval", "p.csv", "-t", "t.csv", "-l", "ce", "-b", "--id", "1").value == pytest.approx(
        0.22839300363692283, 1e-12
    )


def test_all_the_keys_are_named_each_as_its_table_calls_it(lossctl: Command) -> None:
    table("p.csv", "QID,docid,pred", "1,a,1", "1,b,2")
    table("t.csv", "qid,docid,y", "1,b,2", "1,a,1")
    run = ("eval", "p.csv", "-t", "t.csv:y", "-l", "mse", "-b")
    done = lossctl(*run)
    option = "p.csv:QID,docid,t.csv:qid,docid"
    assert (done.code, f"hint: pair rows by key: --id {option}; if" in done.err) == (3, True)
    assert lossctl(*run, "--id", option).value == 0
    table("w.csv", "w", "1", "1")
    done = lossctl(*run, "-w", "w.csv:w")  # which has no key: --id would be of no use
    assert (done.code, done.err.partition("\n")[2]) == (3, "hint: if they belong together all the same: --in-order\n")


@pytest.mark.parametrize(
    ("one", "other"),
    [(("892", "893"), ("892.0", "893.0")), (("a", "b"), ("a", "b")), (("1e3", "2"), ("1000", "+2")), (("", "x"), ("", "x"))],
)
def test_keys_in_other_spellings_agree(lossctl: Command, one: tuple[str, ...], other: tuple[str, ...]) -> None:
    table("p.csv", "id,pred", *(f"{key},1" for key in one))
    table("t.csv", "id,y", *(f"{key},3" for key in other))
    done = lossctl("eval", "p.csv", "-t", "t.csv:y", "-l", "mse", "-b")
    assert (done.value, "is paired with" in done.err) == (4, False)


@pytest.mark.parametrize("pair", [("01", "1"), ("9007199254740993", "9007199254740992"), ("A", "a"), ("", "nan"), ("1 ", "2")])
def test_keys_that_are_other_ones_do_not(lossctl: Command, pair: tuple[str, str]) -> None:
    for place, key in enumerate(pair):
        table(f"{place}.csv", "id,y,pred", f"{key},1,2")
    done = lossctl("eval", "0.csv", "-t", "1.csv:y", "-l", "mse", "-b")
    assert (done.code, "--in-order" in done.err) == (3, True)


def test_where_keys_repeat_a_disagreement_is_a_warning(lossctl: Command) -> None:
    table("p.csv", "date,pred", "mon,1", "mon,2", "tue,5")
    table("t.csv", "date,y", "mon,1", "tue,3", "tue,5")
    done = lossctl("eval", "p.csv", "-t", "t.csv:y", "-l", "mse", "--json")
    warning = (
        "p.csv: t.csv line 3, column 'date': the key 'tue' is paired with 'mon' of p.csv line 3, column 'date', "
        "since rows pair by order"
    )
    assert (done.code, f"lossctl: warning: {warning}\n" in done.err) == (0, True)
    assert json.loads(done.out)["warnings"] == [warning]
    assert json.loads(done.out)["runs"][0]["results"][0]["value"] == 1 / 3


def test_a_column_with_fractions_is_no_key_and_others_are_judged_without_it(lossctl: Command) -> None:
    table("p.csv", "time,pred", "0.5,1", "0.25,2")
    table("t.csv", "time,y", "0.75,1", "2,2")
    run = ("eval", "p.csv", "-t", "t.csv:y", "-l", "mse", "-b")
    done = lossctl(*run)
    assert (done.value, "time" in done.err) == (0, False)
    table("p.csv", "time,id,pred", "0.5,1,1", "0.25,2,2")
    table("t.csv", "time,id,y", "0.75,1,1", "2,3,2")
    done = lossctl(*run)
    assert (done.code, "the key '3' is paired with '2'" in done.err, "--id id;" in done.err) == (3, True, True)


def test_a_column_that_is_a_role_is_no_key(lossctl: Command) -> None:
    table("p.csv", "time,pred", "1,1", "2,2")
    table("t.csv", "time,y", "5,1", "6,2")
    assert lossctl("eval", "p.csv", "-t", "t.csv:time", "-l", "mse", "-b").value == 16


@pytest.mark.parametrize("last", [FIRST_ROWS - 1, FIRST_ROWS])
def test_the_first_rows_decide_whether_keys_repeat_and_all_rows_are_compared(lossctl: Command, last: int) -> None:
    """A key that stands again in the last of the first rows makes it a warning, one row later it is an error."""
    keys = np.arange(last + 2_000)
    keys[last] = 5
    other = keys.copy()
    other[-1] = 10**6
    np.savez("p.npz", id=keys, pred=np.ones(len(keys)))
    table("t.csv", "id,y", *(f"{key}.0,2" for key in other.tolist()))
    for jobs in ("1", "2"):
        done = lossctl("eval", "p.npz", "-t", "t.csv:y", "-l", "mse", "-b", "-j", jobs)
        found = "the key '1000000.0' is paired with"
        assert (done.code, found in done.err) == (0 if last < FIRST_ROWS else 3, True)


def test_what_is_found_does_not_depend_on_how_rows_are_cut() -> None:
    random = np.random.default_rng(5)
    one = WordList([str(key) for key in range(40)])
    other = WordList([str(key) if random.random() < 0.9 else f"{key}x" for key in range(40)])
    uses = [Use(RowField.SHARED, "id", place) for place in (0, 1)]

    def taken(first: int, last: int) -> SharedWords:
        words = SharedWords(kept=25)
        columns = dict(zip(reversed(uses), (other[first:last], one[first:last]), strict=True))
        words.add(first, columns, lambda use, row: f"{use.place} {first + row}")
        return words

    whole = taken(0, 40)
    assert list(whole.differences) == [tuple(uses)]
    assert len(next(iter(whole.of_tables(1).values()))) == 25
    for _ in range(30):
        cuts = [0, *sorted(random.integers(0, 41, 3).tolist()), 40]
        total = SharedWords(kept=25)
        for first, last in itertools.pairwise(cuts):
            total.merge(taken(first, last))
        assert total.differences == whole.differences
        assert [total.of_tables(place)["id"].tolist() for place in (0, 1)] == [one[:25].tolist(), other[:25].tolist()]


def test_key_columns_are_those_of_both_and_stand_once_together() -> None:
    one = {"qid": WordList(["1", "1"]), "docid": WordList(["a", "b"]), "time": WordList(["1", "0,5"]), "id": WordList(["1", "2"])}
    other = {"qid": WordList(["1", "2"]), "docid": WordList(["a", "a"]), "time": WordList(["1", "2"])}
    assert key_columns(one, other) == (["qid", "docid"], True)
    assert key_columns({"qid": one["qid"]}, other) == (["qid"], False)
    assert key_columns({"id": one["id"]}, other) == ([], False)
    assert first_difference(WordList(["1", "2"]), WordList(["1.0", "2"])) is None


def test_models_whose_keys_differ_are_refused_also_where_their_targets_coincide(lossctl: Command) -> None:
    table("a.csv", "id,p,y", "1,0.9,1", "2,0.1,1", "3,0.7,1")
    table("b.csv", "id,p,y", "3,0.71,1", "2,0.11,1", "1,0.91,1")
    run = ("compare", "a.csv", "b.csv", "-l", "ce", "-p", "p")
    done = lossctl(*run)
    assert (done.code, done.err) == (
        3,
        "lossctl: error: b.csv row 0, column 'id': the key '3' is paired with '1' of a.csv row 0, column 'id', since rows pair "
        "by order\nhint: pair rows by key: --id id; if they belong together all the same: --in-order\n",
    )
    assert json.loads(lossctl(*run, "--id", "id", "--json").out)["comparisons"][0]["better"] == 3
    assert json.loads(lossctl(*run, "--in-order", "--json").out)["comparisons"][0]["better"] == 2
    table("t.csv", "y", "1", "1", "1")  # of which no key can be said
    done = lossctl(*run, "-t", "t.csv:y")
    assert (done.code, done.err.partition("\n")[2]) == (3, "hint: if they belong together all the same: --in-order\n")
    table("b.csv", "id,p,y", "1,0.71,1", "1,0.11,1", "3,0.91,1")
    found = json.loads(lossctl(*run, "--json").out)
    warning = "b.csv row 1, column 'id': the key '1' is paired with '2' of a.csv row 1, column 'id', since rows pair by order"
    assert found["warnings"] == [warning]


def test_a_baseline_of_predictions_in_another_order_is_refused(lossctl: Command) -> None:
    table("a.csv", "id,pred,y", "1,2,1", "2,1,1", "3,3,1")
    table("b.csv", "id,pred,y", "3,3,1", "2,1,1", "1,2,1")
    run = ("check", "a.csv", "--max-rise", "mse=0", "--baseline", "b.csv", "--confidence", "0.9")
    done = lossctl(*run)
    assert (done.code, "--id id" in done.err) == (3, True)
    assert lossctl(*run, "--id", "id").code == lossctl(*run, "--in-order").code == 0


def test_every_door_refuses_rows_that_do_not_belong_together(lossctl: Command) -> None:
    table("p.csv", "id,pred", "1,1", "2,2")
    table("q.csv", "id,pred", "2,2", "1,1")
    table("t.csv", "id,y", "2,2", "1,1")
    done = lossctl("batch", "p.csv", "q.csv", "-t", "t.csv:y", "-l", "mse", "--json")
    assert {run["run"]: run["error"] is None for run in json.loads(done.out)["runs"]} == {"p.csv": False, "q.csv": True}
    assert lossctl("batch", "p.csv", "q.csv", "-t", "t.csv:y", "-l", "mse", "--in-order").code == 0
    assert lossctl("check", "p.csv", "-t", "t.csv:y", "--max", "mse=0").code == 3
    assert lossctl("check", "p.csv", "-t", "t.csv:y", "--max", "mse=1", "--in-order").code == 0
    with pytest.raises(api.LossctlError, match="is paired with"):
        api.evaluate("p.csv", "t.csv:y", "mse")
    assert api.evaluate("p.csv", "t.csv:y", "mse", in_order=True).value == 1
    assert api.evaluate("p.csv", "t.csv:y", "mse", id="id").value == 0


def parquet(name: str, columns: dict[str, list[object]]) -> None:
    import pandas as pd

    pd.DataFrame(columns).to_parquet(f"{name}.parquet", index=False)


def lines(name: str, columns: dict[str, list[object]]) -> None:
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    write(f"{name}.jsonl", "".join(json.dumps(row) + "\n" for row in rows))


def arrays(name: str, columns: dict[str, list[object]]) -> None:
    made: dict[str, Any] = {column: np.array(values) for column, values in columns.items()}
    np.savez(f"{name}.npz", **made)


def text(name: str, columns: dict[str, list[object]]) -> None:
    table(f"{name}.csv.tsv", "\t".join(columns), *("\t".join(map(str, row)) for row in zip(*columns.values(), strict=True)))


@pytest.mark.parametrize("of_pred", [parquet, lines, arrays, text])
@pytest.mark.parametrize("of_truth", [parquet, lines, arrays, text])
def test_tables_of_any_formats_are_compared(
    lossctl: Command, of_pred: Callable[..., None], of_truth: Callable[..., None]
) -> None:
    keys: list[object] = list(range(5))
    of_pred("p", {"id": keys, "pred": keys})
    for name, truth in (("same", keys), ("other", keys[::-1])):
        of_truth(name, {"id": truth, "y": truth})
        [pred], [path] = Path().glob("p.*"), Path().glob(f"{name}.*")
        done = lossctl("eval", str(pred), "-t", f"{path}:y", "-l", "mse", "-b")
        assert (done.code, done.out) == ((0, "0\n") if name == "same" else (3, ""))
    assert lossctl("eval", str(pred), "-t", f"{path}:y", "-l", "mse", "-b", "--id", "id").value == 0
    assert lossctl("eval", str(pred), "-t", f"{path}:y", "-l", "mse", "-b", "--in-order").value == 8


def test_dates_of_two_parquet_files_are_compared(lossctl: Command) -> None:
    import pandas as pd

    days = pd.to_datetime(["2024-01-01 12:30:00.5", "2024-01-02"], format="ISO8601")
    parquet("p", {"date": list(days), "pred": [1.0, 2.0]})
    parquet("t", {"date": list(days[::-1]), "y": [1.0, 2.0]})
    done = lossctl("eval", "p.parquet", "-t", "t.parquet:y", "-l", "mse", "-b")
    assert (done.code, "the key '2024-01-02' is paired with '2024-01-01 12:30:00.5'" in done.err) == (3, True)
    assert lossctl("eval", "p.parquet", "-t", "t.parquet:y", "-l", "mse", "-b", "--id", "date").value == 1


def test_shards_are_compared_as_one_dataset(lossctl: Command) -> None:
    for folder, column, keys in (("p", "pred", "1234"), ("t", "y", "1243")):
        Path(folder).mkdir()
        for shard in (0, 1):
            table(f"{folder}/{shard}.csv", f"id,{column}", *(f"{key},{key}" for key in keys[2 * shard :][:2]))
    done = lossctl("eval", "p/", "-t", "t/:y", "-l", "mse", "-b")
    assert done.err.startswith("lossctl: error: t/1.csv line 2, column 'id': the key '4' is paired with '3' of p/1.csv line 2,")
    assert lossctl("eval", "p/", "-t", "t/:y", "-l", "mse", "-b", "--id", "id").value == 0
    table("t/0.csv", "key,y", "1,1", "2,2")  # a column that not every shard has is no key of the dataset
    assert lossctl("eval", "p/", "-t", "t/:y", "-l", "mse", "-b").value == 0.5


def test_of_several_keys_the_first_row_that_differs_is_named(lossctl: Command) -> None:
    Path("p.csv").write_text("id,date,pred\n1,d1,1\n2,d2,2\n3,d3,3\n")
    Path("t.csv").write_text("id,date,y\n1,d1,0\n2,d3,0\n4,d2,0\n")
    done = lossctl("eval", "p.csv", "-t", "t.csv:y", "-l", "mse")
    said = (
        "t.csv line 3, column 'date': the key 'd3' is paired with 'd2' of p.csv line 3, column 'date', since rows pair by order"
    )
    assert (done.code, done.err.splitlines()[0]) == (3, f"lossctl: error: {said}")


def test_key_columns_are_called_as_they_were_typed() -> None:
    assert [(src.text, src.file) for src in read_keys("a,b")] == [("a", None), ("b", None)]
    assert [(src.text, src.file) for src in read_keys("f.csv:a,b")] == [("f.csv:a", "f.csv"), ("f.csv:b", "f.csv")]
