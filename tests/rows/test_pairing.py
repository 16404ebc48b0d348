"""Rows that belong together: keys found in keys, of the tables of a dataset and of the models that are compared."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossctl.columns.arrow_words import ArrowWords, strings
from lossctl.columns.keys import Key
from lossctl.columns.words import WordList
from lossctl.errors import DataError
from lossctl.rows.dataset import Dataset
from lossctl.rows.join import check_none_missing, check_spelling, check_unique, join
from lossctl.rows.parts import Feed
from lossctl.rows.whole_tables import WholeTable, read_whole
from tests.conftest import Command, Outcome, write

properties = settings(max_examples=200, deadline=None, derandomize=True)
WORDS = st.sampled_from(["a", "b", "c", "1", "01", "1.0", "", "ä"])
PAIRS = st.lists(st.tuples(WORDS, WORDS), max_size=8)


def key_of(rows: list[tuple[str, ...]], width: int, *, arrow: bool) -> Key:
    columns = [[row[place] for row in rows] for place in range(width)]
    return [ArrowWords(strings(column)) if arrow else WordList(column) for column in columns]


@given(PAIRS, PAIRS, st.integers(1, 2), st.booleans(), st.booleans())
@properties
def test_a_join_finds_each_key_where_it_first_stands_letter_for_letter(
    one: list[tuple[str, ...]], other: list[tuple[str, ...]], width: int, arrow: bool, mixed: bool
) -> None:
    one, other = [row[:width] for row in one], list(dict.fromkeys(row[:width] for row in other))
    found = join(key_of(one, width, arrow=arrow), key_of(other, width, arrow=arrow != mixed))
    assert found.places.tolist() == [other.index(row) if row in other else -1 for row in one]
    assert found.unknown.tolist() == [place for place, row in enumerate(other) if row not in one]
    assert found.one_to_one == (sorted(one) == sorted(other))


def test_a_key_that_stands_twice_is_named_with_its_count() -> None:
    check_unique([WordList(["a", "a"]), WordList(["1", "2"])], "p.csv")
    with pytest.raises(DataError) as caught:
        check_unique([WordList(["b", "a", "b", "b", "a"]), WordList(["1", "1", "1", "2", "1"])], "p.csv")
    assert str(caught.value) == "p.csv: 2 keys more than once: 'b,1', 'a,1'"


def test_missing_keys_are_named_on_both_sides() -> None:
    keys = ([WordList(["x", "y", "z"])], [WordList(["w", "x", "y"])])
    check_none_missing(("a.csv", "b.csv"), keys, (np.zeros(0, int), np.zeros(0, int)))
    with pytest.raises(DataError) as caught:
        check_none_missing(("a.csv", "b.csv"), keys, (np.array([2]), np.array([0])))
    said = "b.csv: 1 key of a.csv missing: 'z'; in a.csv 1 key of b.csv missing: 'w'\nhint: leave such rows out: --missing drop"
    assert str(caught.value) == said
    with pytest.raises(DataError, match=r"^a.csv: 1 key of b.csv missing: 'w'\n"):
        check_none_missing(("a.csv", "b.csv"), keys, (np.zeros(0, int), np.array([0])))


def test_keys_of_which_only_the_spelling_differs_are_named_as_such() -> None:
    check_spelling(("a", "b"), ([WordList(["9007199254740993"])], [WordList(["9007199254740992"])]))
    with pytest.raises(DataError) as caught:
        check_spelling(("a", "b"), ([WordList(["7", "892"])], [WordList(["892.0", "x"])]))
    said = (
        "b: no key of a is there; '892' and '892.0' are the same number\nhint: keys pair as text; write them alike in both files"
    )
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("name", "where"),
    [("t.csv", "line 4"), ("lines.csv", "line 5"), ("quoted.csv", "line 4"), ("t.jsonl", "line 3"), ("t.arrow", "row 2")],
)
def test_a_value_missing_in_a_paired_table_is_located_after_its_bytes_are_gone(lossctl: Command, name: str, where: str) -> None:
    write("p.csv", "id,pred\nc,3\nb,2\na,1\n")
    write("t.csv", "id,y\na,1\nb,2\nc,\n")
    write("lines.csv", 'id,y,note\na,1,"two\nlines"\nb,2,\nc,,\n')
    write("quoted.csv", '"id",y\n"a",1\n"b",2\n"c",\n')
    write("t.jsonl", '{"id": "a", "y": 1}\n{"id": "b", "y": 2}\n{"id": "c", "y": null}\n')
    table = pa.table({"id": ["a", "b", "c"], "y": [1.0, 2.0, None]})
    with pa.ipc.new_stream("t.arrow", table.schema) as stream:
        stream.write_table(table)
    done = lossctl("eval", "p.csv", "-t", f"{name}:y", "-l", "mse", "--id", "id")
    said = f"{name} {where}, column 'y': a value is missing (empty or NaN)"
    assert (done.code, done.out, done.err.splitlines()[0]) == (3, "", f"lossctl: error: {said}")


def test_numbers_in_other_spellings_pair_no_rows_and_the_message_says_so(lossctl: Command) -> None:
    write("p.csv", "id,pred\n892,1\n893,2\n")
    write("t.csv", "id,y\n893.0,2\n892.0,5\n")
    for more in ((), ("--missing", "drop")):
        done = lossctl("eval", "p.csv", "-t", "t.csv:y", "-l", "mse", "--id", "id", *more)
        assert (done.code, done.out) == (3, "")
        assert done.err.startswith("lossctl: error: t.csv: no key of p.csv is there; '892' and '892.0' are the same number\n")
    write("q.csv", "id,pred,y\n893.0,2,2\n892.0,1,5\n")
    write("r.csv", "id,pred,y\n892,1,5\n893,2,2\n")
    done = lossctl("compare", "q.csv", "r.csv", "-l", "mse", "--id", "id")
    assert "r.csv: no key of q.csv is there; '893.0' and '893' are the same number" in done.err


def test_a_key_of_several_columns_pairs_rows_that_either_column_alone_would_not(lossctl: Command) -> None:
    write("p.csv", "day,shop,pred\n1,a,1\n1,b,2\n2,a,3\n")
    write("t.csv", "day,shop,y\n2,a,5\n1,b,2\n1,a,0\n")
    run = ("eval", "p.csv", "-t", "t.csv:y", "-l", "mse", "-b")
    assert lossctl(*run, "--id", "day,shop").value == (1 + 0 + 4) / 3
    assert lossctl(*run, "--id", "shop", "--id", "day").value == (1 + 0 + 4) / 3
    assert "2 keys more than once" not in lossctl(*run, "--id", "day").err
    assert "1 key more than once: '1'" in lossctl(*run, "--id", "day").err
    write("u.csv", "d,s,y\n2,a,5\n1,b,2\n1,a,0\n")
    run = ("eval", "p.csv", "-t", "u.csv:y", "-l", "mse", "-b")
    assert lossctl(*run, "--id", "p.csv:day,shop,u.csv:d,s").value == (1 + 0 + 4) / 3
    done = lossctl(*run, "--id", "p.csv:day,shop,u.csv:d")
    assert (done.code, done.err) == (2, "lossctl: error: u.csv: --id names 1 column here and 2 of p.csv\n")
    done = lossctl(*run, "--id", "p.csv:day,x.csv:d")
    said = "lossctl: error: --id names 'x.csv', which is not read\nhint: files are p.csv, u.csv\n"
    assert (done.code, done.err) == (2, said)


def test_two_key_columns_that_read_the_same_joined_are_two_keys(lossctl: Command) -> None:
    write("p.csv", 'a,b,pred\n"1,2",3,1\n1,"2,3",2\n')
    write("t.csv", 'a,b,y\n1,"2,3",2\n"1,2",3,4\n')
    assert lossctl("eval", "p.csv", "-t", "t.csv:y", "-l", "mse", "-b", "--id", "a,b").value == 9 / 2


def test_a_key_of_several_columns_is_a_list_in_json_and_columns_in_tables(lossctl: Command) -> None:
    write("p.csv", "day,shop,pred,y\n1,a,1,0\n1,b,2,2\n2,a,3,5\n")
    run = ("eval", "p.csv", "-l", "mse", "--id", "day,shop")
    [found] = json.loads(lossctl(*run, "--json", "--per-sample", "--worst", "1").out)["runs"]
    assert found["samples"]["id"] == [["1", "a"], ["1", "b"], ["2", "a"]]
    assert found["worst"]["mse"][0]["id"] == ["2", "a"]
    lossctl(*run, "--save-samples", "s.csv")
    assert Path("s.csv").read_text() == "row,id:day,id:shop,mse\n0,1,a,1\n1,1,b,0\n2,2,a,4\n"
    assert "\nrun,row,id:day,id:shop,mse\np.csv,0,1,a,1\n" in lossctl(*run, "-f", "csv", "--per-sample").out
    assert "\nrun,loss,row,id:day,id:shop,value\np.csv,mse,2,2,a,4\n" in lossctl(*run, "-f", "csv", "--worst", "1").out
    [alone] = json.loads(lossctl(*run[:-1], "y", "--json", "--per-sample").out)["runs"]
    assert alone["samples"]["id"] == ["0", "2", "5"]


def test_a_column_may_be_a_key_and_a_role_at_once(lossctl: Command) -> None:
    write("p.csv", "y,pred\n1,1\n2,4\n")
    write("t.csv", "y,w\n2,3\n1,1\n")
    assert lossctl("eval", "p.csv", "-l", "mse", "-w", "t.csv:w", "--id", "y", "-b").value == 12 / 4


def compared(lossctl: Command, *arguments: str) -> Outcome:
    return lossctl("compare", *arguments, "-l", "mse", "--id", "id", "--json", "-q")


def used_and_dropped(done: Outcome) -> list[tuple[int, int, dict[str, int]]]:
    assert done.code == 0, done.err
    return [(run["rows"], run["used"], run["dropped"]) for run in json.loads(done.out)["runs"]]


@pytest.mark.parametrize("truth", [False, True])
def test_a_key_that_another_model_lacks_is_missing_whatever_else_was_dropped(lossctl: Command, truth: bool) -> None:
    """As many rows are used of both models, and the two that are not are other ones."""
    write("a.csv", "id,pred,y\nx,1,0\ny,2,0\nz,3,0\n")
    write("b.csv", "id,pred,y\nx,1,0\ny,2,0\nw,,0\n")
    write("t.csv", "id,y\nw,0\nz,0\ny,0\nx,0\n")
    run = ("a.csv", "b.csv", "--nan", "drop", *(("-t", "t.csv:y", "--missing", "drop") if truth else ()))
    done = compared(lossctl, *run)
    if not truth:
        assert done.code == 3
        assert "b.csv: 1 key of a.csv missing: 'z'; in a.csv 1 key of b.csv missing: 'w'" in done.err
        done = compared(lossctl, *run, "--missing", "drop")
        assert used_and_dropped(done) == [(3, 2, {"missing": 1}), (3, 2, {"nan": 1})]
        return
    assert used_and_dropped(done) == [(4, 2, {"missing": 2}), (4, 2, {"missing": 1, "nan": 1})]


def test_keys_that_a_condition_leaves_out_on_one_side_are_no_missing_ones(lossctl: Command) -> None:
    write("a.csv", "id,s,pred,y\nx,1,1,0\ny,1,2,0\nz,0,3,0\nz,0,9,0\n")
    write("b.csv", "id,s,pred,y\nz,1,4,0\ny,1,5,0\nx,0,6,0\nq,0,6,0\n")
    done = compared(lossctl, "a.csv", "b.csv", "--where", "s=1")
    assert used_and_dropped(done) == [(4, 1, {"where": 3}), (4, 1, {"where": 3})]
    assert json.loads(done.out)["comparisons"][0]["difference"] == 25 - 4
    write("b.csv", "id,s,pred,y\nv,1,4,0\ny,1,5,0\nx,0,6,0\n")
    done = compared(lossctl, "a.csv", "b.csv", "--where", "s=1")
    assert (done.code, "a.csv: 1 key of b.csv missing: 'v'" in done.err) == (3, True)


def test_a_row_is_left_out_for_the_reason_of_the_model_that_does_not_use_it(lossctl: Command) -> None:
    write("a.csv", "id,s,pred,y\n1,t,1,0\n2,t,2,0\n3,t,,0\n4,t,4,0\n")
    write("b.csv", "id,s,pred,y\n4,t,4,0\n3,t,3,0\n2,u,2,0\n1,t,1,0\n")
    write("c.csv", "id,s,pred,y\n1,t,3,0\n2,t,2,0\n3,t,3,0\n5,t,5,0\n")
    done = compared(lossctl, "a.csv", "b.csv", "c.csv", "--where", "s=t", "--nan", "drop", "--missing", "drop")
    assert used_and_dropped(done) == [
        (4, 1, {"nan": 1, "where": 1, "missing": 1}),
        (4, 1, {"where": 1, "nan": 1, "missing": 1}),
        (4, 1, {"nan": 1, "where": 1, "missing": 1}),
    ]
    in_order = json.loads(lossctl("compare", "a.csv", "b.csv", "-l", "mse", "--in-order", "--nan", "drop", "--json").out)
    assert [run["dropped"] for run in in_order["runs"]] == [{"nan": 1}, {"nan": 1}]


ROWS = st.lists(
    st.tuples(st.sampled_from("stuvwxyz"), st.sampled_from(["in", "out"]), st.sampled_from(["", "1", "2"])), max_size=6
)


@pytest.mark.slow
@given(st.lists(ROWS, min_size=2, max_size=3), st.booleans())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_models_are_compared_on_the_keys_that_plain_python_finds(tmp_path_factory: Any, models: Any, drop: bool) -> None:
    from lossctl.cli import run

    folder = tmp_path_factory.mktemp("models")
    names = [str(folder / f"{place}.csv") for place in range(len(models))]
    for name, rows in zip(names, models, strict=True):
        write(name, "id,s,pred,y\n" + "".join(f"{key},{s},{pred},0\n" for key, s, pred in rows))
    out = folder / "out.json"
    more = ("--where", "s=in", "--nan", "drop", "-q", "-o", str(out), *(("--missing", "drop") if drop else ()))
    code = run(("compare", *names, "-l", "mse", "--id", "id", *more))
    judged = [[row[0] for row in rows if row[1] == "in"] for rows in models]
    left_out = [{row[0] for row in rows if row[1] == "out"} for rows in models]
    used = [{row[0]: float(row[2]) for row in rows if row[1] == "in" and row[2]} for rows in models]
    twice = any(len(set(keys)) < len(keys) for keys in judged)
    missing = any(
        set(judged[one]) - set(judged[other]) - left_out[other]
        for one, other in itertools.permutations(range(len(models)), 2)
        if 0 in (one, other)
    )
    common = set.intersection(*(set(costs) for costs in used))
    if any(not rows for rows in models) or not all(used) or twice or (missing and not drop) or not common:
        assert code == 3
        return
    assert code == 0
    document = json.loads(out.read_text())
    for costs, one in zip(used, document["runs"], strict=True):
        assert one["used"] == len(common)
        assert one["used"] + sum(one["dropped"].values()) == one["rows"]
        assert one["results"][0]["value"] == pytest.approx(sum(costs[key] ** 2 for key in common) / len(common), rel=1e-15)


def test_a_key_that_stands_twice_on_both_sides_in_one_order_is_refused(lossctl: Command) -> None:
    Path("a.csv").write_text("k,pred\nu,1\nu,2\nv,3\n")
    Path("t.csv").write_text("k,y\nu,0\nu,0\nv,0\n")
    done = lossctl("eval", "a.csv", "-t", "t.csv:y", "--id", "k", "-l", "mse", "-b")
    assert (done.code, done.out, done.err) == (3, "", "lossctl: error: a.csv: 1 key more than once: 'u'\n")


def test_a_key_that_a_condition_leaves_out_of_one_of_two_tables_is_not_missing(lossctl: Command) -> None:
    Path("a.csv").write_text("k,pred\nu,1\n")
    Path("t.csv").write_text("k,y\nu,0\nx,0\nz,0\n")
    Path("w.csv").write_text("k,w,g\nx,1,off\nu,1,on\n")
    options = ("--id", "k", "-w", "w.csv:w", "--where", "w.csv:g=on", "--missing", "drop", "-l", "mse", "--json")
    done = lossctl("eval", "a.csv", "-t", "t.csv:y", *options)
    assert json.loads(done.out)["runs"][0]["dropped"] == {"where": 1, "missing": 1}


SOLUTION = "g,id,y\na,1,10\na,2,20\nb,1,30\nb,2,40\n"
MODELS = {
    "base.csv": "g,id,pred\nb,2,41\na,1,12\nb,1,33\na,2,24\n",
    "first.csv": "g,id,pred\na,2,21\nb,1,31\nb,2,45\na,1,10\n",
    "second.csv": "g,id,pred\na,1,15\na,2,20\nb,2,40\nb,1,30\n",
}


def all_compared(lossctl: Command, *more: str) -> Outcome:
    return lossctl("compare", *MODELS, "-l", "mse", "--method", "t", "--worst", "1", "--json", *more)


def test_models_that_share_a_solution_are_compared_as_models_with_its_columns_are(
    lossctl: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def noted(dataset: Dataset, feed: Feed) -> WholeTable:
        read.append(feed.tables[0].path)
        return read_whole(dataset, feed)

    monkeypatch.setattr("lossctl.rows.whole_tables.read_whole", noted)
    target = {line[:3]: line.rsplit(",", 1)[1] for line in SOLUTION.splitlines()}
    for name, text in MODELS.items():
        write(name, "".join(f"{line},{target[line[:3]]}\n" for line in text.splitlines()))
    own = all_compared(lossctl, "--id", "g,id")
    assert read == []
    for name, text in MODELS.items():
        write(name, text)
    write("t.csv", SOLUTION)
    done = all_compared(lossctl, "-t", "t.csv:y", "--id", "g,id")
    assert (own.code, done.code, read) == (0, 0, ["base.csv", "t.csv", "first.csv", "second.csv"])
    found = json.loads(done.out)["comparisons"]
    assert found == json.loads(own.out)["comparisons"]
    # squared errors by a1, a2, b1, b2: 4, 16, 9, 1; then 0, 1, 1, 25; then 25, 0, 0, 0
    assert [(one["base_value"], one["value"]) for one in found] == [(7.5, 6.75), (7.5, 6.25)]
    assert [(row["row"], row["id"], row["difference"]) for one in found for row in one["worst"]] == [
        (0, ["b", "2"], 24.0),
        (1, ["a", "1"], 21.0),
    ]


def test_a_shared_solution_of_other_rows_is_refused_or_drops_them_for_each_model(lossctl: Command) -> None:
    for name, text in MODELS.items():
        write(name, text)
    write("t.csv", SOLUTION.replace("a,2,20\n", "c,9,20\n"))
    refused = all_compared(lossctl, "-t", "t.csv:y", "--id", "g,id")
    said = "t.csv: 1 key of base.csv missing: 'a,2'; in base.csv 1 key of t.csv missing: 'c,9'"
    assert (refused.code, refused.err.splitlines()[0]) == (3, f"lossctl: error: {said}")
    done = all_compared(lossctl, "-t", "t.csv:y", "--id", "g,id", "--missing", "drop")
    found = json.loads(done.out)
    assert [(run["used"], run["dropped"]) for run in found["runs"]] == [(3, {"missing": 2})] * 3
    assert [(one["base_value"], one["value"]) for one in found["comparisons"]] == [(14 / 3, 26 / 3), (14 / 3, 25 / 3)]


def test_a_model_that_lacks_rows_of_a_shared_solution_is_named(lossctl: Command) -> None:
    for name, text in MODELS.items():
        write(name, text)
    write("t.csv", SOLUTION)
    write("second.csv", MODELS["second.csv"].replace("b,2,40\n", "a,1,40\n"))
    done = all_compared(lossctl, "-t", "t.csv:y", "--id", "g,id")
    assert (done.code, done.err.splitlines()[0]) == (3, "lossctl: error: second.csv: 1 key more than once: 'a,1'")
    write("second.csv", MODELS["second.csv"].replace("b,2,40\n", ""))
    done = all_compared(lossctl, "-t", "t.csv:y", "--id", "g,id")
    assert (done.code, done.err.splitlines()[0]) == (3, "lossctl: error: second.csv: 1 key of t.csv missing: 'b,2'")


def test_a_solution_that_is_a_model_too_is_its_own_table(lossctl: Command) -> None:
    write("a.csv", "id,pred,y\n1,2,1\n2,2,2\n")
    write("b.csv", "id,pred,y\n2,4,9\n1,1,9\n")
    done = lossctl("compare", "a.csv", "b.csv", "-t", "a.csv:y", "--id", "id", "-l", "mse", "--method", "t", "--json")
    [found] = json.loads(done.out)["comparisons"]
    assert (done.code, found["base_value"], found["value"]) == (0, 0.5, 2.0)
