"""Which losses fit the columns of a file, and why others do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from lossctl.binding.binder import Binder
from lossctl.errors import LossctlError
from lossctl.losses.declaration import Loss
from lossctl.losses.text import BoundLoss, bind, needed_of
from lossctl.options.commands import Eval
from lossctl.question.request import read_request
from lossctl.record import record


@record
class LossFit:
    """A loss, with an example of each parameter that it needs, and the columns that would serve it, or why none do."""

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
    except LossctlError as problem:
        return LossFit(bound, problem=problem)
    return LossFit(bound, {name: source.removeprefix(f"{file}:") for name, source in binding.described().items()})
