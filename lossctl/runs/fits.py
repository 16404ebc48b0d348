"""Which losses fit the columns of a file and the values in its first rows, and why others do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

import numpy as np

from lossctl.binding.binder import Binder
from lossctl.binding.binding import Binding
from lossctl.errors import DataError, LossctlError
from lossctl.losses.declaration import ROW, Loss
from lossctl.losses.text import BoundLoss, bind, needed_of
from lossctl.options.commands import Eval
from lossctl.question.request import Request, read_request
from lossctl.record import record, replace
from lossctl.rows.dataset import Dataset
from lossctl.scoring.asked import scoring_of
from lossctl.scoring.costs import cost_of
from lossctl.scoring.scoring import used_blocks
from lossctl.scoring.wanted import Wanted

LOOKED_AT = 10_000  # rows


@record
class LossFit:
    """A loss, with an example of each parameter that it needs, and the columns that would serve it, or why none do."""

    file: str
    loss: BoundLoss
    columns: Mapping[str, str] = field(default_factory=dict)
    problem: LossctlError | None = None


def fits_of(file: str, losses: Iterable[Loss]) -> list[LossFit]:
    """How each loss fits a file, of which no more than the beginning is read. Raises the error that all have in common."""
    found = [_fit(file, loss) for loss in losses]
    problems = {str(fit.problem) for fit in found}
    if len(problems) == 1 and found[0].problem is not None:
        raise found[0].problem
    return found


def _fit(file: str, loss: Loss) -> LossFit:
    bound = bind(loss, needed_of(loss), typed=False)
    request = read_request(Eval(preds=(file,)), losses=(bound,))
    try:
        binding = Binder(request, request.inputs.runs[0]).bind()
        with np.errstate(all="ignore"):
            _look_at_values(request, binding)
    except LossctlError as problem:
        return LossFit(file, bound, problem=problem)
    return LossFit(file, bound, {name: source.removeprefix(f"{file}:") for name, source in binding.described().items()})


def _look_at_values(request: Request, binding: Binding) -> None:
    """DataError where a loss refuses one of the first rows; rows that lack a value are passed over, as `--nan drop` does.

    The kernel is asked too where no parameter of the loss is a mere example, since it may refuse what its roles allow.
    """
    dataset = Dataset(binding)
    part = next(dataset.parts()).head(LOOKED_AT)
    scoring = scoring_of(request, binding, Wanted(spread=False), dataset)
    scoring = replace(scoring, policy=replace(scoring.policy, drop_nan=True), block_rows=LOOKED_AT)
    (bound,) = binding.losses
    for blocks in used_blocks(part, scoring):
        block, elements = blocks.block_of(bound)
        if bound.loss.loss.unit == ROW and bound.loss.loss.prepare is None and not needed_of(bound.loss.loss):
            cost_of(block, elements, bound)
        else:
            block.views(bound.form.roles)
        for name, role in bound.form.roles.items():
            fault = role.settle(name, blocks.facts)
            if fault is not None:
                raise DataError(fault.problem, where=fault.where, hint=fault.hint)
