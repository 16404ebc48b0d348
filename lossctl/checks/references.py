"""What a task is compared with: a saved result, or a prediction file that is scored and whose rows pair with those of a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

from lossctl.errors import DataError, UsageError
from lossctl.question.checks.tasks import Task
from lossctl.question.inputs import RunInput, run_of
from lossctl.question.read_inputs import check_read_once, leading_role
from lossctl.question.request import Request
from lossctl.question.src import Src
from lossctl.record import record, replace
from lossctl.results.document import Comparison
from lossctl.statistics.intervals.interval import WILSON, Added
from lossctl.statistics.intervals.student import quantile
from lossctl.text import shown
from lossctl.verdicts.baseline import Baseline, Place, Saved, place_of
from lossctl.verdicts.gates import Known

if TYPE_CHECKING:
    from lossctl.comparison.model_costs import Costs

Changed: TypeAlias = tuple[Known | None, Known | None]  # the interval of a change, and of how much worse it is


@record
class Reference:
    """What a task is compared with. problem: why there is nothing. costs: of a prediction file, with whose rows a run's pair."""

    baseline: Baseline | None = None
    problem: str | None = None
    costs: Costs | None = None


def scored(task: Task, path: str) -> Reference:
    """The results of a prediction file by the options of the task, and its rows."""
    from lossctl.comparison.model_costs import costs_of
    from lossctl.scoring.wanted import Wanted

    request, run = _of_baseline(task.request, path)
    costs = costs_of(request, run, Wanted())
    saved = tuple(Saved(costs.run.run, result) for result in costs.run.results)
    return Reference(Baseline(path, saved, scored=True), costs=costs)


def _of_baseline(request: Request, path: str) -> tuple[Request, RunInput]:
    """The same question about a prediction file; UsageError where options name another, or a stream."""
    inputs = request.inputs
    check_read_once(inputs.named_files)
    role = leading_role(inputs.roles, request.question.losses)
    named = inputs.roles[role] if role is not None else ()
    if role is None or all(src.file is None and src.array is None for src in named):
        return request, run_of(path)
    if inputs.runs[0].preds or len(named) > 1:
        raise UsageError(f"the {role} is read from {named[0].text}, and so is that of the baseline {shown(path)}")
    source = Src(path, path, named[0].column, named[0].forced)
    return replace(request, inputs=replace(inputs, roles={**inputs.roles, role: (source,)})), RunInput(path, ())


def paired_changes(task: Task, base: Costs, costs: Costs) -> dict[Place, Changed]:
    """The intervals of changes, where they are asked for; DataError where the run's rows are not those of the baseline."""
    from lossctl.comparison.alignment import align
    from lossctl.comparison.comparisons import comparisons_of
    from lossctl.statistics.paired.difference import Method

    aligned = align(task.request, [base, costs])
    common = len(aligned[0].rows)
    if not common == len(base.rows) == len(costs.rows):
        counts = f"{len(base.rows):,} of the baseline's, {len(costs.rows):,} of the run's, {common:,} of both"
        raise DataError(f"other rows are used: {counts}", where=f"{base.run.run} and {costs.run.run}")
    level = task.level_of_changes
    if level is None:
        return {}
    better = {str(loss): loss.better for loss in task.request.question.losses}
    of_shares = ([result for result in model.run.results if result.ci_method == WILSON] for model in aligned)
    shares = set.intersection(*({*map(place_of, results)} for results in of_shares))
    changes = comparisons_of(task.request, aligned, Method("t", level), signed=True)
    rises = comparisons_of(task.request, aligned, Method("t", level)) if "best" in better.values() else changes
    found: dict[Place, Changed] = {}
    for change, rise in zip(changes, rises, strict=True):
        place = change.loss, tuple((change.by or {}).items())
        known, risen = (_known(pair, level, of_share=place in shares) for pair in (change, rise))
        if known is not None and risen is not None:
            if better[change.loss] == "high":
                risen = risen.negated()
            found[place] = known, risen
    return found


def _known(change: Comparison, level: float, *, of_share: bool) -> Known | None:
    if change.low is None or change.high is None or change.units is None:
        return None
    if not (math.isfinite(change.low) and math.isfinite(change.high)):
        return None
    error = (change.high - change.low) / 2 / quantile(level, change.units - 1)
    added = None
    if of_share and error:
        size = error * error * (change.n - 1) + change.difference**2
        added = Added(change.difference, size, change.n)
    return Known(change.difference, change.low, change.high, error, change.units - 1, added=added)
