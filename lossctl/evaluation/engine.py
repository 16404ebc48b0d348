"""Scores parts of a dataset and merges their tallies.

Threads, a cluster and the built-in `map` are the same to it: an ordered map.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import numpy as np

from lossctl.errors import DataError, InternalError, LossctlError
from lossctl.evaluation.accumulators import Statistics, Worst
from lossctl.evaluation.exact_sum import row_means
from lossctl.losses.block import Array, Block, Facts, RefusedRows
from lossctl.losses.declaration import Form
from lossctl.losses.text import BoundLoss
from lossctl.sources.binding import WEIGHT, keep_name
from lossctl.sources.dataset import Dataset, Part
from lossctl.sources.table import Rows

BLOCK_VALUES = 2**16


class OrderedMap(Protocol):
    """Like the built-in map of one iterable: results in order, no more of the iterable taken than the work under way needs."""

    def __call__(self, function: Callable[[Part], Tally], parts: Iterable[Part], /) -> Iterator[Tally]: ...


@dataclass(frozen=True)
class Scoring:
    """What is computed for each part. Pickles. states: what `prepare` of each loss gave, None where it has none."""

    losses: tuple[tuple[BoundLoss, Form], ...]
    scale: str = "probs"
    drop_nan: bool = False
    normalize: bool = False
    keep: tuple[str, ...] = ()
    worst: int = 0
    samples: bool = False
    spread: bool = True
    block_rows: int = BLOCK_VALUES
    states: tuple[Any, ...] = ()


@dataclass
class Samples:
    """The costs of used rows: their numbers in the run (n,), a cost column for each loss, weights, and kept columns."""

    row: Rows
    costs: list[Array]
    weight: Array | None
    keep: dict[str, Rows]


@dataclass
class Tally:
    """What some rows gave. Tallies of consecutive parts merge into that of all their rows."""

    rows: int = 0
    used: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    statistics: list[Statistics] = field(default_factory=list)
    worst: list[Worst] = field(default_factory=list)
    samples: list[Samples] = field(default_factory=list)

    def merge(self, other: Tally) -> None:
        """Adds what the rows after these gave, samples left out."""
        self.rows, self.used = self.rows + other.rows, self.used + other.used
        for reason, count in other.dropped.items():
            self.dropped[reason] = self.dropped.get(reason, 0) + count
        self.facts.merge(other.facts)
        for mine, others in zip(self.statistics, other.statistics, strict=True):
            mine.merge(others)
        for kept, more in zip(self.worst, other.worst, strict=True):
            kept.merge(more)


def empty_tally(scoring: Scoring) -> Tally:
    """The tally of no rows."""
    count = len(scoring.losses)
    return Tally(
        statistics=[Statistics(scoring.spread) for _ in range(count)],
        worst=[Worst(scoring.worst) for _ in range(count if scoring.worst else 0)],
    )


def evaluate(dataset: Dataset, scoring: Scoring, ordered_map: OrderedMap, receive: Callable[[Tally], None]) -> Tally:
    """The tally of a whole dataset; `receive` is shown the tally of each part, in order.

    Raises DataError at the first row that a role refuses, or for what the rows together show to be wrong.
    """
    total = empty_tally(scoring)
    for tally in ordered_map(partial(score, scoring=scoring), dataset.parts()):
        total.merge(tally)
        receive(tally)
    for _, form in scoring.losses:
        for name, role in form.roles.items():
            if problem := role.settle(name, total.facts):
                row, words = problem
                raise DataError(words, where=f"{dataset.binding.sources[name].text} row {row}")
    return total


def score(part: Part, scoring: Scoring) -> Tally:
    """Reads a part block by block and runs the kernels on it."""
    tally = empty_tally(scoring)
    with part.open() as read, np.errstate(all="ignore"):
        for start in range(0, part.rows, scoring.block_rows):
            stop = min(start + scoring.block_rows, part.rows)
            _score_block(part, start, read(start, stop), scoring, tally)
    return tally


def prepared(dataset: Dataset, scoring: Scoring) -> tuple[Any, ...]:
    """The state of each loss that sees the whole dataset: its `prepare` of all rows of its roles, which are held in memory."""
    if not any(bound.loss.prepare for bound, _ in scoring.losses):
        return (None,) * len(scoring.losses)
    parts = list(dataset.parts())
    whole = Part(
        0,
        sum(part.rows for part in parts),
        tuple(sum(slices, ()) for slices in zip(*(part.feeds for part in parts), strict=True)),
    )
    with whole.open() as read:
        block, _, _ = _block(whole, 0, read(0, whole.rows), scoring, Tally())
    return tuple(
        bound.loss.prepare(*(block.view(name, role) for name, role in form.roles.items()), **bound.parameters)
        if bound.loss.prepare
        else None
        for bound, form in scoring.losses
    )


def _score_block(part: Part, start: int, columns: dict[str, Rows], scoring: Scoring, tally: Tally) -> None:
    block, numbers, kept = _block(part, start, columns, scoring, tally)
    if not block.rows:
        return
    weight = _weights(block) if WEIGHT in block.arrays else None
    costs: list[Array] = []
    for place, (bound, form) in enumerate(scoring.losses):
        cost, share = _cost(block, bound, form, scoring.states[place] if scoring.states else None)
        tally.statistics[place].add(cost, weight, share, block.number)
        if scoring.worst:
            tally.worst[place].add(cost, numbers(), kept)
        costs.append(cost)
    if scoring.samples:
        tally.samples.append(Samples(numbers(), costs, weight, kept))
    tally.facts.merge(block.facts)


def _block(
    part: Part, start: int, columns: dict[str, Rows], scoring: Scoring, tally: Tally
) -> tuple[Block, Callable[[], Rows], dict[str, Rows]]:
    """The rows of the block that are used, their numbers in the run, and the columns kept along."""
    kept = {column: columns.pop(keep_name(column)) for column in scoring.keep}
    rows = len(next(iter(columns.values())))
    places: Rows | None = None  # the used rows of the block, where not all are
    missing = _missing(part, start, columns, scoring)
    tally.rows += rows
    if missing is not None:
        places = np.flatnonzero(~missing)
        tally.dropped["nan"] = tally.dropped.get("nan", 0) + rows - len(places)
        columns = {name: values[places] for name, values in columns.items()}
        kept = {name: values[places] for name, values in kept.items()}
        rows = len(places)
    tally.used += rows

    def place(row: int) -> int:
        return start + (row if places is None else int(places[row]))

    block = Block(
        rows,
        columns,
        scoring.scale,
        scoring.normalize,
        locate=lambda role, row, element: part.locate(role, place(row), element),
        number=lambda row: part.first + place(row),
    )
    return block, lambda: part.first + start + (np.arange(rows) if places is None else places), kept


def _missing(part: Part, start: int, columns: dict[str, Rows], scoring: Scoring) -> Rows | None:
    """Which rows miss a value, None where none does; DataError at the first unless such rows are to be dropped."""
    missing: list[Any] = []
    for name, values in columns.items():
        if np.isfinite(np.add.reduce(values, axis=None)):
            continue  # NaN would have made the sum NaN
        absent = np.isnan(values)
        if not absent.any():
            continue
        if not scoring.drop_nan:
            row, *element = (int(place) for place in np.argwhere(absent)[0])
            where = part.locate(name, start + row, element[0] if element else None)
            raise DataError("a value is missing (empty or NaN)", where=where, hint="leave such rows out: --nan drop")
        missing.append(np.any(absent.reshape(len(absent), -1), axis=1))
    return np.logical_or.reduce(missing) if missing else None


def _weights(block: Block) -> Array:
    weight = block.arrays[WEIGHT]
    bad = ~((weight >= 0) & np.isfinite(weight))
    if bad.any():
        row = int(bad.argmax())
        raise block.refuse(WEIGHT, row, f"weight {weight[row]:g} is not a finite number >= 0")
    return weight


def _cost(block: Block, bound: BoundLoss, form: Form, state: Any) -> tuple[Array, Array | None]:
    """The cost of each row (n,), and its share of the denominator where the loss gives one."""
    views = [block.view(name, role) for name, role in form.roles.items()]
    extra = [] if bound.loss.prepare is None else [state]
    try:
        answer = bound.cost(form, [*views, *extra])
        cost, share = answer if isinstance(answer, tuple) else (answer, None)
        cost = _checked(bound, cost, block.rows)
        if not extra and all(isinstance(view, np.ndarray) for view in views):
            cost = _without_overflow(bound, form, views, cost)
    except RefusedRows as refused:
        raise block.refuse(next(iter(form.roles)), refused.row, f"{bound}: {refused.problem}") from None
    except LossctlError:
        raise
    except Exception as problem:
        raise InternalError(f"loss {bound.loss.name} failed: {type(problem).__name__}: {problem}") from problem
    return cost, None if share is None else _checked(bound, share, block.rows)


def _checked(bound: BoundLoss, answer: Any, rows: int) -> Array:
    """What a kernel returned as one number a row: a row of several costs their mean."""
    values = np.asarray(answer)
    if values.shape[:1] != (rows,) or values.ndim > 2 or values.dtype.kind not in "biuf":
        raise InternalError(
            f"loss {bound.loss.name} returned {values.dtype} of shape {values.shape} for {rows} rows; expected numbers ({rows},)"
        )
    values = values.astype(np.float64, copy=False)
    return row_means(values) if values.ndim == 2 else values


def _without_overflow(bound: BoundLoss, form: Form, views: list[Array], cost: Array) -> Array:
    """Costs that are infinite or undefined computed again with the exponents of extended precision.

    An error or a square may overflow where the loss does not: huber of pred = 1e308, target = -1e308.
    """
    overflowed = ~np.isfinite(cost)
    if not overflowed.any():
        return cost
    answer = bound.cost(form, [view[overflowed].astype(np.longdouble) for view in views])
    again = np.asarray(answer[0] if isinstance(answer, tuple) else answer)
    cost = cost.copy()
    cost[overflowed] = (row_means(again) if again.ndim == 2 else again).astype(np.float64)
    return cost
