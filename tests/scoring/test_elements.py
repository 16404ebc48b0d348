"""Rows of many elements: tensors, axes of classes, lists of unequal length, labels that are left out."""

from __future__ import annotations

import gc
import json
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import lossctl as package
from lossctl.scoring import scoring
from lossctl.scoring.blocks import Blocks
from tests.conftest import Command

RNG = np.random.default_rng(3)
LOGITS, LABELS = RNG.normal(size=(6, 3, 2, 4)), RNG.integers(0, 3, (6, 2, 4))
LABELS[0, 0, 0] = LABELS[1] = LABELS[2, :, 1] = 255  # one element, a whole row, some of a row
LISTS = [([1.0, 2.0, 4.0], [1.5, 0.0, 4.0]), ([], []), ([3.0], [1.0]), ([0.0, 1.0], [0.5, 3.0])]


def costs() -> list[Any]:
    """-log p of the labelled class of each used element, a list for each row, from softmax itself."""
    p = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
    rows = []
    for row, labels in zip(p, LABELS, strict=True):
        rows.append([-np.log(row[label, y, x]) for (y, x), label in np.ndenumerate(labels) if label != 255])
    return rows


@pytest.mark.parametrize(("axis", "given"), [(1, []), (-1, []), (1, ["--class-axis", "1"]), (-1, ["--class-axis", "-1"])])
def test_ignored_elements_count_for_nothing_and_each_other_counts_the_same(lossctl: Command, axis: int, given: list[str]) -> None:
    np.save("z.npy", np.moveaxis(LOGITS, 1, axis))
    np.save("y.npy", LABELS)
    run = ["eval", "-p", "z.npy", "-t", "y.npy", "-l", "ce", "--from", "logits", "--ignore", "255", *given, "--json"]
    done = lossctl(*run)
    assert done.code == 0, done.err
    found = json.loads(done.out)["runs"][0]
    (result,) = found["results"]
    used = [row for row in costs() if row]
    assert (found["rows"], found["used"], found["dropped"]) == (6, 5, {"ignore": 1})
    assert result["value"] == pytest.approx(np.concatenate(used).mean(), rel=1e-13)
    assert (result["n"], result["weight"]) == (5, sum(map(len, used)))
    rows = json.loads(lossctl(*run, "--average", "rows").out)["runs"][0]["results"][0]
    assert rows["value"] == pytest.approx(np.mean([np.mean(row) for row in used]), rel=1e-13)
    assert (rows["n"], rows["weight"]) == (5, 5)


def test_where_the_classes_may_lie_on_two_axes_nobody_guesses(lossctl: Command) -> None:
    square, labels = LOGITS[:, :, 0, :3], RNG.integers(0, 3, (6, 3))
    np.save("z.npy", square)
    np.save("y.npy", labels)
    run = ["eval", "-p", "z.npy", "-t", "y.npy", "-l", "ce", "--from", "logits", "-b"]
    done = lossctl(*run)
    assert (done.code, done.err) == (
        3,
        "lossctl: error: z.npy and y.npy: ce: pred has shape (n, 3, 3), target (n, 3): the classes may lie on two axes\n"
        "hint: say which: --class-axis 1 (after the rows, as in PyTorch), or --class-axis -1 (last)\n",
    )
    for axis, log_p in ((1, square), (-1, np.moveaxis(square, 2, 1))):
        log_p = log_p - np.log(np.exp(log_p).sum(axis=1, keepdims=True))
        expected = -np.take_along_axis(log_p, labels[:, np.newaxis], axis=1).mean()
        assert lossctl(*run, "--class-axis", str(axis)).value == pytest.approx(expected, rel=1e-13)


def test_a_label_of_no_class_is_named_by_its_place(lossctl: Command) -> None:
    np.save("z.npy", LOGITS)
    np.save("y.npy", LABELS)
    done = lossctl("eval", "-p", "z.npy", "-t", "y.npy", "-l", "ce", "--from", "logits")
    assert (done.code, done.err) == (3, "lossctl: error: y.npy row 0, element (0, 0): label 255; expected a class from 0 to 2\n")


def test_a_tensor_costs_the_mean_over_its_elements(lossctl: Command) -> None:
    pred, target = RNG.normal(size=(5, 3, 4)), RNG.normal(size=(5, 3, 4))
    np.save("p.npy", pred)
    np.save("t.npy", target)
    done = lossctl("eval", "-p", "p.npy", "-t", "t.npy", "-l", "mse", "--json", "--per-sample", "-q")
    found = json.loads(done.out)["runs"][0]
    assert found["samples"]["values"]["mse"] == pytest.approx(((pred - target) ** 2).mean(axis=(1, 2)), rel=1e-14)
    assert (found["results"][0]["n"], found["results"][0]["weight"]) == (5, 5)
    flat = package.evaluate(pred.reshape(5, 12), target.reshape(5, 12), "mse")
    assert found["results"][0]["value"] == flat.value == package.evaluate(pred, target, "mse").value
    np.save("t.npy", target[:, :, :2])
    done = lossctl("eval", "-p", "p.npy", "-t", "t.npy", "-l", "mse")
    problem = "mse: pred has shape (n, 3, 4), target (n, 3, 2); nothing is broadcast"
    assert (done.code, done.err) == (3, f"lossctl: error: p.npy and t.npy: {problem}\n")


def lists_as(name: str) -> None:
    if name.endswith(".parquet"):
        pq.write_table(
            pa.table({"pred": [p for p, _ in LISTS], "target": [t for _, t in LISTS], "w": [1.0, 5.0, 2.0, 3.0]}), name
        )
        return
    rows = [{"pred": p, "target": t, "w": w} for (p, t), w in zip(LISTS, (1, 5, 2, 3), strict=True)]
    Path(name).write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.mark.parametrize("name", ["a.jsonl", "a.parquet"])
def test_lists_of_unequal_length_are_rows_whose_elements_count_the_same(lossctl: Command, name: str) -> None:
    lists_as(name)
    found = json.loads(lossctl("eval", name, "-l", "mse", "--json", "--quantiles", "50", "-q").out)["runs"][0]
    (result,) = found["results"]
    assert (found["rows"], found["used"], found["dropped"]) == (4, 3, {"empty": 1})
    assert (result["value"], result["n"], result["weight"], result["sum"]) == (12.5 / 6, 3, 6.0, 12.5)
    assert result["p50"] == 4.25 / 3  # half of the six elements cost no more
    assert lossctl("eval", name, "-l", "mse", "-b", "--average", "rows").value == pytest.approx((4.25 / 3 + 4 + 4.25 / 2) / 3)
    assert lossctl("eval", name, "-l", "mse", "-b", "-w", "w").value == (4.25 + 2 * 4 + 3 * 4.25) / (3 + 2 + 6)


def test_where_rows_do_not_differ_lists_are_vectors_to_the_bit(lossctl: Command) -> None:
    pred, target = RNG.normal(size=(50, 7)), RNG.normal(size=(50, 7))
    pq.write_table(pa.table({"pred": pred.tolist(), "target": target.tolist(), "w": RNG.random(50)}), "a.parquet")
    weight = pq.read_table("a.parquet").column("w").to_numpy()
    found = json.loads(lossctl("eval", "a.parquet", "-l", "huber", "-w", "w", "--json").out)["runs"][0]["results"][0]
    expected = package.evaluate(pred, target, "huber", weight=weight).run.results[0]
    assert [found[name] for name in ("value", "sum", "std", "weight")] == [
        getattr(expected, name) for name in ("value", "sum", "std", "weight")
    ]


def test_lists_of_a_row_that_differ_in_length_are_refused_by_row(lossctl: Command) -> None:
    Path("a.jsonl").write_text('{"pred": [1, 2], "target": [1, 2]}\n{"pred": [1, 2, 3], "target": [1, 2]}\n')
    done = lossctl("eval", "a.jsonl", "-l", "mse")
    assert (done.code, done.err) == (
        3,
        "lossctl: error: a.jsonl line 2, column 'target': target has 2 elements, pred has 3; nothing is broadcast\n",
    )


def test_token_predictions_are_lists_of_lists(lossctl: Command) -> None:
    rows = [([[0.7, 0.3], [0.2, 0.8]], [0, 1]), ([[0.5, 0.5]], [-100]), ([[0.9, 0.1], [0.4, 0.6], [0.5, 0.5]], [0, -100, 1])]
    Path("a.jsonl").write_text("".join(json.dumps({"pred": p, "target": t}) + "\n" for p, t in rows))
    expected = -np.log([0.7, 0.8, 0.9, 0.5])
    assert lossctl("eval", "a.jsonl", "-l", "ce", "--ignore", "-100", "-b").value == pytest.approx(expected.mean(), rel=1e-14)


def test_a_missing_element_leaves_its_row_out_where_asked(lossctl: Command) -> None:
    Path("a.jsonl").write_text(
        '{"pred": [1, null], "target": [1, 2]}\n{"pred": [1], "target": [3]}\n{"pred": null, "target": [1]}\n'
    )
    done = lossctl("eval", "a.jsonl", "-l", "mse")
    assert (done.code, done.err.partition(":")[2].startswith(" error: a.jsonl line")) == (3, True)
    found = json.loads(lossctl("eval", "a.jsonl", "-l", "mse", "--nan", "drop", "--json").out)["runs"][0]
    assert (found["used"], found["dropped"], found["results"][0]["value"]) == (1, {"nan": 2}, 4.0)


def test_blocks_are_freed_without_the_garbage_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[weakref.ref[Blocks]] = []

    class Watched(Blocks):
        def block_of(self, bound: Any) -> Any:
            made.append(weakref.ref(self))
            return super().block_of(bound)

    monkeypatch.setattr(scoring, "Blocks", Watched)
    gc.disable()
    try:
        package.evaluate(RNG.random((100, 3)), RNG.random((100, 3)), "mse")
    finally:
        gc.enable()
    assert made
    assert not [one for one in made if one() is not None]
