"""How exact losses of classes are: the formulas as printed, in 700 digits, say what is right to 1e-13 of the largest term."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pytest

from lossctl import evaluate
from tests.oracle import MP, ONE, ZERO, Number, costs, exact, log, off, plain, probabilities, times, worst

pytestmark = pytest.mark.slow
RNG = np.random.default_rng(11)
LOGITS = [
    *([0.0, 0, 0], [745, 0, -745], [1e308, -1e308, 1e308 / 2], [1e-300, -1e-300, 0], [40, 0, -1], [-37, 0, 1], [1e5, 1e5, 0]),
    *RNG.normal(size=(12, 3)).tolist(),
    *(30 * RNG.normal(size=(12, 3))).tolist(),
]
PROBS = [
    *([1.0, 0, 0], [0.5, 0.5, 0], [1 - 2**-53, 2**-53, 0], [5e-324, 1, 5e-324], [1e-300, 1 - 1e-16, 1e-16], [0.25, 0.25, 0.5]),
    *RNG.dirichlet([0.3, 1, 3], 20).tolist(),
]
ROWS = {"logits": LOGITS, "probs": PROBS, "logprobs": [np.log(np.maximum(row, 5e-324)).tolist() for row in PROBS]}
Formula = Callable[[list[Number], list[Number], list[Number]], list[Number]]  # p, -log p and labels -> the terms


def brier(p: list[Number], _: list[Number], y: list[Number]) -> list[Number]:
    return [(one - label) ** 2 for one, label in zip(p, y, strict=True)]


def rps(p: list[Number], _: list[Number], y: list[Number]) -> list[Number]:
    return [(sum(p[:k]) - sum(y[:k])) ** 2 for k in range(1, len(p))]


def kl(_: list[Number], cost: list[Number], y: list[Number]) -> list[Number]:
    pairs = [(label, one) for label, one in zip(y, cost, strict=True) if label]
    return [*(times(label, log(label)) for label, _ in pairs), *(times(label, one) for label, one in pairs)]


def js(p: list[Number], _: list[Number], y: list[Number]) -> list[Number]:
    pairs = [pair for one, label in zip(p, y, strict=True) for pair in ((one, label), (label, one))]
    return [times(one, log(2 * one / (one + other))) / 2 if one else ZERO for one, other in pairs]


def gce(q: float, p: list[Number], _: list[Number], y: list[Number]) -> list[Number]:
    return [(ONE - (p[y.index(1)] ** exact(q) if p[y.index(1)] else ZERO)) / exact(q)]


def symmetric(p: list[Number], cost: list[Number], y: list[Number]) -> list[Number]:
    return [exact(0.1) * cost[y.index(1)], 4 * (ONE - p[y.index(1)])]


def labels_of(kind: str) -> list[list[float]]:
    hard = np.eye(3).tolist()
    return hard if kind == "hard" else [*hard, *RNG.dirichlet([1, 1, 1], 3).tolist(), [0.5, 0.5, 0]]


@pytest.mark.parametrize("scale", ROWS)
@pytest.mark.parametrize(
    ("loss", "kind", "formula"),
    [
        ("brier", "hard", brier),
        ("rps", "hard", rps),
        ("kl", "soft", kl),
        ("js", "soft", js),
        ("symmetric_ce", "hard", symmetric),
        *((f"gce:q={q}", "hard", partial(gce, q)) for q in (1e-3, 0.7, 1.0)),
    ],
)
def test_losses_of_probabilities_are_exact(loss: str, kind: str, formula: Formula, scale: str) -> None:
    pairs = [*itertools.product(ROWS[scale], labels_of(kind))]
    pred, target = (np.array(side, float) for side in zip(*pairs, strict=True))
    got: Any = evaluate(pred, target, loss, from_=scale).samples  # type: ignore[arg-type]  # one of the scales
    terms = [formula(probabilities(scale, plain(row)), costs(scale, plain(row)), list(map(exact, y))) for row, y in pairs]
    error, row = worst(off, got, list(map(sum, terms)), [max(map(abs, of_row)) for of_row in terms])
    assert error <= 1e-13, f"{got[row]!r} for {pairs[row]}"


def shifted_ce(z: Sequence[Number], label: int) -> tuple[Number, Number]:
    """-log softmax of a class, and its largest term."""
    highest = max(z)
    rest = log(sum((MP.exp(one - highest) for one in z), ZERO))
    return highest - z[label] + rest, abs(highest - z[label]) + rest


@pytest.mark.parametrize("counts", [(100, 20, 5), (1, 1, 10**6)])
def test_losses_for_unequal_classes_are_exact(counts: tuple[int, ...]) -> None:
    pairs = [*itertools.product(LOGITS, range(3))]
    pred, target = np.array([row for row, _ in pairs]), np.array([label for _, label in pairs])
    adjusted, margins = [], []
    lead = [exact(0.5) * (MP.mpf(min(counts)) / count) ** MP.mpf("0.25") for count in counts]
    for row, label in pairs:
        z = list(map(exact, row))
        adjusted.append(shifted_ce([one + MP.log(MP.mpf(n) / sum(counts)) for one, n in zip(z, counts, strict=True)], label))
        margins.append(shifted_ce([30 * (one - (lead[j] if j == label else ZERO)) for j, one in enumerate(z)], label))
    for loss, right in (("logit_adjusted", adjusted), ("ldam", margins)):
        got: Any = evaluate(pred, target, f"{loss}:counts={','.join(map(str, counts))}", from_="logits").samples
        # what is subtracted are logits, and what is added to them
        largest = [max(most, *(abs(exact(one)) for one in row)) for (_, most), (row, _) in zip(right, pairs, strict=True)]
        error, row = worst(off, got, [value for value, _ in right], largest)
        assert error <= 1e-13, f"{loss}: {got[row]!r} for {pairs[row]}"


def tempered(z: list[Number], t: Number) -> list[Number]:
    """exp_t of activations less what makes them sum to 1."""
    k, highest, b = 1 / (t - 1), max(z), ONE
    for _ in range(300):
        p = [((t - 1) * (highest - one) + b) ** -k for one in z]
        step = (sum(p) - 1) / (k * sum(one / ((t - 1) * (highest - other) + b) for one, other in zip(p, z, strict=True)))
        b += step
        if abs(step) < MP.mpf(10) ** -300:
            break
    return [((t - 1) * (highest - one) + b) ** -k for one in z]


@pytest.mark.parametrize(("t1", "t2"), [(0.8, 1.3), (0.0, 2.0), (0.5, 1.01), (1.0, 4.0)])
def test_bi_tempered_loss_is_exact(t1: float, t2: float) -> None:
    rows = [row for row in LOGITS if max(map(abs, row)) < 1e6]
    pairs = [*itertools.product(rows, range(3))]
    right, largest = [], []
    for row, label in pairs:
        p = tempered(list(map(exact, row)), exact(t2))
        t = exact(t1)
        gain = -MP.log(p[label]) if t1 == 1 else (1 - p[label] ** (1 - t)) / (1 - t)
        lost = (1 - sum(one ** (2 - t) for one in p)) / (2 - t)
        right.append(gain - lost)
        largest.append(max(gain, lost))
    pred, target = np.array([row for row, _ in pairs]), np.array([label for _, label in pairs])
    got: Any = evaluate(pred, target, f"bi_tempered:t1={t1}:t2={t2}", from_="logits").samples
    error, row = worst(off, got, right, largest)
    assert error <= 1e-13, f"{got[row]!r} for {pairs[row]}, {float(right[row])!r}"


@pytest.mark.parametrize(("gamma_pos", "gamma_neg", "shift"), [(1, 4, 0.05), (0, 0, 0), (2, 1, 0.5)])
@pytest.mark.parametrize("scale", ["probs", "logits"])
def test_asymmetric_loss_is_exact(gamma_pos: int, gamma_neg: int, shift: float, scale: str) -> None:
    values = [0.0, 5e-324, 1e-16, 0.05, 0.3, 0.5, 1 - 2**-53, 1] if scale == "probs" else [-1e308, -745, -37, -1, 0, 0.3, 40, 745]
    pairs = [*itertools.product(values, (0, 1))]
    right = []
    for value, label in pairs:
        none, one = probabilities(scale, (value,))
        less = max(one - exact(shift), ZERO)
        right.append(
            times(none**gamma_pos, -log(one)) if label else times(less**gamma_neg, -log(none + exact(shift) if less else ONE))
        )
    pred, target = np.array(pairs, float).T
    got: Any = evaluate(pred, target, f"asl:gamma_pos={gamma_pos}:gamma_neg={gamma_neg}:shift={shift}", from_=scale).samples  # type: ignore[arg-type]  # one of the scales
    error, row = worst(off, got, right, [ZERO] * len(right))
    assert error <= 1e-13, f"{got[row]!r} for {pairs[row]}, {float(right[row])!r}"
    assert math.isfinite(error)
