"""What must come out of a scenario, in plain Python and exact fractions, with nothing of lossctl in it."""

from __future__ import annotations

import math
import operator
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from tests.scenarios.scenario import Cell, Column, Scenario, Table, Where

Group: TypeAlias = "tuple[str, ...] | None"  # None: all rows


@dataclass(frozen=True)
class Used:
    """A row that is judged: its number in the run, its key or else that number, target, weight, group, and its costs."""

    number: int
    key: Cell
    target: Cell
    weight: Fraction
    group: tuple[str, ...]
    costs: dict[str, Fraction | float]


@dataclass(frozen=True)
class Expected:
    """What a run gives: numbers of rows, and the rows that are used."""

    rows: int
    dropped: dict[str, int]
    used: list[Used]

    def groups(self) -> list[Group]:
        """All rows, then each group in order: column by column, as numbers where all are; an empty one is first."""
        found = {row.group for row in self.used}
        columns = zip(*found, strict=True)
        numeric = [all(_is_number(word) for word in column if word) for column in columns]
        order: Callable[[tuple[str, ...]], Any] = lambda group: [  # noqa: E731
            (word != "", float(word) if number and word else word) for word, number in zip(group, numeric, strict=True)
        ]
        return [None, *sorted((group for group in found if group), key=order)]

    def of(self, group: Group) -> list[Used]:
        """The used rows of a group."""
        return [row for row in self.used if group is None or row.group == group]


def expected(scenario: Scenario, model: int) -> Expected:
    """What one model gives."""
    own, truth = scenario.models[model], scenario.truth
    other = {} if truth is None or scenario.key is None else {key: row for row, key in enumerate(truth[scenario.key])}
    dropped: Counter[str] = Counter()
    used: list[Used] = []
    rows = len(next(iter(own.values())))
    for row in range(rows):
        key = row if scenario.key is None else own[scenario.key][row]
        place = row if scenario.key is None else other.get(key) if truth is not None else row
        cells = _Cells(own, row, truth, place)
        reason = _reason(scenario, cells)
        if reason is None:
            used.append(_used(scenario, cells, row, key))
        else:
            dropped[reason] += 1
    if truth is not None and scenario.key is not None:
        known = set(own[scenario.key])
        for row, key in enumerate(truth[scenario.key]):
            if key not in known:
                rows += 1
                dropped["missing" if _hold(scenario, _Cells(own, None, truth, row)) else "where"] += 1
    return Expected(rows, dict(dropped), used)


def reduced(rows: Sequence[Used], loss: str, reduction: str) -> Fraction | float:
    """The headline value: sum(w l) / sum(w) for the mean; pNN is the least cost whose share of the weight reaches NN %."""
    costs = [(row.costs[loss], row.weight) for row in rows]
    if reduction in ("min", "max"):
        return {"min": min, "max": max}[reduction](cost for cost, _ in costs)
    if reduction in ("mean", "sum"):
        total = sum((weight * Fraction(cost) for cost, weight in costs), Fraction(0))
        return total / sum(weight for _, weight in costs) if reduction == "mean" else total
    share, reached = Fraction(reduction[1:]) / 100 * sum(weight for _, weight in costs), Fraction(0)
    for cost, weight in sorted(costs):
        reached += weight
        if reached >= share and weight:
            return cost
    raise AssertionError


@dataclass(frozen=True)
class _Cells:
    """One row of the run's table (None: the table lacks it) beside that of truth."""

    own: Table
    row: int | None
    truth: Table | None
    place: int | None

    def __getitem__(self, column: Column) -> Cell:
        if column.of_truth:
            assert self.truth is not None
            assert self.place is not None
            return self.truth[column.name][self.place]
        assert self.row is not None
        return self.own[column.name][self.row]

    def has(self, column: Column) -> bool:
        return (self.place if column.of_truth else self.row) is not None


def _reason(scenario: Scenario, cells: _Cells) -> str | None:
    """Why a row is left out: a condition, then a key that the other table lacks, the label, at last a missing value."""
    if not _hold(scenario, cells):
        return "where"
    if cells.place is None:
        return "missing"
    label = cells[scenario.target]
    if scenario.ignore is not None and label == scenario.ignore:
        return "ignore"
    read = [*(Column(name) for name in scenario.preds), scenario.target, *([scenario.weight] if scenario.weight else [])]
    return "nan" if any(cells[column] is None for column in read) else None


def _hold(scenario: Scenario, cells: _Cells) -> bool:
    """Whether the conditions on the tables that have the row all hold."""
    return all(_holds(one, cells[one.column]) for one in scenario.where if cells.has(one.column))


def _holds(condition: Where, cell: Cell) -> bool:
    if cell is None:  # it satisfies only != of something
        return condition.operator == "!="
    compare: Callable[[Any, Any], bool] = getattr(operator, _OPERATORS[condition.operator])
    return compare(cell, condition.value)


def _used(scenario: Scenario, cells: _Cells, row: int, key: Cell) -> Used:
    weight = Fraction(1) if scenario.weight is None else _exact(cells[scenario.weight])
    group = tuple("" if cells[column] is None else str(cells[column]) for column in scenario.by)
    preds = [_exact(cells[Column(name)]) for name in scenario.preds]
    label = cells[scenario.target]
    target = Fraction(scenario.labels[label]) if scenario.labels else _exact(label)
    return Used(row, key, label, weight, group, {loss: _cost(loss, preds, target) for loss in scenario.losses})


def _cost(loss: str, preds: list[Fraction], target: Fraction) -> Fraction | float:
    if loss in _OF_NUMBERS:
        return _OF_NUMBERS[loss](preds[0] - target)
    share = preds[int(target)] if len(preds) > 1 else preds[0] if target == 1 else 1 - preds[0]
    return _OF_CLASSES[loss](share)


def _huber(error: Fraction) -> Fraction:
    return error**2 / 2 if abs(error) <= Fraction(3, 2) else Fraction(3, 2) * (abs(error) - Fraction(3, 4))


_OPERATORS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_OF_NUMBERS: dict[str, Callable[[Fraction], Fraction]] = {
    "mse": lambda error: error**2,
    "mae": abs,
    "huber:delta=1.5": _huber,
}
_OF_CLASSES: dict[str, Callable[[Fraction], float]] = {  # of what the true class was given
    "ce": lambda share: -math.log(share),
    "focal": lambda share: -((1 - float(share)) ** 2) * math.log(share),
}


def _exact(cell: Cell) -> Fraction:
    assert isinstance(cell, (int, float))
    return Fraction(cell)


def _is_number(word: str) -> bool:
    try:
        return math.isfinite(float(word))
    except ValueError:
        return False
