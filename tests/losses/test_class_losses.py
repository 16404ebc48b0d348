"""Losses of classes: predictions that are labels, numbers for each class, labels of their own."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from lossctl import LossctlError, evaluate
from lossctl.losses.text import read_losses
from tests.conftest import Command

P = ("-p", "p_*")
WORDS = "y_true,y_pred\ncat,cat\ndog,cat\nNA,NA\n1,1.0\n"
LABELS, Z = np.array([0, 0, 0, 2, 0, 2]), np.random.default_rng(5).normal(size=(6, 4))


def log_p(z: np.ndarray) -> np.ndarray:
    found: np.ndarray = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return found


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_predictions_that_are_words_are_compared_letter_for_letter(lossctl: Command, name: str) -> None:
    rows = [line.split(",") for line in WORDS.splitlines()[1:]]
    lines = [json.dumps({"y_true": true, "y_pred": pred}) + "\n" for true, pred in rows]
    Path(name).write_text(WORDS if name.endswith("csv") else "".join(lines))
    assert lossctl("eval", name, "-l", "zero_one", "-b").value == 0.5


def test_words_may_be_ignored_and_need_no_names(lossctl: Command) -> None:
    Path("a.csv").write_text(WORDS)
    assert lossctl("eval", "a.csv", "-l", "zero_one", "-b", "--ignore", "dog").value == 1 / 3
    done = lossctl("eval", "a.csv", "-l", "zero_one", "--classes", "cat,dog")
    problem = "--classes says which prediction a label belongs to, and words are compared with the target as they are"
    assert (done.code, done.err) == (2, f"lossctl: error: {problem}\nhint: leave --classes out\n")


def test_words_of_typed_files_are_compared_too() -> None:
    words = np.array(["cat", "dog", "cat"])
    assert evaluate(words, np.array(["cat", "cat", "cat"]), "zero_one").value == 1 / 3
    assert list(evaluate(words, np.array(["1", "1", "cat"]), "zero_one").samples) == [1, 1, 0]


@pytest.mark.parametrize("first", ["NA", "0.5"])
def test_words_are_seen_behind_missing_cells_and_numbers_are_numbers(lossctl: Command, first: str) -> None:
    Path("a.csv").write_text(f"y_true,y_pred\n{first},{first}\ncat,cat\n")
    done = lossctl("eval", "a.csv", "-l", "zero_one", "-b", "--nan", "drop")
    if first == "NA":
        assert done.value == 0
    else:
        hint = "labels that are words: --positive LABEL for two classes, --classes A,B,... in column order"
        problem = f"a.csv line 3, column 'y_pred': 'cat' is not a number\nhint: {hint}\n"
        assert (done.code, done.err) == (3, f"lossctl: error: {problem}")


def test_predictions_that_are_whole_numbers_in_every_row_are_labels(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred\n0,0\n3,3\n2,1\n-1,-1\n")
    assert lossctl("eval", "a.csv", "-l", "zero_one", "-b").value == 0.25
    Path("a.csv").write_text("y_true,y_pred\n1,1\n1,0.9\n0,0.2\n0,1\n")
    assert lossctl("eval", "a.csv", "-l", "zero_one", "-b").value == 0.25


def test_labels_and_probabilities_in_one_column_are_refused_wherever_blocks_begin() -> None:
    for block in (1, 3):
        pred, target = np.array([0.0, 0.25, 3.0, 1.0]), np.array([0, 0, 3, 1])
        with pytest.raises(
            Exception, match=r"holds probabilities in some rows and labels beyond 0 and 1 in others|outside \[0, 1\]"
        ):
            evaluate(np.roll(pred, block), np.roll(target, block), "zero_one")


def test_true_and_false_are_predictions_of_zero_one_alone(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,y_pred\nTrue,True\nFalse,True\n")
    assert lossctl("eval", "a.csv", "-l", "zero_one", "-b").value == 0.5
    assert lossctl("eval", "a.csv", "-l", "ce", "-b").code == 3


def test_balanced_weights_are_counted_in_the_used_rows_and_stand_in_the_result(lossctl: Command) -> None:
    np.save("z.npy", Z)
    np.save("y.npy", LABELS)
    run = ["eval", "z.npy", "-t", "y.npy", "--from", "logits", "--json"]
    (result,) = json.loads(lossctl(*run, "-l", "ce:class_weight=balanced").out)["runs"][0]["results"]
    assert result["params"]["class_weight"] == [6 / (2 * 4), 0.0, 6 / (2 * 2), 0.0]
    weights = np.array(result["params"]["class_weight"])[LABELS]
    costs = -log_p(Z)[np.arange(6), LABELS]
    assert result["value"] == pytest.approx((weights * costs).mean(), rel=1e-13)
    (result,) = json.loads(lossctl(*run, "-l", "ce:class_weight=effective:0.9:weighted_mean=true").out)["runs"][0]["results"]
    own = np.array([0.1 / (1 - 0.9**4), 0.1 / (1 - 0.9**2)])
    assert np.array(result["params"]["class_weight"])[[0, 2]] == pytest.approx(own * 2 / own.sum(), rel=1e-14)
    (result,) = json.loads(lossctl(*run, "-l", "ldam:counts=balanced", "--ignore", "2").out)["runs"][0]["results"]
    assert result["params"]["counts"] == [4.0, 0.0, 0.0, 0.0]


def test_balanced_weights_of_shards_and_pipes_are_those_of_all_rows(lossctl: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "y_true,y_pred\n" + "".join(f"{label},{0.1 + 0.1 * place}\n" for place, label in enumerate([1, 1, 1, 0, 1]))
    Path("a.csv").write_text(text)
    whole = lossctl("eval", "a.csv", "-l", "ce:class_weight=balanced", "-b").value
    lines = text.splitlines(keepends=True)
    Path("d").mkdir()
    Path("d/1.csv").write_text("".join(lines[:2]))
    Path("d/2.csv").write_text(lines[0] + "".join(lines[2:]))
    assert lossctl("eval", "d", "-l", "ce:class_weight=balanced", "-b").value == whole
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(text.encode()))))
    assert lossctl("eval", "-", "-l", "ce:class_weight=balanced", "-b").value == whole


def test_weights_by_name_need_all_names(lossctl: Command) -> None:
    Path("a.csv").write_text("label,p_cat,p_dog\ncat,0.5,0.5\ndog,0.75,0.25\n")
    expected = (3 * np.log(2) + 0.5 * np.log(4)) / 2
    assert (
        lossctl("eval", "a.csv", *P, "-l", "ce:class_weight=dog=0.5,cat=3,brier", "-b").out.split()[0] == f"{float(expected)!r}"
    )
    done = lossctl("eval", "a.csv", *P, "-l", "ce:class_weight=dog=0.5,elk=3")
    problem = "ce:class_weight=dog=0.5,elk=3: class_weight must be a weight for each of the classes cat, dog"
    assert (done.code, done.err) == (2, f"lossctl: error: {problem}\n")


def test_texts_of_weights_are_read_back() -> None:
    for text in ("ce:class_weight=cat=2,dog=0.5", "ce:class_weight=effective:0.999", "ce:class_weight=balanced", "ce:base=2"):
        (bound,) = read_losses([text])
        assert str(bound) == text
    assert list(map(str, read_losses(["ce:class_weight=cat=2,dog=1:base=2,mse,mae"]))) == [
        "ce:class_weight=cat=2,dog=1:base=2", "mse", "mae",
    ]  # fmt: skip


def test_soft_labels_have_no_classes_to_count() -> None:
    with pytest.raises(Exception, match="classes are counted in labels that are classes, and these are soft"):
        evaluate(np.full((2, 2), 0.5), np.array([[0.5, 0.5], [1, 0]]), "ce:class_weight=balanced")


def test_a_matrix_of_costs_has_a_row_for_each_class(lossctl: Command) -> None:
    Path("a.csv").write_text("y_true,p_0,p_1\n0,0.25,0.75\n1,0.5,0.5\n")
    Path("cost.csv").write_text("0,5\n1,0\n")
    assert lossctl("eval", "a.csv", *P, "-l", "expected_cost:matrix=@cost.csv", "-b").value == 3
    assert lossctl("eval", "a.csv", *P, "-l", "expected_cost:matrix=@cost.csv:decide=bayes", "-b").value == 0.5
    for text, problem in (
        ("0,1,2\n1,0,3\n2,1,0\n", "matrix must be a matrix of 2 rows and columns, one for each class; 3 were given"),
        ("0,1\nx,0\n", "cost.csv line 2: 'x' is not a number"),
        ("0,1\n1\n", "cost.csv line 2: 1 number of 2 rows; expected a square matrix"),
    ):
        Path("cost.csv").write_text(text)
        assert problem in lossctl("eval", "a.csv", *P, "-l", "expected_cost:matrix=@cost.csv").err
    assert "none.csv: cannot be read: no such file" in lossctl("eval", "a.csv", *P, "-l", "expected_cost:matrix=@none.csv").err


def test_what_would_be_right_in_every_row_is_refused() -> None:
    with pytest.raises(Exception, match="k must be below the number of classes, 4, or no row is wrong"):
        evaluate(Z, LABELS, "top_k", from_="logits")
    with pytest.raises(Exception, match="half=true is of a probability for each class"):
        evaluate(np.array([0.5]), np.array([1]), "brier:half=true")


def test_labels_of_their_own_are_named_where_one_class_was_expected() -> None:
    p, several = np.full((4, 3), 0.5), np.array([[1, 1, 0], [0, 0, 0], [1, 0, 1], [0, 1, 0]])
    with pytest.raises(Exception, match="multilabel_ce"):
        evaluate(p, several, "ce")
    with pytest.raises(Exception, match="multilabel_ce"):
        evaluate(np.zeros((4, 3)), several, "ce", from_="logits")
    assert evaluate(p, several, "multilabel_ce").value == pytest.approx(np.log(2), rel=1e-15)
    with pytest.raises(Exception, match="row 2, column 0: label 2; expected 0 or 1"):
        evaluate(p, several + np.array([[0], [0], [1], [0]]), "hamming")


def test_what_is_of_logits_asks_for_them() -> None:
    with pytest.raises(Exception, match='say that they are: from_="logits"'):
        evaluate(np.full((2, 2), 0.5), np.array([0, 1]), "bi_tempered")


def test_words_are_seen_whatever_they_are_read_by(lossctl: Command) -> None:
    rows = [{"model": "a", "pred": "cat", "target": "dog"}, {"model": "a", "pred": "cat", "target": "cat"}]
    Path("w.json").write_text(json.dumps(rows))
    assert lossctl("eval", "w.json", "-l", "zero_one", "-b").value == 0.5
    Path("w.csv").write_text("model,pred,target\na,cat,dog\na,cat,cat\n")
    assert lossctl("batch", "w.csv", "--model", "model", "-l", "zero_one", "-b").value == 0.5
    Path("shards").mkdir()
    for place in range(10):
        Path(f"shards/{place}.csv").write_text("pred,target\ncat,dog\ncat,cat\n")
    assert lossctl("eval", "shards", "-l", "zero_one", "-b").value == 0.5


@pytest.mark.parametrize("off", [0, 4e-4, -4e-4, 6e-4, -6e-4, 1e-3, -1e-3])
def test_probabilities_of_a_row_may_be_off_by_a_thousandth(off: float) -> None:
    p = np.tile([0.25, 0.25, 0.125, 0.125, 0.25], (2_000, 1))
    p[1_000, 4] += off - np.sign(off) * 2**-40  # what the sum is rounded by decides nothing
    assert evaluate(p, np.zeros(len(p)), "ce").value == np.log(4)


@pytest.mark.parametrize("off", [1.1e-3, -1.1e-3])
def test_one_row_whose_probabilities_are_off_by_more_is_refused(off: float) -> None:
    p = np.tile([0.25, 0.25, 0.125, 0.125, 0.25], (2_000, 1))
    p[1_000, 4] += off
    said = f"pred row 1000: the probabilities of a row must sum to 1, these sum to {float(p[1_000].sum())!r}"
    with pytest.raises(LossctlError) as refused:
        evaluate(p, np.zeros(len(p)), "ce")
    assert str(refused.value).splitlines()[0] == said
