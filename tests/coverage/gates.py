"""How often gates fail falsely, and find the rise that they say they see: by `lossctl.check` on arrays."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import lossctl

Array = Any
LEVEL, ROWS, UNITS, RISEN = 0.95, 100, 20, (0.77, 0.83)


@dataclass(frozen=True)
class Gate:
    """A kind of limit, and the costs that it judges: on the limit, or without a change; beside: options that go with them.

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
    beside: Mapping[str, Any] = field(default_factory=dict)
    sees: bool = True


def gamma(random: np.random.Generator, _: Array = None, rise: float = 0.0) -> Array:
    """Costs with mean 2."""
    return random.gamma(2.0, 1.0, ROWS) + rise


def normal(random: np.random.Generator, _: Array = None, rise: float = 0.0) -> Array:
    return random.normal(9.0, 1.0, ROWS) + rise


def lognormal(random: np.random.Generator, _: Array = None, rise: float = 0.0) -> Array:
    """Costs with mean exp(0.125)."""
    return random.lognormal(0.0, 0.5, ROWS) + rise


def hanging(random: np.random.Generator, _: Array = None, rise: float = 0.0) -> Array:
    """Costs of units of 5 rows, correlation 0.5 within one."""
    return 9.0 + np.repeat(random.normal(0, 1, UNITS), ROWS // UNITS) + random.normal(0, 1, ROWS) + rise


def rare(random: np.random.Generator, _: Array = None, rise: float = 0.0) -> Array:
    return (random.random(300) < 0.1 + rise).astype(float)


def near(random: np.random.Generator, base: Array, rise: float) -> Array:
    """The costs of a candidate that differs from the base by noise."""
    return base + random.normal(0.0, 0.5, len(base)) + rise


def turned(random: np.random.Generator, base: Array, rise: float) -> Array:
    """Decisions of a candidate that is wrong as often as the base, one row in five by chance of its own, or more often."""
    own = np.where(random.random(len(base)) < 0.2, random.random(len(base)) < 0.1, base)
    return np.maximum(own, random.random(len(base)) < rise / 0.9).astype(float)


WEIGHTED = {"weight": np.linspace(0.5, 2.0, ROWS)}
GATES = {
    "max, normal": Gate("max", normal, limit=9.0),
    "min, normal": Gate("min", normal, limit=9.0),
    "max, gamma": Gate("max", gamma, limit=2.0),
    "min, gamma": Gate("min", gamma, limit=2.0),
    "max, lognormal": Gate("max", lognormal, limit=math.exp(0.125)),
    "min, lognormal": Gate("min", lognormal, limit=math.exp(0.125)),
    "max, weighted normal": Gate("max", normal, limit=9.0, beside=WEIGHTED),
    "min, weighted normal": Gate("min", normal, limit=9.0, beside=WEIGHTED),
    "max, weighted gamma": Gate("max", gamma, limit=2.0, beside=WEIGHTED),
    "max, 20 units": Gate("max", hanging, limit=9.0, beside={"unit": np.repeat(np.arange(UNITS), ROWS // UNITS)}),
    "max, 20 blocks": Gate("max", hanging, limit=9.0, beside={"block": ROWS // UNITS}),
    "max, 0/1, p 0.1, 300 rows": Gate("max", rare, limit=0.1),
    "min, 0/1, p 0.1, 300 rows": Gate("min", rare, limit=0.1),
    "max_rise, paired": Gate("max_rise", near, base=normal),
    "max_change, paired": Gate("max_change", near, 0.05, base=normal),
    "max_rise, paired, 0/1": Gate("max_rise", turned, base=rare),
    "max_rise, a saved result": Gate("max_rise", gamma, base=gamma, saved=True),
    "max_rise, a saved result, lognormal": Gate("max_rise", lognormal, base=lognormal, saved=True),
    "max_rise, a saved result, 0/1": Gate("max_rise", rare, base=rare, saved=True),
    "max_gap, 4 groups": Gate("max_gap", normal, 0.05, beside={"by": np.repeat(["a", "b", "c", "d"], ROWS // 4)}, sees=False),
}


def checked(gate: Gate, random: np.random.Generator, folder: Path, rise: float = 0.0) -> tuple[bool, float | None]:
    """Whether a gate fails on one data set, and the rise that it says it sees. rise: of the costs; for a `min` they fall."""
    options: dict[str, Any] = {gate.kind: f"given={gate.limit!r}", "confidence": LEVEL, "jobs": 1, **gate.beside}
    base = None if gate.base is None else gate.base(random)
    cost = gate.draw(random, base, -rise if gate.kind == "min" else rise)
    if base is not None and gate.saved:
        found = lossctl.evaluate(loss="given", role={"value": base}, confidence=LEVEL, jobs=1)
        (folder / "base.json").write_text(json.dumps(found.to_dict()))
        options["baseline"] = str(folder / "base.json")
    elif base is not None:
        np.save(folder / "base.npy", base)
        options["baseline"] = str(folder / "base.npy")
    (check,) = lossctl.check(cost, **options).checks
    return check.status == "fail", check.sees


def rates(gate: Gate, sets: int, seed: int) -> tuple[float, float, float | None]:
    """The share of data sets on which a gate fails falsely; the rise that it sees on average, and how often it finds that."""
    with tempfile.TemporaryDirectory() as folder:
        first = [checked(gate, np.random.default_rng([seed, number]), Path(folder)) for number in range(sets)]
        rise = float(np.nanmean([np.nan if sees is None else sees for _, sees in first]))
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
