"""Fields of lists of objects, as APIs write the log-probabilities of tokens: of all objects a list, of the first one its own."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from lossctl import evaluate
from tests.conftest import Command, write
from tests.corpus.readers import forced
from tests.python.refusals import refusal

TOKENS = [[-0.5, -1.5, -0.125], [-0.25], [], [-2.0, -1.0]]
OTHERS = [[-0.75], [-3.0, -0.5], [-1.0], [-0.5]]  # of a second choice


def logprobs(values: list[float]) -> dict[str, Any]:
    """As chats and completions have them, the second each half as large."""
    tokens = [{"token": f"t{place}", "logprob": value, "bytes": [1, 2]} for place, value in enumerate(values)]
    return {"content": tokens, "token_logprobs": [value / 2 for value in values]}


ROWS = [
    {"choices": [{"logprobs": logprobs(first)}, {"logprobs": logprobs(second)}], "logprobs": logprobs(second), "n": place}
    for place, (first, second) in enumerate(zip(TOKENS, OTHERS, strict=True))
]


def perplexity(lists: list[list[float]]) -> float:
    values = [value for row in lists for value in row]
    return math.exp(-math.fsum(values) / len(values))


def write_lines(path: str) -> None:
    write(path, "".join(json.dumps(row) + "\n" for row in ROWS))


def write_document(path: str) -> None:
    write(path, json.dumps(ROWS))


def write_parquet(path: str) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), path, row_group_size=3)


def write_stream(path: str) -> None:
    table = pa.Table.from_pylist(ROWS)
    with pa.ipc.new_stream(path, table.schema) as file:
        file.write_table(table, 3)


@pytest.fixture(params=["careful", "fast"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("lossctl.formats.jsonl.jsonl.FEW", 0 if request.param == "fast" else 2**30)
    monkeypatch.setattr("lossctl.formats.jsonl.jsonl.has_arrow", lambda: request.param == "fast")
    with forced(request.param):
        yield


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize(
    ("name", "write_rows"),
    [("a.jsonl", write_lines), ("a.json", write_document), ("a.parquet", write_parquet), ("a.arrow", write_stream)],
)
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("choices.0.logprobs.content.logprob", perplexity(TOKENS)),
        ("logprobs.content.logprob", perplexity(OTHERS)),
        ("logprobs.token_logprobs", math.sqrt(perplexity(OTHERS))),
        ("logprobs.content.0.logprob", perplexity([row[:1] for row in OTHERS])),
    ],
)
def test_each_field_is_a_column(
    name: str, write_rows: Callable[[str], None], column: str, value: float, lossctl: Command
) -> None:
    write_rows(name)
    done = lossctl("eval", name, "-l", "perplexity", "-r", f"logprob={column}", "--json")
    (run,) = json.loads(done.out)["runs"]
    assert run["results"][0]["value"] == pytest.approx(value, rel=1e-14)
    assert run["dropped"] == ({"empty": 1} if column.startswith("choices") else {})


@pytest.mark.usefixtures("reader")
def test_an_object_that_lacks_the_field_or_is_none_is_said(lossctl: Command) -> None:
    rows = ['{"l": [{"p": -1}, {"p": -2}]}', '{"l": [{"p": -1}, {"q": -2}]}', '{"l": [{"p": -1}, 3]}', '{"l": {"p": -1}}']
    of_field = ("-l", "token_nll", "-r", "logprob=l.p")
    write("a.jsonl", rows[0] + "\n" + rows[1] + "\n")
    assert lossctl("eval", "a.jsonl", *of_field).err == (
        "lossctl: error: a.jsonl line 2, column 'l.p', element 1: a value is missing (empty or NaN)\n"
        "hint: leave such elements out: --ignore nan; such rows: --nan drop\n"
    )
    write("a.jsonl", rows[0] + "\n" + rows[2] + "\n")
    assert lossctl("eval", "a.jsonl", *of_field).err == (
        "lossctl: error: a.jsonl line 2, column 'l.p', element 1: a number in 'l', where the first line has an object\n"
    )
    write("a.jsonl", rows[0] + "\n" + rows[3] + "\n")
    done = lossctl("eval", "a.jsonl", *of_field)
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.jsonl line 2, column 'l.p': a number; the first line has a list\n",
    )


@pytest.mark.usefixtures("reader")
def test_a_field_that_stands_twice_in_an_object_of_a_list_is_refused(lossctl: Command) -> None:
    write("a.jsonl", '{"l": [{"p": -1}]}\n{"l": [{"p": -1}, {"p": -2, "p": -3}]}\n')
    done = lossctl("eval", "a.jsonl", "-l", "token_nll", "-r", "logprob=l.p")
    assert (done.code, done.err) == (3, "lossctl: error: a.jsonl line 2: column 'p' is there more than once\n")


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.parquet", "a.arrow"])
def test_the_first_list_may_be_empty(name: str, lossctl: Command) -> None:
    lists = [[], [-1.0, -3.0], [-0.5]]
    rows = [{"k": values, "y": [value / 2 for value in values]} for values in lists]
    if name.startswith("a.j"):
        write(name, json.dumps(rows) if name == "a.json" else "".join(json.dumps(row) + "\n" for row in rows))
    else:
        table = pa.Table.from_pylist(rows)
        (pq.write_table if name == "a.parquet" else feather.write_feather)(table, name)
    done = lossctl("eval", name, "-l", "token_nll", "-r", "logprob=k", "-b")
    assert (done.value, done.err) == (1.5, f"lossctl: {name}: logprob k; 2 rows used, 1 dropped (empty)\n")
    assert lossctl("eval", name, "-l", "mae", "-p", "k", "-t", "y", "-b").value == 0.75


def test_a_list_of_objects_leads_to_the_field_in_it(lossctl: Command) -> None:
    write_lines("a.jsonl")
    done = lossctl("eval", "a.jsonl", "-l", "perplexity")
    start = "lossctl: error: a.jsonl: no column for the logprob (looked for logprob, logprobs, token_logprobs)\nhint: if it is "
    assert done.err.startswith(f"{start}logprobs.token_logprobs: -r logprob=logprobs.token_logprobs; columns are choices, ")


def test_the_first_token_of_an_echoed_prompt_has_none(lossctl: Command) -> None:
    lists = [[None, -0.5, -1.5], [None, -0.25], [None]]
    write("a.jsonl", "".join(json.dumps({"logprobs": {"token_logprobs": row}}) + "\n" for row in lists))
    asked = ("eval", "a.jsonl", "-l", "perplexity", "-r", "logprob=logprobs.token_logprobs")
    assert lossctl(*asked).err == (
        "lossctl: error: a.jsonl line 1, column 'logprobs.token_logprobs', element 0: a value is missing (empty or NaN)\n"
        "hint: leave such elements out: --ignore nan; such rows: --nan drop\n"
    )
    (run,) = json.loads(lossctl(*asked, "--ignore", "nan", "--json").out)["runs"]
    assert run["results"][0]["value"] == pytest.approx(perplexity([[-0.5, -1.5, -0.25]]), rel=1e-15)
    assert (run["used"], run["dropped"]) == (2, {"ignore": 1})
    assert lossctl(*asked, "--ignore", "null", "--average", "rows", "-b").value == pytest.approx(
        math.exp((1 + 0.25) / 2), rel=1e-15
    )


@pytest.mark.usefixtures("reader")
def test_a_list_of_words_is_no_group_and_what_all_objects_hold_has_no_first_one(lossctl: Command) -> None:
    write("a.jsonl", '{"p": 1, "y": 2, "c": [{"why": "stop", "in": [{"v": 1}]}]}\n' * 2)
    done = lossctl("eval", "a.jsonl", "-p", "p", "-t", "y", "-l", "mse", "--by", "c.why")
    assert (done.code, done.err) == (3, "lossctl: error: a.jsonl line 1, column 'c.why': a list, not text\n")
    assert lossctl("eval", "a.jsonl", "-p", "p", "-t", "y", "-l", "mse", "--by", "c.0.why", "-b").code == 0
    done = lossctl("eval", "a.jsonl", "-p", "c.in.0.v", "-t", "y", "-l", "mse")
    assert (done.code, "column 'c.in.0.v' not found" in done.err) == (3, True)


def test_a_sparse_vector_of_spark_in_a_list_of_objects_is_refused(lossctl: Command) -> None:
    dense = {"type": 1, "size": None, "indices": None, "values": [1.0, 2.0]}
    sparse = {"type": 0, "size": 9, "indices": [3, 5], "values": [1.0, 2.0]}
    pq.write_table(pa.Table.from_pylist([{"o": [{"v": dense}]}, {"o": [{"v": dense}, {"v": sparse}]}]), "a.parquet")
    done = lossctl("eval", "a.parquet", "-p", "o.v.values", "-t", "o.v.values", "-l", "mse")
    assert (done.code, "a.parquet row 1, column 'o.v.values': a sparse vector" in done.err) == (3, True)


def test_tables_of_arrow_in_python_have_such_fields() -> None:
    table = pa.Table.from_pylist([{"o": [{"p": 1.0, "y": 2.0}]}, {"o": [{"p": 1.0, "y": 4.0}, {"p": 5.0, "y": 5.0}]}])
    assert evaluate(table, pred="o.p", target="o.y", loss="mse").value == pytest.approx((1 + 9 + 0) / 3, rel=1e-15)


FRAME = pd.DataFrame(
    {
        "p": [[1.0, 2.0], [3.0], None],
        "y": [(1.0, 4.0), (5.0,), (7.0,)],
        "a": [np.array([0.5, 2.0]), np.array([3.0]), np.array([8.0])],
        "o": [None, {"p": 1.0, "y": 2.0}, {"p": 4.0, "y": 1.0, "w": 0.5}],
        "l": [[{"p": -1.0}, {"p": -2.0}], [], [{"p": -5.0}]],
        "mixed": [1, "x", None],
        "odd": [object(), {1, 2}, 3.0],
        "day": pd.to_datetime(["2024-05-01 00:00", "2024-05-01 12:30", None]),
        "of": pd.Categorical(["u", "v", "u"]),
        "n": [1.0, 2.0, np.nan],
    }
)


def test_frames_of_pandas_have_lists_and_fields_too(tmp_path: Path) -> None:
    assert evaluate(FRAME, pred="p", target="y", loss="mse", nan="drop").value == pytest.approx((0 + 4 + 4) / 3, rel=1e-15)
    assert evaluate(FRAME, pred="a", target="y", loss="mse").value == pytest.approx((0.25 + 4 + 4 + 1) / 4, rel=1e-15)
    assert evaluate(FRAME, pred="o.p", target="o.y", loss="mse", nan="drop").value == 5
    assert evaluate(FRAME, pred="l.0.p", target="n", loss="mae", nan="drop").value == 2
    assert evaluate(FRAME, loss="token_nll", role={"logprob": "l.p"}).value == 8 / 3
    assert evaluate(FRAME.assign(**{"o.p": [1.0, 1.0, 1.0]}), pred="o.p", target="n", loss="mse", nan="drop").value == 0.5
    FRAME[["p", "y"]].to_parquet(tmp_path / "a.parquet")
    again = pd.read_parquet(tmp_path / "a.parquet")
    assert evaluate(again, pred="p", target="y", loss="mse", nan="drop").value == pytest.approx(8 / 3, rel=1e-15)


def test_other_columns_beside_lists_are_what_they_are_alone() -> None:
    alone = FRAME[["mixed", "odd", "day", "of", "n"]]
    for by in ("mixed", "day", "of"):
        found = [evaluate(frame, pred="n", target="n", loss="mae", by=by, nan="drop").groups for frame in (FRAME, alone)]
        assert found[0] == found[1] != {}
    assert refusal(evaluate, FRAME, pred="mixed", target="n", loss="mae").startswith("frame, column 'mixed': ")
    assert refusal(evaluate, FRAME, pred="n", target="n", loss="mae", by="odd").startswith("frame, column 'odd': ")


def test_models_whose_targets_are_other_lists_are_not_compared(lossctl: Command) -> None:
    write("a.jsonl", '{"pred": [1, 2], "target": [1, 3]}\n{"pred": [1], "target": [4]}\n{"pred": [3], "target": [0]}\n')
    write("b.jsonl", '{"pred": [1, 2], "target": [1, 3]}\n{"pred": [1], "target": [7]}\n{"pred": [3], "target": [0]}\n')
    write("c.jsonl", '{"pred": [1, 2], "target": [1, 3]}\n{"pred": [1], "target": [4]}\n{"pred": [3, 1], "target": [0, 1]}\n')
    for other, row in (("b.jsonl", 1), ("c.jsonl", 2)):
        done = lossctl("compare", "a.jsonl", other, "-l", "mse", "--method", "t")
        assert (done.code, done.err.splitlines()[0]) == (
            3,
            f"lossctl: error: {other} row {row}: the target differs from that of a.jsonl row {row}, "
            "so these are not the same rows",
        )
    assert lossctl("compare", "a.jsonl", "a.jsonl", "-l", "mse", "--method", "t").code == 0


def scored(likeliest_first: bool) -> list[dict[str, Any]]:
    """What classifiers write of two texts: the label and the score of each class."""
    rows = [("POS", {"POS": 0.75, "NEG": 0.25}), ("NEG", {"POS": 0.125, "NEG": 0.875})]
    return [
        {
            "gold": gold,
            "scores": [
                {"label": label, "score": score}
                for label, score in sorted(scores.items(), key=lambda of_class: likeliest_first * -of_class[1])
            ],
        }
        for gold, scores in rows
    ]


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.parquet"])
@pytest.mark.parametrize("likeliest_first", [True, False])
def test_scores_beside_their_labels_are_not_read_by_their_places(likeliest_first: bool, name: str, lossctl: Command) -> None:
    rows = scored(likeliest_first)
    pq.write_table(pa.Table.from_pylist(rows), "a.parquet")
    write("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    write("a.json", json.dumps(rows))
    done = lossctl("eval", name, "-l", "ce", "-t", "gold", "-p", "scores.score", "--classes", "POS,NEG")
    problem, hint = done.err.removeprefix(f"lossctl: error: {name}: ").removesuffix("\n").split("\nhint: ")
    says = "'scores.label' says which class each of 'scores.score' is of"
    assert (done.code, problem) == (3, f"{says}, in an order of each row's own; classes are read by their places")
    if name == "a.jsonl":
        command, _, _ = hint.partition("; then wide.jsonl with -p 'p_*'")
        subprocess.run(command.replace("python", sys.executable, 1), shell=True, check=True)
        done = lossctl("eval", "wide.jsonl", "-l", "ce", "-t", "gold", "-p", "p_*", "-b")
        assert done.value == -(math.log(0.75) + math.log(0.875)) / 2
    else:
        assert hint == "write a column for each class, called as it is"


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet"])
@pytest.mark.parametrize("labels", ["labels", "class_names", "tokens"])
def test_a_list_of_labels_beside_one_of_scores_is_said_to_count_for_nothing(labels: str, name: str, lossctl: Command) -> None:
    rows = [
        {"gold": row["gold"], labels: [s["label"] for s in row["scores"]], "scores": [s["score"] for s in row["scores"]]}
        for row in scored(likeliest_first=True)
    ]
    pq.write_table(pa.Table.from_pylist(rows), "a.parquet")
    write("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    done = lossctl("eval", name, "-l", "ce", "-t", "gold", "-p", "scores", "--classes", "POS,NEG")
    said = (
        f"if '{labels}' says which class each of 'scores' is of, its order counts for nothing: classes are read by their places"
    )
    assert (done.code, f"lossctl: warning: {name}: {said}\n" in done.err) == (0, labels != "tokens")
    bare = [{"gold": place, "scores": row["scores"], labels: ["POS", "NEG", "x"]} for place, row in enumerate(rows)]
    write("b.jsonl", "".join(json.dumps(row) + "\n" for row in bare))
    assert "warning" not in lossctl("eval", "b.jsonl", "-l", "ce", "-t", "gold", "-p", "scores").err


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet"])
def test_words_in_lists_are_no_labels(name: str, lossctl: Command) -> None:
    rows = [{"labels": ["PER", "O"], "p": [[0.5, 0.5], [0.25, 0.75]]}] * 2
    pq.write_table(pa.Table.from_pylist(rows), "a.parquet")
    write("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    done = lossctl("eval", name, "-l", "ce", "-p", "p")
    assert done.code == 3
    assert done.err.endswith("\nhint: labels in lists are numbers: for each word the place of its class, from 0\n")
