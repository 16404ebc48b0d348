"""What one model cost on the rows that it used: scored, and kept for what pairs them with those of other models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Any

import numpy as np

from lossctl.binding.binding import Binding, BoundForm
from lossctl.columns.column import Numbers, concat
from lossctl.columns.words import Words
from lossctl.losses.declaration import GROUP
from lossctl.losses.roles.block import Array
from lossctl.losses.text import BoundLoss
from lossctl.question.inputs import RunInput
from lossctl.question.request import Request
from lossctl.record import record, replace
from lossctl.reduction.waiting import Waiting
from lossctl.results.document import Run
from lossctl.rows.rows import Rows, concat_rows
from lossctl.runs.evaluation import evaluate_run
from lossctl.scoring.sample_sinks import SampleSink
from lossctl.scoring.tally import RowKeys, Samples, Tally, by_elements
from lossctl.scoring.wanted import Wanted
from lossctl.statistics.groups import Groups, group_rows

TARGET = "target"


@record
class Values:
    """The costs of rows, or of groups of them (k,), with their shares and weights, and the places of their first rows."""

    cost: Array
    share: Array | None
    weight: Array | None
    places: Numbers

    def at(self, kept: Numbers) -> Values:
        """Some of them."""
        share, weight = (None if column is None else column[kept] for column in (self.share, self.weight))
        return Values(self.cost[kept], share, weight, self.places[kept])


@record(frozen=False)
class Costs:
    """What one model cost on its used rows, in order.

    costs: by each loss of rows (n,); shares: by those of them that have some. waiting: the same rows, where others judge them.
    weight: what each row counts; counts: how many elements it has, None where all have as many. read: the keys of all rows, and
    why some are not used. shared: the words of the usual keys of all rows, of the first of its tables that has each; none with
    --id. lacking: how many more rows are left out since other models do not use them, by reason.
    """

    run: Run
    binding: Binding
    rows: Rows
    costs: Mapping[BoundLoss, Array]
    shares: Mapping[BoundLoss, Array]
    weight: Array | None
    counts: Numbers | None
    read: RowKeys
    shared: Mapping[str, Words]
    waiting: Waiting | None = None
    lacking: Mapping[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def at(self, places: Numbers) -> Costs:
        """The rows at some places."""
        if np.array_equal(places, np.arange(len(self.rows))):
            return self
        return replace(
            self,
            rows=self.rows.take(places),
            costs={loss: cost[places] for loss, cost in self.costs.items()},
            shares={loss: share[places] for loss, share in self.shares.items()},
            weight=None if self.weight is None else self.weight[places],
            counts=None if self.counts is None else self.counts[places],
            waiting=None if self.waiting is None else self.waiting.at(places),
        )

    def values(self, loss: int, rows: Any) -> Values:
        """What of a loss, which is judged by rows or by groups of them, pairs with what other models cost on some rows."""
        bound = self.binding.losses[loss]
        places = np.arange(len(self.rows))[rows]
        if bound.loss in self.costs:
            columns = self.shares.get(bound.loss), self.weights(bound)
            share, weight = (None if column is None else column[rows] for column in columns)
            return Values(self.costs[bound.loss][rows], share, weight, places)
        assert self.waiting is not None
        groups = self.waiting.at(places).costs(bound, may_lack=True)
        return Values(groups.cost, None, groups.weight, places[groups.place])

    def weights(self, bound: BoundForm) -> Array | None:
        """What each row counts in a loss: its number of elements too where the loss judges these."""
        if self.counts is None or not bound.fit.elements:
            return self.weight
        return by_elements(self.weight, self.counts)

    def places(self, numbers: Numbers) -> Numbers:
        """The places among its used rows of some rows of the run, of which -1 is none: -1 where a row is not used."""
        places = np.full(self.read.count + 1, -1)
        places[self.rows.numbers()] = np.arange(len(self.rows))
        return places[numbers]

    def reasons(self, numbers: Numbers) -> Any:
        """Why it does not use some rows, which are `missing` where they are -1."""
        reasons = np.full(len(numbers), "missing", object)
        for reason, rows in self.read.left_out.items():
            reasons[np.isin(numbers, rows)] = reason
        return reasons

    def group_words(self) -> list[Words]:
        """Of each loss of groups the word of each row by which they are told apart."""
        of_groups = [bound for bound in self.binding.losses if self.binding.unit_of(bound.loss) == GROUP]
        return [] if self.waiting is None else [self.waiting.words(bound) for bound in of_groups]

    def key_columns(self) -> Iterable[tuple[str, Words]]:
        """The columns of the rows' keys with what they are called."""
        return zip(self.binding.key_headers, self.rows.key, strict=True)

    def groups(self) -> tuple[Numbers, Groups] | None:
        """The group of each row (n,), and the groups; None where rows are not grouped."""
        return group_rows(list(self.rows.groups.values())) if self.rows.groups else None


@record(frozen=False)
class _Collector(SampleSink):
    samples: list[Samples] = field(default_factory=list)
    tally: Tally | None = None

    def write(self, made: Samples) -> None:
        self.samples.append(made)

    def finish(self, tally: Tally) -> None:
        self.tally = tally


def costs_of(request: Request, run: RunInput, wanted: Wanted) -> Costs:
    """Scores a run and keeps the cost of each row."""
    collector = _Collector()
    found = evaluate_run(request, run, replace(wanted, samples=collector, carry=(TARGET,)))
    tally, parts = collector.tally, collector.samples
    assert tally is not None
    rows = concat_rows([part.rows for part in parts], emptied=True)
    differ = tally.by_elements is not None and tally.least != tally.most
    return Costs(
        run=found.run,
        binding=found.binding,
        rows=rows,
        costs={loss: concat([part.costs[loss] for part in parts]) for loss in parts[0].costs},
        shares={loss: concat([part.shares[loss] for part in parts]) for loss in parts[0].shares},
        weight=rows.weight,
        counts=np.concatenate([_counts(part) for part in parts]) if differ else None,
        read=RowKeys.concat(tally.keys),
        shared=tally.shared.by_name(),
        waiting=found.waiting,
        warnings=found.warnings,
    )


def _counts(samples: Samples) -> Numbers:
    return np.ones(len(samples.rows), np.int64) if samples.counts is None else samples.counts
