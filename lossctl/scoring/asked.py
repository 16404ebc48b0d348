"""What a request asks to be computed of the rows of a run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from fractions import Fraction

from lossctl.binding.binding import Binding, BoundForm, of_rows
from lossctl.errors import UsageError
from lossctl.losses.declaration import WHOLE
from lossctl.losses.text import BoundLoss
from lossctl.question.question import Question
from lossctl.question.request import Request
from lossctl.rows.dataset import Dataset
from lossctl.rows.row_policy import RowPolicy
from lossctl.rows.shared import FIRST_ROWS
from lossctl.scoring.first_words import roles_by_first_cell
from lossctl.scoring.scoring import Scoring
from lossctl.scoring.wanted import Wanted
from lossctl.statistics.statistic import Asked


def scoring_of(request: Request, binding: Binding, wanted: Wanted, dataset: Dataset) -> Scoring:
    """What is computed of the rows of a run, but for what becomes of samples."""
    return Scoring(
        binding.losses,
        _policy(request, binding),
        _asked(request, wanted, of_rows(binding.losses)),
        scale=request.question.scale or "probs",
        normalize=request.question.normalize,
        keys=wanted.compared or (bool(binding.keys) and not dataset.paired),
        shared_rows=sys.maxsize if wanted.compared else FIRST_ROWS,
        carry=wanted.carry,
        by_elements=_may_count_elements(request, binding),
        block_rows=max(1, wanted.block_values // dataset.values),
        streamed=() if wanted.compared or binding.groups else _streamed(binding),
    )


def _streamed(binding: Binding) -> tuple[BoundLoss, ...]:
    return tuple(bound.loss for bound in binding.losses if bound.loss.streams and binding.unit_of(bound.loss) == WHOLE)


def unit_of(request: Request) -> str | None:
    """What intervals are over: row, unit or block; None where none are asked for."""
    if request.question.confidence is None:
        return None
    return "unit" if request.inputs.unit else "row" if request.question.block is None else "block"


def _asked(request: Request, wanted: Wanted, losses: Sequence[BoundForm]) -> Asked:
    question = request.question
    return Asked(
        spread=wanted.spread,
        worst=wanted.worst,
        quantiles=bool(shares_of(question)),
        pictured=wanted.pictures,
        unit=unit_of(request) if wanted.spread else None,
        block=question.block or 1,
        badness={bound.loss: bound.loss.badness for bound in losses},
    )


def _may_count_elements(request: Request, binding: Binding) -> bool:
    """Whether rows may differ in their numbers of used elements, each of which counts the same."""
    unequal = [
        bound for bound in binding.losses if bound.fit.lists or (bound.fit.elements and request.question.ignore is not None)
    ]
    if request.question.average == "rows" or all(bound.form.by_rows for bound in unequal):
        return False
    if masks := next((bound.loss for bound in unequal if bound.form.by_rows), None):
        problem = f"{masks} counts each row the same, and other losses here each element"
        raise UsageError(problem, hint="one loss at a time, or --average rows for all")
    return True


def _policy(request: Request, binding: Binding) -> RowPolicy:
    of_elements = [bound for bound in binding.losses if bound.fit.elements]
    return RowPolicy(
        request.question.drop_nan,
        request.question.ignore,
        binding.labels,
        binding.ignored,
        binding.label_names,
        tuple(condition for condition, _ in binding.conditions),
        of_elements[0].fit if of_elements else None,
        tuple(
            {
                name: bound.fit.class_axis if role.of_classes else None
                for bound in of_elements
                for name, role in bound.form.roles.items()
            }.items()
        ),
        tuple({name for bound in binding.losses for name, role in bound.form.roles.items() if role.blanks}),
        roles_by_first_cell(binding),
    )


def shares_of(question: Question) -> list[Fraction]:
    """Of the quantiles that are wanted."""
    headline = question.reduction.quantile
    return list(dict.fromkeys([*(quantile.share for quantile in question.quantiles), *([] if headline is None else [headline])]))
