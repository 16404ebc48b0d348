"""How often gates fail falsely, and find the rise that they say they see: by `lossctl.check` on arrays."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import lossctl

Array = Any
LEVEL, ROWS, RISEN = 0.95, 100, (0.77, 0.83)


@dataclass(frozen=True)
class Gate:
    """A kind of limit, and the costs that it judges: on the limit, or without a change; `by` are their groups.

    falsely: in which share of data sets it may fail. base: the costs of the baseline, drawn before, beside which those of the
    candidate are drawn; saved: whether the baseline is a result and not a file of predictions. sees: whether it is asked to
    find the rise that it sees.
    """

    kind: str
    draw: Callable[[np.random.Generator, Array, float], Array]
    falsely: float = 0.025
    limit: float = 0.0
    base: Callable[[np.random.Generator], Array] | None = None
    saved: bool = False
    by: Array = None
    sees: bool = True


def gamma(random: np.random.Generator, _: Array = None, rise: float = 0.0) -> Array:
    """Costs with mean 2."""
    return random.gamma(2.0, 1.0, ROWS) + rise


def normal(random: np.random.Generator, _: Array = None, rise: float = 0.0) -> Array:
    return random.normal(9.0, 1.0, ROWS) + rise


def rare(random: np.random.Generator, _: Array = None, rise: float = 0.0) -> Array:
    return (random.random(300) < 0.1 + rise).astype(float)


def near(random: np.random.Generator, base: Array, rise: float) -> Array:
    """The costs of a candidate that differs from the base by noise."""
    return base + random.normal(0.0, 0.5, len(base)) + rise


def turned(random: np.random.Generator, base: Array, _: float) -> Array:
    """Decisions of a candidate that is wrong as often as the base, one row in five by chance of its own."""
    return np.where(random.random(len(base)) < 0.2, random.random(len(base)) < 0.1, base).astype(float)


GATES = {
    "max, normal": Gate("max", normal, limit=9.0),
    "max, gamma": Gate("max", gamma, limit=2.0),
    "max, 0/1, p 0.1, 300 rows": Gate("max", rare, limit=0.1),
    "max_rise, paired": Gate("max_rise", near, base=normal),
    "max_change, paired": Gate("max_change", near, 0.05, base=normal, sees=False),
    "max_rise, paired, 0/1": Gate("max_rise", turned, base=rare, sees=False),
    "max_rise, a saved result": Gate("max_rise", gamma, base=gamma, saved=True),
    "max_rise, a saved result, 0/1": Gate("max_rise", rare, base=rare, saved=True, sees=False),
    "max_gap, 4 groups": Gate("max_gap", normal, 0.05, by=np.repeat(["a", "b", "c", "d"], ROWS // 4), sees=False),
}


def checked(gate: Gate, random: np.random.Generator, folder: Path, rise: float = 0.0) -> tuple[bool, float | None]:
    """Whether a gate fails on one data set, whose costs have risen, and the rise that it says it sees."""
    options: dict[str, Any] = {gate.kind: f"mae={gate.limit!r}", "confidence": LEVEL, "jobs": 1}
    base = None if gate.base is None else gate.base(random)
    cost = gate.draw(random, base, rise)
    target = np.zeros(len(cost))
    if gate.by is not None:
        options["by"] = gate.by
    if base is not None and gate.saved:
        found = lossctl.evaluate(base, target, "mae", confidence=LEVEL, jobs=1)
        (folder / "base.json").write_text(json.dumps(found.to_dict()))
        options["baseline"] = str(folder / "base.json")
    elif base is not None:
        np.save(folder / "base.npy", base)
        options["baseline"] = str(folder / "base.npy")
    (check,) = lossctl.check(cost, target, **options).checks
    return check.status == "fail", check.sees


def rates(gate: Gate, sets: int, seed: int) -> tuple[float, float, float | None]:
    """The share of data sets on which a gate fails falsely; the rise that it sees on average, and how often it finds that."""
    with tempfile.TemporaryDirectory() as folder:
        first = [checked(gate, np.random.default_rng([seed, number]), Path(folder)) for number in range(sets)]
        rise = float(np.mean([sees or np.nan for _, sees in first]))
        failed = sum(fails for fails, _ in first) / sets
        if not gate.sees:
            return failed, rise, None
        found = [checked(gate, np.random.default_rng([seed, sets + number]), Path(folder), rise)[0] for number in range(sets)]
        return failed, rise, sum(found) / sets


def lines(gates: dict[str, Gate], sets: int, seed: int) -> Iterator[str]:
    """The rows of the table. A share of falsely failing gates may be two standard errors above what is allowed."""
    for name, gate in gates.items():
        failed, rise, found = rates(gate, sets, seed)
        most = gate.falsely + 2 * (gate.falsely * (1 - gate.falsely) / sets) ** 0.5
        yield f"| gate: {name}: fails falsely | {failed:.2%} | at most {most:.2%}{'' if failed <= most else ', missed'} |"
        if found is not None:
            mark = "" if RISEN[0] <= found <= RISEN[1] else ", missed"
            yield f"| gate: {name}: finds the rise of {rise:.3g} that it sees | {found:.2%} | 77% to 83%{mark} |"
