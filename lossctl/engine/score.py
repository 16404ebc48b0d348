"""Scores parts of a dataset and merges their tallies.

Threads, a cluster and the built-in `map` are the same to it: an ordered map.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import numpy as np

from lossctl.binding.binder import WEIGHT
from lossctl.columns.column import Column, Numbers
from lossctl.columns.words import Words
from lossctl.engine.costs import cost_of
from lossctl.engine.memory import keep_freed_memory
from lossctl.errors import DataError
from lossctl.losses.declaration import Form
from lossctl.losses.roles.block import Array, Block, Facts
from lossctl.losses.text import BoundLoss
from lossctl.record import record
from lossctl.rows.dataset import Dataset, Part
from lossctl.rows.policy import RowPolicy, UsedRows, used_rows
from lossctl.statistics.accumulators import Statistics, Worst

BLOCK_VALUES = 2**18  # less, and threads wait for the interpreter more than they work; more, and the cache is lost


class OrderedMap(Protocol):
    """Like the built-in map of one iterable: results in order, no more of the iterable taken than the work under way needs."""

    def __call__(self, function: Callable[[Part], Tally], parts: Iterable[Part], /) -> Iterator[Tally]: ...


@record
class Scoring:
    """What is computed for each part. Pickles. states: what `prepare` of each loss gave, None where it has none."""

    losses: tuple[tuple[BoundLoss, Form], ...]
    policy: RowPolicy = field(default_factory=RowPolicy)
    scale: str = "probs"
    normalize: bool = False
    worst: int = 0
    samples: bool = False
    carry: tuple[str, ...] = ()  # roles whose values go along with samples
    spread: bool = True
    block_rows: int = BLOCK_VALUES
    states: tuple[Any, ...] = ()


@dataclass
class Samples:
    """The costs of used rows: their numbers in the run (n,), for each loss a cost and where it has one a share, and more."""

    row: Numbers
    costs: list[Array]
    shares: list[Array | None]
    weight: Array | None
    id: Words | None
    keep: dict[str, Column]
    group: list[tuple[str, ...]]
    carried: dict[str, Numbers]


@dataclass
class Tally:
    """What some rows gave. Tallies of consecutive parts merge into that of all their rows."""

    rows: int = 0
    used: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    statistics: list[Statistics] = field(default_factory=list)
    groups: dict[tuple[str, ...], list[Statistics]] = field(default_factory=dict)  # in order of first row
    worst: list[Worst] = field(default_factory=list)
    samples: list[Samples] = field(default_factory=list)

    def merge(self, other: Tally) -> None:
        """Adds what the rows after these gave, samples left out."""
        self.rows, self.used = self.rows + other.rows, self.used + other.used
        self.drop(other.dropped)
        self.facts.merge(other.facts)
        for mine, others in zip(self.statistics, other.statistics, strict=True):
            mine.merge(others)
        for group, statistics in other.groups.items():
            own = self.groups.setdefault(group, [Statistics(one.spread) for one in statistics])
            for mine, others in zip(own, statistics, strict=True):
                mine.merge(others)
        for kept, more in zip(self.worst, other.worst, strict=True):
            kept.merge(more)

    def drop(self, dropped: dict[str, int]) -> None:
        """Counts rows that were left out."""
        for reason, count in dropped.items():
            self.dropped[reason] = self.dropped.get(reason, 0) + count


def empty_tally(scoring: Scoring) -> Tally:
    """The tally of no rows."""
    count = len(scoring.losses)
    worst = [Worst(scoring.worst) for _ in range(count)] if scoring.worst else []
    return Tally(statistics=[Statistics(scoring.spread) for _ in range(count)], worst=worst)


def evaluate(dataset: Dataset, scoring: Scoring, ordered_map: OrderedMap, receive: Callable[[Tally], None]) -> Tally:
    """The tally of a whole dataset; `receive` is shown the tally of each part, in order.

    Raises DataError at the first row that a role refuses, or for what the rows together show to be wrong.
    """
    total = empty_tally(scoring)
    for tally in ordered_map(partial(score, scoring=scoring), dataset.parts()):
        total.merge(tally)
        receive(tally)
    if dataset.extra_keys:
        total.rows += dataset.extra_keys
        total.drop({"missing": dataset.extra_keys})
    _settle(dataset, scoring, total)
    return total


def score(part: Part, scoring: Scoring) -> Tally:
    """Reads a part block by block and runs the kernels on it."""
    tally = empty_tally(scoring)
    keep_freed_memory()
    with part.open() as read, np.errstate(all="ignore"):
        for start in range(0, part.rows, scoring.block_rows):
            stop = min(start + scoring.block_rows, part.rows)
            _score_block(part, start, read(start, stop), scoring, tally)
    return tally


def prepared(dataset: Dataset, scoring: Scoring) -> tuple[Any, ...]:
    """The state of each loss that sees the whole dataset: its `prepare` of all rows of its roles, which are held in memory."""
    parts = list(dataset.parts())
    slices = zip(*(part.feeds for part in parts), strict=True)
    whole = Part(0, sum(part.rows for part in parts), tuple(sum(of_feed, ()) for of_feed in slices))
    tally = Tally()
    with whole.open() as read:
        used = used_rows(whole, 0, read(0, whole.rows), scoring.policy, tally.facts)
    block = _block(whole, 0, used, scoring, tally.facts)
    return tuple(
        bound.loss.prepare(*(block.view(name, role) for name, role in form.roles.items()), **bound.parameters)
        if bound.loss.prepare
        else None
        for bound, form in scoring.losses
    )


def _score_block(part: Part, start: int, columns: dict[str, Column], scoring: Scoring, tally: Tally) -> None:
    tally.rows += len(next(iter(columns.values())))
    used = used_rows(part, start, columns, scoring.policy, tally.facts)
    tally.used += used.rows
    tally.drop(used.dropped)
    if not used.rows:
        return
    for values in used.roles.values():
        values.flags.writeable = False  # several losses see the same arrays
    block = _block(part, start, used, scoring, tally.facts)
    weight = _weights(block) if WEIGHT in used.roles else None
    answers = [
        cost_of(block, bound, form, scoring.states[place] if scoring.states else None)
        for place, (bound, form) in enumerate(scoring.losses)
    ]
    for statistics, (cost, share) in zip(tally.statistics, answers, strict=True):
        statistics.add(cost, weight, share, block.number)
    if used.by:
        _add_groups(used, answers, weight, block.number, scoring, tally)
    if not (scoring.worst or scoring.samples):
        return
    numbers = part.first + start + (np.arange(used.rows) if used.places is None else used.places)
    for worst, (cost, _) in zip(tally.worst, answers, strict=bool(scoring.worst)):
        worst.add(cost, numbers, used.id, used.keep)
    if scoring.samples:
        tally.samples.append(
            Samples(
                numbers,
                [cost for cost, _ in answers],
                [share for _, share in answers],
                None if weight is None else weight.copy(),
                used.id,
                used.keep,
                list(zip(*(words.tolist() for words in used.by.values()), strict=True)),
                {name: used.roles[name].copy() for name in scoring.carry if name in used.roles},
            )
        )


def _block(part: Part, start: int, used: UsedRows, scoring: Scoring, facts: Facts) -> Block:
    return Block(
        used.rows,
        used.roles,
        scoring.scale,
        scoring.normalize,
        locate=lambda role, row, element: part.locate(role, start + used.place(row), element),
        number=lambda row: part.first + start + used.place(row),
        facts=facts,
        finite=frozenset(used.finite),
    )


def _add_groups(
    used: UsedRows,
    answers: list[tuple[Array, Array | None]],
    weight: Array | None,
    number: Callable[[int], int],
    scoring: Scoring,
    tally: Tally,
) -> None:
    """Adds each group's rows to the group's statistics; groups stand in the order of their first rows."""
    places: dict[tuple[str, ...], list[int]] = {}
    for row, group in enumerate(zip(*(words.tolist() for words in used.by.values()), strict=True)):
        places.setdefault(group, []).append(row)
    for group, rows in places.items():
        own = tally.groups.setdefault(group, [Statistics(scoring.spread) for _ in answers])
        for statistics, (cost, share) in zip(own, answers, strict=True):
            statistics.add(
                cost[rows],
                None if weight is None else weight[rows],
                None if share is None else share[rows],
                lambda row, rows=rows: number(rows[row]),
            )


def _weights(block: Block) -> Array:
    weight = block.arrays[WEIGHT]
    bad = ~((weight >= 0) & np.isfinite(weight))
    if bad.any():
        row = int(bad.argmax())
        raise block.refuse(WEIGHT, row, f"weight {weight[row]:g} is not a finite number >= 0")
    return weight


def _settle(dataset: Dataset, scoring: Scoring, total: Tally) -> None:
    """DataError for what the rows of a dataset together show to be wrong."""
    names = scoring.policy.label_names
    found = [(name, names.settle(total.facts)) for name in scoring.policy.labels if names is not None]
    found += [(name, role.settle(name, total.facts)) for _, form in scoring.losses for name, role in form.roles.items()]
    for name, problem in found:
        if problem is not None:
            where, words = problem
            raise DataError(words, where=where or dataset.binding.sources[name].text)
