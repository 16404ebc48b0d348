"""Losses of embeddings that are compared with all others of their batch."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from lossctl import evaluate
from lossctl.errors import DataError
from lossctl.losses.kernels import batches
from tests.conftest import Command
from tests.definitions import DEFINITIONS
from tests.definitions.definition import Definition
from tests.processes import measured

RNG = np.random.default_rng(7)
X, LABELS = RNG.normal(size=(40, 5)), RNG.integers(0, 6, 40)
X[7] = X[3] + 1e-9  # nearly the same
X[11], LABELS[11] = X[12], LABELS[12]
SIDES = RNG.normal(size=(2, 30, 4))


@pytest.mark.parametrize("definition", [one for one in DEFINITIONS if one.loss.family in ("batches", "triplets")], ids=str)
def test_however_few_rows_are_compared_at_once_the_values_are_those_of_the_definition(
    definition: Definition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "COMPARED", 20)
    error, where = max(definition.largest_errors())
    assert error <= definition.bound.most, where


def test_labels_may_be_words_and_groups_are_batches(lossctl: Command) -> None:
    lines = [f"{'ab'[place % 2]},{'xy'[place // 20]},{x[0]!r},{x[1]!r}\n" for place, x in enumerate(X[:, :2].tolist())]
    Path("e.csv").write_text("target,g,p_0,p_1\n" + "".join(lines))
    words = np.array(list("ab" * 20))
    whole = lossctl("eval", "e.csv", "-p", "p_*", "-l", "sup_con", "-b").value
    assert whole == evaluate(X[:, :2], words, "sup_con").value == evaluate(X[:, :2], np.arange(40) % 2, "sup_con").value
    grouped = lossctl("eval", "e.csv", "-p", "p_*", "-l", "sup_con", "-r", "group=g", "-b").value
    parts = [evaluate(X[rows, :2], words[rows], "sup_con").value for rows in (slice(20), slice(20, 40))]
    assert grouped == pytest.approx(np.mean(np.array(parts, dtype=float)), rel=1e-15)


@pytest.mark.parametrize("loss", ["info_nce", "sup_con", "circle", "batch_hard_triplet", "batch_all_triplet"])
def test_without_two_rows_of_one_label_there_is_no_value(loss: str) -> None:
    with pytest.raises(DataError, match=r"no two rows have one label|no row has both rows of its label and of others"):
        evaluate(X, np.arange(40), loss)


def test_a_zero_vector_has_no_direction() -> None:
    with pytest.raises(DataError, match="row 2: info_nce: a zero vector has no direction, and cosine needs one"):
        evaluate(np.array([[1.0, 2], [2, 1], [0, 0]]), np.array([0, 0, 1]), "info_nce")


def test_weights_have_no_meaning_where_rows_are_compared() -> None:
    with pytest.raises(DataError, match="info_nce has no weights of rows"):
        evaluate(X, LABELS, "info_nce", weight=np.ones(40))


def test_an_offset_and_a_scale_leave_distances_as_they_are() -> None:
    value = evaluate(X, LABELS, "batch_hard_triplet:margin=1e-6").value
    grid = np.round(X * 2**20) / 2**20  # so that the offset adds without rounding
    assert evaluate(grid + 2.0**12, LABELS, "batch_hard_triplet:margin=1e-6").value == pytest.approx(
        evaluate(grid, LABELS, "batch_hard_triplet:margin=1e-6").value, rel=1e-12
    )
    assert evaluate(X * 2.0**600, LABELS, f"batch_hard_triplet:margin={1e-6 * 2.0**600!r}").value == float(value) * 2.0**600  # type: ignore[arg-type]  # of one loss


@pytest.mark.slow
def test_20000_rows_of_128_need_less_than_300_megabytes(tmp_path: Path) -> None:
    np.save(tmp_path / "p.npy", RNG.normal(size=(20_000, 128)).astype(np.float32))
    np.save(tmp_path / "y.npy", RNG.integers(0, 100, 20_000))
    value, kilobytes = measured("eval p.npy -t y.npy -l batch_hard_triplet -b -q", tmp_path)
    assert math.isfinite(float(value))
    assert kilobytes < 300_000


def test_labels_are_words_or_classes_and_not_both(lossctl: Command) -> None:
    Path("a.csv").write_text("p_0,p_1,target\n0.25,0.75,1\n0.5,0.5,0\n0.75,0.25,0\n")
    done = lossctl("eval", "a.csv", "-l", "ce,sup_con")
    problem = "one loss here reads the target as words, another as numbers"
    assert (done.code, done.err) == (2, f"lossctl: error: {problem}\nhint: ask for one loss at a time\n")
    assert lossctl("eval", "a.csv", "-l", "sup_con,batch_all_triplet", "-q").code == 0
