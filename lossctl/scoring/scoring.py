"""Scores parts of a dataset and merges their tallies.

Threads, a cluster and the built-in `map` are the same to it: an ordered map.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property, partial
from typing import Any, Protocol

import numpy as np

from lossctl.binding.binding import BoundForm, of_rows
from lossctl.errors import DataError
from lossctl.losses.declaration import ROW
from lossctl.losses.roles.block import Array, Facts
from lossctl.losses.roles.class_predictions import Labels, Predictions
from lossctl.losses.roles.label_names import settle_spelling
from lossctl.losses.roles.roles import BATCH
from lossctl.losses.text import BoundLoss
from lossctl.record import record, replace
from lossctl.rows.dataset import Dataset
from lossctl.rows.parts import Part
from lossctl.rows.row_policy import RowPolicy
from lossctl.rows.rows import Rows
from lossctl.rows.shared import FIRST_ROWS, SharedWords
from lossctl.rows.used import UsedRows, used_rows
from lossctl.scoring.blocks import Blocks
from lossctl.scoring.costs import add_binned, cost_of
from lossctl.scoring.first_words import check_words, note_words
from lossctl.scoring.left_out import leaving_out
from lossctl.scoring.memory import keep_freed_memory
from lossctl.scoring.tally import RowKeys, Samples, Tally
from lossctl.statistics.calibration import Sure
from lossctl.statistics.exact.bin_sums import BinSums
from lossctl.statistics.groups import grouping_of
from lossctl.statistics.statistic import Asked, Scored
from lossctl.statistics.table import Statistics

BLOCK_VALUES = 2**18  # less, and threads wait for the interpreter more than they work; more, and the cache is lost


class OrderedMap(Protocol):
    """Like the built-in map of one iterable: results in order, no more of the iterable taken than the work under way needs."""

    def __call__(self, function: Callable[[Part], Tally], parts: Iterable[Part], /) -> Iterator[Tally]: ...


@record
class Scoring:
    """What is computed for each part. Pickles, but for samples that threads make something of.

    asked: the statistics of the losses of rows. samples: what is made of the costs of rows, with the values of the roles `carry`,
    to be given out; None where nothing is. carried: whether rows that losses wait for have their keys and what is kept along.
    keys: whether those of all rows are given out, and why rows are not used. shared_rows: in how many first rows usual keys are
    kept. by_elements: whether rows may differ in their numbers of elements, each of which counts the same. states: what `prepare`
    of a loss gave, of those that have one. streamed: the losses of the whole dataset that see blocks of it.
    """

    losses: tuple[BoundForm, ...]
    policy: RowPolicy
    asked: Asked
    scale: str = "probs"
    normalize: bool = False
    samples: Callable[[Samples], Any] | None = None
    carried: bool = False
    keys: bool = False
    shared_rows: int = FIRST_ROWS
    carry: tuple[str, ...] = ()
    by_elements: bool = False
    block_rows: int = BLOCK_VALUES
    states: Mapping[BoundLoss, Any] = field(default_factory=dict)
    streamed: tuple[BoundLoss, ...] = ()

    @cached_property
    def of_rows(self) -> list[BoundForm]:
        """The losses whose values belong to rows."""
        return of_rows(self.losses)

    @cached_property
    def waiting(self) -> list[BoundForm]:
        """The losses that wait for rows to come."""
        return [bound for bound in self.losses if bound.loss.loss.unit != ROW and bound.loss not in self.streamed]


def empty_tally(scoring: Scoring) -> Tally:
    """The tally of no rows."""
    by_elements = Statistics(scoring.asked) if scoring.by_elements else None
    bins = {loss: BinSums() for loss in scoring.streamed}
    return Tally(Statistics(scoring.asked), by_elements, shared=SharedWords(scoring.shared_rows), bins=bins)


def evaluate(
    dataset: Dataset, parts: Iterable[Part], scoring: Scoring, ordered_map: OrderedMap, receive: Callable[[Tally], None]
) -> Tally:
    """The tally of all parts of a dataset; `receive` is shown the tally of each, in order.

    Raises DataError at the first row that a role refuses, unless that leaves a loss out.
    """
    keep_freed_memory()  # before tables that are paired by key are read
    total: Tally | None = None
    for tally in ordered_map(partial(score, scoring=scoring), parts):
        receive(tally)
        tally.samples.clear()
        if total is None:
            total = tally
        else:
            total.merge(tally)
        del tally  # of many groups it is large, and the next one is waited for
    total = total or empty_tally(scoring)
    total.rows += sum(dataset.extra.values())
    total.drop(dataset.extra)
    return total


def score(part: Part, scoring: Scoring) -> Tally:
    """Reads a part block by block and runs the kernels on it."""
    tally = empty_tally(scoring)
    keep_freed_memory()  # in a worker of a cluster
    read = part.open()
    with np.errstate(all="ignore"):
        for start in range(0, part.rows, scoring.block_rows):
            stop = min(start + scoring.block_rows, part.rows)
            _score_block(part, start, read(start, stop), scoring, tally)
    return tally


def used_blocks(part: Part, scoring: Scoring) -> Iterator[Blocks]:
    """The blocks of a part in which rows are used, for what looks at rows before they are scored; what they note is not kept."""
    read = part.open()
    for start in range(0, part.rows, scoring.block_rows):
        facts = Facts()
        rows = read(start, min(start + scoring.block_rows, part.rows))
        used = used_rows(part, start, rows, scoring.policy, facts)
        if len(used.rows):
            yield Blocks(part, start, used, scoring.scale, scoring.normalize, facts)


def prepared(parts: Iterable[Part], scoring: Scoring) -> dict[BoundLoss, Any]:
    """What `prepare` of each loss that has one makes of all rows of its roles, which are held in memory."""
    slices = zip(*(part.feeds for part in parts), strict=True)
    feeds = tuple(sum(of_feed, ()) for of_feed in slices)
    whole = Part(0, sum(map(len, feeds[0])), feeds)
    facts = Facts()
    with np.errstate(all="ignore"):
        used = used_rows(whole, 0, whole.open()(0, whole.rows), scoring.policy, facts)
    blocks = Blocks(whole, 0, used, scoring.scale, scoring.normalize, facts)
    states = {}
    for bound in scoring.losses:
        if bound.loss.loss.prepare is not None:
            block, _ = blocks.block_of(bound)
            states[bound.loss] = bound.loss.loss.prepare(*block.views(bound.form.roles), **bound.fitted.parameters)
    return states


def _score_block(part: Part, start: int, rows: Rows, scoring: Scoring, tally: Tally) -> None:
    tally.rows += len(rows)
    tally.shared.add(rows.first, rows.shared, lambda use, row: part.locate(use, start + row))
    used = used_rows(part, start, rows, scoring.policy, tally.facts)
    tally.used += len(used.rows)
    tally.drop({reason: len(numbers) for reason, numbers in used.left_out.items()})
    if scoring.keys:
        tally.keys.append(RowKeys(len(rows), rows.key, used.left_out))
    if not len(used.rows):
        return
    note_words(scoring.policy.by_first_cell, used.rows, tally.facts)
    blocks = Blocks(part, start, used, scoring.scale, scoring.normalize, tally.facts)
    weight = blocks.weights()
    samples = Samples(used.rows)
    for bound in scoring.losses:
        if bound.loss not in tally.refused:
            with leaving_out(bound, tally.refused):
                _judge(blocks, bound, weight, scoring, samples, tally)
    judging = [bound for bound in scoring.losses if bound.loss not in tally.refused]
    sure = _sure(blocks, weight, judging) if scoring.asked.pictured else None
    tally.add(_scored(samples, weight, sure), samples.counts)
    if scoring.waiting:
        tally.held.append(_held(used, scoring))
    if scoring.samples is not None:
        tally.samples.append(scoring.samples(replace(samples, rows=used.rows.keeping(scoring.carry))))


def _judge(blocks: Blocks, bound: BoundForm, weight: Array | None, scoring: Scoring, samples: Samples, tally: Tally) -> None:
    """Adds what a loss gives of the rows; of one that waits for others each value is checked, where it can still be located."""
    loss = bound.loss
    block, elements = blocks.block_of(bound)
    if loss in tally.bins:
        add_binned(tally.bins[loss], block, bound, weight)
    elif loss.loss.unit != ROW:
        block.views({name: role for name, role in bound.form.roles.items() if not role.text})
    else:
        samples.costs[loss], share = cost_of(block, elements, bound, [scoring.states[loss]] if loss in scoring.states else [])
        samples.shares |= {} if share is None else {loss: share}
        samples.counts = elements.counts if bound.fit.elements and scoring.by_elements else samples.counts


def _sure(blocks: Blocks, weight: Array | None, losses: Iterable[BoundForm]) -> Sure | None:
    """How sure the predictions of the first loss of classes are; None where there is none, or labels are soft."""
    for bound in losses:
        names = [name for name, role in bound.form.roles.items() if role.reads_scale or role.labels]
        if len(names) != 2 or not bound.form.reads_scale:
            continue
        block, elements = blocks.block_of(bound)
        pred, target = (block.view(name, bound.form.roles[name]) for name in names)
        if isinstance(pred, Predictions) and isinstance(target, Labels) and target.index is not None:
            weight = weight if weight is None or not bound.fit.elements else np.repeat(weight, elements.row_counts())
            return Sure(*pred.confidence(target), weight, pred.values.ndim == 1)
    return None


def _scored(samples: Samples, weight: Array | None, sure: Sure | None) -> Scored:
    """Rows as the statistics take them."""
    rows = samples.rows
    grouping, groups = grouping_of(list(rows.groups.values())) if rows.groups else (None, None)
    return Scored(rows.numbers, samples.costs, samples.shares, weight, grouping, groups, rows.key, rows.keep, rows.unit, sure)


def _held(used: UsedRows, scoring: Scoring) -> Rows:
    """Rows that losses of groups and of the whole dataset wait for."""
    roles = {BATCH, *(name for bound in scoring.waiting for name in bound.form.roles)}
    return used.rows.keeping(roles, carried=scoring.carried)


def settle(dataset: Dataset, policy: RowPolicy, losses: Iterable[BoundForm], total: Tally) -> None:
    """DataError for what the rows of a dataset together show to be wrong. losses: those that are not left out."""
    for mispaired in total.shared.mispaired(dataset.binding.shared):
        if mispaired.certain:
            raise mispaired.error()
    if total.used:
        check_words(policy.by_first_cell, total.facts, dataset.binding)
    names, ignore = policy.label_names, policy.ignore
    found = [(name, names.settle(total.facts)) for name in policy.labels if names is not None]
    found += [(name, settle_spelling(total.facts, ignore)) for name in policy.ignored if ignore is not None]
    found += [(name, role.settle(name, total.facts)) for bound in losses for name, role in bound.form.roles.items()]
    for name, fault in found:
        if fault is not None:
            raise DataError(fault.problem, where=fault.where or dataset.binding.roles[name].text, hint=fault.hint)
