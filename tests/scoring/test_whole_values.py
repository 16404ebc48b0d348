"""Losses that judge the whole dataset: what they hold of it at a time, and that it decides nothing."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lossctl import evaluate
from lossctl.losses.kernels import survival, whole_scores
from lossctl.losses.roles import class_predictions
from tests.processes import measured

WHOLE = {
    "ece:equal=mass": ("target",),
    "auc_loss": ("target",),
    "cox": ("time", "event"),
    "cox:ties=efron": ("time", "event"),
}
LOSSES = pytest.mark.parametrize("loss", WHOLE)


def columns(rows: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(rows)
    labels = rng.integers(0, 2, rows)
    return {"pred": rng.random(rows), "target": labels, "event": labels, "time": rng.integers(0, 1 + rows // 3, rows)}


@pytest.mark.slow
@LOSSES
def test_the_whole_is_held_at_most_three_times(loss: str, tmp_path: Path) -> None:
    needed = []
    for rows in (200_000, 5_200_000):
        for name, column in columns(rows).items():
            np.save(tmp_path / f"{name}.npy", column)
        roles = "".join(f" -r {name}={name}.npy" for name in WHOLE[loss])
        value, kilobytes = measured(f"eval pred.npy{roles} -l {loss} -b -q", tmp_path)
        assert float(value) > 0
        needed.append(kilobytes)
    of_roles = 8 * 5_000_000 * (1 + len(WHOLE[loss]))
    assert 1024 * (needed[1] - needed[0]) < 3 * of_roles


@LOSSES
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("at_once", [1, 7, 40])
def test_however_many_rows_are_judged_at_once_the_whole_costs_the_same_bits(
    loss: str, at_once: int, monkeypatch: pytest.MonkeyPatch, *, weighted: bool
) -> None:
    of = columns(90)
    roles = {name: of[name] for name in ("pred", *WHOLE[loss])}
    weight = np.arange(90) % 4.0 if weighted else None
    whole = evaluate(loss=loss, role=roles, weight=weight).value
    for module, name in ((survival, "JUDGED_AT_ONCE"), (whole_scores, "PLACED_AT_ONCE"), (class_predictions, "SURE_AT_ONCE")):
        monkeypatch.setattr(module, name, at_once)
    assert evaluate(loss=loss, role=roles, weight=weight).value == whole


@pytest.mark.parametrize("bins", [1, 2, 5, 99, 101, 500])
@pytest.mark.parametrize("classes", [1, 3])
def test_bins_of_equal_mass_are_those_of_the_least_rank(bins: int, classes: int) -> None:
    rng = np.random.default_rng(bins)
    pred = rng.integers(0, 90, 300) / 90 if classes == 1 else rng.dirichlet(np.ones(classes), 300)
    target = rng.integers(0, 2, 300)
    sure = pred if classes == 1 else pred.max(axis=1)
    right = target == (1 if classes == 1 else pred.argmax(axis=1))
    gaps = [Fraction(0)] * bins
    for place in range(300):
        rank = int((sure < sure[place]).sum())
        gaps[rank * bins // 300] += int(right[place]) - Fraction(float(sure[place]))
    expected = float(sum(map(abs, gaps)) / 300)
    assert evaluate(pred, target, f"ece:bins={bins}:equal=mass").value == pytest.approx(expected, rel=1e-15)
