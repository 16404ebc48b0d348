"""`lossctl compare` of losses of survival and of embeddings, which judge all rows of a model, or of a group, together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest

from lossctl import LOSSES
from lossctl.losses.declaration import WHOLE
from lossctl.losses.text import BoundLoss
from tests.conftest import Command
from tests.definitions import DEFINITIONS
from tests.definitions.definition import Data

Rows: TypeAlias = Sequence[dict[str, Any]]
WHOLE_SCORES = ("auc_loss", "ece")  # which have tests of their own
OF = {one.loss.name: one for one in DEFINITIONS if one.loss.unit == WHOLE and one.loss.name not in WHOLE_SCORES}
TEXTS = [text for one in OF.values() for text in one.texts[:2]]
COLUMNS = {"pred": "x0..x2", "left": "x0..x2", "right": "z0..z2", "target": "y", "time": "time", "event": "event"}


def roles_of(bound: BoundLoss) -> list[str]:
    """The options that bind the roles of a loss to columns."""
    columns = COLUMNS | ({"pred": "x0"} if bound.loss.name == "cox" else {})
    return [word for role in OF[bound.loss.name].form.roles for word in ("-r", f"{role}={columns[role]}")]


def value_of(bound: BoundLoss, rows: Rows) -> float:
    """What the loss's definition gives."""
    of_rows = {name: [row[name] for row in rows] for name in rows[0]}
    of_rows |= {"pred": [one[0] for one in of_rows["left"]] if bound.loss.name == "cox" else of_rows["left"]}
    definition = OF[bound.loss.name]
    data = Data({name: np.array(of_rows[name]) for name in definition.form.roles})
    return float(definition.values(bound, data)[0].value)


def written(name: str, seed: int, order: Sequence[int]) -> list[dict[str, Any]]:
    """A model's rows, written in some order; times and events, labels and groups are those of every model."""
    facts, random = np.random.default_rng(3), np.random.default_rng(seed)
    rows = [
        {
            "id": i,
            "g": "uv"[i % 2],
            "target": f"y{facts.integers(0, 4)}",
            "time": int(facts.integers(1, 8)),
            "event": int(facts.integers(0, 2)),
            "left": random.normal(size=3).tolist(),
            "right": random.normal(size=3).tolist(),
        }
        for i in range(24)
    ]
    keys = ("id", "g", "target", "time", "event")
    lines = [",".join(map(str, (*row["left"], *row["right"], *(row[key] for key in keys)))) for row in rows]
    Path(name).write_text("\n".join(["x0,x1,x2,z0,z1,z2,id,g,y,time,event", *(lines[place] for place in order)]) + "\n")
    return rows


@pytest.mark.slow
@pytest.mark.parametrize("bound", TEXTS, ids=str)
def test_survival_and_embeddings_are_compared_in_all_and_in_each_group(lossctl: Command, bound: BoundLoss) -> None:
    models = [written("a.csv", 5, range(24)), written("b.csv", 6, [*range(23, -1, -1)])]
    done = lossctl("compare", "a.csv", "b.csv", "-l", str(bound), *roles_of(bound), "--id", "id", "--by", "g", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)["comparisons"]
    assert [one["by"] for one in found] == [None, {"g": "u"}, {"g": "v"}]
    for one in found:
        values = [value_of(bound, [row for row in rows if one["by"] in (None, {"g": row["g"]})]) for rows in models]
        assert (one["base_value"], one["value"]) == pytest.approx(values, rel=1e-12)
        assert one["difference"] == pytest.approx(values[1] - values[0], rel=1e-11)
        assert (one["low"], one["p_value"], one["method"], one["counted"]) == (None, None, "none", "whole")


@pytest.mark.slow
@pytest.mark.parametrize("bound", [one for one in TEXTS if one.loss.name != "cox"], ids=str)
def test_each_group_is_a_batch_of_its_own_where_asked_for(lossctl: Command, bound: BoundLoss) -> None:
    models = [written("a.csv", 5, range(24)), written("b.csv", 6, range(24))]
    roles = (*roles_of(bound), "-r", "group=g")
    done = lossctl("compare", "a.csv", "b.csv", "-l", str(bound), *roles, "--id", "id", "--method", "t", "--json")
    assert done.code == 0, done.err
    (found,) = json.loads(done.out)["comparisons"]
    batches = [[value_of(bound, [row for row in rows if row["g"] == group]) for group in "uv"] for rows in models]
    assert (found["base_value"], found["value"]) == pytest.approx([sum(values) / 2 for values in batches], rel=1e-12)
    assert (found["n"], found["counted"]) == (2, "group")


def test_every_loss_of_all_rows_is_compared() -> None:
    assert {one.loss.name for one in TEXTS} | {*WHOLE_SCORES} == {name for name, loss in LOSSES.items() if loss.unit == WHOLE}
