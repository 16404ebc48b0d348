"""From what rows gave to results, over all of them and over groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from lossctl.binding.binding import BoundForm
from lossctl.columns.column import Numbers
from lossctl.columns.words import Words
from lossctl.engine.waiting import WholeValues
from lossctl.errors import DataError, UsageError
from lossctl.losses.declaration import ROW
from lossctl.losses.domain import Value
from lossctl.losses.roles.block import Array
from lossctl.losses.text import BoundLoss
from lossctl.losses.vector_domain import Vector
from lossctl.question.request import Request
from lossctl.record import record
from lossctl.results.document import Run, WorstRow
from lossctl.results.results import Results
from lossctl.statistics.group_moments import GroupMoments
from lossctl.statistics.groups import Groups, sorted_places
from lossctl.statistics.loss_moments import LossMoments
from lossctl.statistics.moments import Moments
from lossctl.statistics.quantile import Quantiles
from lossctl.statistics.rounding import rounded
from lossctl.statistics.table import Statistics
from lossctl.statistics.worst import Worst

Columns: TypeAlias = Mapping[str, Array]  # of a loss, by field: of all rows first, then of each group (1 + g,)


@record
class Judged:
    """What a loss gave: the moments of its costs over all and over groups, or its values over the whole dataset.

    quantiles: of the costs, by share, of all rows first, then of each group (1 + g,).
    """

    bound: BoundForm
    found: tuple[Moments, GroupMoments] | WholeValues
    quantiles: Mapping[Fraction, Array] = field(default_factory=dict)


def judged_rows(losses: Sequence[BoundForm], statistics: Statistics, shares: Sequence[Fraction]) -> list[Judged]:
    """What losses of rows gave, in the order of their statistics. shares: of the quantiles that are wanted."""
    moments = statistics.of(LossMoments)
    totals = moments.total()
    quantiles = statistics.of(Quantiles) if shares else None
    return [
        Judged(
            bound,
            (totals[place], moments.groups[place]),
            {} if quantiles is None else dict(zip(shares, quantiles.values(place, shares), strict=True)),
        )
        for place, bound in enumerate(losses)
    ]


def results_of(request: Request, run: Run, judged: Sequence[Judged], names: Sequence[str], groups: Groups | None) -> Results:
    """The results of each loss, over all rows and over each group, groups in their order. names: the columns of `--by`.

    Raises DataError where a mean has nothing to divide by, UsageError for a reduction that a loss has not.
    """
    order = np.zeros(0, np.int64) if groups is None else sorted_places(groups)
    by: dict[str, Words] = (
        {} if groups is None else {name: words[order] for name, words in zip(names, groups.columns, strict=True)}
    )
    rows = np.concatenate([[0], order + 1])
    columns = [_columns(request, run, one, _group_words(by, order)) for one in judged]
    quantiles = {
        quantile.text: np.stack([one.quantiles[quantile.share][rows] for one in judged], axis=1)
        for quantile in request.question.quantiles
    }
    return Results(
        [_head(request, run, one.bound.loss) for one in judged],
        by,
        {name: np.stack([of_loss[name][rows] for of_loss in columns], axis=1) for name in columns[0]},
        quantiles,
    )


def worst_of(losses: Sequence[BoundForm], worst: Worst) -> dict[str, tuple[WorstRow, ...]]:
    """The costliest rows of each loss."""
    return {
        str(bound.loss): tuple(WorstRow(row=row.row, id=row.id, value=row.cost, keep=row.keep) for row in worst.rows(place))
        for place, bound in enumerate(losses)
    }


def _group_words(by: Mapping[str, Words], order: Numbers) -> Callable[[int], str]:
    """How a message calls the place of a result: 0 all rows, then the groups as they were numbered."""

    def words(place: int) -> str:
        if not place:
            return ""
        at = int(np.flatnonzero(order == place - 1)[0])
        return f" of the group {', '.join(column.at(at) for column in by.values())}"

    return words


def _head(request: Request, run: Run, bound: BoundLoss) -> dict[str, Any]:
    """What the results of a loss have in common."""
    return {
        "loss": str(bound),
        "name": bound.loss.name,
        "params": {name: _plain_value(value) for name, value in bound.parameters.items()},
        "reduction": request.question.reduction.text,
        "signature": request.signature(bound),
    }


def _columns(request: Request, run: Run, judged: Judged, of_group: Callable[[int], str]) -> Columns:
    bound, reduction = judged.bound.loss, request.question.reduction
    if bound.loss.unit != ROW and (reduction.text != "mean" or request.question.quantiles):
        option = f"--reduction {reduction.text}" if reduction.text != "mean" else "--quantiles"
        raise UsageError(f"{bound} has no value for each row; {option} does not apply to it")
    if isinstance(judged.found, WholeValues):
        return _whole_columns(judged.found)
    total, groups = judged.found
    weight = _with_total(rounded(total.total_weight()), groups.counts.total_weight())
    if not weight.all():
        raise DataError(f"the weights{of_group(int(np.argmin(weight)))} are all 0", where=run.sources["weight"])
    if total.share is not None and reduction.text != "mean":
        raise UsageError(f"{bound} is a ratio of sums by definition; --reduction {reduction.text} does not apply to it")
    if not total.denominator():
        raise DataError(f"{bound}: what the mean is divided by is 0", where=run.run)
    columns = {
        "n": _with_total(total.rows, groups.counts.rows),
        "weight": _with_total(rounded(total.denominator()), groups.denominator()),
        "mean": _with_total(total.mean(), groups.mean()),
        "sum": _with_total(total.sum(), groups.sum()),
        "std": _with_total(total.std(), groups.std()),
        "min": _with_total(total.least, groups.least),
        "max": _with_total(total.most, groups.most),
        "infinite": _with_total(total.infinite, groups.infinite),
    }
    if reduction.quantile is not None:
        return {"value": judged.quantiles[reduction.quantile], **columns}
    value = columns[reduction.text]
    finish = bound.loss.finish
    return {"value": value if finish is None else np.array([finish(one) for one in value.tolist()]), **columns}


def _whole_columns(found: WholeValues) -> Columns:
    unknown = np.full(len(found.value), np.nan)
    return {
        "value": found.value,
        "n": found.rows,
        "weight": found.weight,
        "mean": found.value,
        **dict.fromkeys(("sum", "std", "min", "max"), unknown),
        "infinite": np.isinf(found.value).astype(np.int64),
    }


def _with_total(total: float, groups: Any) -> Array:
    return np.concatenate([[total], groups])


def _plain_value(value: Value) -> Any:
    if isinstance(value, Vector):
        return [*value] if len(value) != 1 else value[0]
    return str(value) if isinstance(value, float) and value in (float("inf"), float("-inf")) else value
