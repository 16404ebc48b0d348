"""`lossctl compare` of losses of survival and of embeddings; values come of the papers' formulas, term by term, in Python."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest

from tests.conftest import Command

Rows: TypeAlias = Sequence[dict[str, Any]]
Formula: TypeAlias = Callable[[Rows], float]


def cosine(one: dict[str, Any], other: dict[str, Any]) -> float:
    return math.fsum(map(math.prod, zip(one["x"], other["x"], strict=True))) / math.hypot(*one["x"]) / math.hypot(*other["x"])


def mean(values: Iterator[float]) -> float:
    found = list(values)
    return math.fsum(found) / len(found)


def alike(rows: Rows, i: int) -> list[int]:
    return [j for j in range(len(rows)) if j != i and rows[j]["y"] == rows[i]["y"]]


def others(rows: Rows, i: int) -> list[int]:
    return [k for k in range(len(rows)) if rows[k]["y"] != rows[i]["y"]]


def info_nce(rows: Rows) -> float:
    """Van den Oord et al. (2018), arXiv:1807.03748, eq. 4, with cosines over 0.2."""

    def exp(i: int, j: int) -> float:
        return math.exp(cosine(rows[i], rows[j]) / 0.2)

    pairs = ((i, j) for i in range(len(rows)) for j in alike(rows, i))
    return mean(-math.log(exp(i, j) / (exp(i, j) + math.fsum(exp(i, k) for k in others(rows, i)))) for i, j in pairs)


def sup_con(rows: Rows) -> float:
    """Khosla et al. (2020), arXiv:2004.11362, eq. 2, with cosines over 0.2."""

    def cost(i: int) -> float:
        every = math.fsum(math.exp(cosine(rows[i], rows[k]) / 0.2) for k in range(len(rows)) if k != i)
        return mean(-math.log(math.exp(cosine(rows[i], rows[j]) / 0.2) / every) for j in alike(rows, i))

    return mean(cost(i) for i in range(len(rows)) if alike(rows, i))


def circle(rows: Rows) -> float:
    """Sun et al. (2020), arXiv:2002.10857, eq. 6, with the weights of eq. 5 and margins m of section 3.3; m = 0.25, gamma = 8."""

    def cost(i: int) -> float:
        near = [cosine(rows[i], rows[j]) for j in alike(rows, i)]
        far = [cosine(rows[i], rows[k]) for k in others(rows, i)]
        pulled = math.fsum(math.exp(-8 * max(0, 1.25 - s) * (s - 0.75)) for s in near)
        return math.log1p(math.fsum(math.exp(8 * max(0, s + 0.25) * (s - 0.25)) for s in far) * pulled)

    return mean(cost(i) for i in range(len(rows)) if alike(rows, i) and others(rows, i))


def apart(rows: Rows, i: int, j: int) -> float:
    return math.dist(rows[i]["x"], rows[j]["x"])


def batch_hard_triplet(rows: Rows) -> float:
    """Hermans, Beyer & Leibe (2017), arXiv:1703.07737, eq. 5; margin 0.5."""

    def cost(i: int) -> float:
        return max(0.0, 0.5 + max(apart(rows, i, j) for j in alike(rows, i)) - min(apart(rows, i, k) for k in others(rows, i)))

    return mean(cost(i) for i in range(len(rows)) if alike(rows, i) and others(rows, i))


def batch_all_triplet(rows: Rows) -> float:
    """The same, eq. 6 and section 3: the mean over triplets that cost something; margin 0.5."""
    triplets = ((i, j, k) for i in range(len(rows)) for j in alike(rows, i) for k in others(rows, i))
    costs = (0.5 + apart(rows, i, j) - apart(rows, i, k) for i, j, k in triplets)
    return mean(cost for cost in costs if cost > 0)


def batch_semihard_triplet(rows: Rows) -> float:
    """Schroff et al. (2015), arXiv:1503.03832, section 3.2: the nearest negative beyond the positive, else the farthest."""

    def negative(i: int, j: int) -> float:
        far = [apart(rows, i, k) for k in others(rows, i)]
        return min((distance for distance in far if distance > apart(rows, i, j)), default=max(far))

    pairs = ((i, j) for i in range(len(rows)) for j in alike(rows, i))
    return mean(max(0.0, 0.5 + apart(rows, i, j) - negative(i, j)) for i, j in pairs)


def risk_set(rows: Rows, time: float) -> float:
    return math.fsum(math.exp(row["x"][0]) for row in rows if row["time"] >= time)


def breslow(rows: Rows) -> float:
    """Cox (1972), eq. 12, for each event; ties as Breslow (1974) takes them."""
    return mean(math.log(risk_set(rows, row["time"])) - row["x"][0] for row in rows if row["event"])


def efron(rows: Rows) -> float:
    """Efron (1977), eq. 6.7, for each event."""
    total, events = 0.0, 0
    for time in sorted({row["time"] for row in rows if row["event"]}):
        tied = [row for row in rows if row["event"] and row["time"] == time]
        own = math.fsum(math.exp(row["x"][0]) for row in tied)
        total += math.fsum(math.log(risk_set(rows, time) - k / len(tied) * own) - row["x"][0] for k, row in enumerate(tied))
        events += len(tied)
    return total / events


CASES: dict[str, Formula] = {
    "info_nce:temperature=0.2": info_nce,
    "sup_con:temperature=0.2": sup_con,
    "circle:gamma=8": circle,
    "batch_hard_triplet:margin=0.5": batch_hard_triplet,
    "batch_semihard_triplet:margin=0.5": batch_semihard_triplet,
    "batch_all_triplet:margin=0.5": batch_all_triplet,
    "cox": breslow,
    "cox:ties=efron": efron,
}


def written(name: str, seed: int, order: Sequence[int]) -> list[dict[str, Any]]:
    """A model's rows, written in some order; times and events, labels and groups are those of every model."""
    facts, random = np.random.default_rng(3), np.random.default_rng(seed)
    rows = [
        {
            "id": i,
            "g": "uv"[i % 2],
            "y": int(facts.integers(0, 4)),
            "time": int(facts.integers(1, 8)),
            "event": int(facts.integers(0, 2)),
            "x": random.normal(size=3).tolist(),
        }
        for i in range(24)
    ]
    lines = [",".join(map(str, (*row["x"], *(row[key] for key in ("id", "g", "y", "time", "event"))))) for row in rows]
    Path(name).write_text("\n".join(["x0,x1,x2,id,g,y,time,event", *(lines[place] for place in order)]) + "\n")
    return rows


@pytest.mark.parametrize("loss", CASES)
def test_survival_and_embeddings_are_compared_in_all_and_in_each_group(lossctl: Command, loss: str) -> None:
    models = [written("a.csv", 5, range(24)), written("b.csv", 6, [*range(23, -1, -1)])]
    roles = ("-p", "x0", "-r", "time=time", "-r", "event=event") if loss.startswith("cox") else ("-p", "x0..x2", "-t", "y")
    done = lossctl("compare", "a.csv", "b.csv", "-l", loss, *roles, "--id", "id", "--by", "g", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)["comparisons"]
    assert [one["by"] for one in found] == [None, {"g": "u"}, {"g": "v"}]
    for one in found:
        values = [CASES[loss]([row for row in rows if one["by"] in (None, {"g": row["g"]})]) for rows in models]
        assert (one["base_value"], one["value"]) == pytest.approx(values, rel=1e-12)
        assert one["difference"] == pytest.approx(values[1] - values[0], rel=1e-11)
        assert (one["low"], one["p_value"], one["method"], one["counted"]) == (None, None, "none", "whole")


@pytest.mark.parametrize("loss", [loss for loss in CASES if not loss.startswith("cox")])
def test_each_group_is_a_batch_of_its_own_where_asked_for(lossctl: Command, loss: str) -> None:
    models = [written("a.csv", 5, range(24)), written("b.csv", 6, range(24))]
    roles = ("-p", "x0..x2", "-t", "y", "-r", "group=g")
    done = lossctl("compare", "a.csv", "b.csv", "-l", loss, *roles, "--id", "id", "--method", "t", "--json")
    assert done.code == 0, done.err
    (found,) = json.loads(done.out)["comparisons"]
    batches = [[CASES[loss]([row for row in rows if row["g"] == group]) for group in "uv"] for rows in models]
    assert (found["base_value"], found["value"]) == pytest.approx([math.fsum(values) / 2 for values in batches], rel=1e-12)
    assert (found["n"], found["counted"]) == (2, "group")
