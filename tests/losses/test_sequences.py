"""Losses of tokens, from files that hold a document a line with the log-probabilities of its tokens."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import feather

from lossctl import evaluate
from tests.conftest import Command

DOCUMENTS: list[dict[str, Any]] = [
    {"id": "a", "logprobs": [-0.5], "text": "naïve", "kind": "x", "score": 1.0, "target": 3.0},
    {"id": "b", "logprobs": [-3.0, -1.0, -0.25], "text": "日本", "kind": "y", "score": 2.0, "target": 2.0},
    {"id": "c", "logprobs": [-0.25, -2.0], "text": "ok then", "kind": "x", "score": 3.0, "target": 3.0},
]
NATS, BYTES = {"a": [0.5], "b": [3.0, 1.0, 0.25], "c": [0.25, 2.0]}, {"a": 6, "b": 6, "c": 7}


def write(name: str = "docs.jsonl", **changed: Any) -> None:
    Path(name).write_text("".join(json.dumps(one | changed) + "\n" for one in DOCUMENTS))


def values(lossctl: Command, *arguments: str) -> dict[tuple[str, str], float]:
    done = lossctl("eval", "docs.jsonl", *arguments, "--json")
    assert done.code == 0, done.err
    results = json.loads(done.out)["runs"][0]["results"]
    return {(one["name"], ",".join((one["by"] or {}).values())): one["value"] for one in results}


def test_documents_have_their_perplexity_nats_and_bits_per_byte_each_by_group_and_in_all(lossctl: Command) -> None:
    write()
    of_kinds = {"": "abc", "x": "ac", "y": "b"}
    for column, groups in (("id", {"": "abc", "a": "a", "b": "b", "c": "c"}), ("kind", of_kinds)):
        found = values(lossctl, "-l", "perplexity,token_nll,bpb", "-r", "logprob=logprobs", "--by", column)
        for group, documents in groups.items():
            nats = [one for document in documents for one in NATS[document]]
            mean, size = sum(nats) / len(nats), sum(BYTES[document] for document in documents)
            assert found["perplexity", group] == pytest.approx(math.exp(mean), rel=1e-13)
            assert found["token_nll", group] == pytest.approx(mean, rel=1e-13)
            assert found["bits_per_byte", group] == pytest.approx(sum(nats) / math.log(2) / size, rel=1e-13)


def test_the_first_document_may_have_one_token_and_counts_for_one(lossctl: Command) -> None:
    write()
    assert values(lossctl, "-l", "token_nll") == {("token_nll", ""): 7 / 6}
    assert values(lossctl, "-l", "token_nll", "--average", "rows") == {("token_nll", ""): pytest.approx(3.0416666666666665 / 3)}


def test_a_loss_of_rows_is_the_same_beside_one_of_tokens(lossctl: Command) -> None:
    write()
    beside = values(lossctl, "-l", "mae,token_nll", "-p", "score")
    assert beside == values(lossctl, "-l", "mae", "-p", "score") | values(lossctl, "-l", "token_nll")
    assert beside["mae", ""] == 2 / 3


def test_compare_counts_tokens_in_losses_of_tokens_alone(lossctl: Command) -> None:
    write("docs.jsonl", model="old")
    write("other.jsonl", logprobs=[-1.0, -1.0, -1.0], model="new")
    done = lossctl("compare", "docs.jsonl", "docs.jsonl", "-l", "token_nll,mae,bits_per_byte", "-p", "score", "--json")
    found = {one["loss"]: one["base_value"] for one in json.loads(done.out)["comparisons"]}
    assert found == {"token_nll": 7 / 6, "mae": 2 / 3, "bits_per_byte": pytest.approx(7 / math.log(2) / 19, rel=1e-13)}


def test_bytes_are_numbers_or_counted_in_text(lossctl: Command) -> None:
    logprob, counts = np.array([-1.5, -3.0]), [5, 3]
    expected = 4.5 / math.log(2) / 8
    assert evaluate(loss="bpb", role={"logprob": logprob, "bytes": counts}).value == pytest.approx(expected, rel=1e-15)
    assert evaluate(loss="bpb", role={"logprob": logprob, "bytes": ["12345", "é1"]}).value == pytest.approx(expected, rel=1e-15)
    Path("t.csv").write_text("logprob,text\n-1.5,12345\n-3,é1\n")
    assert lossctl("eval", "t.csv", "-l", "bpb", "-b").value == pytest.approx(expected, rel=1e-15)
    done = lossctl("eval", "t.csv", "-l", "bpb", "-r", "bytes=text")
    assert (done.code, done.err) == (3, "lossctl: error: t.csv line 3, column 'text': 'é1' is not a number\n")


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_a_token_of_blanks_has_its_bytes_and_one_of_none_is_missing(lossctl: Command, ending: str) -> None:
    """` ` has one byte and `None` four; of missing values the first would be one, and of numbers the second."""

    def saved(*texts: str) -> str:
        table = pa.table({"logprob": [-1.5] * len(texts), "text": texts})
        if ending == "jsonl":
            Path("t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in table.to_pylist()))
        elif ending == "csv":
            Path("t.csv").write_text("logprob,text\n" + "".join(f'-1.5,"{text}"\n' for text in texts))
        else:
            pq.write_table(table, "t.parquet")
        return f"t.{ending}"

    found = lossctl("eval", saved(" ", "None"), "-l", "bpb", "-b")
    assert found.value == pytest.approx(3 / math.log(2) / 5, rel=1e-15)
    done = lossctl("eval", saved("a", ""), "-l", "bpb")
    assert done.code == 3
    assert "column 'text': a value is missing" in done.err


def test_columns_that_fit_two_forms_are_not_chosen_between(lossctl: Command) -> None:
    Path("t.csv").write_text("logprob,text,bytes\n-1.5,12345,4\n")
    done = lossctl("eval", "t.csv", "-l", "bpb")
    problem = "t.csv: bits_per_byte: the columns fit logprob, bytes and logprob, text"
    assert (done.code, done.err) == (3, f"lossctl: error: {problem}\nhint: say which are meant: -r bytes=COLUMN\n")
    assert lossctl("eval", "t.csv", "-l", "bpb", "-r", "bytes=bytes", "-b").value == pytest.approx(1.5 / math.log(2) / 4)


def test_what_is_no_log_probability_is_refused_and_what_could_not_be_costs_inf(lossctl: Command) -> None:
    Path("t.csv").write_text("logprob\n-1.5\n0.25\n")
    done = lossctl("eval", "t.csv", "-l", "perplexity")
    problem = "t.csv line 3, column 'logprob': logprob 0.25 is above 0"
    hint = "log-probabilities are 0 or less; costs -log p that are there already: -l given"
    assert (done.code, done.err) == (3, f"lossctl: error: {problem}\nhint: {hint}\n")
    Path("t.csv").write_text("logprob\n-1.5\n-inf\n")
    done = lossctl("eval", "t.csv", "-l", "token_nll", "-b")
    assert (done.code, done.out) == (0, "inf\n")
    assert "token_nll is inf for 1 row, first row 1 of t.csv:logprob" in done.err


def test_a_ratio_has_no_value_for_a_row_and_no_other_reduction(lossctl: Command) -> None:
    write()
    done = lossctl("eval", "docs.jsonl", "-l", "bpb", "--per-sample")
    problem = "bits_per_byte is one value for all rows; it has none for a row"
    assert (done.code, done.err) == (2, f"lossctl: error: {problem}\nhint: --by COLUMN gives a value for each group\n")
    done = lossctl("eval", "docs.jsonl", "-l", "bpb", "--reduction", "sum")
    problem = "bits_per_byte is a ratio of sums by definition; --reduction sum does not apply to it"
    assert (done.code, done.err) == (2, f"lossctl: error: {problem}\n")


def test_a_perplexity_beyond_what_a_double_holds_is_inf() -> None:
    assert evaluate(loss="perplexity", role={"logprob": [-800.0]}).value == math.inf
    assert evaluate(loss="perplexity:base=2", role={"logprob": [-800.0]}).value == math.inf


def write_lists(pred: list[Any], target: list[Any]) -> dict[str, str]:
    """Files of both formats that hold lists, and what a message calls their second row and their first."""
    rows = zip(pred, target, strict=True)
    Path("x.jsonl").write_text("".join(json.dumps({"pred": p, "target": t}) + "\n" for p, t in rows))
    pq.write_table(pa.table({"pred": pred, "target": target}), "x.parquet")
    feather.write_feather(pa.table({"pred": pred, "target": target}), "x.feather")
    return {"x.jsonl": "x.jsonl line 2", "x.parquet": "x.parquet row 1", "x.feather": "x.feather row 1"}


def test_lists_that_are_no_probabilities_of_classes_are_labels_of_their_own(lossctl: Command) -> None:
    files = write_lists([[0.1, 0.9, 0.8], [0.1, 0.9]], [[0, 1, 1], [0, 1]])
    for file, second in files.items():
        done = lossctl("eval", file, "-l", "ce", "-b", "-q")
        first = "the first line's has 3" if file == "x.jsonl" else "the first has 3"
        problem = f"{second}, column 'pred': a list of 2 numbers; {first}"
        hint = "labels of their own, each 0 or 1: -l multilabel_ce"
        assert (done.code, done.err) == (3, f"lossctl: error: {problem}\nhint: {hint}\n")
        expected = -(3 * math.log(0.9) + math.log(0.8) + math.log(0.9)) / 5  # of 0.1 where the label is 0 too
        assert lossctl("eval", file, "-l", "multilabel_ce", "-b", "-q").value == pytest.approx(expected, rel=1e-14)


def test_a_row_of_other_length_than_its_target_is_refused_with_both_lengths(lossctl: Command) -> None:
    for loss, pred in (("mse", [[0.1, 0.9, 0.8], [0.1, 0.9]]), ("multilabel_ce", [[0.1, 0.9, 0.8], [0.1, 0.9]])):
        for file, second in write_lists(pred, [[0, 1, 1], [0, 1, 1]]).items():
            done = lossctl("eval", file, "-l", loss, "-b", "-q")
            problem = f"{second}, column 'target': target has 3 elements, pred has 2; nothing is broadcast"
            assert (done.code, done.err) == (3, f"lossctl: error: {problem}\n")


@pytest.mark.parametrize("options", [("multilabel_ce",), ("multilabel_ce", "--ignore", "0"), ("mse", "-w", "w"), ("mae",)])
def test_lists_of_lists_have_the_elements_that_all_their_lists_have(lossctl: Command, options: tuple[str, ...]) -> None:
    pred = [[[0.25, 0.5], [0.75, 0.5]], [[0.125, 0.5]], [[0.5, 0.5], [0.25, 0.25], [0.75, 0.125]]]
    target = [[[0, 1], [1, 1]], [[0, 0]], [[1, 0], [0, 1], [1, 1]]]
    for name, depth in (("nested", list), ("flat", lambda row: [*itertools.chain(*row)])):
        lines = zip(map(depth, pred), map(depth, target), (1, 2, 0.5), strict=True)
        Path(f"{name}.jsonl").write_text("".join(json.dumps({"pred": p, "target": t, "w": w}) + "\n" for p, t, w in lines))
    nested, flat = (
        json.loads(lossctl("eval", f"{name}.jsonl", "-l", *options, "--per-sample", "--json").out)["runs"][0]
        for name in ("nested", "flat")
    )
    for name in ("value", "n", "weight", "sum", "std", "min", "max"):
        assert nested["results"][0][name] == flat["results"][0][name], name
    assert (nested["samples"], nested["dropped"]) == (flat["samples"], flat["dropped"])
