"""Losses of embeddings that are compared with all others of their batch, against a plain loop over rows."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lossctl import evaluate
from lossctl.errors import DataError
from lossctl.losses.kernels import batches
from tests.conftest import Command
from tests.processes import measured

RNG = np.random.default_rng(7)
X, LABELS = RNG.normal(size=(40, 5)), RNG.integers(0, 6, 40)
X[7] = X[3] + 1e-9  # nearly the same
X[11], LABELS[11] = X[12], LABELS[12]
SIDES = RNG.normal(size=(2, 30, 4))


def cosines(left: np.ndarray, right: np.ndarray) -> Any:
    return (left / np.linalg.norm(left, axis=1)[:, None]) @ (right / np.linalg.norm(right, axis=1)[:, None]).T


def log_sum(values: list[float]) -> float:
    return max(values) + math.log(math.fsum(math.exp(one - max(values)) for one in values))


def by_rows() -> list[tuple[int, list[int], list[int]]]:
    """Each row with those alike and the others."""
    return [
        (i, [j for j in range(40) if LABELS[j] == LABELS[i] and j != i], [j for j in range(40) if LABELS[j] != LABELS[i]])
        for i in range(40)
    ]


def info_nce(t: float) -> float:
    s = cosines(X, X) / t
    return float(np.mean([log_sum([s[i, j], *s[i, others]]) - s[i, j] for i, alike, others in by_rows() for j in alike]))


def sup_con(t: float) -> float:
    s = cosines(X, X) / t
    return float(
        np.mean([log_sum([*s[i, alike], *s[i, others]]) - s[i, alike].mean() for i, alike, others in by_rows() if alike])
    )


def triplets(choose: Any, margin: float) -> float:
    costs = []
    for i, alike, others in by_rows():
        near, far = ([math.dist(X[i], X[j]) for j in rows] for rows in (alike, others))
        costs += [max(0.0, p - n + margin) for p, n in choose(near, far)]
    return float(np.mean(costs))


def semihard(near: list[float], far: list[float]) -> list[tuple[float, float]]:
    return [(p, min([n for n in far if n > p], default=max(far))) for p in near]


@pytest.fixture(params=[2**20, 100], ids=["one step", "many steps"])
def compared(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many comparisons stand in memory at once."""
    monkeypatch.setattr(batches, "COMPARED", request.param)


@pytest.mark.usefixtures("compared")
def test_each_row_is_compared_with_all_others() -> None:
    for loss, expected in (
        ("info_nce", info_nce(0.1)),
        ("info_nce:temperature=0.02", info_nce(0.02)),
        ("sup_con:temperature=0.5", sup_con(0.5)),
        ("batch_hard_triplet", triplets(lambda near, far: [(max(near), min(far))], 1)),
        ("batch_semihard_triplet:margin=0.3", triplets(semihard, 0.3)),
    ):
        assert evaluate(X, LABELS, loss).value == pytest.approx(expected, rel=1e-12)
    costly = [
        cost
        for i, alike, others in by_rows()
        for j, k in itertools.product(alike, others)
        if (cost := math.dist(X[i], X[j]) - math.dist(X[i], X[k]) + 0.2) > 0
    ]
    assert evaluate(X, LABELS, "batch_all_triplet:margin=0.2").value == pytest.approx(np.mean(costly), rel=1e-12)


@pytest.mark.usefixtures("compared")
def test_pairs_are_compared_both_ways() -> None:
    s = cosines(*SIDES)
    columns = [log_sum(list(one)) for one in s.T / 0.07]
    both = [log_sum(list(row)) + column - 2 * own for row, column, own in zip(s / 0.07, columns, np.diag(s) / 0.07, strict=True)]
    roles = {"left": SIDES[0], "right": SIDES[1]}
    assert evaluate(loss="clip", role=roles).value == pytest.approx(np.mean(both) / 2, rel=1e-12)
    signs = 2 * np.eye(30) - 1
    logistic = np.log1p(np.exp(-signs * (s / 0.1 - 10))).sum() / 30
    assert evaluate(loss="siglip", role=roles).value == pytest.approx(logistic, rel=1e-12)


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
