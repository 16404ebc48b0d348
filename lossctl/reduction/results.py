"""From what rows gave to results, over all of them and over groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from lossctl.binding.binding import BoundForm
from lossctl.columns.words import Words
from lossctl.errors import DataError, UsageError
from lossctl.losses.domain import Value
from lossctl.losses.roles.block import Array
from lossctl.losses.vector_domain import Vector
from lossctl.question.request import Request
from lossctl.reduction.loss_summary import LossSummary
from lossctl.results.document import Run, WorstRow
from lossctl.results.results import Results
from lossctl.results.samples import RowKey
from lossctl.statistics.groups import Groups, sorted_places
from lossctl.statistics.worst import Worst

Columns: TypeAlias = Mapping[str, Array]  # of a loss, by field: of all rows first, then of each group (1 + g,)


def results_of(
    request: Request,
    run: Run,
    judged: Sequence[LossSummary],
    heads: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    groups: Groups | None,
) -> Results:
    """The results of each loss, over all rows and over each group, groups in their order.

    heads: what the results of each loss have in common. names: the columns of `--by`.

    Raises DataError where a mean has nothing to divide by, UsageError for a reduction that a loss has not.
    """
    order = None if groups is None else np.append(0, 1 + sorted_places(groups))
    by: dict[str, Words] = {} if groups is None else dict(zip(names, groups.columns, strict=True))
    quantiles = {quantile.text: quantile.share for quantile in request.question.quantiles}
    columns = [
        {**_columns(request, run, of_loss, by), **{name: of_loss.quantiles[share] for name, share in quantiles.items()}}
        for of_loss in judged
    ]
    return Results(heads, by, columns, [*quantiles], order)


def worst_of(losses: Sequence[BoundForm], worst: Worst, headers: Sequence[str]) -> dict[str, tuple[WorstRow, ...]]:
    """The costliest rows of each loss. headers: what the columns of keys are called."""
    return {
        str(bound.loss): tuple(
            WorstRow(row=row.row, id=RowKey(zip(headers, row.id, strict=True)), value=row.cost, keep=row.keep)
            for row in worst.rows(bound.loss)
        )
        for bound in losses
    }


def head_of(request: Request, bound: BoundForm) -> dict[str, Any]:
    """What the results of a loss have in common."""
    loss = bound.loss
    return {
        "loss": str(loss),
        "name": loss.loss.name,
        "params": {
            name: _plain_value(value) for name, value in (bound.fitted if bound.loss.counts_classes else loss).parameters.items()
        },
        "reduction": request.question.reduction.text,
        "signature": request.signature(loss, bound.columns),
    }


def _columns(request: Request, run: Run, judged: LossSummary, by: Mapping[str, Words]) -> Columns:
    bound, reduction = judged.bound.loss, request.question.reduction
    if not judged.weight.all():
        place = int(np.argmin(judged.weight))
        group = f" of the group {', '.join(words.at(place - 1) for words in by.values())}" if place else ""
        raise DataError(f"the weights{group} are all 0", where=run.sources["weight"])
    if judged.ratio and reduction.text != "mean":
        raise UsageError(f"{bound} is a ratio of sums by definition; --reduction {reduction.text} does not apply to it")
    if bound.pooled and bound.loss.pooled is not None:
        sums = zip(judged.fields["sum"].tolist(), judged.fields["weight"].tolist(), strict=True)
        return {"value": np.array([bound.loss.pooled(*pair, **bound.parameters) for pair in sums]), **judged.fields}
    if not judged.fields["weight"][0]:
        raise DataError(f"{bound}: {bound.loss.ratio or 'what the mean is divided by'} is 0", where=run.run)
    if reduction.quantile is not None:
        return _with_interval(request, judged, judged.quantiles[reduction.quantile])
    value, finish = judged.fields[reduction.text], bound.finish
    return _with_interval(request, judged, value if finish is None else np.array([*map(finish, value.tolist())]))


def _with_interval(request: Request, judged: LossSummary, value: Array) -> Columns:
    columns = {"value": value, **judged.fields}
    if request.question.confidence is not None:
        from lossctl.reduction.intervals import interval_fields  # most ask for none

        columns |= interval_fields(request.question, judged, request.question.confidence, value)
    return columns


def _plain_value(value: Value) -> Any:
    if isinstance(value, Vector):
        return [*value] if len(value) != 1 else value[0]
    return str(value) if isinstance(value, float) and value in (float("inf"), float("-inf")) else value
